"""The report of a month: filled, handed in, reviewed; what looks odd may stand with a word."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from projects import periods, reporting
from projects.choices import ReportState, Stage
from projects.models import MonthlyReport
from tests.factories import park, park_manager
from tests.projects.reporting.months import filled, handed_in, month, opening, running

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def september(staff):
    return month(9, by=staff)


@pytest.fixture
def after_august(staff):
    """A project with 46,300 up to August, and the open September."""
    project = running()
    august = month(8, by=staff)
    opening(project, august, 46300, by=staff)
    periods.close(period=august, by=staff)
    return project, month(9, by=staff)


def test_a_draft_keeps_what_was_typed_though_nothing_is_complete(september, park_user):
    report = reporting.save_draft(project=running(), period=september, by=park_user, facts={"problem": "征拆"})

    assert (report.state, report.problem, report.month_done) == (ReportState.DRAFT, "征拆", None)


def test_only_money_and_progress_are_required(september, park_user):
    report = reporting.save_draft(project=running(), period=september, by=park_user, facts={})

    with pytest.raises(ValidationError) as refused:
        reporting.submit(report=report, by=park_user)

    assert sorted(refused.value.message_dict) == ["month_done", "progress"]


def test_the_year_so_far_is_that_before_plus_the_month(after_august, park_user):
    project, september = after_august

    report = handed_in(project, september, by=park_user, done=5600)

    assert (report.ytd_done, report.state) == (Decimal(51900), ReportState.SUBMITTED)


def test_two_people_at_once_lose_nothing(september, park_user):
    project = running()
    filled(project, september, by=park_user, done=10)
    reporting.save_draft(project=project, period=september, by=park_user, facts={"problem": "用电"}, version=1)

    with pytest.raises(ValidationError, match="已于"):
        reporting.save_draft(project=project, period=september, by=park_user, facts={"problem": "用水"}, version=1)

    assert MonthlyReport.objects.get().problem == "用电"


@pytest.mark.parametrize(
    ("done", "kind"),
    [(-200, "fall"), (20000, "jump"), (250000, "total")],
)
def test_what_looks_odd_needs_a_word(after_august, park_user, done, kind):
    project, september = after_august
    report = filled(project, september, by=park_user, done=done)

    with pytest.raises(ValidationError) as refused:
        reporting.submit(report=report, by=park_user)
    report = reporting.save_draft(project=project, period=september, by=park_user, facts={"confirmed": "已核实"})

    assert list(refused.value.message_dict) == ["confirmed"]
    earlier = reporting.investment.before([project.pk], september)[project.pk]
    assert kind in [one.kind for one in reporting.oddities(report, earlier=earlier, opening=None)]
    assert reporting.submit(report=report, by=park_user).state == ReportState.SUBMITTED


def test_money_before_the_start_is_asked_about(september, park_user):
    report = filled(running(stage=Stage.PREPARING), september, by=park_user)

    with pytest.raises(ValidationError, match="未开工项目不应有完成投资"):
        reporting.submit(report=report, by=park_user)


def test_no_change_takes_the_progress_of_the_month_before(staff, park_user):
    project, fresh = running(), running()
    august = month(8, by=staff)
    reporting.approve(reports=[handed_in(project, august, by=park_user)], by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)

    count = reporting.no_change(projects=[project, fresh], period=september, by=park_user)

    report = MonthlyReport.objects.get(period=september)
    assert (count, report.month_done, report.progress, report.no_change) == (1, 0, "8月设备安装", True)


def test_all_that_is_complete_is_handed_in_and_the_rest_says_why(september, park_user):
    for _ in range(3):
        filled(running(), september, by=park_user)
    reporting.save_draft(project=running(), period=september, by=park_user, facts={"month_done": Decimal(1)})

    handed = reporting.submit_all(period=september, by=park_user)

    assert handed.count == 3
    assert [why for _, why in handed.kept] == [reporting.NEED_PROGRESS]


def test_handing_in_all_touches_no_other_unit(september, park_user):
    other = park_manager("P02")
    filled(running(unit=park("P02")), september, by=other)

    assert reporting.submit_all(period=september, by=park_user).count == 0


def test_approving_copies_unit_and_amounts(september, staff, park_user):
    project = running()
    report = handed_in(project, september, by=park_user)

    reporting.approve(reports=[report], by=staff)

    report.refresh_from_db()
    assert (report.state, report.unit, report.annual_plan) == (ReportState.APPROVED, project.unit, Decimal(71800))


def test_a_park_approves_nothing(september, park_user):
    report = handed_in(running(), september, by=park_user)

    with pytest.raises(PermissionDenied):
        reporting.approve(reports=[report], by=park_user)


def test_a_returned_report_says_why_and_can_be_handed_in_again(september, staff, park_user):
    report = handed_in(running(), september, by=park_user)
    returned = reporting.give_back(report=report, by=staff, why="本月完成与形象进度不符，请核实")

    again = filled(returned.project, september, by=park_user, done=90)

    assert returned.returned_why.startswith("本月完成与形象进度不符")
    assert reporting.submit(report=again, by=park_user).state == ReportState.SUBMITTED


def test_after_a_return_the_later_months_count_anew(staff, park_user):
    project = running()
    august = month(8, by=staff)
    reporting.approve(reports=[handed_in(project, august, by=park_user, done=100)], by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)
    reporting.approve(reports=[handed_in(project, september, by=park_user, done=30)], by=staff)
    MonthlyReport.objects.filter(period=august).update(month_done=Decimal(80))

    reporting.investment.recount(project.pk, 2021)

    assert MonthlyReport.objects.get(period=september).ytd_done == Decimal(110)


def test_a_closed_month_takes_no_word(staff, park_user):
    project = running()
    august = periods.close(period=month(8, by=staff), by=staff)

    with pytest.raises(ValidationError, match="本月已关闭"):
        filled(project, august, by=park_user)


def test_a_foreign_unit_cannot_be_filled(september):
    with pytest.raises(PermissionDenied):
        filled(running(unit=park("P02")), september, by=park_manager("P01"))


def test_what_was_handed_in_is_changed_only_after_a_return(september, park_user):
    project = running()
    handed_in(project, september, by=park_user)

    with pytest.raises(ValidationError, match="请联系市局投资科退回"):
        filled(project, september, by=park_user)


def test_a_draft_is_seen_by_the_unit_alone(september, staff, park_user):
    filled(running(), september, by=park_user)

    assert MonthlyReport.objects.visible_to(staff).count() == 0
    assert MonthlyReport.objects.visible_to(park_user).count() == 1


def test_opening_figures_are_given_once_and_not_into_a_closed_month(staff):
    project = running()
    august = month(8, by=staff)
    opening(project, august, 46300, by=staff)
    opening(project, august, 46400, by=staff)
    august = periods.close(period=august, by=staff)

    with pytest.raises(ValidationError, match="本月已关闭"):
        opening(project, august, 1, by=staff)
    assert MonthlyReport.objects.get().ytd_done == 46400


def test_the_bureau_fills_for_no_unit_but_for_projects_without_one(september, staff, park_user):
    filled(running(), september, by=park_user)

    with pytest.raises(PermissionDenied):
        filled(running(), september, by=staff)
    filled(running(unit=None), september, by=staff)
    handed = reporting.submit_all(period=september, by=staff)

    assert handed.count == 1
    states = MonthlyReport.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [ReportState.DRAFT, ReportState.SUBMITTED]
