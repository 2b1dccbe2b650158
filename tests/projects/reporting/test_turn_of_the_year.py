"""December is reported in January: it stays before everybody's eyes until it is closed, and the next year goes on from
where the old one ended."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from portal import clock
from projects import investment, lights, owed_reports, periods, planning, report_rows, reporting
from projects.choices import Light, LightDimension, YearType
from projects.models import MonthlyReport, Project, ReportingPeriod, YearPlan
from tests.factories import lead
from tests.projects.reporting.months import filled, handed_in, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]
JANUARY, FEBRUARY = date(2022, 1, 10), date(2022, 2, 28)


@pytest.fixture
def december(staff, park_user, set_today):
    """10 January 2022: December is open, one of two projects has handed it in, both have a plan for 2022."""
    one, other = running(name="演示项目一 光伏组件"), running(name="演示项目二 光伏玻璃")
    Project.objects.update(created_at=datetime(2021, 3, 1, tzinfo=clock.SHANGHAI))
    set_today(date(2021, 12, 20))
    periods.prepare(year=2021, by=staff)
    period = periods.start(period=ReportingPeriod.objects.get(year=2021, month=12), by=staff)
    handed_in(one, period, by=park_user, done=5600, progress="设备安装80%")
    set_today(JANUARY)
    for project in (one, other):
        YearPlan.objects.create(project=project, year=2022, year_type=YearType.CONTINUING, annual_plan=Decimal(9000))
    lights.refresh_all(on=JANUARY)
    return period


def closed(period, staff):
    reporting.approve(reports=MonthlyReport.objects.filter(period=period, state="submitted"), by=staff)
    return periods.close(period=period, by=staff)


def opened(staff):
    periods.prepare(year=2022, by=staff)
    return periods.start(period=ReportingPeriod.objects.get(year=2022, month=2), by=staff)


def test_the_table_and_the_desk_speak_of_december(december, as_user, park_user):
    browser = as_user(park_user)

    table = browser.get(reverse("report_list")).content.decode()
    desk = browser.get(reverse("desk")).content.decode()

    assert "2021年12月月报" in table
    assert "演示项目二" in table
    assert "2021年12月填报中1/2" in desk
    assert "2021年12月月报未报" in desk
    assert "?year=2021&amp;month=12" in desk


def test_the_bureau_reviews_and_closes_it(december, as_user, staff):
    browser = as_user(staff)

    assert "演示项目一" in browser.get(reverse("review_desk")).content.decode()
    assert "2021年12月</a>还没有关闭" in browser.get(reverse("settings_periods")).content.decode()
    assert "2021年12月填报中" in browser.get(reverse("unit_figures", args=["P01"])).content.decode()


def test_another_year_may_still_be_looked_at(december, as_user, staff):
    page = as_user(staff).get(reverse("report_list"), {"year": "2022"}).content.decode()

    assert "12月月报" not in page


def test_the_new_year_is_not_opened_before_december_is_closed(december, staff, set_today):
    set_today(FEBRUARY)
    with pytest.raises(ValidationError, match="2021年12月还没有关闭，请先关闭再开放1—2月"):
        opened(staff)

    closed(december, staff)

    assert opened(staff) == periods.current()
    periods.close(period=periods.current(), by=staff)
    with pytest.raises(ValidationError, match="后面的月份已经开放过"):
        periods.start(period=ReportingPeriod.objects.get(year=2021, month=11), by=staff)


def test_the_light_asks_for_december_until_it_is_closed(december, staff):
    def parts(name):
        stored = Project.objects.get(name__startswith=name).light_parts
        return {part[0]: part[1] for part in stored}[LightDimension.REPORTING]

    assert [parts("演示项目一"), parts("演示项目二")] == [Light.GREEN, Light.RED]

    closed(december, staff)
    lights.refresh_all(on=JANUARY)

    assert [parts("演示项目一"), parts("演示项目二")] == [Light.GREY, Light.GREY]


def test_who_was_not_in_the_register_of_that_year_is_not_asked(december):
    made = running(name="演示项目三 多晶硅", created_at=datetime(2021, 3, 1, tzinfo=clock.SHANGHAI))
    YearPlan.objects.filter(project=made).update(year=2022)
    lights.refresh([made], on=JANUARY)

    assert {part[0]: part[1] for part in made.light_parts}[LightDimension.REPORTING] == Light.GREY
    assert owed_reports.standing(Project.objects.all(), on=JANUARY).missing == 1


def test_the_first_table_of_a_year_goes_on_from_december_and_counts_anew(december, staff, park_user, set_today):
    closed(december, staff)
    set_today(FEBRUARY)
    period = opened(staff)
    one = Project.objects.get(name__startswith="演示项目一")

    (row,) = [row for row in report_rows.rows(period, park_user) if row.project == one]
    assert (row.earlier_progress, row.before) == ("设备安装80%", 0)
    assert reporting.no_change(projects=Project.objects.order_by("pk"), period=period, by=park_user) == 1

    report = handed_in(one, period, by=park_user, done=900, progress="设备安装90%")
    assert report.ytd_done == 900
    assert investment.before([one.pk], period)[one.pk].period == december


def test_the_same_progress_as_in_december_is_odd_but_no_jump_is_seen(december, staff, park_user, set_today):
    closed(december, staff)
    set_today(FEBRUARY)
    period = opened(staff)
    one = Project.objects.get(name__startswith="演示项目一")
    report = filled(one, period, by=park_user, done=90000, progress="设备安装80%")

    earlier = investment.before([one.pk], period)[one.pk]

    assert [odd.kind for odd in reporting.oddities(report, earlier=earlier, opening=None)] == ["same"]


def test_since_the_start_goes_on_after_carrying_over(december, staff, park_user, set_today):
    one = Project.objects.get(name__startswith="演示项目一")
    YearPlan.objects.filter(project=one, year=2021).update(opening_cumulative=Decimal(100000))
    closed(december, staff)
    planning.carry(year=2021, by=lead())
    set_today(FEBRUARY)
    period = opened(staff)
    handed_in(one, period, by=park_user, done=900)

    (row,) = [row for row in report_rows.rows(period, park_user) if row.project == one]

    assert (row.opening, row.since_start) == (105600, 106500)
