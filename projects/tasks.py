"""What the worker does for the register. A task takes plain arguments and calls one function."""

from celery import shared_task


@shared_task
def refresh_lights() -> int:
    """Bring the stored lights to the business day; returns how many changed. Running it again changes nothing."""
    from portal import clock
    from projects import lights

    return lights.refresh_all(on=clock.today())


@shared_task
def run_lights() -> int:
    """Compute all lights anew where a changed rule waits for it; returns how many runs were finished here."""
    from projects import light_runs

    return light_runs.run_pending()


@shared_task
def run_imports() -> int:
    """Read, decide about or write the long files that wait for it; returns how many."""
    from projects.importing import jobs

    return jobs.run_pending()


@shared_task
def count_figures() -> int:
    """Count the figures of a large register anew where they are behind; returns how many years were."""
    from projects import overview_store

    return overview_store.run_pending()


@shared_task
def run_downloads() -> int:
    """Write the files people wait for under 我的下载, clear away the old; returns how many were written."""
    from projects import downloads

    return downloads.run_pending()
