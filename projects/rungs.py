"""Versions of the ladder of reminders: a new one has a day and a reason, past ones stay (domain.md §6)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max

from portal import audit, clock
from portal.calendar import WorkCalendar
from portal.models import User
from portal.permissions import lead
from projects import ladder
from projects.choices import RungAct
from projects.models import ReminderRule, ReminderRung
from projects.models.weeks import week_of

FURTHEST = 30  # working days: with holidays still within the reach of the ladder


def words(rung: ReminderRung) -> str:
    """到期前7个工作日, 到期当天, 到期后1个工作日."""
    if not rung.days:
        return "到期当天"
    return f"到期{'后' if rung.days > 0 else '前'}{abs(rung.days)}个工作日"


def listed(rungs: Iterable[ReminderRung]) -> str:
    """Several in one sentence; 不单独提醒 when there are none."""
    return "、".join(words(one) for one in rungs) or "不单独提醒"


def in_force(day: date) -> ReminderRule | None:
    """The version that counts on a day."""
    return ReminderRule.objects.filter(effective_from__lte=day).order_by("-effective_from", "-version").first()


@transaction.atomic
def add_version(*, rungs: Sequence[ReminderRung], effective_from: date, reason: str, by: User) -> ReminderRule:
    """Make a new version of unsaved `rungs` that counts from its day on. Not for days gone by: what was told stays."""
    if not lead(by):
        raise PermissionDenied("提醒规则由业务负责人维护。")
    check(rungs)
    if not reason.strip():
        raise ValidationError({"reason": "请写明修改原因。"})
    if effective_from < clock.today():
        raise ValidationError({"effective_from": "启用日期不能早于今天，已发的提醒不会收回。"})
    number = (ReminderRule.objects.aggregate(last=Max("version"))["last"] or 0) + 1
    rule = ReminderRule(version=number, effective_from=effective_from, by=by, reason=reason.strip())
    rule.full_clean()
    rule.save()
    ReminderRung.objects.bulk_create(
        ReminderRung(rule=rule, days=one.days, act=one.act, for_key=one.for_key, for_others=one.for_others)
        for one in rungs
    )
    told = [f"{words(one)}:{one.act}:{'key' * one.for_key}:{'others' * one.for_others}" for one in rungs]
    day = effective_from.isoformat()
    audit.log("rules.reminders", by=by, obj=rule, version=number, effective_from=day, reason=reason.strip(), rungs=told)
    return rule


def check(rungs: Sequence[ReminderRung]) -> None:
    """Raise ValidationError unless each day stands once, within reach, and calls come after the day."""
    days = [one.days for one in rungs]
    if not any(one.for_key or one.for_others for one in rungs):
        raise ValidationError("至少保留一个启用的提醒时点。")
    if len(days) != len(set(days)):
        raise ValidationError("同一个时点写了两次，请合并成一行。")
    if any(abs(day) > FURTHEST for day in days):
        raise ValidationError(f"提醒时点不能超过到期前后{FURTHEST}个工作日。")
    early = [words(one) for one in rungs if one.days <= 0 and one.act != RungAct.MESSAGE]
    if early:
        raise ValidationError(f"{'、'.join(early)}还没有逾期，只能发消息，不能建议致电或发函。")


# --- what a version would mean -----------------------------------------------------------------------------------


def next_week(on: date) -> tuple[date, date]:
    return week_of(on + timedelta(days=7))


def messages(rungs: Iterable[ReminderRung], *, first: date, last: date, calendar: WorkCalendar) -> int:
    """How many reminders of nodes these rungs mean in those days as things stand: one per person and day."""
    told = [one for one in rungs if one.act == RungAct.MESSAGE]
    key = days_told((one for one in told if one.for_key), first=first, last=last, calendar=calendar)
    others = days_told((one for one in told if one.for_others), first=first, last=last, calendar=calendar)
    of = ladder.addressees(first)
    found = set()
    nodes = ladder.reminded(first).filter(current_to__in=[*key, *others]).select_related(*ladder.LOADED)
    for node in nodes:
        days = (key if node.code in ladder.KEY else others).get(node.current_to, ())
        found |= {(day, user.pk) for user in of(node) if not user.duty_in_digest for day in days}
    return len(found)


def days_told(
    rungs: Iterable[ReminderRung], *, first: date, last: date, calendar: WorkCalendar
) -> dict[date | None, set[date]]:
    """For each due day, the days from the first to the last on which a rung of it lies."""
    found: dict[date | None, set[date]] = defaultdict(set)
    for rung in rungs:
        for due in ladder.days_between(first - ladder.REACH, last + ladder.REACH):
            day = ladder.day_of(due, rung.days, calendar=calendar)
            if first <= day <= last:
                found[due].add(day)
    return dict(found)
