"""What beat wakes: work whose first call to the worker was lost is found again without anybody opening a page."""

from django.conf import settings

from projects import tasks


def test_every_task_that_takes_up_waiting_work_is_woken_again_and_again():
    takes_up = {f"projects.tasks.{name}" for name in vars(tasks) if name.startswith("run_")}
    often = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["schedule"] <= 60}

    assert {"projects.tasks.run_imports", "projects.tasks.run_lights"} <= takes_up
    assert takes_up - often == set()
