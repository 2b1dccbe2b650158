"""One run: python -m benchmarks.chaos.run --setup A --seed 1 --mails 1000 [--plant no_fence] [--out result.json]

Ends within the time its size gives it. Exit code 0 when every promise held, 1 when not.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.chaos import programs
from benchmarks.chaos.programs import Process
from benchmarks.chaos.script import SETUPS, STRETCH, Clockwork, Setup, events, size_of
from benchmarks.databases import ROOT, create_postgresql_database, temporary_folder

PATIENCE = 90  # seconds after the last day on which something is due: by then everything has come to an end
ASK_SECONDS = 0.5  # how often the database is asked whether a day is through: asking takes from what is measured
LEFT_SHARE = 0.1  # of a day's messages may still wait for their next try when the next day begins
SHORT = {
    "MAIL_LEASE_SECONDS": "3",
    "MAIL_DATA_LEASE_SECONDS": "4",
    "MAIL_POLL_SECONDS": "1",
    "MAIL_REAP_SECONDS": "1",
    "EMAIL_TIMEOUT": "2",
    "HEARTBEAT_SECONDS": "5",
}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    with temporary_folder() as folder:
        result = Run(folder, SETUPS[options.setup], options).go()
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            for file in (*folder.glob("*.jsonl"), *folder.glob("*.log"), *folder.glob("*.sqlite3*")):
                shutil.copy(file, options.keep)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if options.out:
        options.out.write_text(text)
    print(text)
    return 1 if result["red"] else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.chaos.run")
    parser.add_argument("--setup", choices=SETUPS, default="A")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mails", type=int, default=1000)
    parser.add_argument("--plant", default="")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--keep", type=Path, help="where to copy journals, logs and an SQLite database")
    return parser.parse_args(arguments)


class Run:
    """Everything of one run lies in its own folder and ends with it."""

    def __init__(self, folder: Path, setup: Setup, options: argparse.Namespace) -> None:
        self.folder, self.setup, self.options = folder, setup, options
        self.size = size_of(options.mails)
        self.started: list[Process] = []

    def go(self) -> dict[str, Any]:
        try:
            self.prepare()
            return self.perform()
        finally:
            for process in reversed(self.started):
                process.stop()

    # --- beforehand ------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Databases, tables, the mail server; then this process may use the product's models."""
        os.environ |= SHORT | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.chaos.settings",
            "SECRET_KEY": "only-for-chaos-" + "0123456789" * 4,
            "DEMO": "0",
            "DEBUG": "0",
            "CHAOS_FOLDER": str(self.folder),
            "CHAOS_PLANT": self.options.plant,
            "DATABASE_URL": f"sqlite:///{self.folder}/chaos.sqlite3",
            "REDIS_URL": f"unix://{self.folder}/redis.sock" if self.setup.redis else "",
        }
        self.redis = self.launch(programs.redis(self.folder)) if self.setup.redis == "up" else None
        self.postgresql = self.launch(programs.postgresql(self.folder)) if self.setup.postgresql else None
        if self.postgresql:
            programs.wait_for_postgresql(self.folder)
            os.environ["DATABASE_URL"] = create_postgresql_database(self.folder / "postgresql", "chaos")
        command = [sys.executable, "-m", "benchmarks.chaos.sink", str(self.folder), str(self.options.seed)]
        self.sink = self.launch(Process("sink", command, {}, self.folder / "sink.log"))
        port = self.folder / "port"
        programs.wait_until(port.exists, "sink")
        os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{port.read_text()}"
        for words in (["migrate", "--verbosity", "0"], ["createcachetable"]):
            subprocess.run([sys.executable, "manage.py", *words], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)

    def launch(self, process: Process) -> Process:
        self.started.append(process)
        process.start()
        return process

    def fill(self) -> None:
        """People, projects and nodes; the timetable begins when the processes are up."""
        import django

        django.setup()
        from django.db import connection

        from benchmarks.chaos import launch, plants, world

        self.days = world.days_of(self.size)
        os.environ["CHAOS_DAYS"] = json.dumps([str(day) for day in self.days])
        launch.run_in_own_time(self.folder)
        self.clockwork = Clockwork(self.folder)
        self.world = world.seed(self.size, self.days, self.options.seed)
        self.world.write(self.folder / "world.json")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # a database in use knows its tables; a server that crashes forgets to look
        if self.options.plant == "no_unique_key":
            plants.drop_constraints()

    def processes(self) -> tuple[list[Process], list[Process], Process]:
        """Senders, beats and the writer, as the set-up has them."""
        senders = [self.process(f"loop{n}", "mailer", "--loop") for n in range(self.setup.loops)]
        worker = ("celery", "--quiet", "worker", "--concurrency", "1", "--without-gossip", "--without-mingle")
        senders += [self.process(f"worker{n}", *worker, "-n", f"worker{n}@chaos") for n in range(self.setup.workers)]
        beat = ("celery", "--quiet", "beat", "--pidfile", "", "--schedule")
        beats = [self.process(f"beat{n}", *beat, f"{self.folder}/schedule{n}") for n in range(self.setup.beats)]
        return senders, beats, self.process("writer", "writer")

    def process(self, name: str, *words: str) -> Process:
        return programs.Ours(name, list(words), {}, self.folder / f"{name}.log")

    # --- the run -----------------------------------------------------------------------------------------------------

    def perform(self) -> dict[str, Any]:
        self.fill()
        from django.db import connection

        from benchmarks.chaos import facts, figures, oracle
        from benchmarks.chaos.storm import Storm

        senders, beats, writer = self.processes()
        chance = random.Random(self.options.seed)
        storm = Storm(self.folder, senders, beats, writer, self.sink, self.redis, self.postgresql, chance)
        self.start(storm)
        took = self.rage(storm)
        for process in storm.kept_up:
            process.ask_to_stop()
        for process in storm.kept_up:
            process.stop()
        connection.close()
        found = facts.gather(self.folder, self.world, self.closing_day, cut=bool(self.postgresql))
        red = oracle.judge(found)
        return figures.result(self.options, self.setup, found, red, storm, self.clockwork.now(), took)

    def start(self, storm: Any) -> None:
        """Day one begins once those who send are at work."""
        for process in storm.kept_up:
            self.launch(process)
        programs.wait_until(self.is_up, "the senders")
        time.sleep(1)
        self.clockwork.begin_day()

    @property
    def closing_day(self) -> date:
        """The first day on which nothing new is due: from its run on a run may end."""
        return self.days[self.size.days]

    def is_up(self) -> bool:
        from portal.models import Heartbeat

        wanted = {"mailer", "worker"} if self.setup.redis == "up" else {"mailer"}
        return wanted <= set(Heartbeat.objects.values_list("name", flat=True))

    def rage(self, storm: Any) -> float:
        """Break things by the script, then wait until everything has come to an end; returns the seconds it took."""
        from benchmarks.chaos.storm import LOOK_SECONDS

        script = events(self.setup, self.size, self.options.seed)
        began = self.clockwork.now().starts[0]
        deadline, asked = began + STRETCH * self.size.horizon + PATIENCE, 0.0
        while time.time() < deadline:
            starts = self.clockwork.now().starts
            settling = len(starts) > self.size.days
            if settling and storm.writer in storm.kept_up:
                storm.retire_the_writer()
            if settling:
                script = [(at, what) for at, what in script if what == "end the outage"]
            script = [(at, what) for at, what in script if at > time.time() - began or not storm.strike(what)]
            storm.look()
            if time.monotonic() - asked > ASK_SECONDS:
                asked = time.monotonic()
                if settling and not script and self.is_over():
                    break
                if self.day_may_end(starts, settling):
                    self.clockwork.begin_day()
            time.sleep(LOOK_SECONDS)
        return time.time() - began

    def day_may_end(self, starts: tuple[float, ...], settling: bool) -> bool:
        """After its time, if the messages of the day have gone out or it has been stretched enough."""
        lasted = time.time() - starts[-1]
        if len(starts) == len(self.days) or lasted < self.size.seconds:
            return False
        day = str(self.days[len(starts) - 1])
        return settling or lasted > STRETCH * self.size.seconds or self.is_through(day)

    def is_through(self, day: str) -> bool:
        """Whether the day's messages were made, and all but a few have come to an end."""
        from benchmarks.chaos.storm import asked
        from portal.choices import MailState, RunState
        from portal.models import OutgoingMail, ScheduledRun

        made = ScheduledRun.objects.filter(job="reminders", period=day, state=RunState.DONE)
        open_ones = OutgoingMail.objects.filter(state__in=(MailState.QUEUED, MailState.SENDING), kind="daily")
        return bool(asked(lambda: made.exists() and open_ones.count() <= self.size.people * LEFT_SHARE))

    def is_over(self) -> bool:
        from benchmarks.chaos.storm import asked
        from portal.choices import MailState, RunState
        from portal.models import OutgoingMail, ScheduledRun

        ended = ScheduledRun.objects.filter(job="reminders", period__gte=str(self.closing_day), state=RunState.DONE)
        running = ScheduledRun.objects.filter(state=RunState.RUNNING)
        left = OutgoingMail.objects.filter(state__in=(MailState.QUEUED, MailState.SENDING))
        return bool(asked(lambda: ended.exists() and not running.exists() and not left.exists()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
