"""Which projects a bulk edit is about: those ticked, or all that the filter of the list finds now."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.http import QueryDict

from portal import clock
from portal.models import User
from portal.text import whole_number
from projects import stats
from projects.filters import ProjectFilter, year_of, years
from projects.models.queries import ProjectQuerySet

MOST = 2000  # projects of one bulk edit


@dataclass(frozen=True)
class Selection:
    """What the list page sent. `seen`: how many projects it showed when everything was chosen."""

    query: QueryDict
    ids: tuple[int, ...] = ()
    everything: bool = False
    seen: int | None = None

    @property
    def year(self) -> int:
        return year_of(self.query.get("year"), years())

    @property
    def ids_text(self) -> str:
        return ",".join(str(pk) for pk in self.ids)


def read(data: QueryDict, query: QueryDict) -> Selection:
    """Read what was sent; crooked numbers are left out."""
    parts = [part for one in data.getlist("ids") for part in one.split(",")]
    ids = dict.fromkeys(number for part in parts if (number := whole_number(part)) is not None)
    return Selection(query, tuple(ids), data.get("all_matching") == "1", whole_number(data.get("seen")))


def find(chosen: Selection, *, user: User) -> ProjectQuerySet:
    """The chosen projects the person may see, in 台账顺序. Raises ValidationError when there are none, too many, or
    others than the person saw."""
    year = chosen.year
    if chosen.everything:
        found = ProjectFilter(chosen.query, user=user, year=year, on=clock.today()).qs
    else:
        found = stats.register(user, year=year).filter(pk__in=chosen.ids[: MOST + 1])
    count = found.count()
    if chosen.everything and count != chosen.seen:
        raise ValidationError(
            f"符合条件的项目现在是{count}个，您选择时看到的是{chosen.seen or 0}个。请返回项目库看过后重新选择。"
        )
    if not count:
        raise ValidationError("请先在项目库里选择项目。")
    if count > MOST:
        raise ValidationError(f"一次最多修改{MOST}个项目，现在选了{count}个，请缩小条件分几次办理。")
    return found.paper_order()
