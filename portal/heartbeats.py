"""Signs of life of the background processes, in machine time."""

from datetime import timedelta

from django.conf import settings

from portal import clock
from portal.models import Heartbeat

STALE_AFTER_BEATS = 4  # one lost beat is no alarm


def beat(*, name: str) -> None:
    """Write that `name` is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"seen_at": clock.machine_now()})


def ages() -> dict[str, timedelta | None]:
    """Return how long ago each expected process was last seen; None for one never seen."""
    seen = dict(Heartbeat.objects.values_list("name", "seen_at"))
    now = clock.machine_now()
    return {name: now - seen[name] if name in seen else None for name in settings.HEARTBEATS}


def is_fresh(age: timedelta | None) -> bool:
    """Return whether a process seen `age` ago counts as alive."""
    return age is not None and age.total_seconds() <= STALE_AFTER_BEATS * settings.HEARTBEAT_SECONDS
