"""The message of a day at the moment it is sent: which of its items still stand, and the words for them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from portal.choices import Role
from portal.mail import Items, Kind, may_see_details
from portal.models import OutgoingMail, OutgoingMailItem, User
from portal.outbox import Text
from projects import digests, ladder, reminders
from projects.models import Milestone, Project
from projects.models.milestones import MilestoneQuerySet
from projects.reminders import Told

NODE, WEEK, LIST = "node", "week", "list"  # subjects of items: a node's rung, the digest of a week, a Monday list
TO_SUNDAY = timedelta(days=6)
COUNTED = ("current_to", "project__unit", "project__park_owner", "owner__is_active", "owner__role")  # of the rest


def still_due(items: Items, on: date) -> Items:
    """Which items of one person still stand: the digest if it is still wanted, a node that is still open, planned as it
    was told, not paused by a promise, and the person's own; a Monday list that is not empty."""
    nodes = {node.pk: node for node in nodes_of_items(items, on)}
    return [item for item in items if stands(item, nodes, on)]


def nodes_of_items(items: Items, on: date) -> list[Milestone]:
    """Of the nodes these items speak of, those their person is still to be reminded of."""
    wanted = [item.object_id for item in items if item.subject == NODE]
    if not wanted:
        return []
    visible = Project.objects.visible_to(items[0].user)
    nodes = ladder.reminded(on).filter(pk__in=wanted, project__in=visible)
    return list(nodes.select_related(*ladder.LOADED))


def stands(item: OutgoingMailItem, nodes: dict[int, Milestone], on: date) -> bool:
    if item.subject == WEEK:
        return item.user.wants_digest and bool(digests.scope(item.user, on))
    if item.subject == LIST:
        return bool(own_standing(item.user, on))
    node = nodes.get(item.object_id)
    return node is not None and (item.level == ladder.BROKEN_PROMISE or node.current_to == item.due)


def render(mail: OutgoingMail, items: Items, on: date) -> Text:
    """The digest of the week with what is new for the person before it, or what is new alone."""
    told, scope = told_by(mail.user, items, on), digests.scope(mail.user, on)
    detailed = may_see_details(mail.address)
    mondays = sorted(monday_of(item) for item in items if item.subject == WEEK)
    if not mondays:
        body = reminders.body(mail.user, told, rest_of(mail.user, told, on), on)
        letter = body if detailed else reminders.brief(mail.user, told, on)
        return Text(reminders.subject(told, on), body, letter, scope=scope)
    digest = digests.compose(mail.user, first=mondays[0], last=mondays[-1] + TO_SUNDAY, on=on)
    if told:
        digest = replace(digest, greeting=f"{digest.greeting}\n{reminders.preface(told, on)}")
    body = digests.text(digest)
    if not detailed:
        return Text(digest.subject, body, digests.brief(digest), scope=scope)
    return Text(digest.subject, body, body, digests.html(digest), scope)


def told_by(user: User, items: Items, on: date) -> list[Told]:
    """The nodes the message speaks of; a Monday list is read anew, as it stands now."""
    found = {node.pk: node for node in nodes_of_items(items, on)}
    told = {}
    for item in items:
        if item.subject == NODE and item.object_id in found:
            promised = reminders.promised_day(item.level, item.due)
            told[item.object_id] = Told(found[item.object_id], promised)
    if any(item.subject == LIST for item in items):
        for node in own_standing(user, on):
            told.setdefault(node.pk, Told(node))
    return list(told.values())


def own_standing(user: User, on: date) -> list[Milestone]:
    """What is overdue or due this week and this person's to answer for."""
    return answered_by(user, standing_of(user, on).select_related(*ladder.LOADED), on)


def standing_of(user: User, on: date) -> MilestoneQuerySet:
    """The same for all whom the person shares a unit with. A clerk answers only for nodes of which he is the owner."""
    nodes = ladder.standing(on).filter(project__in=Project.objects.visible_to(user))
    return nodes if user.role == Role.PARK else nodes.filter(owner=user)


def answered_by(user: User, nodes: Iterable[Milestone], on: date) -> list[Milestone]:
    nodes = list(nodes)
    of = ladder.addressees(on, units={node.project.unit_id for node in nodes if node.project.unit_id})
    return [node for node in nodes if user in of(node)]


def rest_of(user: User, told: list[Told], on: date) -> list[Milestone]:
    """What else stands, beside the nodes told in full."""
    others = standing_of(user, on).exclude(pk__in=[one.node.pk for one in told])
    return answered_by(user, others.select_related("project", "owner").only(*COUNTED), on)


def monday_of(item: OutgoingMailItem) -> date:
    return date.fromisocalendar(item.object_id // 100, item.object_id % 100, 1)


DAILY = Kind(still_due, render, scope=digests.scope, begin=digests.begin)
