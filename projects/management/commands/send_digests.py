"""The digest of one week by hand; again adds nothing."""

from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import calendar, clock, scheduler
from portal.moments import past_day
from portal.scheduler import Period
from projects.mailing import AT, monday_of, name_of_week


class Command(BaseCommand):
    help = "生成某一周的周调度，例如 send_digests --week 2021-W38（9月20日—26日）。再运行一次不会重复。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--week", required=True, help="ISO周，如 2021-W38")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            monday = monday_of(options["week"])
        except ValueError as error:
            raise CommandError(f"看不懂周次“{options['week']}”，请写成 2021-W38。") from error
        day = past_day(str(calendar.current().roll_forward(monday + timedelta(days=7))))
        at = datetime.combine(day, AT, clock.SHANGHAI)
        try:
            made = scheduler.by_hand("digests", Period(name_of_week(monday), at), now=max(at, clock.now()))
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{name_of_week(monday)}：新生成{made}条消息，{day}起发送。")
