"""What a bulk edit asks for: exactly one thing, its new value, and why."""

from dataclasses import asdict, dataclass
from typing import Any

from parks.models import Park
from portal import spans
from portal.models import User
from portal.spans import Span
from projects import words
from projects.choices import EntryStatus, Stage, YearType
from projects.models import ImportBatch, ProjectGroup

OWNER, STAGE, GROUP, TYPE, UNIT = "bureau_owner", "stage", "group", "year_type", "unit"
NOBODY = "none"  # the value of “不指定” for the owner
GROUP_WORDS = {
    EntryStatus.LISTED: "已列入",
    EntryStatus.APPLIED: "申报中",
    EntryStatus.LEFT: "退出",
}


@dataclass(frozen=True)
class Wish:
    """`value`: the key of the person, the code of the unit, the slug of the list, or the choice itself; `status`: how
    the projects shall stand in the list; `actual`: the day of the stage, as written."""

    act: str
    value: str
    reason: str
    status: str = ""
    actual: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Target:
    """A wish with what it speaks of, read from the database once."""

    wish: Wish
    year: int
    person: User | None = None
    unit: Park | None = None
    group: ProjectGroup | None = None

    @property
    def span(self) -> Span | None:
        return spans.parse(self.wish.actual) if self.wish.actual else None

    @property
    def title(self) -> str:
        """What the batch is called: 项目阶段改为“在建”."""
        if self.group:
            return f"专题“{self.group.short_name}”：{GROUP_WORDS[EntryStatus(self.wish.status)]}"
        return f"{words.label(self.wish.act)}改为“{self.new}”"

    @property
    def new(self) -> str:
        """The new value in words."""
        act = self.wish.act
        if act == OWNER:
            return str(self.person) if self.person else "不指定"
        if act == UNIT:
            return str(self.unit)
        return str((Stage if act == STAGE else YearType)(self.wish.value).label)


def target_of(wish: Wish, *, year: int) -> Target:
    """Read what the wish speaks of. Raises DoesNotExist when it is gone."""
    if wish.act == OWNER and wish.value != NOBODY:
        return Target(wish, year, person=User.objects.get(pk=wish.value))
    if wish.act == UNIT:
        return Target(wish, year, unit=Park.objects.select_related("county").get(code=wish.value))
    if wish.act == GROUP:
        return Target(wish, year, group=ProjectGroup.objects.get(slug=wish.value, year=year))
    return Target(wish, year)


def of_batch(batch: ImportBatch) -> Target:
    return target_of(Wish(**batch.mapping), year=batch.year)
