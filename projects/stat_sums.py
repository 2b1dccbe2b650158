"""What is known by 列统口径: of a project its newest figure, together their sum. Never mixed with 项目口径.

Amounts in 万元. A project no list has named yet is 待统计; one the newest list leaves out keeps its last figure, with
the month of that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery, Sum

from portal.money import round_half_up, yi
from projects.models import StatFigure

UNKNOWN, LABEL = "待统计", "列统口径完成投资"
FIELDS = (("done", "ytd_done"), ("month", "month"))


@dataclass(frozen=True)
class Known:
    """列统口径 of some projects up to the newest month among them; `count` of them were named by a list."""

    month: int | None
    done: Decimal
    count: int

    @property
    def label(self) -> str:
        """列统口径1—8月完成投资."""
        return LABEL if self.month is None else label(self.month)

    @property
    def sentence(self) -> str:
        return self.said()

    def said(self, places: int = 2) -> str:
        """列统口径1—8月完成投资12.34亿元（已列统56个）。 Nothing before a list was imported."""
        return f"{self.label}{yi(self.done, places)}亿元（已列统{self.count}个）。" if self.month else ""


def label(month: int) -> str:
    return f"列统口径1—{month}月完成投资"


def of_row(year: int) -> dict[str, Subquery]:
    """Annotations of projects: `stat_done` and `stat_month`, the newest figure of each; None is 待统计."""
    newest = StatFigure.objects.filter(project=OuterRef("pk"), year=year).order_by("-month")
    return {f"stat_{name}": Subquery(newest.values(field)[:1]) for name, field in FIELDS}


def total(projects: QuerySet[Any], *, year: int) -> Known:
    """The newest figures of the projects together. One query."""
    later = StatFigure.objects.filter(project=OuterRef("project"), year=year, month__gt=OuterRef("month"))
    newest = StatFigure.objects.filter(~Exists(later), year=year, project__in=projects.order_by().values("pk"))
    found = newest.order_by().aggregate(done=Sum("ytd_done"), count=Count("pk"), month=Max("month"))
    # SQLite adds in floating point: give the sum its two decimals back.
    return Known(found["month"], round_half_up(Decimal(found["done"] or 0), 2), found["count"])


def newest(*, year: int, before: int = 13, projects: Iterable[int] | None = None) -> dict[int, StatFigure]:
    """The newest figure of each project in the year, from months before that one."""
    found = StatFigure.objects.filter(year=year, month__lt=before)
    if projects is not None:
        found = found.filter(project__in=list(projects))
    return {one.project_id: one for one in found.order_by("month")}


def month_of(year: int) -> int | None:
    """The newest month of the year a list was imported for."""
    found: int | None = StatFigure.objects.filter(year=year).aggregate(month=Max("month"))["month"]
    return found
