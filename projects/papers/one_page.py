"""一页纸 of the city, of a unit, of a 市领导: the leaders' digest as a paper, one A4 page in 三号 type."""

from datetime import date

from parks.models import Park
from projects.choices import PaperKind
from projects.digests import leader, measure
from projects.digests.facts import CITY, LEADER, Facts, day_words, foot
from projects.models import Project
from projects.models.weeks import last_week
from projects.papers.paper import Paper

TITLE_LENGTH = 24  # of a name in the title, so that it takes two lines at most


def facts_of(scope: str, *, on: date, year: int | None = None) -> Facts:
    """The register of a scope on a day, with what changed in the week before; of another year than the day's."""
    first, last = last_week(on)
    facts = Facts(scope, first=first, last=last, on=on)
    if year:
        facts.year = year
    return facts


def one_page(scope: str, *, on: date, facts: Facts | None = None) -> Paper:
    """The 一页纸 of CITY, of a unit's code, or of LEADER and a name. Whether one may read it, the page asks before."""
    facts = facts or facts_of(scope, on=on)
    return Paper(
        kind=PaperKind.ONE_PAGE.value,
        scope=scope,
        title=f"{name_of(facts)}工业投资项目一页纸（截至{day_words(on)}）",
        sections=leader.sections(facts),
        foot=foot(facts, about="", red=False),
        as_of=f"{on.year}年{day_words(on)}",
        demo=bool(facts.demo),
    )


def name_of(facts: Facts) -> str:
    """全市, 五通桥基地, or 演示市领导甲联系."""
    if facts.leader:
        return f"{measure.cut(facts.leader, TITLE_LENGTH)}联系"
    if facts.scope == CITY:
        return "全市"
    return measure.cut("、".join(unit.name for unit in facts.units if unit.code == facts.scope), TITLE_LENGTH)


def scopes(*, year: int) -> list[tuple[str, str]]:
    """Every scope there is a 一页纸 of, with its name: the city, the units as on paper, the 市领导 of the year."""
    units = [(unit.code, unit.name) for unit in Park.objects.all().reporting()]
    return [(CITY, "全市"), *units, *((LEADER + name, name) for name in leaders(year))]


def leaders(year: int) -> list[str]:
    """The 市领导 who look after projects of the year."""
    named = Project.objects.live().in_year(year).exclude(city_leader="")
    return sorted(set(named.order_by().values_list("city_leader", flat=True)))
