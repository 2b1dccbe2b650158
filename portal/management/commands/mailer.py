"""Draining the outbox without Celery: the one process that the embedded set-up needs for its mail."""

import signal
import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import close_old_connections

from portal import clock, heartbeats, mail

POLL_SECONDS = 15


class Command(BaseCommand):
    help = "发送待发的邮件。--once 发一遍就结束；--loop 一直守候（runall 用的就是它）。"

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="发一遍就结束")
        how.add_argument("--loop", action="store_true", help="每15秒看一次")
        parser.add_argument("--now", help="业务时间，如 2021-09-27T08:30；只能在演示环境使用")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["loop"]:
            sent = mail.drain(now=moment(options["now"]), limit=10_000)
            self.stdout.write(f"已发出{sent}封。")
            return
        stopping: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _: stopping.append(received))
        while not stopping:
            heartbeats.beat(name="mailer")
            while mail.drain(now=clock.now()) and not stopping:
                pass
            close_old_connections()
            rest(stopping)


def rest(stopping: list[int]) -> None:
    """Sleep until the next look, in short steps, so that a signal ends it soon."""
    until = time.monotonic() + POLL_SECONDS
    while not stopping and time.monotonic() < until:
        time.sleep(0.25)


def moment(text: str | None) -> datetime:
    """The business moment to work at; another one than now only in a demonstration."""
    if not text:
        return clock.now()
    if not settings.DEMO:
        raise CommandError("--now 只能在演示环境（DEMO）使用。")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    except ValueError as error:
        raise CommandError(f"看不懂时间“{text}”，请写成 2021-09-27T08:30。") from error
