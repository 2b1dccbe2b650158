"""All lights computed anew in the background, chunk by chunk, with what was done kept beside the chunk.

The database holds whose turn it is: a run whose worker has been silent is taken up by the next one that looks, at the
project after the last one done. Meanwhile lists show the lights as they stood.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from portal import clock, poke
from projects import lights
from projects.models import LightRun, Project

MANY = 2000  # projects; up to here lights are computed at once
PATIENCE = timedelta(seconds=5)  # for the worker to begin
SILENCE = timedelta(seconds=90)  # after which whoever worked on a run counts as gone
THREAD = "lights-"
TASK = "projects.tasks.run_lights"
logger = logging.getLogger(__name__)


def relight() -> LightRun | None:
    """Bring all lights to what now holds: at once, or in the background where there are many (then the run)."""
    total = Project.objects.live().count()
    if total <= MANY:
        lights.refresh_all(on=clock.today())
        return None
    LightRun.objects.filter(finished_at=None).update(finished_at=clock.machine_now())  # the new run does all of it
    run = LightRun.objects.create(rule=lights.rule_on(clock.today()), total=total, queued_at=clock.machine_now())
    poke.after_commit(TASK)
    return run


# --- doing it ------------------------------------------------------------------------------------------------------


def run_pending() -> int:
    """Do what waits or was left behind; returns how many runs were finished here."""
    return sum(work(run) for run in LightRun.objects.filter(finished_at=None) if not is_held(run))


def is_held(run: LightRun) -> bool:
    return bool(run.beat_at and clock.machine_now() - run.beat_at < SILENCE)


def work(run: LightRun) -> bool:
    """Do the rest of a run; False when somebody else has it or a newer run took its place."""
    held = LightRun.objects.filter(pk=run.pk, finished_at=None)
    beat = clock.machine_now()
    if not held.filter(beat_at=run.beat_at).update(beat_at=beat):
        return False
    run.beat_at = beat
    today = clock.today()
    now = lights.circumstances(today)
    while True:
        chunk = lights.next_chunk(after=run.last_id)
        if not chunk:
            return bool(held.filter(beat_at=beat).update(finished_at=clock.machine_now()))
        next_beat = clock.machine_now()
        with transaction.atomic():
            lights.refresh(chunk, on=today, now=now)
            run.done, run.last_id = run.done + len(chunk), chunk[-1].pk
            mine = held.filter(beat_at=beat).update(done=run.done, last_id=run.last_id, beat_at=next_beat)
        if not mine:
            return False
        beat = next_beat


def start_here(run: LightRun) -> None:
    """Do a run that no worker took, in a thread beside the page that shows it."""
    threading.Thread(target=run_in_thread, args=[run], name=f"{THREAD}{run.pk}", daemon=True).start()


def run_in_thread(run: LightRun) -> None:
    try:
        work(run)
    except Exception:
        logger.exception("The light run %s failed", run.pk)
    finally:
        connection.close()


# --- how it stands -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standing:
    """What the page says about a run."""

    run: LightRun
    words: str
    percent: int


def current() -> LightRun | None:
    """The run that is not done yet."""
    return LightRun.objects.filter(finished_at=None).select_related("rule").first()


def standing(run: LightRun) -> Standing:
    waits = run.beat_at is None
    words = "等待重新计算灯色" if waits else f"正在按规则{run.rule}重新计算灯色"
    return Standing(run, words, min(100, run.done * 100 // run.total) if run.total else 0)


def needs_hand(run: LightRun) -> bool:
    """Whether nobody has it although there was time: not begun, or its worker is gone."""
    last: datetime = run.beat_at or run.queued_at
    return clock.machine_now() - last > (SILENCE if run.beat_at else PATIENCE)
