"""The table of a month as people use it: typed and kept, pasted, unchanged, handed in."""

import pytest
from django.urls import reverse

from projects import periods, report_rows, reporting
from projects.choices import ReportState
from projects.models import MonthlyReport
from tests.factories import park
from tests.projects.reporting.months import filled, handed_in, month, running

pytestmark = pytest.mark.django_db


@pytest.fixture
def september(staff):
    return month(9, by=staff)


def save(browser, project, period, **typed):
    version = MonthlyReport.objects.filter(project=project).values_list("version", flat=True).first() or 0
    return browser.post(reverse("report_save", args=[project.pk]), {"period": period.pk, "version": version, **typed})


def test_before_the_bureau_opens_a_month_the_page_says_so(as_user, park_user):
    assert "月报还没有开始" in as_user(park_user).get("/reports/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_table_needs_the_same_queries_for_any_number(
    as_user, park_user, september, django_assert_num_queries, count
):
    for _ in range(count):
        filled(running(), september, by=park_user)
    browser = as_user(park_user)
    browser.get("/reports/")

    with django_assert_num_queries(16):
        browser.get("/reports/")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("5600", 5600), ("0.56亿", 5600), ("5,600", 5600), ("５６００", 5600), ("-200", -200), ("0", 0), ("", None)],
)
def test_an_amount_is_read_as_the_importer_reads_it(as_user, park_user, september, typed, stored):
    project = running()

    save(as_user(park_user), project, september, month_done=typed, progress="主体")

    assert MonthlyReport.objects.get().month_done == stored


@pytest.mark.parametrize(
    ("typed", "said"),
    [("约3千万", "请填准确的数"), ("三百五十多", "看不懂金额"), ("100-200", "是一个范围"), ("50万美元", "是外币")],
)
def test_what_is_no_exact_amount_is_refused_with_the_remedy_and_the_rest_is_kept(
    as_user, park_user, september, typed, said
):
    project = running()

    answer = save(as_user(park_user), project, september, month_done=typed, progress="主体完成")

    assert said in answer.content.decode()
    assert MonthlyReport.objects.get().progress == "主体完成"


def test_what_looks_odd_asks_for_a_word(as_user, park_user, september):
    answer = save(as_user(park_user), running(), september, month_done="-200", progress="主体")

    page = answer.content.decode()
    assert "本月完成投资为负数" in page
    assert 'name="confirmed"' in page


def test_somebody_elses_words_are_not_overwritten(as_user, park_user, september):
    project = running()
    filled(project, september, by=park_user)
    browser = as_user(park_user)

    answer = browser.post(
        reverse("report_save", args=[project.pk]), {"period": september.pk, "version": 0, "problem": "用电"}
    )

    assert "请刷新后核对" in answer.content.decode()
    assert MonthlyReport.objects.get().problem == ""


def test_the_ticked_rows_are_unchanged(as_user, staff, park_user):
    project = running()
    august = month(8, by=staff)
    report = handed_in(project, august, by=park_user)
    reporting.approve(reports=[report], by=staff)
    periods.close(period=august, by=staff)
    september = month(9, by=staff)

    page = as_user(park_user).post(
        reverse("report_no_change"), {"period": september.pk, "ids": [project.pk]}, follow=True
    )

    assert "1个项目已按本月无变化填好" in page.content.decode()


def test_all_is_handed_in_at_once_and_what_lacks_something_is_named(as_user, park_user, september):
    filled(running(), september, by=park_user)
    incomplete = running()
    save(as_user(park_user), incomplete, september, month_done="5")

    page = as_user(park_user).post(reverse("report_submit"), {"period": september.pk}, follow=True).content.decode()

    assert "已提交1个，共报1/2" in page
    assert f"{incomplete.name}没有提交：请填写形象进度" in page


def test_the_form_of_the_phone_goes_on_to_the_next(as_user, park_user, september):
    first, second = running(), running()
    browser = as_user(park_user)
    typed = {"period": september.pk, "version": 0, "month_done": "5600", "progress": "设备安装80%", "submit": "1"}

    to_next = browser.post(reverse("report_form", args=[first.pk]), typed)
    to_table = browser.post(reverse("report_form", args=[second.pk]), typed, follow=True)

    assert to_next.url == f"{reverse('report_form', args=[second.pk])}?period={september.pk}"
    assert "9月月报2个已全部提交。" in to_table.content.decode()
    assert MonthlyReport.objects.filter(state=ReportState.SUBMITTED).count() == 2


def test_a_foreign_row_does_not_exist(as_user, park_user, september):
    other = running(unit=park("P02"))

    answers = [
        as_user(park_user).post(reverse("report_save", args=[other.pk]), {"period": september.pk}),
        as_user(park_user).get(f"{reverse('report_form', args=[other.pk])}?period={september.pk}"),
    ]

    assert [one.status_code for one in answers] == [404, 404]


def test_a_leader_reads_the_table_and_cannot_type(as_user, leader, park_user, september):
    filled(running(), september, by=park_user)

    page = as_user(leader).get("/reports/").content.decode()

    assert "已报0/1" in page
    assert 'name="month_done"' not in page
    assert len(report_rows.rows(september, leader)) == 1


def test_the_bureau_reads_the_table_and_sees_no_draft_of_a_unit(as_user, staff, park_user, september):
    reporting.save_draft(project=running(), period=september, by=park_user, facts={"problem": "征拆未完成"})

    page = as_user(staff).get("/reports/").content.decode()

    assert "征拆未完成" not in page
    assert "全部提交" not in page
