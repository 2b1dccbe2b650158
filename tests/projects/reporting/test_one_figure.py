"""完成投资 of a random register: 工作台, list, 统计分析, unit page, digest and export agree to the last digit."""

import io
import random
import re
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from portal.money import yi
from projects import digests, groups, investment, overview, overview_store, periods
from projects.choices import Hold, Stage, YearType
from projects.models import Project, ProjectGroup, YearPlan
from projects.models.sets import must_report
from tests.factories import park
from tests.projects.exporting.written import import_back, not_same, project_form
from tests.projects.reporting.months import month, opening, running

pytestmark = pytest.mark.django_db
PROJECTS = 40


@pytest.fixture
def register(staff):
    """Projects with amounts of any cents, some of which reported nothing, by the closed August."""
    dice = random.Random(7)
    august = month(8, by=staff)
    for _ in range(PROJECTS):
        project = running(
            unit=park(dice.choice(["P01", "P02"])), annual_plan=Decimal(dice.randrange(1, 10**7)) / 100,
            stage=dice.choice([Stage.BUILDING, Stage.COMPLETED, Stage.PREPARING]),
            year_type=dice.choice([YearType.CONTINUING, YearType.RESERVE]),
            hold=dice.choice([Hold.NONE, Hold.NONE, Hold.SUSPENDED]), hold_reason="缓建",
        )  # fmt: skip
        if dice.random() < 0.7:
            opening(project, august, Decimal(dice.randrange(0, 10**7)) / 100, by=staff)
    periods.close(period=august, by=staff)


@pytest.fixture
def exact(register):
    """By hand from the rows: 万元 of all projects and of 五通桥, and what the whole is in words."""
    plans = YearPlan.objects.select_related("project__unit")
    of = {"": plans, "P01": [one for one in plans if one.project.unit.code == "P01"]}
    done = {code: sum((one.done or Decimal(0) for one in some), Decimal(0)) for code, some in of.items()}
    return {code: investment.Done(8, done[code], sum(one.annual_plan for one in some)) for code, some in of.items()}


def plain(page):
    return re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", page.content.decode()))


def exported(browser, query):
    book = load_workbook(io.BytesIO(b"".join(browser.get(f"/projects/export.xlsx?{query}").streaming_content)))
    return list(book.worksheets[0].iter_rows(min_row=3, values_only=True))


def overview_line(browser, code):
    """The cells of 合计 or of 五通桥 in 统计分析."""
    table = browser.get("/overview/").content.decode().split('id="units"', 1)[1]
    line = re.search(rf'data-copy-text="{"五通桥基地" if code else "合计"}".*?</tr>', table, re.S).group(0)
    return [re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", cell)) for cell in re.findall(r"<td.*?</td>", line, re.S)]


def total_investment(code):
    return sum(one.total_investment for one in Project.objects.filter(**({"unit__code": code} if code else {})))


def test_kept_figures_are_the_same_to_the_last_digit(exact, staff):
    row = overview_store.store(year=2021, on=date(2021, 9, 27))
    row.refresh_from_db()
    kept = overview.unpacked(row.content["counted"], on=row.on, year=2021)

    assert kept.whole.done(kept.month) == exact[""]
    assert kept.parts["unit"][park("P01").pk].done(kept.month) == exact["P01"]
    assert kept.curve.done[-1] == (8, exact[""].done)
    for name, parts in kept.parts.items():
        assert sum(one["all"].done for one in parts.values()) == exact[""].done, name


@pytest.mark.parametrize("code", ["", "P01"])
def test_every_place_says_the_same(exact, as_user, staff, code):
    browser, whole = as_user(staff), exact[code]
    said = [f"{yi(whole.done)}亿元", whole.rate_words, investment.gap_words(whole.gap)]
    park_query = f"park={code}&" if code else ""

    assert whole.words in plain(browser.get(f"/projects/summary/?{park_query}"))
    summary = browser.get(f"/projects/summary/?{park_query}").content.decode()
    assert f'<td class="num">{yi(whole.done)}</td>' in summary.replace(" card-hide", "")
    if code:
        unit = plain(browser.get(f"/parks/{code}/figures/"))
        assert f"1—8月完成投资{said[0]}" in unit
        assert f"完成年度计划{said[1]}较序时（66.7%）{whole.gap_signed}" in unit
        assert f"{yi(whole.done)}{said[1]}{whole.gap_signed}" in plain(browser.get("/"))
    else:
        assert whole.words in plain(browser.get("/"))
        week = {"first": date(2021, 9, 20), "last": date(2021, 9, 26), "on": date(2021, 9, 27), "memo": {}}
        assert whole.words in digests.text(digests.compose(staff, **week))
    line = overview_line(browser, code)
    assert [yi(whole.done), whole.rate_words, whole.gap_signed] == line[3:6]
    head, *rows = exported(browser, f"{park_query}form=paper")
    assert [int(line[0]), line[1]] == [len([row for row in rows[1:] if row[1]]), yi(total_investment(code))]
    total = dict(zip(head, rows[0], strict=True))
    assert Decimal(str(total["1—8月完成投资(万元)"])).quantize(Decimal("0.01")) == whole.done


def test_the_rows_of_the_export_add_up_and_mark_who_did_not_report(exact, as_user, staff):
    head, *rows = exported(as_user(staff), "form=data")
    lines = [dict(zip(head, row, strict=True)) for row in rows if row[1]]

    done = sum(Decimal(str(line["1—8月完成投资(万元)"] or 0)) for line in lines)
    assert done.quantize(Decimal("0.01")) == exact[""].done
    missing = Project.objects.in_year(2021).filter(must_report()).exclude(plan__done_month=8)
    assert {line["系统编号"] for line in lines if line["未报"]} == set(missing.values_list("number", flat=True))


@pytest.mark.parametrize("kind", ["data", "paper"])
def test_the_new_columns_come_back_unchanged(register, staff, tmp_path, settings, kind):
    settings.MEDIA_ROOT = tmp_path
    staff.list_columns = ["unit", "total", "plan", "done", "rate", "gap", "type", "stage"]
    industrial = ProjectGroup.objects.get(slug="industrial", year=2021)
    for project in Project.objects.all():
        groups.enter(project=project, group=industrial, by=staff)

    batch = import_back(project_form(staff, kind), by=staff, folder=tmp_path)

    assert not_same(batch) == []
    assert batch.counts["same"] == PROJECTS
    assert not batch.summary.get("questions")


def test_the_list_marks_the_same_rows(register, as_user, staff):
    page = as_user(staff).get("/projects/?per_page=100").content.decode()

    missing = Project.objects.in_year(2021).filter(must_report(), plan__done=None).count()
    assert page.count("未报</div>") == missing
    assert "1—8月亿元" in page
