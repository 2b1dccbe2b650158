"""Draining the outbox without Celery: the one process that the embedded set-up needs for its mail."""

import logging
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from portal import clock, heartbeats, mail, scheduler
from portal.moments import business_moment

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "发送待发的邮件。--once 发一遍就结束；--loop 一直守候（runall 用的就是它）。"

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="发一遍就结束")
        how.add_argument("--loop", action="store_true", help="隔一会儿看一次（默认15秒），顺带生成到期的提醒")
        parser.add_argument("--now", help="业务时间，如 2021-09-27T08:30；只能在演示环境使用")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["loop"]:
            sent = mail.drain(now=business_moment(options["now"]) if options["now"] else None, limit=10_000)
            self.stdout.write(f"已发出{sent}封。")
            return
        stopping: list[int] = []
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _: stopping.append(received))
        while not stopping:
            try:
                look(stopping)
            except DatabaseError:  # away for a moment: what is due stays due
                logger.exception("The database did not answer; the mailer looks again in a moment")
            close_old_connections()
            rest(stopping)


def look(stopping: list[int]) -> None:
    """One round: what the calendar makes due, then what is to be handed over."""
    heartbeats.beat(name="mailer")
    scheduler.tick(now=clock.now())
    fresh = True
    while mail.drain(fresh=fresh) and not stopping:
        fresh = False
        heartbeats.beat(name="mailer")


def rest(stopping: list[int]) -> None:
    """Sleep until the next look, in short steps, so that a signal ends it soon."""
    until = time.monotonic() + settings.MAIL_POLL_SECONDS
    while not stopping and time.monotonic() < until:
        time.sleep(0.25)
