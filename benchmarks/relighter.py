"""One process that computes all lights of one database anew, and says how long it took and what a page saw meanwhile.

Started by `benchmarks.lights`; prints one JSON line.
"""

import json
import os
import sys
import threading
import time

import django

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
django.setup()

from django.db import connection  # noqa: E402
from django.db.models import F, Value  # noqa: E402

from portal import clock  # noqa: E402
from portal.models import User  # noqa: E402
from projects import light_runs, lights, rules  # noqa: E402
from projects.models import LightRun, Project  # noqa: E402

LOOK_SECONDS = 0.1


def bare_update() -> float:
    """Seconds of one UPDATE that touches the same columns of every row, and makes each light one that must change."""
    begun = time.perf_counter()
    Project.objects.update(
        light=F("light"), light_why=Value(""), late_since=F("late_since"), late_node=F("late_node"), light_parts=[]
    )
    return time.perf_counter() - begun


def watch(seen: set[int], stop: threading.Event) -> None:
    """What a page sees of the run, as a connection of its own."""
    while not stop.wait(LOOK_SECONDS):
        seen.update(LightRun.objects.filter(finished_at=None).values_list("done", flat=True))
    connection.close()


def save_rule() -> float:
    """Seconds until the page of the rules could answer."""
    now, by = lights.rule_on(clock.today()), User.objects.get(username="lead")
    thresholds = {name: getattr(now, name) for name in rules.THRESHOLDS}
    begun = time.perf_counter()
    rules.add(**{**thresholds, "red_over_days": 45}, effective_from=clock.today(), reason="测试", by=by)
    return time.perf_counter() - begun


def main() -> None:
    bare = bare_update()
    saved = save_rule()
    seen: set[int] = set()
    stop = threading.Event()
    watcher = threading.Thread(target=watch, args=[seen, stop])
    watcher.start()
    begun = time.perf_counter()
    finished = light_runs.run_pending()
    took = time.perf_counter() - begun
    stop.set()
    watcher.join()
    left = Project.objects.filter(light_why="").count()
    told = {"bare": bare, "saved": saved, "took": took, "finished": finished, "seen": len(seen), "left": left}
    print(json.dumps(told | {"rows": Project.objects.count()}), file=answers, flush=True)


if __name__ == "__main__":
    sys.exit(main())
