"""盖章件: only of one's own unit, only when everything is handed in, the newest stands."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import AuditEntry, StoredFile
from projects import periods, reporting
from projects.models import MonthlyReport, SealedSheet
from tests.factories import leader, park, park_manager
from tests.projects.reporting import months

pytestmark = [pytest.mark.django_db, pytest.mark.db]
PAPER = b"%%PDF-1.4\n%d\n%%%%EOF"


@pytest.fixture
def period(staff):
    return months.month(months.SEPTEMBER, by=staff)


@pytest.fixture
def own():
    return park_manager("P01")


def upload(browser, unit="P01", number=1, name="盖章.pdf"):
    file = SimpleUploadedFile(name, PAPER % number, "application/pdf")
    return browser.post("/reports/sealed/?month=9", {"unit": park(unit).pk, "file": file}, follow=True)


def page(browser):
    return browser.get("/reports/sealed/?month=9").content.decode()


def test_a_sheet_waits_until_every_report_is_handed_in(period, own, as_user):
    first, second = months.running(), months.running()
    months.handed_in(first, period, by=own)
    browser = as_user(own)

    assert "还有1个没有提交" in page(browser)
    assert "还有1个没有提交" in upload(browser).content.decode()
    assert not SealedSheet.objects.exists()

    months.handed_in(second, period, by=own)
    answer = upload(browser)

    assert "已收到五通桥基地9月月报盖章件" in answer.content.decode()
    assert SealedSheet.objects.get().unit == park("P01")
    assert AuditEntry.objects.filter(action="report.sealed").count() == 1


def test_the_newest_sheet_stands_and_the_same_file_is_kept_once(period, own, as_user):
    months.handed_in(months.running(), period, by=own)
    browser = as_user(own)

    upload(browser, number=1)
    upload(browser, number=1)
    upload(browser, number=2, name="重新盖章.pdf")

    assert SealedSheet.objects.count() == 2
    assert "重新盖章.pdf" in page(browser)
    assert page(browser).count("盖章.pdf") == 1


def test_a_refused_sheet_is_not_kept_on_the_disk(period, own, as_user):
    months.running()

    upload(as_user(own))

    assert not StoredFile.objects.exists()


def test_the_sheet_of_a_closed_month_stays_and_a_missing_one_may_come(period, own, as_user, staff):
    months.handed_in(months.running(), period, by=own)
    other, there = park_manager("P02"), months.running(unit=park("P02"))
    months.handed_in(there, period, by=other)
    upload(as_user(own))
    reporting.approve(reports=MonthlyReport.objects.all(), by=staff)
    periods.close(period=period, by=staff)

    assert "9月月报已关闭，盖章件不能再换" in upload(as_user(own), number=2).content.decode()
    assert "已收到犍为基地9月月报盖章件" in upload(as_user(other), unit="P02").content.decode()
    assert SealedSheet.objects.count() == 2


def test_a_closed_month_asks_for_no_report_that_cannot_be_handed_in(period, own, as_user, staff):
    months.running()
    periods.close(period=period, by=staff)

    assert "9月月报已关闭，还有1个没有提交，不能再上传盖章件。" in page(as_user(own))


def test_nobody_hands_in_for_another_unit(period, own, as_user, staff):
    months.handed_in(months.running(), period, by=own)
    months.running(unit=park("P02"))

    for person in (park_manager("P02"), staff, leader()):
        upload(as_user(person), unit="P01")

    assert not SealedSheet.objects.exists()


def test_a_sheet_is_read_by_its_unit_and_the_city_and_by_no_other_unit(period, own, as_user, staff):
    months.handed_in(months.running(), period, by=own)
    upload(as_user(own))
    sheet = SealedSheet.objects.get()
    address = f"/reports/sealed/{sheet.pk}/"

    assert as_user(own).get(address).status_code == 200
    answer = as_user(staff).get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert "sandbox" in answer["Content-Security-Policy"]
    foreign = as_user(park_manager("P02"))
    assert foreign.get(address).status_code == 404
    assert sheet.name not in page(foreign)
    assert "已上传1/" in page(as_user(staff))


def test_what_is_no_paper_is_refused_in_words(period, own, as_user):
    months.handed_in(months.running(), period, by=own)
    file = SimpleUploadedFile("a.exe", b"MZ" * 50, "application/pdf")

    answer = as_user(own).post("/reports/sealed/?month=9", {"unit": park("P01").pk, "file": file})

    assert answer.status_code == 422
    assert "只能上传" in answer.content.decode()
    assert "请先选择文件。" in as_user(own).post("/reports/sealed/?month=9", {"unit": park("P01").pk}).content.decode()
    assert not SealedSheet.objects.exists()
