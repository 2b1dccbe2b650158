"""The business moment and day that a command is given; another than now only in a demonstration."""

from datetime import date, datetime

from django.conf import settings
from django.core.management.base import CommandError

from portal import clock


def business_moment(text: str | None) -> datetime:
    """Read 2021-09-27T08:30. Raises CommandError outside a demonstration."""
    if not text:
        return clock.now()
    if not settings.DEMO:
        raise CommandError("--now 只能在演示环境（DEMO）使用。")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"看不懂时间“{text}”，请写成 2021-09-27T08:30。") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.SHANGHAI)


def past_day(text: str) -> date:
    """Read 2021-09-27. A day to come is refused outside a demonstration. Raises CommandError."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"看不懂日期“{text}”，请写成 2021-09-27。") from error
    if day > clock.today() and not settings.DEMO:
        raise CommandError(f"{day} 还没有到，只有演示环境（DEMO）可以提前生成。")
    return day
