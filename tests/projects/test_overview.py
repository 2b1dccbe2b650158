"""统计分析: every number leads to a list that counts as many, every table adds up, kept figures are those counted."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest

from portal import clock
from projects import lifecycle, overview, overview_store, periods, reporting, tasks
from projects.choices import Hold, Stage, YearType
from projects.models import Milestone, MonthPlan, Project, StageBatch, StoredFigures, YearPlan
from tests.factories import ProjectFactory, park_manager
from tests.projects.register import by_number
from tests.projects.reporting.months import handed_in, month, opening, running
from tests.projects.test_listing import plain
from tests.projects.test_stats import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PAGE = "/overview/"
SHOWN = re.compile(r"<strong>[^<]*?(\d+)个</strong>")


def read(browser):
    return browser.get(PAGE).content.decode()


def rows(html, table):
    """The cells of a table of the page, as text, by the name of the line."""
    body = html.split(f'id="{table}"', 1)[1].split("</table>", 1)[0]
    lines = re.findall(r"<tr.*?</tr>", body, re.S)
    names = [re.search(r'data-copy-text="([^"]*)"', line).group(1) for line in lines[1:]]
    cells = [[plain(cell) for cell in re.findall(r"<td.*?</td>", line, re.S)] for line in lines[1:]]
    return dict(zip(names, cells, strict=True))


def charts(html):
    return json.loads(re.search(r'<script id="charts" type="application/json">(.*?)</script>', html, re.S).group(1))


def count_behind(browser, address):
    answer = browser.get(unescape(address).replace("/?", "/summary/?", 1)).content.decode()
    return int(SHOWN.search(answer).group(1))


@pytest.fixture
def batches():
    StageBatch.objects.filter(stage__in=[Stage.COMPLETED, Stage.CAPACITY]).update(batch="竣工投产")
    StageBatch.objects.filter(stage__in=[Stage.BUILDING, Stage.TRIAL]).update(batch="加快建设")
    StageBatch.objects.filter(stage__in=[Stage.SIGNED, Stage.PREPARING]).update(batch="争取开工")


def test_every_number_leads_to_a_list_that_counts_as_many(as_user, staff, register_2021, batches):
    building = Project.objects.filter(stage=Stage.BUILDING)
    building.filter(pk__lt=building[90].pk).update(stat_listed=True)
    building.filter(pk=building[0].pk).update(hold=Hold.SUSPENDED)
    browser = as_user(staff)
    html = read(browser)
    links = set(re.findall(r'<a[^>]*href="(/(?:projects|milestones)/\?[^"]+)"[^>]*>(\d+)</a>', html))

    assert len(links) > 250
    assert [(url, number) for url, number in links if count_behind(browser, url) != int(number)] == []


def test_every_bar_leads_to_the_list_of_its_line(as_user, staff, register_2021):
    browser = as_user(staff)
    html = read(browser)

    for key in ("units", "industries", "stages", "leaders"):
        chart = charts(html)[key]
        lines = {name: cells for name, cells in rows(html, key).items() if name in chart["labels"]}
        assert [count_behind(browser, url) for url in chart["urls"]] == [int(lines[n][0]) for n in chart["labels"]]


def test_each_table_adds_up_to_the_register(as_user, staff, register_2021, batches):
    html = read(as_user(staff))

    for key in ("units", "industries", "stages", "batches", "leaders"):
        whole, *lines = rows(html, key).items()
        counties = ("峨边县", "金口河区", "沐川县", "井研县", "市中区", "马边县")
        assert whole == ("合计", whole[1])
        assert sum(int(cells[0]) for name, cells in lines if name not in counties) == 279, key
    assert rows(html, "units")["合计"][:3] == ["279", "1380.00", "367.88"]


def test_units_have_the_figures_of_the_paper(as_user, staff, register_2021):
    found = rows(read(as_user(staff)), "units")

    for name, (
        count,
        total,
        plan,
        started,
        new,
        late_start,
        late_finish,
        finished,
        finishing,
        _,
        held,
    ) in TABLE.items():
        line = found[name]
        assert (line[0], line[1], line[2]) == (str(count), total, "–" if plan == "0.00" else plan)
        assert (line[3], line[4], line[6], line[7]) == (str(new), str(started), str(finishing), str(finished))
        assert line[-3:] == [str(late_start), str(late_finish), str(held)]


def test_a_leader_of_the_city_has_seventeen_projects(as_user, leader, register_2021):
    line = rows(read(as_user(leader)), "leaders")["演示市领导甲"]

    assert line[:2] == ["17", "138.38"]
    assert line[-3:] == ["7", "3", "1"]


def test_rates_are_shares_of_what_was_planned(as_user, staff):
    for stage, listed in [(Stage.BUILDING, True), (Stage.BUILDING, False), (Stage.PREPARING, None)]:
        ProjectFactory(unit="P01", stage=stage, stat_listed=listed)
    held = {"hold": Hold.SUSPENDED, "hold_reason": "缓建", "year_type": YearType.CONTINUING}
    ProjectFactory(unit="P01", stage=Stage.BUILDING, stat_listed=True, **held)

    line = rows(read(as_user(staff)), "units")["五通桥基地"]
    assert line[3:6] == ["3", "2", "66.7%"]
    assert line[9:12] == ["2", "1", "50.0%"]


def test_nobody_said_whether_projects_stand_in_the_statistics(as_user, staff):
    ProjectFactory(unit="P01", stage=Stage.BUILDING)
    html = read(as_user(staff))

    assert rows(html, "units")["五通桥基地"][9:12] == ["1", "0", "–"]
    assert "统计入库未填1个" in plain(html)


def test_a_year_without_projects_says_so(as_user, staff):
    html = read(as_user(staff))

    assert "这一年还没有项目" in html
    assert "data-chart" not in html


def test_a_year_without_plans_draws_no_line_of_nothing(as_user, staff):
    running(annual_plan=None)
    html = read(as_user(staff))

    assert "2021年度计划投资还没有下达，计划线暂缺。" in html
    assert list(charts(html)) == ["stages"]
    assert 'data-chart="curve"' not in html
    assert [plain(cell) for cell in re.findall(r"<td.*?</td>", html.split('id="curve"')[1].split("完成</th>")[0])] == [
        "–"
    ] * 12


def test_parks_do_not_see_the_city(as_user, park_user):
    assert as_user(park_user).get(PAGE).status_code == 403


@pytest.mark.parametrize("projects", [1, 3])
def test_the_page_costs_the_same_queries_for_one_and_three(as_user, staff, projects, django_assert_num_queries):
    for unit in ["P01", "P02", "P03"][:projects]:
        ProjectFactory(unit=unit, city_leader=f"演示市领导{unit}")
    browser = as_user(staff)
    read(browser)

    with django_assert_num_queries(18):
        read(browser)


# --- 投资完成曲线


def approved(project, period, done, *, staff):
    report = handed_in(project, period, by=park_manager("P01"), done=done)
    return reporting.approve(reports=[report], by=staff)


def counted():
    return overview.count(Project.objects.live().in_year(2021), Milestone.objects.in_register(2021),
                          on=clock.today(), year=2021)  # fmt: skip


def test_the_curve_ends_where_the_totals_stand(staff):
    first, second = (running(annual_plan=Decimal(1200)) for _ in range(2))
    running(annual_plan=Decimal(1200))  # never reports
    july = month(7, by=staff)
    for project, done in ((first, "700"), (second, "350")):
        opening(project, july, done, by=staff)
    periods.close(period=july, by=staff)
    august = month(8, by=staff)
    approved(first, august, "50.07", staff=staff)
    periods.close(period=august, by=staff)

    found = counted()
    assert found.curve.done == ((7, Decimal(1050)), (8, Decimal("1100.07")))
    assert found.curve.done[-1][1] == found.whole["all"].done
    assert found.curve.planned(8) == Decimal(2400)


@pytest.mark.parametrize(("by_months", "follows", "march"), [(960, True, 420), (950, False, 300)])
def test_the_plan_follows_months_where_they_cover_four_fifths(by_months, follows, march):
    """Of 1,200 in the year, 960 (80 %) are planned by months; the rest of 240 goes by 序时."""
    ProjectFactory(annual_plan=Decimal(by_months))
    plan = YearPlan.objects.get()
    for number, amount in ((1, 120), (2, 120), (3, 120), (4, by_months - 360)):
        MonthPlan.objects.create(plan=plan, month=number, planned=Decimal(amount))
    ProjectFactory(annual_plan=Decimal(1200 - by_months))

    curve = counted().curve
    assert (curve.follows_months, curve.planned(3), curve.planned(12)) == (follows, march, 1200)


def test_the_sentence_tells_how_the_plan_is_drawn(as_user, staff):
    ProjectFactory(annual_plan=Decimal(1000))
    assert "没有分月计划，计划线按序时" in read(as_user(staff))
    plan = YearPlan.objects.get()
    MonthPlan.objects.create(plan=plan, month=3, planned=Decimal(500))
    assert "分月计划只占年度计划的50.0%，不足80%" in read(as_user(staff))
    MonthPlan.objects.create(plan=plan, month=4, planned=Decimal(400))
    assert "分月计划占年度计划的90.0%" in read(as_user(staff))


# --- kept figures


@pytest.fixture
def large(monkeypatch, register_2021):
    monkeypatch.setattr(overview_store, "MANY", 100)


def test_kept_figures_are_those_counted_to_the_last_digit(staff, register_2021):
    Project.objects.filter(pk=by_number("070").pk).update(total_investment=Decimal("145000.07"))
    live = counted()

    row = overview_store.store(year=2021, on=clock.today())
    row.refresh_from_db()
    kept = overview.unpacked(row.content["counted"], on=row.on, year=2021)
    assert kept == live
    assert kept.whole["all"].total == Decimal("13800000.07")


def test_a_large_register_shows_when_it_was_counted(large, as_user, staff):
    browser = as_user(staff)
    first = read(browser)
    Project.objects.filter(pk=by_number("070").pk).update(stage=Stage.BUILDING)

    assert "统计时间" in first
    assert rows(read(browser), "stages") == rows(first, "stages")


def ten_minutes_later():
    StoredFigures.objects.update(made_at=clock.now() - timedelta(minutes=10))


def test_a_change_is_counted_after_ten_minutes(large, as_user, staff):
    read(as_user(staff))
    project = by_number("074")
    lifecycle.move_stage(project=project, to=Stage.BUILDING, version=project.version, by=staff, reason="开工")

    assert tasks.count_figures() == 0
    ten_minutes_later()
    assert "正在后台重新统计" in read(as_user(staff))
    assert tasks.count_figures() == 1
    assert tasks.count_figures() == 0
    assert "正在后台重新统计" not in read(as_user(staff))


def test_without_changes_nothing_is_counted_again(large, as_user, staff):
    read(as_user(staff))
    ten_minutes_later()

    assert tasks.count_figures() == 0


def test_a_new_day_and_a_closed_month_are_counted_at_once(large, as_user, staff, set_today):
    read(as_user(staff))
    august = month(8, by=staff)
    approved(by_number("041"), august, 5600, staff=staff)
    assert tasks.count_figures() == 0
    periods.close(period=august, by=staff)
    assert tasks.count_figures() == 1
    assert counted().month == 8
    set_today(clock.today() + timedelta(days=1))
    assert tasks.count_figures() == 1


def test_a_small_register_keeps_nothing(as_user, staff, register_2021):
    read(as_user(staff))

    assert tasks.count_figures() == 0
    assert not StoredFigures.objects.exists()
