"""The message of a day at the moment it is sent: which of its items still stand, and the words for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial

from django.db.models import Q

from parks.models import Park
from portal.choices import Role
from portal.mail import Items, Kind, may_see_details
from portal.models import OutgoingMail, OutgoingMailItem, User
from portal.outbox import Text
from projects import digests, ladder, late_issues, owed_reports, periods, reminders
from projects.models import Issue, Milestone, MonthlyReport, Project, ReportingPeriod
from projects.owed_reports import Owed
from projects.reminders import Told

NODE, WEEK, LIST = "node", "week", "list"  # subjects of items: a node's rung, the digest of a week, a Monday list
ISSUE = "issue"  # a 要素保障问题 that became late
MONTH, RETURNED = "month", "report"  # reports missing from a period, a report that was returned
TO_SUNDAY = timedelta(days=6)


@dataclass(frozen=True)
class Known:
    """What some people's items speak of, looked up at once: for whose eyes, and the nodes each is to be reminded of."""

    people: dict[int, User]
    scopes: dict[int, str]
    nodes: dict[int, Milestone]
    issues: dict[int, Issue]
    period: ReportingPeriod | None = None
    missing: tuple[Project, ...] = ()
    returned: dict[int, MonthlyReport] = field(default_factory=dict)
    found_standing: dict[int, list[Milestone]] = field(default_factory=dict)

    def standing(self, user: User, on: date) -> list[Milestone]:
        """What is overdue or due this week and the person's to answer for, looked up once for all these people."""
        if user.pk not in self.found_standing:
            self.found_standing.update(standing_of(self.people, self.scopes, on))
        return self.found_standing[user.pk]

    def node(self, item: OutgoingMailItem) -> Milestone | None:
        """The node if it is still among the person's own."""
        node = self.nodes.get(item.object_id) if item.subject == NODE else None
        return node if node and sees(self.scopes[item.user_id], node.project.unit) else None

    def issue(self, item: OutgoingMailItem) -> Issue | None:
        """The issue if it is still late after the day that was told, and of the person's units."""
        issue = self.issues.get(item.object_id) if item.subject == ISSUE else None
        mine = issue and issue.due_on == item.due and sees(self.scopes[item.user_id], issue.project.unit)
        return issue if mine else None

    def back(self, item: OutgoingMailItem) -> MonthlyReport | None:
        """The report if it is still returned since the moment that was told, and of the person's units."""
        report = self.returned.get(item.object_id) if item.subject == RETURNED else None
        if report is None or (owed_reports.returned_on(report), owed_reports.returned_level(report)) != (
            item.due, item.level,
        ):  # fmt: skip
            return None
        return report if sees(self.scopes[item.user_id], report.project.unit) else None

    def without_report(self, item: OutgoingMailItem) -> tuple[Project, ...]:
        """The person's projects that are still missing from the period, while it is open."""
        if item.subject != MONTH or self.period is None or self.period.pk != item.object_id:
            return ()
        return tuple(one for one in self.missing if one.unit and sees(self.scopes[item.user_id], one.unit))

    def owed(self, items: Items) -> Owed:
        """What the items say of the month."""
        missing = next((found for item in items if (found := self.without_report(item))), ())
        return Owed(self.period, missing, tuple(one for item in items if (one := self.back(item))))


def sees(scope: str, unit: Park | None) -> bool:
    """Whether what belongs to the unit is for these eyes: as `Project.objects.visible_to`."""
    own = scope.split(",")
    return scope == digests.CITY or bool(unit and (unit.code in own or (unit.parent and unit.parent.code in own)))


def look_up(people: Iterable[User], items: Items, on: date) -> Known:
    wanted = [item.object_id for item in items if item.subject == NODE]
    nodes = ladder.reminded(on).filter(pk__in=wanted).select_related(*ladder.LOADED, "project__unit__parent")
    late = [item.object_id for item in items if item.subject == ISSUE]
    issues = late_issues.told_of(on).filter(pk__in=late)
    back = [item.object_id for item in items if item.subject == RETURNED]
    period = periods.current() if any(item.subject == MONTH for item in items) else None
    returned = owed_reports.still_returned().filter(pk__in=back).select_related(*owed_reports.LOADED)
    known = {user.pk: user for user in people}
    return Known(
        known,
        digests.scopes(list(known.values()), on),
        {node.pk: node for node in nodes} if wanted else {},
        {one.pk: one for one in issues.select_related(*late_issues.LOADED)} if late else {},
        period,
        tuple(without_report(period)) if period else (),
        {one.pk: one for one in returned} if back else {},
    )


def without_report(period: ReportingPeriod) -> Iterable[Project]:
    """The projects missing from a period, in the order of paper."""
    return owed_reports.missing(Project.objects.live(), period).select_related("unit__parent").paper_order()


def known(kind: Kind, people: list[User], items: Items, on: date) -> Kind:
    """The kind that knows all this already."""
    found = look_up(people, items, on)
    return replace(
        kind,
        still_due=partial(still_due, known=found),
        render=partial(render, known=found),
        scope=lambda user, on: found.scopes[user.pk],
    )


