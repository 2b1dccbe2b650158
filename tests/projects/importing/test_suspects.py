"""疑似同名: a new row that resembles a project is asked about, and may be told to be that project."""

import pytest

from projects.importing import batches, suspects
from projects.models import Project
from tests.factories import EnterpriseFactory, ProjectFactory
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
HEADINGS = ["项目名称", "项目单位", "总投资", "联系市领导"]


@pytest.fixture
def known():
    firm = EnterpriseFactory(name="演示企业001有限公司")
    return ProjectFactory(name="年产5GW硅片切片项目", unit="P01", enterprise=firm, total_investment=70000)


def stage(tmp_path, staff, *rows):
    return workbooks.stage(workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows), by=staff)


def doubt(batch):
    row = batch.rows.get()
    return next((change for change in row.changes if change["field"] == "*"), None)


def pick(batch, choice):
    return batches.choose(batch, {batch.rows.get().pk: {"*": choice}})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("年产5GW硅片切片项目", "乐山市五通桥区年产5GW硅片（切片）建设项目"),
        ("标准厂房建设(二期)", "标准厂房（二期）项目"),
        ("犍为县食品加工园", "犍为食品加工园工程"),
    ],
)
def test_what_remains_of_two_spellings_is_the_same(one, other):
    from portal.text import squash

    assert suspects.bare(squash(one)) == suspects.bare(squash(other)) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("标准厂房一期", "标准厂房二期"), ("年产5GW切片", "年产6GW切片"), ("项目", "工程")]
)
def test_other_projects_stay_apart(one, other):
    assert suspects.bare(one) != suspects.bare(other) or suspects.bare(one) == ""


def test_a_name_written_otherwise_is_asked_about_and_not_written_by_default(known, staff, tmp_path):
    batch = stage(tmp_path, staff, ["年产5GW硅片（切片）", None, 1, None])
    asked = doubt(batch)

    assert asked["doubt"] == f"疑似库内的“年产5GW硅片切片项目”（{known.number}）"
    assert (asked["other"], asked["choice"], batch.counts["review"]) == (known.pk, "keep", 1)
    batches.commit(batch, by=staff)
    assert Project.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "total", "asked"),
    [("5GW硅片切片生产线", 70000, True), ("5GW硅片切片生产线", 60000, False), ("食堂改造", 70000, False)],
)
def test_one_enterprise_and_amount_with_much_the_same_name_is_asked_about(known, staff, tmp_path, name, total, asked):
    batch = stage(tmp_path, staff, [name, "演示企业001有限公司", total, None])

    assert bool(doubt(batch)) == asked


def test_it_may_be_an_update_and_the_other_name_is_kept(known, staff, tmp_path):
    batch = stage(tmp_path, staff, ["年产5GW硅片（切片）", None, None, "张某"])
    assert pick(batch, "update")
    batches.stage_again(batch, by=staff)
    row = batch.rows.get()
    assert (row.project, row.verdict) == (known, "review")
    assert {change["field"] for change in row.changes} >= {"*", "name", "city_leader"}

    batches.commit(batch, by=staff)
    known.refresh_from_db()
    assert (known.name, known.former_names, known.city_leader) == ("年产5GW硅片（切片）", "年产5GW硅片切片项目", "张某")


@pytest.mark.parametrize(("choice", "count"), [("keep", 1), ("take", 2)])
def test_one_may_change_ones_mind(known, staff, tmp_path, choice, count):
    batch = stage(tmp_path, staff, ["年产5GW硅片（切片）", None, None, "张某"])
    pick(batch, "update")
    batches.stage_again(batch, by=staff)
    assert pick(batch, choice)
    batches.stage_again(batch, by=staff)
    batches.commit(batch, by=staff)

    assert Project.objects.count() == count


def test_the_page_offers_all_three_and_decides_again(known, staff, tmp_path, as_user):
    batch = stage(tmp_path, staff, ["年产5GW硅片（切片）", None, None, "张某"])
    clerk, where = as_user(staff), f"/projects/import/{batch.pk}/"
    shown = clerk.get(where).content.decode()
    assert [word in shown for word in ("跳过", "更新已有（原名称记为曾用名）", "作为新项目")] == [True] * 3

    name = f"choice-{batch.rows.get().pk}-*"
    answer = clerk.post(f"{where}choose/", {name: "update"}, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "张某" in clerk.get(where).content.decode()
    assert Project.objects.get().city_leader == ""


def test_a_project_another_row_means_is_no_suspect(known, staff, tmp_path):
    batch = stage(
        tmp_path, staff, ["年产5GW硅片切片项目", None, None, "张某"], ["年产5GW硅片（切片）", None, None, None]
    )

    assert [row.verdict for row in batch.rows.all()] == ["changed", "new"]
