"""The desk of the reviewer: odd ones first, all without anything odd at once, returned with a reason."""

import pytest
from django.urls import reverse

from projects.choices import ReportState
from projects.models import MonthlyReport
from tests.factories import park, park_manager
from tests.projects.reporting.months import handed_in, month, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def september(staff):
    return month(9, by=staff)


def states():
    return sorted(MonthlyReport.objects.values_list("state", flat=True))


def test_all_without_anything_odd_pass_at_once_and_the_odd_one_stays(as_user, staff, park_user, september):
    for _ in range(2):
        handed_in(running(), september, by=park_user)
    handed_in(running(), september, by=park_user, done=-200, confirmed="审计核减")
    browser = as_user(staff)
    before = browser.get("/review/").content.decode()

    after = browser.post(reverse("review_approve"), {"period": september.pk, "clear": "1"}, follow=True)

    assert "无异常全部通过（2）" in before
    assert "已通过2个，还有1个待审核。" in after.content.decode()
    assert states() == [ReportState.APPROVED, ReportState.APPROVED, ReportState.SUBMITTED]


def test_odd_ones_stand_first_with_their_word(as_user, staff, park_user, september):
    handed_in(running(), september, by=park_user)
    odd = running()
    handed_in(odd, september, by=park_user, done=-200, confirmed="审计核减")

    page = as_user(staff).get("/review/").content.decode()

    assert page.index(odd.name) < page.index("审计核减")
    assert page.index("审计核减") < page.index('<td class="title">', page.index("审计核减"))


def test_one_unit_at_a_time(as_user, staff, park_user, september):
    handed_in(running(), september, by=park_user)
    handed_in(running(unit=park("P02")), september, by=park_manager("P02"))

    as_user(staff).post(reverse("review_approve"), {"period": september.pk, "park": "P02", "clear": "1"})

    approved = MonthlyReport.objects.get(state=ReportState.APPROVED)
    assert approved.project.unit.code == "P02"


def test_a_report_goes_back_with_a_phrase(as_user, staff, park_user, september):
    report = handed_in(running(), september, by=park_user)
    address = reverse("review_return", args=[report.pk])
    browser = as_user(staff)

    refused = browser.post(address, {"phrase": "", "words": ""})
    browser.post(address, {"phrase": "未说明滞后原因", "words": "请写到哪一步"})
    seen = as_user(park_user).get("/reports/").content.decode()

    report.refresh_from_db()
    assert (refused.status_code, report.returned_why) == (422, "未说明滞后原因；请写到哪一步")
    assert "退回：未说明滞后原因；请写到哪一步" in seen


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_needs_the_same_queries_for_any_number(
    as_user, staff, park_user, september, django_assert_num_queries, count
):
    for _ in range(count):
        handed_in(running(), september, by=park_user)
    browser = as_user(staff)
    browser.get("/review/")

    with django_assert_num_queries(14):
        browser.get("/review/")