def still_due(items: Items, on: date, *, known: Known | None = None) -> Items:
    """Which items of one person still stand: the digest if it is still wanted, a node that is still open, planned as it
    was told, not paused by a promise, and the person's own; a Monday list that is not empty."""
    found = known or look_up([item.user for item in items], items, on)
    return [item for item in items if stands(item, found, on)]


def stands(item: OutgoingMailItem, known: Known, on: date) -> bool:
    if item.subject == WEEK:
        return item.user.wants_digest and bool(known.scopes[item.user_id])
    if item.subject == LIST:
        return bool(known.standing(item.user, on))
    if item.subject == ISSUE:
        return known.issue(item) is not None
    if item.subject == RETURNED:
        return known.back(item) is not None
    if item.subject == MONTH:
        return bool(known.without_report(item))
    node = known.node(item)
    return node is not None and (item.level == ladder.BROKEN_PROMISE or node.current_to == item.due)


def render(mail: OutgoingMail, items: Items, on: date, *, known: Known | None = None) -> Text:
    """The digest of the week with what is new for the person before it, or what is new alone."""
    known = known or look_up([mail.user], items, on)
    told, scope = told_by(mail.user, items, on, known), known.scopes[mail.user_id]
    late = [issue for item in items if (issue := known.issue(item))]
    month = known.owed(items)
    detailed = may_see_details(mail.address)
    mondays = sorted(monday_of(item) for item in items if item.subject == WEEK)
    if not mondays:
        body = reminders.body(mail.user, told, rest_of(mail.user, told, known, on) if told else [], on, late, month)
        letter = body if detailed else reminders.brief(mail.user, told, on, late, month)
        return Text(reminders.subject(told, on, late, month), body, letter, scope=scope)
    first, last = mondays[0], mondays[-1] + TO_SUNDAY
    digest = digests.compose(mail.user, first=first, last=last, on=on, seen=scope)
    back = unsaid(month, digests.period_told(scope, first=first, last=last, on=on))
    new = reminders.new_counts(told, on, late, back)
    if new:
        digest = replace(digest, greeting=f"{digest.greeting}\n{reminders.preface(told, on, late, back)}")
    body = digests.text(digest)
    if not detailed:
        letter = "\n".join([*([f"今天提醒：{new}"] if new else []), digests.brief(digest)])
        return Text(digest.subject, body, letter, scope=scope)
    return Text(digest.subject, body, body, digests.html(digest), scope)


def unsaid(month: Owed, said: ReportingPeriod | None) -> Owed:
    """The returned reports of which the digest does not speak: it tells of one period, from the week of its deadline
    on."""
    return Owed(returned=tuple(one for one in month.returned if one.period != said))


def told_by(user: User, items: Items, on: date, known: Known) -> list[Told]:
    """The nodes the message speaks of; a Monday list is read anew, as it stands now."""
    told = {}
    for item in items:
        if node := known.node(item):
            told[node.pk] = Told(node, reminders.promised_day(item.level, item.due))
    if any(item.subject == LIST for item in items):
        for node in known.standing(user, on):
            told.setdefault(node.pk, Told(node, listed=True))
    return list(told.values())


def standing_of(people: Mapping[int, User], scopes: Mapping[int, str], on: date) -> dict[int, list[Milestone]]:
    """What is overdue or due this week of what each of these people sees and answers for. A clerk answers only for
    nodes of which he is the owner."""
    units = units_of(scopes[pk] for pk, user in people.items() if user.role == Role.PARK)
    clerks = [pk for pk, user in people.items() if user.role != Role.PARK]
    nodes = ladder.standing(on).filter(Q(project__unit__in=units) | Q(owner__in=clerks), project__deleted_no=0)
    of, found = ladder.addressees(on, units=units), {pk: list[Milestone]() for pk in people}
    for node in nodes.select_related(*ladder.ASKED, "project__unit__parent").only(*ladder.COLUMNS):
        for user in of(node):
            if user.pk in found and sees(scopes[user.pk], node.project.unit):
                found[user.pk].append(node)
    return found


def units_of(scopes: Iterable[str]) -> list[int]:
    """The units these scopes name, with those under them."""
    codes = {code for scope in scopes for code in scope.split(",") if code}
    return list(Park.objects.filter(Q(code__in=codes) | Q(parent__code__in=codes)).values_list("pk", flat=True))


def rest_of(user: User, told: list[Told], known: Known, on: date) -> list[Milestone]:
    """What else stands, beside the nodes told in full."""
    full = {one.node.pk for one in told}
    return [node for node in known.standing(user, on) if node.pk not in full]


def monday_of(item: OutgoingMailItem) -> date:
    return date.fromisocalendar(item.object_id // 100, item.object_id % 100, 1)


DAILY = Kind(still_due, render, scope=digests.scope, begin=digests.begin, known=known)
