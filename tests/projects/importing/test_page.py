"""The page 数据导入: upload, look, choose, write or give up."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import AuditEntry
from projects import reference
from projects.importing import uploads
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
START = "/projects/import/"
HEADINGS = ["项目名称", "所在园区", "总投资", "计划开工时间", "项目阶段"]


@pytest.fixture
def clerk(as_user, staff):
    return as_user(staff)


def upload(clerk, path, name=None):
    file = SimpleUploadedFile(name or path.name, path.read_bytes())
    return clerk.post(START, {"file": file, "year": 2021}, follow=True)


def small(tmp_path, *rows):
    return workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows)


def page(answer) -> str:
    return answer.content.decode()


def test_the_first_ten_minutes(clerk):
    preview = upload(clerk, reference.REGISTER)
    batch = ImportBatch.objects.get()
    assert "279个、1380.00亿元，与公布数一致" in page(preview)

    done = clerk.post(f"{START}{batch.pk}/commit/", follow=True)
    assert "已写入：新增<strong>279</strong>个、修改<strong>0</strong>个" in page(done)
    assert Project.objects.count() == 279

    again = upload(clerk, reference.REGISTER)
    assert "已导入过" in page(again)
    assert "commit/" in page(again)
    assert "写入</button>" not in page(again)


def test_old_and_new_stand_side_by_side(clerk, tmp_path):
    ProjectFactory(name="甲项目", unit="P01")
    said = page(upload(clerk, small(tmp_path, ["甲项目", "五通桥基地", 2000, None, None])))

    assert '<span class="diff-old">10,000.00万元</span>' in said
    assert '<span class="diff-new">2,000.00万元</span>' in said


def test_an_error_shows_cell_and_sentence_and_must_be_skipped_on_purpose(clerk, tmp_path):
    said = page(
        upload(clerk, small(tmp_path, ["甲项目", None, 1, "2021年13月", None], ["乙项目", None, 1, None, None]))
    )
    batch = ImportBatch.objects.get()

    assert "D4：“2021年13月”不是存在的日期" in said
    assert "没有写入" in page(clerk.post(f"{START}{batch.pk}/commit/", follow=True))
    assert not Project.objects.exists()
    clerk.post(f"{START}{batch.pk}/commit/", {"skip_errors": "1"})
    assert Project.objects.get().name == "乙项目"


def test_a_choice_is_posted_with_the_page_or_as_it_is_clicked(clerk, tmp_path):
    ProjectFactory(name="甲项目", unit="P01", stage="building")
    upload(clerk, small(tmp_path, ["甲项目", "五通桥基地", None, None, "前期"]))
    batch = ImportBatch.objects.get()
    row = batch.rows.get()
    name = f"choice-{row.pk}-stage"

    clicked = clerk.post(f"{START}{batch.pk}/choose/", {name: "take"}, headers={"HX-Request": "true"})
    shown = " ".join(page(clerk.get(f"{START}{batch.pk}/?verdict=review")).split())
    assert clicked.status_code == 204
    assert f'name="{name}" value="take" checked' in shown

    clerk.post(f"{START}{batch.pk}/commit/", {name: "keep"})
    assert Project.objects.get().stage == "building"


def test_all_choices_at_once(clerk, tmp_path):
    ProjectFactory(name="甲项目", unit="P01", stage="building")
    upload(clerk, small(tmp_path, ["甲项目", "五通桥基地", None, None, "前期"]))
    batch = ImportBatch.objects.get()
    clerk.post(f"{START}{batch.pk}/choose/", {"all": "take"})
    clerk.post(f"{START}{batch.pk}/commit/")

    assert Project.objects.get().stage == "preparing"


def test_giving_up_writes_nothing(clerk, tmp_path):
    upload(clerk, small(tmp_path, ["甲项目", None, 1, None, None]))
    batch = ImportBatch.objects.get()
    said = page(clerk.post(f"{START}{batch.pk}/discard/", follow=True))

    assert "已放弃，没有写入任何内容" in said
    assert "已放弃" in page(clerk.get(f"{START}{batch.pk}/"))
    assert not Project.objects.exists()


def test_the_second_of_two_is_told_who_was_first(clerk, as_user, lead, tmp_path):
    upload(clerk, small(tmp_path, ["甲项目", None, 1, None, None]))
    batch = ImportBatch.objects.get()
    clerk.post(f"{START}{batch.pk}/commit/")

    assert "已由局工作人员于" in page(as_user(lead).post(f"{START}{batch.pk}/commit/", follow=True))


def test_a_register_that_changed_since_is_previewed_again(clerk, tmp_path):
    upload(clerk, small(tmp_path, ["甲项目", "五通桥基地", 1, None, None]))
    batch = ImportBatch.objects.get()
    ProjectFactory(name="甲项目", unit="P01")
    said = page(clerk.post(f"{START}{batch.pk}/commit/", follow=True))

    assert "预览后库内有变化，请重新核对" in said
    assert "10,000.00万元" in said


def test_a_refused_file_is_a_sentence_on_the_form_and_in_the_audit(clerk):
    file = SimpleUploadedFile("表.xlsx", b"")
    said = page(clerk.post(START, {"file": file, "year": 2021}))

    assert "这个文件是空的（0字节）" in said
    assert AuditEntry.objects.get(action="import.refused").detail == {"code": "empty_file"}
    assert (ImportBatch.objects.count(), list(uploads.folder().iterdir())) == (0, [])


def test_a_form_without_a_file_says_so(clerk):
    assert "请先选择要导入的项目表" in page(clerk.post(START, {"year": 2021}))


def test_columns_nobody_reads_are_listed(clerk, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资", "包保干部"], ["甲项目", 1, "某某"])

    upload(clerk, table)

    assert "没有采用的列：包保干部" in page(clerk.get(f"{START}{ImportBatch.objects.get().pk}/"))


def test_an_unfinished_preview_does_not_exist(clerk, staff):
    batch = ImportBatch.objects.create(by=staff, filename="表.xlsx", sha256="0" * 64, year=2021)

    assert clerk.get(f"{START}{batch.pk}/").status_code == 404
    assert "表.xlsx" not in page(clerk.get(START))


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_needs_the_same_queries_for_one_row_and_for_three(
    count, clerk, staff, tmp_path, django_assert_num_queries
):
    batch = workbooks.stage(small(tmp_path, *[[f"项目{n}", None, 1, None, None] for n in range(count)]), by=staff)

    with django_assert_num_queries(11):
        clerk.get(f"{START}{batch.pk}/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_start_page_needs_the_same_queries_for_one_batch_and_for_three(
    count, clerk, staff, tmp_path, django_assert_num_queries
):
    for _ in range(count):
        workbooks.stage(small(tmp_path, ["甲项目", None, 1, None, None]), by=staff)

    with django_assert_num_queries(10):
        clerk.get(START)
