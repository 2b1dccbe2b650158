"""Photographs of monthly reports: taken in at once, dated, only for who sees the report."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from projects import report_photos, reporting
from projects.models import MonthlyReport, ReportFile
from tests.factories import park_manager
from tests.portal.test_files import picture
from tests.projects.reporting import months

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def period(staff):
    return months.month(months.SEPTEMBER, by=staff)


def upload(name="现场.jpg", content=None):
    return SimpleUploadedFile(name, content or picture((2400, 1800)), "image/jpeg")


def send(browser, project, period, *photos):
    sent = {"period": period.pk, "photos": photos}
    return browser.post(f"/reports/{project.pk}/photos/", sent, headers={"HX-Request": "true"})


def test_a_photograph_makes_a_draft_is_kept_large_and_asks_for_its_day(period, as_user):
    project, browser = months.running(), as_user(park_manager("P01"))

    answer = send(browser, project, period, upload())

    photo = ReportFile.objects.get()
    assert photo.report.state == "draft"
    assert max(photo.file.width, photo.file.height) >= 1600
    assert photo.taken_on is None
    assert "请填拍摄日期" in answer.content.decode()
    assert f'name="version" value="{photo.report.version}" hx-swap-oob="true"' in answer.content.decode()


def test_the_day_is_given_and_no_day_to_come(period, as_user):
    project, browser = months.running(), as_user(park_manager("P01"))
    send(browser, project, period, upload())
    photo = ReportFile.objects.get()
    address = f"/reports/photos/{photo.pk}/edit/"

    late = browser.post(address, {f"taken_on-{photo.pk}": "2021-12-01"}, headers={"HX-Request": "true"})
    assert "拍摄日期不能晚于今天" in late.content.decode()
    browser.post(address, {f"taken_on-{photo.pk}": "2021-09-25"}, headers={"HX-Request": "true"})

    photo.refresh_from_db()
    assert photo.taken_on == date(2021, 9, 25)


def test_the_same_photograph_is_there_once_and_may_be_taken_back(period, as_user):
    project, browser, content = months.running(), as_user(park_manager("P01")), picture()
    send(browser, project, period, upload(content=content), upload("副本.jpg", content))
    photo = ReportFile.objects.get()

    browser.post(f"/reports/photos/{photo.pk}/edit/", {"remove": "1"}, headers={"HX-Request": "true"})

    assert not ReportFile.objects.exists()


@pytest.mark.parametrize(("name", "content", "says"), [
    ("盖章件.pdf", b"%PDF-1.4\n%%EOF", "照片只能是"), ("坏.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 500, "打不开"),
])  # fmt: skip
def test_what_is_no_picture_is_refused_in_words_and_the_others_are_kept(period, as_user, name, content, says):
    project, browser = months.running(), as_user(park_manager("P01"))

    answer = send(browser, project, period, upload(name, content), upload())

    assert says in answer.content.decode()
    assert ReportFile.objects.count() == 1


def test_nobody_else_sees_it_and_a_draft_is_not_the_bureaus(period, as_user, staff):
    project, own = months.running(), park_manager("P01")
    send(as_user(own), project, period, upload())
    photo = ReportFile.objects.get()
    address = f"/reports/photos/{photo.pk}/"

    seen = {name: as_user(who).get(address).status_code for name, who in
            {"own": own, "other": park_manager("P02"), "staff": staff}.items()}  # fmt: skip
    assert seen == {"own": 200, "other": 404, "staff": 404}
    assert as_user(park_manager("P02")).post(f"{address}edit/", {"remove": "1"}).status_code == 404
    assert send(as_user(park_manager("P02")), project, period, upload()).status_code == 404

    reporting.submit(report=months.filled(project, period, by=own), by=own)
    assert as_user(staff).get(address).status_code == 200


def test_what_is_handed_in_keeps_its_photographs(period, as_user):
    project, own = months.running(), park_manager("P01")
    send(as_user(own), project, period, upload())
    photo = ReportFile.objects.get()
    reporting.submit(report=months.filled(project, period, by=own), by=own)

    answer = as_user(own).post(f"/reports/photos/{photo.pk}/edit/", {"remove": "1"}, headers={"HX-Request": "true"})

    assert "照片不能再改" in answer.content.decode()
    assert ReportFile.objects.filter(pk=photo.pk).exists()
    assert "照片不能再改" in send(as_user(own), project, period, upload(content=picture((80, 60)))).content.decode()


def test_what_is_typed_answers_with_the_live_line_and_the_version(period, as_user):
    project, browser = months.running(), as_user(park_manager("P01"))
    typed = {"period": period.pk, "version": "0", "month_done": "0.56亿", "progress": "设备安装80%"}

    answer = browser.post(f"/reports/{project.pk}/save/?form=1", typed).content.decode()

    report = MonthlyReport.objects.get()
    assert report.month_done == 5600
    assert "1—9月累计<strong>5,600</strong>万元" in answer
    assert "已自动保存" in answer
    assert f'value="{report.version}" hx-swap-oob="true"' in answer


def test_the_page_of_a_project_shows_what_the_person_sees_newest_first(period, as_user, staff):
    project, own = months.running(), park_manager("P01")
    send(as_user(own), project, period, upload())
    old = ReportFile.objects.get()
    send(as_user(own), project, period, *(upload(content=picture((80 + size, 60))) for size in range(8)))
    ReportFile.objects.exclude(pk=old.pk).update(taken_on=date(2021, 9, 25))
    address = project.get_absolute_url()

    shown = report_photos.newest_of(project, to=own)
    page = as_user(own).get(address).content.decode()

    assert len(shown) == report_photos.SHOWN
    assert old not in shown
    assert page.count('loading="lazy"') == report_photos.SHOWN
    assert "2021年9月月报" in page
    assert "2021-09-25拍摄" in page
    assert f"/reports/photos/{shown[0].pk}/" in page
    assert "现场照片" not in as_user(staff).get(address).content.decode()  # of a draft
    assert report_photos.newest_of(project, to=park_manager("P02")) == []
