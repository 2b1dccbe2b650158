"""The months of the sample: the figures of users.md §4.1 to the last digit, by the product's own rules."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from portal import clock
from portal.models import User
from portal.money import yi
from projects import digests, investment, lights, overview_store, owed_reports, papers, periods, reporting, stats
from projects.choices import BEFORE_BUILDING, Light, ReportState
from projects.filters import stages_by_batch, units_of
from projects.models import LightSnapshot, MonthEndLight, MonthlyReport, Project, ReportingPeriod, YearPlan
from projects.models.sets import must_report
from projects.overview_page import OverviewPage
from projects.sample.past_lights import Then
from projects.sample.stories import key_of
from tests.projects.samples import TODAY, loaded

MONDAY, SUNDAY = date(2021, 9, 20), date(2021, 9, 26)
PUBLISHED = {
    "合计": ("2186300.00", "59.4%", "−7.2"),
    "乐山高新区": ("410500.00", "62.2%", "−4.5"),
    "五通桥基地": ("482000.00", "64.1%", "−2.6"),
    "犍为基地": ("196600.00", "52.0%", "−14.7"),
    "夹江基地": ("339400.00", "65.5%", "−1.2"),
    "沙湾基地": ("410800.00", "56.0%", "−10.7"),
    "峨眉基地": ("193100.00", "57.1%", "−9.6"),
    "其他特色园区": ("153900.00", "51.6%", "−15.1"),
}

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    yield from loaded(django_db_blocker.unblock())


@pytest.fixture
def staff(sample) -> User:
    return User.objects.get(username="staff")


@pytest.fixture
def reports(sample) -> list[MonthlyReport]:
    found = MonthlyReport.objects.select_related("project", "period").order_by("project", "period__month")
    return list(found)


def lines_of(lines) -> dict[str, tuple[str, str, str]]:
    named = {line.name: line for line in lines}
    return {
        name: (str(named[name].figures["all"].done), named[name].done.rate_words, named[name].done.gap_signed)
        for name in PUBLISHED
    }


# --- the figures -------------------------------------------------------------------------------------------------


def test_each_unit_has_done_what_was_published(staff):
    lines = stats.unit_lines(stats.register(staff, year=2021), units_of(staff, on=TODAY), on=TODAY, year=2021)

    assert lines_of(lines) == PUBLISHED


def test_the_statistics_say_the_same(staff):
    found = overview_store.read(staff, year=2021, on=TODAY)
    page = OverviewPage(found.counted, list(units_of(staff, on=TODAY)), stages_by_batch())

    assert lines_of(next(table for table in page.tables if table.key == "units").lines) == PUBLISHED


@pytest.mark.parametrize(("code", "name"), [("P00", "乐山高新区"), ("P02", "犍为基地"), ("P99", "其他特色园区")])
def test_the_figures_of_a_unit_s_page_are_its_line(sample, code, name):
    whole = papers.facts_of(code, on=TODAY, year=2021).whole

    done = whole.done(investment.closed_month(2021))

    assert (str(done.done), done.rate_words, done.gap_signed) == PUBLISHED[name]


def test_the_bulletin_has_its_sentences(sample):
    told = papers.bulletin(papers.facts_of("city", on=TODAY)).text

    assert "关于2021年1—8月全市工业投资项目推进情况的通报" in told
    assert "1—8月完成投资218.6亿元，完成年度计划的59.4%，低于序时7.2个百分点。" in told
    assert "犍为基地38个、125.8亿元，完成年度计划的52.0%，低于序时14.7个百分点" in told
    assert not re.search(r"待补|待填|None", told)


def test_the_curve_has_a_line_of_what_was_done(staff):
    curve = overview_store.read(staff, year=2021, on=TODAY).counted.curve

    assert [month for month, _ in curve.done] == [2, 3, 4, 5, 6, 7, 8]
    assert curve.done[-1] == (8, Decimal("2186300.00"))
    assert sorted(amount for _, amount in curve.done) == [amount for _, amount in curve.done]


def test_the_weekly_digest_has_the_months_in_its_table(sample):
    told = digests.compose(User.objects.get(username="staff"), first=MONDAY, last=SUNDAY, on=TODAY, memo={})

    table = next(one.table for one in told.sections if one.table and one.title.endswith("分园区"))
    rows = {row[0]: dict(zip(table.heading, row, strict=True)) for row in table.rows}
    for name, (done, rate, gap) in PUBLISHED.items():
        assert rows[name]["完成 亿元"] == yi(Decimal(done))
        assert (rows[name]["完成率"], rows[name]["较序时"]) == (rate, gap)
    assert any(line.startswith("犍为基地　38个、125.79亿元，1—8月完成19.66亿元、52.0%，") for line in table.lines)


# --- by the rules of the product ---------------------------------------------------------------------------------


def test_stored_figures_and_lights_are_what_the_rules_make_of_the_reports(sample):
    assert investment.settle(year=2021) == 0
    assert lights.refresh_all(on=TODAY) == 0
    for project in Project.objects.live().in_year(2021):
        before = dict(project.reports.values_list("pk", "ytd_done"))
        investment.recount(project.pk, 2021)
        assert dict(project.reports.values_list("pk", "ytd_done")) == before


def test_who_must_report_did_in_every_closed_month(sample):
    asked = Project.objects.live().in_year(2021).filter(must_report(), is_demo=True)

    for period in ReportingPeriod.objects.filter(year=2021).closed():
        approved = period.reports.filter(state=ReportState.APPROVED)
        assert not asked.exclude(pk__in=approved.values("project")).exists()


def test_what_is_odd_has_its_word_and_nothing_else_has(reports):
    opening = dict(YearPlan.objects.filter(year=2021).values_list("project", "opening_cumulative"))
    earlier: dict[int, MonthlyReport] = {}

    for report in reports:
        odd = reporting.oddities(report, earlier=earlier.get(report.project_id), opening=opening[report.project_id])
        assert bool(odd) == bool(report.confirmed), report
        assert "total" not in {one.kind for one in odd}
        assert report.is_opening or not reporting.missing(report)
        earlier[report.project_id] = report


def test_money_before_the_start_is_named_as_such(reports):
    early = [one for one in reports if one.project.stage in BEFORE_BUILDING and one.month_done]

    assert {key_of(one.project) for one in early} == {
        *("117", "159", "160", "164", "202", "204", "205", "226", "260", "262")
    }
    assert all("前期费用" in one.confirmed for one in early)


def test_nothing_was_done_before_building_began(reports):
    for report in reports:
        start = report.project.actual_start_to
        if start and start.year == 2021 and report.period.as_of < start:
            assert report.ytd_done == 0, report


def test_every_moment_lies_in_the_past_and_in_order(reports):
    for period in ReportingPeriod.objects.filter(year=2021, opened_at__isnull=False):
        assert period.opened_at < period.due_at < clock.now()
        assert period.closed_at is None or period.due_at < period.closed_at < clock.now()
    for report in reports:
        moments = [report.filled_at, report.submitted_at, report.reviewed_at, report.period.closed_at]
        told = [moment for moment in moments if moment]
        assert told == sorted(told)
        assert report.submitted_at is None or report.period.opened_at < report.submitted_at <= report.period.due_at


# --- September ---------------------------------------------------------------------------------------------------


def test_september_is_reported_but_for_eleven_and_the_six(staff):
    now = periods.current()
    standing = owed_reports.standing(Project.objects.live(), on=TODAY)

    missing = owed_reports.missing(Project.objects.live(), now)
    invented = Counter(str(one.unit) for one in missing.filter(unverified=False))

    assert now.label == "9月"
    assert invented == {"犍为基地": 5, "沐川县": 3, "峨眉基地": 1}
    assert missing.filter(unverified=True).count() == 6  # two of them 待分派, four of units
    assert (standing.waiting, standing.submitted, standing.clear, standing.returned) == (2, 63, 58, 2)


def test_the_tally_of_september_adds_up(staff):
    found = periods.tally(periods.current(), staff)

    assert found == {
        "asked": 218, "reported": 201, "approved": 138, "submitted": 63, "returned": 2, "draft": 0, "missing": 15
    }  # fmt: skip


def test_the_project_of_the_drawing_reads_as_drawn(sample):
    report = MonthlyReport.objects.get(project__name__startswith="演示项目041 ", period__month=8)
    returned = MonthlyReport.objects.get(project__name__startswith="演示项目047 ", period__month=9)

    assert (report.ytd_done, report.progress) == (Decimal(46300), "设备安装70%")
    assert (returned.state, returned.returned_why) == (ReportState.RETURNED, "本月完成与形象进度不符，请核实")


# --- lights ------------------------------------------------------------------------------------------------------


def test_the_lights_are_a_plausible_picture(sample):
    found = Counter(Project.objects.live().in_year(2021).values_list("light", flat=True))

    assert found == {Light.GREEN: 190, Light.GREY: 41, Light.RED: 29, Light.YELLOW: 19}


def test_the_lights_of_earlier_days_are_judged_as_those_of_today(sample):
    """The same reckoning that told the past finds, for the day itself, what the product stored."""
    known, rule = Then(2021), lights.rule_on(TODAY)
    for end in MonthEndLight.objects.select_related("project").order_by("period__month"):
        known.remember(end.project, lights.Verdict(end.light, end.why, light_parts=end.parts))

    for project in known.projects:
        found = known.verdict(project, TODAY, rule)
        assert (found.light, found.light_parts[:3]) == (project.light, project.light_parts[:3]), project


def test_each_closed_month_has_its_lights(sample):
    register = Project.objects.live().in_year(2021).count()

    for period in ReportingPeriod.objects.filter(year=2021).closed():
        assert MonthEndLight.objects.filter(period=period).count() == register
    late = MonthEndLight.objects.filter(project__name__startswith="演示项目070 ").order_by("-period__month")
    assert [one.light for one in late[:3]] == [Light.RED, Light.YELLOW, Light.GREEN]


def test_no_light_changes_between_the_last_sunday_and_today(sample):
    newest: dict[int, str] = {}
    for one in LightSnapshot.objects.order_by("day"):
        if one.day < TODAY:
            newest[one.project_id] = one.light

    assert newest == dict(Project.objects.live().in_year(2021).values_list("pk", "light"))
