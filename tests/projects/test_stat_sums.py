"""列统口径 in list, export, unit page and digest: one sum, 待统计 where no list named a project."""

import re
from decimal import Decimal

import pytest

from portal import clock
from portal.money import yi
from projects import groups, overview, overview_store, papers, stat_sums
from projects.digests.facts import CITY, Facts
from projects.exporting.columns import register
from projects.models import Project, ProjectGroup, StatFigure
from projects.models.weeks import last_week
from tests.factories import ProjectFactory, park_manager
from tests.projects.exporting.written import import_back, not_same, project_form
from tests.projects.test_listing import plain

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def figures(staff):
    """Of three projects two are named: one by the list of 8月, one by that of 7月 alone."""
    made = [ProjectFactory(name=name, unit="P01") for name in ("甲项目", "乙项目", "丙项目")]
    for project, month, amount in ((0, 7, "100.10"), (0, 8, "12345.67"), (1, 7, "500.05")):
        StatFigure.objects.create(project=made[project], year=2021, month=month, ytd_done=Decimal(amount), by=staff)
    return made


def total(**conditions):
    return stat_sums.total(Project.objects.filter(**conditions).in_year(2021), year=2021)


def test_the_newest_figure_of_each_project_is_added_up_exactly(figures):
    assert total() == stat_sums.Known(8, Decimal("12845.72"), 2)


def test_before_a_list_there_is_no_sentence(figures):
    assert total(name="丙项目").sentence == ""


def test_unit_page_and_digest_say_the_same_sum(figures, as_user, staff):
    unit = plain(as_user(staff).get("/parks/P01/figures/").content.decode())
    first, last = last_week(clock.today())
    facts = Facts(CITY, first=first, last=last, on=clock.today())

    assert f"列统口径1—8月完成投资{yi(total().done)}亿元已列统2个" in unit
    assert facts.stat_words == "列统口径1—8月完成投资1.28亿元（已列统2个）。"


def test_the_whole_register_says_it_in_statistics_bulletin_and_kept_figures(figures, as_user, staff):
    told = "列统口径1—8月完成投资{}亿元（已列统2个）。"
    kept = overview_store.store(year=2021, on=clock.today())
    kept.refresh_from_db()

    assert told.format("1.28") in plain(as_user(staff).get("/overview/").content.decode())
    assert told.format("1.3") in papers.bulletin(papers.facts_of("city", on=clock.today())).text
    assert overview.unpacked(kept.content["counted"], on=kept.on, year=2021).stat == total()


def test_the_list_shows_the_column_to_who_chose_it(figures, as_user, staff):
    staff.list_columns = ["total", "stat"]
    staff.save()
    text = plain(as_user(staff).get("/projects/").content.decode())

    assert "列统1—8月亿元" in text
    assert cells(as_user(staff)) == {"甲项目": "1.23", "乙项目": "0.051—7月", "丙项目": "待统计"}


def cells(browser):
    page = browser.get("/projects/").content.decode()
    rows = re.findall(r"<tr[^>]*>.*?</tr>", page, re.S)
    found = {}
    for row in rows:
        name = re.search(r"(甲|乙|丙)项目", row)
        cell = re.search(r'data-label="列统完成">(.*?)</td>', row, re.S)
        if name and cell:
            found[name.group()] = plain(cell.group(1))
    return found


def test_the_export_names_amount_and_month_and_its_sum(figures, staff):
    listing = project_form(staff, "data").listing
    shown = {one.key: one for one in listing.all_columns}
    rows = [(line.project.name, shown["stat"].value(line), shown["stat_span"].value(line)) for line in listing.lines()]

    assert sorted(rows) == [
        ("丙项目", None, "待统计"), ("乙项目", Decimal("500.05"), "1—7月"), ("甲项目", Decimal("12345.67"), "1—8月")
    ]  # fmt: skip
    assert listing.sums(listing.projects)["stat"] == Decimal("12845.72")


def test_without_a_list_the_export_has_no_such_column():
    assert "stat" not in [one.key for one in register(2021, 8)]


@pytest.mark.parametrize("kind", ["data", "paper"])
def test_the_columns_come_back_unchanged(figures, staff, settings, tmp_path, kind):
    settings.MEDIA_ROOT = tmp_path
    staff.list_columns = ["unit", "total", "type", "stage", "stat"]
    industrial = ProjectGroup.objects.get(slug="industrial", year=2021)
    for project in figures:
        groups.enter(project=project, group=industrial, by=staff)

    batch = import_back(project_form(staff, kind), by=staff, folder=tmp_path)

    assert not_same(batch) == []
    assert batch.counts["same"] == len(figures)


def test_a_park_reads_the_sum_of_its_own_projects(figures, staff, as_user):
    foreign = ProjectFactory(name="外项目", unit="P02")
    StatFigure.objects.create(project=foreign, year=2021, month=8, ytd_done=Decimal(99999), by=staff)

    assert "1.28亿元" in plain(as_user(park_manager("P01")).get("/parks/P01/figures/").content.decode())
