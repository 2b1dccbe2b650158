"""One look of the scheduler by hand: the same as beat and the mailer loop do."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import scheduler
from portal.moments import business_moment


class Command(BaseCommand):
    help = "看一遍有没有到期的提醒和周调度，生成消息（不发送；发送用 mailer）。重复运行不会重复生成。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="业务时间，如 2021-09-27T08:30；只能在演示环境使用")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"新生成{scheduler.tick(now=business_moment(options['now']))}条消息。")
