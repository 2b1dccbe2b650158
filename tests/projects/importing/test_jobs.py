"""Long files: read, decided about and written by a job, whose page survives a reload and a dead worker."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock
from portal.models import AuditEntry
from projects.importing import batches, jobs, progress, uploads
from projects.importing.progress import Teller
from projects.models import ImportBatch, ImportRow, Project
from projects.tasks import run_imports
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
START = "/projects/import/"


@pytest.fixture
def clerk(as_user, staff):
    return as_user(staff)


@pytest.fixture
def long(monkeypatch):
    """Take every file and every batch for a long one."""
    monkeypatch.setattr(jobs, "LONG_FILE", 0)
    monkeypatch.setattr(jobs, "LONG_BATCH", 0)


@pytest.fixture
def poked(monkeypatch):
    told = []
    monkeypatch.setattr(jobs.poke, "after_commit", told.append)
    return told


def upload(clerk, path):
    answer = clerk.post(START, {"file": SimpleUploadedFile(path.name, path.read_bytes()), "year": 2021})
    return answer, ImportBatch.objects.latest("pk")


def table(tmp_path, *names):
    return workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资"], *[[name, 1] for name in names])


def page(answer) -> str:
    return answer.content.decode()


def age(batch, **ago):
    ImportBatch.objects.filter(pk=batch.pk).update(phase_at=clock.machine_now() - timedelta(**ago))


def test_a_long_file_is_read_by_the_worker_and_then_written_by_it(clerk, tmp_path, long, poked):
    answer, batch = upload(clerk, table(tmp_path, "甲项目", "乙项目"))
    where = f"{START}{batch.pk}/"
    assert (answer.url, poked) == (where, [jobs.TASK])
    assert "等待读取和核对" in page(clerk.get(where))
    assert f'hx-get="{where}progress/"' in page(clerk.get(f"{where}progress/"))

    assert run_imports() == 1
    assert clerk.get(f"{where}progress/").headers["HX-Redirect"] == where
    assert "新增" in page(clerk.get(where))
    clerk.post(f"{where}commit/")
    assert "等待写入" in page(clerk.get(where))
    assert Project.objects.count() == 0
    assert run_imports() == 1
    assert "已写入：新增<strong>2</strong>个" in page(clerk.get(where))
    assert list(uploads.folder().glob("*.progress")) == []


def test_questions_about_the_columns_wait_at_the_end_of_the_bar(clerk, tmp_path, long, poked):
    unknown = workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资", "包保干部"], ["甲项目", 1, "张某"])
    _, batch = upload(clerk, unknown)
    jobs.run_pending()

    assert clerk.get(f"{START}{batch.pk}/progress/").headers["HX-Redirect"] == f"{START}{batch.pk}/columns/"


def test_the_bar_shows_how_far_it_is(clerk, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    ImportBatch.objects.update(phase="running")
    Teller(jobs.file_of(batch)).tell(progress.DECIDING, 500, 2000)
    shown = " ".join(page(clerk.get(f"{START}{batch.pk}/")).split())

    assert '正在逐行核对 <span class="num">500 / 2000</span>行' in shown
    assert 'value="25"' in shown


def test_the_bar_does_not_count_as_the_persons_doing(clerk, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))

    assert "X-Background" in page(clerk.get(f"{START}{batch.pk}/"))


def test_a_file_that_is_refused_later_is_said_in_words_and_not_kept(clerk, tmp_path, long, poked):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"GIF89a" + b"\0" * 100)
    _, batch = upload(clerk, bad)
    jobs.run_pending()
    shown = page(clerk.get(f"{START}{batch.pk}/"))

    assert "这是图片，读不出表格" in shown
    assert "重新开始" not in shown
    assert AuditEntry.objects.get(action="import.refused").detail["code"] == "not_a_workbook"
    assert not uploads.stored(batch.sha256).exists()


def test_a_worker_that_died_is_said_and_the_job_begun_again(clerk, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    ImportBatch.objects.update(phase="running", attempt=1)
    ImportRow.objects.create(batch=batch, sheet="Sheet", row=4, verdict="new", name="半截")
    assert "正在读取和核对" in page(clerk.get(f"{START}{batch.pk}/"))
    age(batch, minutes=5)
    assert "后台程序在读取和核对时停止了" in page(clerk.get(f"{START}{batch.pk}/"))

    clerk.post(f"{START}{batch.pk}/restart/")
    assert jobs.run_pending() == 1
    assert [row.name for row in batch.rows.all()] == ["甲项目"]


def test_a_job_at_work_is_not_begun_twice(clerk, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    ImportBatch.objects.update(phase="running")
    answer = clerk.post(f"{START}{batch.pk}/restart/", follow=True)

    assert "正在处理，不需要重新开始" in page(answer)
    assert jobs.run_pending() == 0


def test_who_was_taken_for_dead_and_comes_back_changes_nothing(staff, tmp_path, long, poked):
    batch = uploads.put_by([table(tmp_path, "甲项目").read_bytes()], filename="表.xlsx", year=2021, by=staff)
    jobs.queue(batch, jobs.READ, by=staff)
    late = ImportBatch.objects.get()
    jobs.run_pending()

    with pytest.raises(batches.TakenError):
        uploads.restage(late, by=staff)
    assert batch.rows.count() == 1


def test_without_a_worker_the_page_has_it_done_after_a_while(clerk, tmp_path, long, poked, monkeypatch):
    done = []
    monkeypatch.setattr(jobs, "start_here", lambda batch: done.append(batch.pk))
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    clerk.get(f"{START}{batch.pk}/progress/")
    assert done == []
    age(batch, seconds=6)
    clerk.get(f"{START}{batch.pk}/progress/")

    assert done == [batch.pk]


def test_what_cannot_be_written_is_said_above_the_preview(clerk, tmp_path, long, poked):
    bad = workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资", "计划开工时间"], ["甲项目", 1, "2021年13月"])
    _, batch = upload(clerk, bad)
    jobs.run_pending()
    clerk.post(f"{START}{batch.pk}/commit/")
    jobs.run_pending()

    assert "有1行错误，没有写入" in page(clerk.get(f"{START}{batch.pk}/"))
    assert not Project.objects.exists()


def test_an_error_of_the_system_is_said_without_details(clerk, tmp_path, long, poked, monkeypatch, caplog):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    monkeypatch.setitem(jobs.WORK, jobs.READ, lambda *_: 1 / 0)
    with caplog.at_level("CRITICAL", logger="projects.importing.jobs"):
        jobs.run_pending()

    assert "读取和核对时系统出现错误" in page(clerk.get(f"{START}{batch.pk}/"))


def test_a_waiting_upload_can_be_given_up(clerk, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    clerk.post(f"{START}{batch.pk}/discard/")

    assert jobs.run_pending() == 0
    assert clerk.get(f"{START}{batch.pk}/").status_code == 404


def test_an_account_closed_meanwhile_stops_the_job(clerk, staff, tmp_path, long, poked):
    _, batch = upload(clerk, table(tmp_path, "甲项目"))
    type(staff).objects.filter(pk=staff.pk).update(is_active=False)
    jobs.run_pending()
    batch.refresh_from_db()

    assert batch.trouble == "导入人的账号已停用，没有继续。"


def test_unfinished_jobs_are_found_again_on_the_start_page(clerk, tmp_path, long, poked):
    upload(clerk, table(tmp_path, "甲项目"))

    assert "等待处理" in page(clerk.get(START))
