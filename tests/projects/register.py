"""The bureau's workbook as rows of the database: the register every exact figure is tested on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl import load_workbook

from parks.models import County, Enterprise, Park, park_by_word
from portal import spans
from projects import derived, groups, lights, nodes, reference
from projects.choices import (
    HOLD_ALIASES,
    STAGE_ALIASES,
    ChainSegment,
    EntryStatus,
    IndustryGroup,
    Nature,
    Stage,
    YearType,
)
from projects.models import GroupEntry, Project, ProjectGroup, YearPlan

REGISTER_DAY = date(2021, 9, 27)
GROUP_WORDS = {"省重点(申报)": groups.PROVINCE_KEY, "市重点": groups.CITY_KEY, "县重点": groups.COUNTY_KEY}


@cache
def workbook_rows() -> list[dict[str, Any]]:
    """The 279 rows by heading, each date with the precision its number format shows."""
    sheet = load_workbook(reference.REGISTER).active
    heading = [cell.value for cell in sheet[3]]
    rows = []
    for cells in sheet.iter_rows(min_row=4):
        if isinstance(cells[0].value, int):
            rows.append({name: read(cell) for name, cell in zip(heading, cells, strict=True)})
    return rows


def read(cell: Any) -> Any:
    if hasattr(cell.value, "date"):
        day = cell.value.date()
        return spans.Span(day, day) if "d" in cell.number_format else spans.month(day)
    if isinstance(cell.value, str) and cell.value[:4].isdigit() and cell.value[4:5] == "年" and len(cell.value) < 11:
        return spans.parse(cell.value)
    return cell.value


def code(choices: Any, label: str | None) -> str:
    return next((value for value, word in choices.choices if word == label), "")


def amount(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass
class Reference:
    """The rows that a project refers to."""

    units: list[Park]
    counties: dict[str, County]
    enterprises: dict[str, Enterprise]

    def unit(self, row: dict[str, Any]) -> Park | None:
        unit = park_by_word(row["所在园区"], self.units) if row["所在园区"] else None
        if unit is None or unit.code != "P99":
            return unit
        county = self.counties[row["所在县(市、区)"]]
        return next(one for one in self.units if one.parent_id == unit.pk and one.county == county)


def reference_rows() -> Reference:
    names = dict.fromkeys(row["项目单位"] for row in workbook_rows())
    made = Enterprise.objects.bulk_create(Enterprise(name=name) for name in names)
    counties = {one.name: one for one in County.objects.all()}
    return Reference(list(Park.objects.select_related("county")), counties, {one.name: one for one in made})


def project_of(row: dict[str, Any], number: int, known: Reference) -> Project:
    start, finish, stage = row["计划开工时间"], row["计划竣工时间"], row["项目阶段"]
    project = Project(
        number=f"LS2021-{number:04d}",
        name=row["项目名称"],
        project_code=row["统一项目代码"],
        enterprise=known.enterprises[row["项目单位"]],
        unit=known.unit(row),
        county=known.counties.get(row["所在县(市、区)"]),
        industry_group=code(IndustryGroup, row["主导产业"]),
        chain_segment=code(ChainSegment, row["产业链环节"]),
        nature=code(Nature, row["建设性质"]),
        total_investment=amount(row["总投资(万元)"]),
        planned_start_from=start and start.start,
        planned_start_to=start and start.end,
        planned_finish_from=finish and finish.start,
        planned_finish_to=finish and finish.end,
        stage=STAGE_ALIASES.get(stage) or code(Stage, stage),
        hold=HOLD_ALIASES.get(stage, ""),
        city_leader=row["联系市领导"] or "",
        liaison=row["企业联络员"] or "",
        liaison_phone=row["联系电话"] or "",
        unverified=reference.is_public(row["项目名称"]),
        is_demo=not reference.is_public(row["项目名称"]),
        last_update_on=REGISTER_DAY,
    )
    project.search_text, project.due_on = derived.search_text(project), derived.due_on(project)
    return project


def plan_of(row: dict[str, Any], project: Project) -> YearPlan:
    kind, money = code(YearType, row["年度类型"]), amount(row["2021年计划投资(万元)"])
    plan = YearPlan(project=project, year=2021, year_type=kind, annual_plan=money)
    for name, value in derived.paper_columns(plan, project).items():
        setattr(plan, name, value)
    return plan


def entries_of(row: dict[str, Any], project: Project, lists: dict[str, ProjectGroup]) -> Iterator[GroupEntry]:
    slugs = {groups.INDUSTRIAL: EntryStatus.LISTED}
    if row["重点级别"]:
        slugs[GROUP_WORDS[row["重点级别"]]] = EntryStatus.APPLIED if "申报" in row["重点级别"] else EntryStatus.LISTED
    if row["六大光伏项目"] == "是":
        slugs[groups.MAJOR_PV] = EntryStatus.LISTED
    total = project.total_investment
    for slug, status in slugs.items():
        yield GroupEntry(group=lists[slug], project=project, status=status, amount_published=total)


def load() -> None:
    """Write the register of 2021 with its published lists; every project was updated today."""
    rows, known = workbook_rows(), reference_rows()
    lists = {one.slug: one for one in ProjectGroup.objects.filter(year=2021)}
    made = [project_of(row, number, known) for number, row in enumerate(rows, start=1)]
    pairs = list(zip(rows, Project.objects.bulk_create(made), strict=True))
    YearPlan.objects.bulk_create(plan_of(row, project) for row, project in pairs)
    GroupEntry.objects.bulk_create(entry for row, project in pairs for entry in entries_of(row, project, lists))
    nodes.fill(made)
    lights.refresh(made, on=REGISTER_DAY)


def by_number(number: str) -> Project:
    """The invented project with this number in its name: "070"."""
    return Project.objects.get(name__startswith=f"演示项目{number} ")
