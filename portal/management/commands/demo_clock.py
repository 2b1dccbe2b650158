"""Stepping the business clock of a demonstration."""

from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock


class Command(BaseCommand):
    help = "把演示时钟向前拨若干天，例如 demo_clock +3。只能向前；没有 DEMO 时不可用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("days", help="天数，如 +3")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("不是演示环境（没有设置 DEMO），时钟不能拨动。")
        try:
            day = clock.step_demo(days=int(options["days"]))
        except ValueError as error:
            raise CommandError("演示时钟只能向前拨，请给出大于0的整天数，例如 +3。") from error
        follow_the_day()
        self.stdout.write(f"演示时钟：{day.isoformat()}")


def follow_the_day() -> None:
    """Run at once what otherwise the worker does every few minutes; no broker is needed."""
    current_app.loader.import_default_modules()
    for name in settings.CLOCK_TASKS:
        current_app.tasks[name].apply(throw=True)
