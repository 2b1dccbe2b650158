"""A park person imports the rows of the own unit; about others' rows nothing is written and nothing is said."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from parks.models import ParkAssignment
from projects.choices import BatchState
from projects.importing import batches, writing
from projects.models import ChangeRequest, ImportBatch, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.importing import workbooks

pytestmark = [pytest.mark.django_db, pytest.mark.db]
START = "/projects/import/"
HEADINGS = ["项目名称", "所在园区", "总投资", "项目阶段", "系统编号"]


@pytest.fixture
def own():
    return park_manager("P01", username="own", name="五通桥填报员")


def staged(tmp_path, by, *rows) -> ImportBatch:
    return workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=by)


def upload(browser, path):
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return browser.post(START, {"file": file, "year": 2021}, follow=True)


def said(batch: ImportBatch) -> list[tuple]:
    """What each row is told, without the cell it is about."""
    return [
        (row.verdict, row.project_id, row.changes, [i["message"].removeprefix(f"{i['cell']}：") for i in row.issues])
        for row in batch.rows.all()
    ]


def test_a_row_of_another_unit_is_an_error_in_the_same_words_whether_the_project_exists_or_not(own, tmp_path):
    there = ProjectFactory(name="外地项目", unit="P02")
    rows = [["外地项目", "犍为基地", 1, "前期", None], ["没有的项目", "犍为基地", 1, "前期", None]]
    numbers = [["某项目", None, 1000, "前期", there.number], ["某某项目", None, 1000, "前期", "LS2021-8888"]]

    by_name, by_number = said(staged(tmp_path, own, *rows)), said(staged(tmp_path, own, *numbers))

    assert by_name == [("error", None, [], ["不在您的权限范围。"])] * 2
    assert by_number == [("error", None, [], ["系统编号不存在，或不在您的权限范围。新项目请把系统编号留空。"])] * 2


def test_a_row_without_unit_never_meets_another_units_project(own, tmp_path):
    foreign = ProjectFactory(name="外地项目", unit="P02")
    batch = staged(tmp_path, own, ["外地项目", None, 7, "前期", None])
    batches.commit(batch, by=own)
    foreign.refresh_from_db()

    assert (batch.rows.get().verdict, foreign.version) == ("new", 1)
    assert Project.objects.get(name="外地项目", unit__code="P01").total_investment == 7


def test_a_park_uploads_looks_and_writes_and_asks_for_the_rest(as_user, own, tmp_path):
    project = ProjectFactory(name="甲项目", unit="P01", stage="preparing")
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", "五通桥基地", 12000, "在建", None])
    browser = as_user(own)
    preview = upload(browser, table).content.decode()
    batch = ImportBatch.objects.get()
    done = browser.post(f"{START}{batch.pk}/commit/", follow=True).content.decode()
    project.refresh_from_db()

    assert "需经局审核" in preview
    assert (project.stage, project.total_investment) == ("building", 10000)
    assert ChangeRequest.objects.get().new == "12000.00"
    assert "提出调整申请<strong>1</strong>项" in done


def test_a_batch_of_a_park_is_seen_by_its_author_and_the_bureau_only(as_user, own, staff, tmp_path):
    batch = staged(tmp_path, own, ["甲项目", "五通桥基地", 1, "前期", None])
    neighbour = park_manager("P01", username="neighbour")
    seen = {who.username: as_user(who).get(f"{START}{batch.pk}/").status_code for who in (own, staff, neighbour)}
    lists = {who.username: "表.xlsx" in as_user(who).get(START).content.decode() for who in (own, staff, neighbour)}

    assert seen == {"own": 200, "staff": 200, "neighbour": 404}
    assert lists == {"own": True, "staff": True, "neighbour": False}


def test_the_bureau_looks_at_a_parks_batch_but_does_not_decide_it(as_user, own, staff, tmp_path):
    ProjectFactory(name="外地项目", unit="P02")
    batch = staged(tmp_path, own, ["外地项目", "犍为基地", 1, "前期", None])
    page = as_user(staff).get(f"{START}{batch.pk}/").content.decode()

    assert "写入</button>" not in page
    assert as_user(staff).post(f"{START}{batch.pk}/commit/").status_code == 404
    for act in (batches.commit, batches.stage_again, batches.discard):
        with pytest.raises(PermissionDenied):
            act(batch, by=staff)


def test_the_same_file_written_by_another_is_not_told_to_a_park(own, staff, tmp_path):
    table = workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", "五通桥基地", 1, "前期", None])
    batches.commit(workbooks.stage(table, by=staff), by=staff)
    batch = workbooks.stage(table, by=own)

    assert batches.earlier(batch, to=own) is None
    assert batches.earlier(batch, to=staff).by == staff


def lose_rights_while_writing(monkeypatch, act):
    write = writing.write

    def last(*args, **words):
        written = write(*args, **words)
        act()
        return written

    monkeypatch.setattr(writing, "write", last)


@pytest.mark.parametrize("how", ["assignment", "role", "account"])
def test_rights_lost_while_writing_roll_everything_back(how, own, tmp_path, monkeypatch):
    batch = staged(tmp_path, own, ["甲项目", "五通桥基地", 1, "前期", None])
    fields = {"role": {"role": "leader"}, "account": {"is_active": False}}

    def lose():
        if how == "assignment":
            ParkAssignment.objects.filter(user=own).update(to_date="2021-01-01")
        else:
            type(own).objects.filter(pk=own.pk).update(**fields[how])

    lose_rights_while_writing(monkeypatch, lose)
    with pytest.raises(ValidationError, match="写入期间您的权限有变化，没有写入任何内容"):
        batches.commit(batch, by=own)
    batch.refresh_from_db()

    assert (batch.state, Project.objects.count()) == (BatchState.PREVIEW, 0)


def test_a_clerk_who_is_no_longer_one_writes_nothing(staff, tmp_path, monkeypatch):
    batch = staged(tmp_path, staff, ["甲项目", "五通桥基地", 1, "前期", None])
    lose_rights_while_writing(monkeypatch, lambda: type(staff).objects.filter(pk=staff.pk).update(role="leader"))

    with pytest.raises(ValidationError, match="权限有变化"):
        batches.commit(batch, by=staff)
    assert Project.objects.count() == 0
