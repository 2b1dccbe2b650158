"""Letting the days of a test pass as they do in production: the clock, one look of the scheduler, the mail."""

from datetime import date, datetime, time

from portal import clock, mail, scheduler
from portal.models import OutgoingMail
from projects import nodes as following
from projects.choices import Stage, YearType
from tests.factories import ProjectFactory, park


def at(day, hour=9, minute=0):
    return datetime.combine(day, time(hour, minute), clock.SHANGHAI)


def live(set_today, day, hour=9):
    """One morning: tick and drain; returns the messages made on that day."""
    set_today(day)
    before = set(OutgoingMail.objects.values_list("pk", flat=True))
    scheduler.tick(now=at(day, hour))
    while mail.drain(now=at(day, hour)):
        pass
    return list(OutgoingMail.objects.exclude(pk__in=before).order_by("user__username"))


def span(year, month, day):
    """Fields of a node due on that day."""
    due = date(year, month, day)
    return {"planned_start_from": due, "planned_start_to": due}


def start(**changes):
    fields = {"unit": park("P01"), "stage": Stage.PREPARING, "year_type": YearType.NEW, **span(2021, 9, 30)}
    made = ProjectFactory(**{**fields, **changes})
    following.follow([made], by=None, reason="测试")
    return made


def names(messages):
    return [one.user.username for one in messages]
