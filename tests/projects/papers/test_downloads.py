"""我的下载: files made by the worker or, when none looks, by the page; one's own only; kept thirty days."""

import threading
from datetime import date, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from parks.models import ParkAssignment
from portal import clock
from projects import downloads, papers, project_paper, tasks
from projects.models import Download
from tests.factories import ProjectFactory, park_manager
from tests.projects.test_listing import plain

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ON = date(2021, 9, 27)
ANNEX = {"kind": "annex", "scope": "city", "form": "excel"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def content(browser, row):
    return b"".join(browser.get(f"/downloads/{row.pk}/").streaming_content)


def test_the_worker_writes_what_somebody_asked_for(as_user, staff):
    browser = as_user(staff)
    waiting = plain(browser.post("/materials/make/", ANNEX, follow=True).content.decode())

    assert "正在生成" in waiting
    assert tasks.run_downloads() == 1
    assert tasks.run_downloads() == 0
    row = Download.objects.get()
    book = load_workbook(BytesIO(content(browser, row)))
    assert book.sheetnames == ["推进情况汇总表", "红黄灯项目清单", "要素保障问题清单", "数据来源和口径"]
    assert row.file_name == "2021年全市工业投资项目附表（截至9月27日）.xlsx"


def test_amounts_are_numbers_and_the_total_is_that_of_the_register(as_user, staff, register_2021):
    row = downloads.ask(paper=papers.annexes(papers.facts_of("city", on=ON)), kind="excel", by=staff)
    downloads.work(row)
    row.refresh_from_db()
    sheet = load_workbook(BytesIO(content(as_user(staff), row)))["推进情况汇总表"]
    total = next(line for line in sheet.iter_rows(values_only=True) if line[0] == "合计")

    assert total[1:4] == (279, 13800000, 3678770)
    assert "演示数据" in row.file_name


def test_nobody_else_reaches_the_file(as_user, staff, lead, leader):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    downloads.work(row)

    for person in (lead, leader, park_manager("P01")):
        browser = as_user(person)
        assert browser.get(f"/downloads/{row.pk}/").status_code == 404
        assert browser.post(f"/downloads/{row.pk}/again/").status_code == 404
        assert row.title not in browser.get("/downloads/").content.decode()


def test_a_file_is_gone_with_the_right_to_read_it(as_user, staff):
    mine, other = ProjectFactory(unit="P01"), ProjectFactory(unit="P02")
    manager = park_manager("P01")
    browser = as_user(manager)
    for paper in (papers.one_page("P01", on=ON), project_paper.paper(mine, year=2021, on=ON)):
        downloads.ask(paper=paper, kind="word", by=manager)
    downloads.run_pending()
    rows = list(Download.objects.all())
    assert all(content(browser, row).startswith(b"PK") for row in rows)

    ParkAssignment.objects.filter(user=manager).update(park=other.unit)
    for row in rows:
        assert browser.get(f"/downloads/{row.pk}/").status_code == 404
        assert browser.post(f"/downloads/{row.pk}/again/").status_code == 404
        assert row.title not in browser.get("/downloads/").content.decode()


def test_nobody_has_more_than_ten_files_waiting(as_user, staff):
    for _ in range(downloads.MOST_WAITING):
        downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)

    answer = as_user(staff).post("/materials/make/", ANNEX, follow=True)
    assert "您已有10个文件在生成，请等它们生成后再申请。" in plain(answer.content.decode())
    assert Download.objects.count() == downloads.MOST_WAITING


def test_a_page_begins_two_files_at_most(staff, monkeypatch):
    gate = threading.Event()
    monkeypatch.setattr(downloads, "run_in_thread", lambda row: gate.wait(20))
    rows = [downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff) for _ in range(4)]
    try:
        for row in rows:
            downloads.start_here(row)
        at_work = [one for one in threading.enumerate() if one.name.startswith(downloads.THREAD)]
        assert len(at_work) == downloads.MOST_THREADS
    finally:
        gate.set()
        for one in at_work:
            one.join()


def test_a_file_made_anew_takes_the_place_of_the_old_one(as_user, staff):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    downloads.run_pending()
    as_user(staff).post(f"/downloads/{row.pk}/again/")
    Download.objects.update(wanted={"paper": papers.one_page("P01", on=ON).to_json()})
    assert downloads.run_pending() == 1

    row.refresh_from_db()
    assert list(downloads.folder().iterdir()) == [downloads.path_of(row)]


def test_a_file_lost_by_a_restore_is_said_and_can_be_made_anew(as_user, staff):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    downloads.run_pending()
    row.refresh_from_db()
    downloads.path_of(row).unlink()
    browser = as_user(staff)

    page = browser.get(f"/downloads/{row.pk}/", follow=True).content.decode()
    assert downloads.GONE in page
    assert f"/downloads/{row.pk}/again/" in page
    browser.post(f"/downloads/{row.pk}/again/")
    assert downloads.run_pending() == 1
    assert b"".join(browser.get(f"/downloads/{row.pk}/").streaming_content)


def test_a_row_nobody_takes_is_written_by_the_page(as_user, staff, monkeypatch):
    taken = []
    monkeypatch.setattr(downloads, "start_here", lambda row: taken.append(row.pk))
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    browser = as_user(staff)

    browser.get("/downloads/rows/")
    assert taken == []
    Download.objects.update(queued_at=clock.machine_now() - downloads.PATIENCE * 2)
    browser.get("/downloads/rows/")
    assert taken == [row.pk]


def test_a_row_whose_worker_is_gone_is_taken_up_and_a_held_one_left(staff):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    Download.objects.update(beat_at=clock.machine_now())

    assert downloads.run_pending() == 0
    assert not downloads.work(row)  # it was read before somebody took it
    Download.objects.update(beat_at=clock.machine_now() - downloads.SILENCE * 2)
    assert downloads.run_pending() == 1


def test_a_failure_is_said_in_words_and_may_be_tried_again(as_user, staff):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    Download.objects.update(wanted={"paper": {"title": "坏了"}})
    downloads.run_pending()
    browser = as_user(staff)

    assert "生成文件时出错，请重新生成" in browser.get("/downloads/").content.decode()
    assert browser.get(f"/downloads/{row.pk}/")["Location"] == "/downloads/"
    Download.objects.update(wanted={"paper": papers.one_page("city", on=ON).to_json()})
    browser.post(f"/downloads/{row.pk}/again/")
    assert downloads.run_pending() == 1
    assert content(browser, row).startswith(b"PK")


def test_after_thirty_days_row_and_file_are_gone(staff, django_capture_on_commit_callbacks):
    row = downloads.ask(paper=papers.one_page("city", on=ON), kind="word", by=staff)
    downloads.run_pending()
    row.refresh_from_db()
    place = downloads.path_of(row)
    assert row.kept_until - row.finished_at == timedelta(days=30)

    Download.objects.update(kept_until=clock.machine_now() - timedelta(seconds=1))
    with django_capture_on_commit_callbacks(execute=True):
        downloads.run_pending()
    assert (Download.objects.count(), place.exists()) == (0, False)
