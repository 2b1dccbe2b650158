"""提醒对账: which items people should have been told and were not; what changed after the run is not missing."""

from datetime import date, datetime

from django.db.models import Q

from parks.models import ParkAssignment
from portal import calendar
from portal.calendar import WorkCalendar
from portal.models import AuditEntry, OutgoingMailItem, ScheduledRun, User
from portal.outbox import Item
from portal.scheduler import Check
from projects import handing_over
from projects.daily import ISSUE, LIST, MONTH, RETURNED, WEEK
from projects.models import Issue, Milestone, MonthlyReport, ProgressNote, Project, ReportingPeriod
from projects.models.queries import ProjectQuerySet
from projects.owed import ONE_DAY, REPEAT_DAYS, Planned, untold


def compare(run: ScheduledRun, found: list[Planned], on: date) -> Check:
    """Which items are missing; what somebody changed after the run is not missing but comes with the next one."""
    count, missing, days = 0, [], calendar.current()
    new = handing_over.newcomers([one.user.pk for one in found], on=on)
    for planned, left in untold(found):
        count += len(planned.items)
        if planned.user.pk in new or not (left and was_there(planned.user, run.started_at)):
            continue
        missing += [f"{planned.user.username}:{item.subject}:{item.object_id}:{item.level}" for item in left
                    if not (item.subject == LIST and list_may_wait(planned.user, on, days))
                    and not changed_since(item, run.started_at, planned)]  # fmt: skip
    return Check(count, tuple(missing))


def was_there(user: User, moment: datetime) -> bool:
    """Whether the person had the account, and these preferences, at the moment."""
    enabled = AuditEntry.objects.filter(action="person.enable", object_id=str(user.pk), at__gt=moment)
    return user.preferences_at <= moment and not enabled.exists()


def list_may_wait(user: User, on: date, days: WorkCalendar) -> bool:
    """Whether the person had a Monday list within the days in which an equal one waits, or a colleague of a unit came
    or went on that day: what was the other's then stands in the next list."""
    last = OutgoingMailItem.objects.filter(user=user, subject=LIST, due__lte=on).order_by("due").last()
    own = ParkAssignment.objects.filter(user=user).values("park")
    turned = ParkAssignment.objects.filter(Q(from_date__gte=on) | Q(to_date__gte=on - ONE_DAY), park__in=own)
    return (last is not None and days.count(last.due, on) < REPEAT_DAYS) or turned.exists()


def changed_since(item: Item, moment: datetime, planned: Planned) -> bool:
    """Whether what the item comes from changed after the moment: an issue, reports, a node, its project or what was
    said of it; for a list any of its nodes; for who reads only red lights anything that may have lit one."""
    if item.subject == ISSUE:
        changed = Issue.history.filter(id=item.object_id, history_date__gt=moment)
        return changed.exists() or stirred(Project.objects.filter(issues=item.object_id), moment)
    if item.subject == RETURNED:
        return stirred(Project.objects.filter(reports=item.object_id), moment)
    if item.subject == MONTH:
        opened = ReportingPeriod.objects.filter(pk=item.object_id, opened_at__gt=moment)
        return opened.exists() or stirred(Project.objects.visible_to(planned.user), moment)
    if item.subject == WEEK:
        return planned.user.only_red and stirred(Project.objects.visible_to(planned.user), moment)
    if item.subject == LIST:
        return stirred(Project.objects.filter(pk__in=[one.node.project_id for one in planned.nodes]), moment)
    node = Milestone.objects.filter(pk=item.object_id).first()
    return node is None or stirred(Project.objects.filter(pk=node.project_id), moment)


def stirred(projects: ProjectQuerySet, moment: datetime) -> bool:
    """Whether anything of these projects changed after the moment: facts, nodes, reports, what was said."""
    keys = list(projects.order_by().values_list("pk", flat=True))
    own = Project.history.filter(id__in=keys, history_date__gt=moment)
    parts = [model.history.filter(project__in=keys, history_date__gt=moment) for model in (Milestone, MonthlyReport)]
    said = ProgressNote.objects.filter(project__in=keys, created_at__gt=moment)
    return any(one.exists() for one in (own, *parts, said))
