"""Which 要素保障问题 a list shows: by state, category, unit and level. What is not known narrows nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from parks.models import Park
from portal.models import User
from projects import reasons
from projects.choices import IssueLevel, IssueState, Reason
from projects.filters import units_of
from projects.models import Issue
from projects.models.issues import IssueQuerySet

Choices = list[tuple[str, str]]
STATES: dict[str, str] = {
    "": "未办结",
    "new": "待交办",
    "working": "办理中",
    "overdue": "超期",
    "solved": "待销号",
    "closed": "已销号",
    "all": "全部",
}
COUNT_OF = {"": "open"}


@dataclass
class IssueFilter:
    """The list under the conditions of an address, as the person sees it on a day."""

    asked: Mapping[str, str]
    user: User
    on: date
    units: list[Park] = field(init=False)

    def __post_init__(self) -> None:
        self.units = list(units_of(self.user, on=self.on))
        given = {name: self.asked.get(name, "") for name in ("state", *self.choices)}
        self.chosen = {name: value if value in dict(self.offered(name)) else "" for name, value in given.items()}

    @cached_property
    def choices(self) -> dict[str, Choices]:
        return {
            "category": list(Reason.choices),
            "park": [(one.code, one.name) for one in self.units],
            "level": list(IssueLevel.choices),
        }

    def offered(self, name: str) -> Choices:
        return list(STATES.items()) if name == "state" else self.choices[name]

    @property
    def state(self) -> str:
        return self.chosen["state"]

    @cached_property
    def within(self) -> IssueQuerySet:
        """What the conditions beside the state leave."""
        found = Issue.objects.visible_to(self.user)
        if self.chosen["category"]:
            found = found.filter(category=self.chosen["category"])
        if self.chosen["level"]:
            found = found.filter(level=self.chosen["level"])
        if unit := next((one for one in self.units if one.code == self.chosen["park"]), None):
            found = found.filter(project__unit__in=[one.pk for one in self.units if unit.pk in (one.pk, one.parent_id)])
        return found  # type: ignore[no-any-return]

    @property
    def qs(self) -> IssueQuerySet:
        """The issues in the order of the 台账; closed ones the newest first."""
        if self.state == "overdue":
            return self.within.overdue(on=self.on).ledger_order()
        if self.state == IssueState.CLOSED:
            return self.within.filter(state=self.state).order_by("-closed_on", "-pk")
        if self.state == "all":
            return self.within.ledger_order()
        return (self.within.filter(state=self.state) if self.state else self.within.open()).ledger_order()

    @cached_property
    def counts(self) -> dict[str, int]:
        return reasons.issue_counts(self.within, on=self.on)

    def count_of(self, state: str) -> int:
        return self.counts[COUNT_OF.get(state, state)]

    @property
    def conditions(self) -> list[str]:
        """The conditions in words, the state first."""
        told = [dict(self.offered(name))[value] for name, value in self.chosen.items() if value and name != "state"]
        return [STATES[self.state], *map(str, told)]
