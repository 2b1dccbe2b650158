"""The reminders of one day by hand; again adds nothing."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import calendar, clock, scheduler
from portal.moments import past_day
from portal.scheduler import Period
from projects.mailing import AT


class Command(BaseCommand):
    help = "生成某个工作日的节点提醒，例如 send_reminders --on 2021-09-30。再运行一次不会重复。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", required=True, help="工作日，如 2021-09-30")

    def handle(self, *args: Any, **options: Any) -> None:
        day = past_day(options["on"])
        if not calendar.current().is_workday(day):
            raise CommandError(f"{day} 不是工作日，不发提醒；顺延到{calendar.current().roll_forward(day)}。")
        at = datetime.combine(day, AT, clock.SHANGHAI)
        try:
            made = scheduler.by_hand("reminders", Period(str(day), at), now=max(at, clock.now()))
        except ValueError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{day}：新生成{made}条消息。")
