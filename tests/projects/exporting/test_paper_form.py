"""上报版: grouped, added up, and imported back without a change."""

from decimal import Decimal

import pytest

from projects import exporting, groups, lifecycle, notes
from projects.models import Project, ProjectGroup
from tests.factories import ProjectFactory
from tests.projects.exporting.written import below, entry_form, import_back, node_form, not_same, project_form, table

pytestmark = [pytest.mark.django_db, pytest.mark.db]
QUERIES = [
    *("q=五通桥 未开工", "park=P99", "type=finishing", "chip=overdue_start", "group=province-key", "q=总投资 项目名称"),
    *("leader=演示市领导甲", "county=511112", "stage=building", "q=不存在", "chip=unassigned"),
]


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


def strong_rows(rows):
    return [row for row in rows if row["序号"] is None and isinstance(row["项目单位"], int)]


def test_by_park_it_adds_up_as_the_bureau_published(register_2021, staff):
    rows = table(project_form(staff, "paper", group_by="park"))
    heading, lines = below(rows)
    added = strong_rows(lines)

    assert rows[0][0] == "2021年工业投资项目推进表　演示数据"
    assert rows[1][0] == "填报单位：乐山市经济和信息化局"
    assert rows[1][len(heading) - 1] == "单位：万元"
    assert (lines[0]["项目名称"], lines[0]["项目单位"], lines[0]["总投资(万元)"]) == ("合计", 279, 13_800_000)
    assert [row["项目单位"] for row in added[1:]] == [41, 65, 38, 44, 36, 28, 25, 2]
    assert [row["项目名称"] for row in added[1:]] == [
        *("一、乐山高新区", "二、五通桥基地", "三、犍为基地", "四、夹江基地", "五、沙湾基地", "六、峨眉基地"),
        *("七、其他特色园区", "八、待分派"),
    ]
    assert sum(Decimal(str(row["总投资(万元)"])) for row in added[1:]) == Decimal("13800000.00")


def test_the_number_restarts_in_each_group(register_2021, staff):
    _, lines = below(table(project_form(staff, "paper", group_by="park")))
    numbers = [row["序号"] for row in lines if isinstance(row["序号"], int)]
    sizes = [41, 65, 38, 44, 36, 28, 25, 2]

    assert numbers == [number for size in sizes for number in range(1, size + 1)]


def test_by_leader_the_first_has_17_projects(register_2021, staff):
    _, lines = below(table(project_form(staff, "paper", group_by="leader")))
    first = next(row for row in strong_rows(lines) if row["项目名称"].endswith("演示市领导甲"))

    assert (first["项目单位"], round(first["总投资(万元)"] / 10000, 2)) == (17, 138.38)
    assert strong_rows(lines)[-1]["项目名称"].endswith("、未明确联系市领导")


def test_below_stand_the_note_and_the_line_to_sign(register_2021, staff):
    rows = table(project_form(staff, "paper", "chip=overdue_start", group_by="county"))

    assert rows[-3][0] == "注：部分合计数因四舍五入与分项之和略有差异。"
    assert [word for word in rows[-1] if word] == [
        *("单位负责人：", "填表人：", "联系电话：", "填报日期：2021年9月27日")
    ]


def test_the_columns_are_those_the_person_sees(staff):
    staff.list_columns = ["unit", "total", "leader", "number", "node"]
    heading, _ = below(table(project_form(staff, "paper")))

    assert heading == [
        *("序号", "项目名称", "项目单位", "所在园区", "所在县(市、区)", "总投资(万元)", "联系市领导"),
        *("计划开工时间", "计划竣工时间", "系统编号"),
    ]


def test_a_park_files_in_its_own_name_and_its_own_rows(register_2021, park_user):
    rows = table(project_form(park_user, "paper", group_by="type"))
    _, lines = below(rows)

    assert rows[1][0] == "填报单位：五通桥基地"
    assert lines[0]["项目单位"] == 65


def test_every_grouping_comes_back_unchanged(register_2021, staff, tmp_path):
    late(staff)
    staff.list_columns = ["total", "plan", "stage", "node", "note", "liaison", "unit", "type", "leader", "updated"]
    for group_by in ("", *exporting.GROUPINGS):
        batch = import_back(project_form(staff, "paper", group_by=group_by), by=staff, folder=tmp_path)

        assert (group_by, not_same(batch)) == (group_by, [])
        assert batch.rows.filter(verdict="same").count() == batch.rows.count() == 279
        assert batch.summary["reconciled"] is True


def late(staff):
    """A project with a note and one on hold."""
    project = Project.objects.get(name__startswith="演示项目070")
    notes.add_progress(project=project, by=staff, progress="=进展", problem="385亩中42亩未征", reason="land")
    lifecycle.set_hold(project=project, to="suspended", version=project.version, by=staff, reason="资金")


@pytest.mark.parametrize("kind", ["paper", "data", "csv"])
def test_every_filter_comes_back_unchanged(register_2021, staff, tmp_path, kind):
    for query in QUERIES:
        form = project_form(staff, kind, query, group_by="park")
        batch = import_back(form, by=staff, folder=tmp_path)

        assert (query, not_same(batch)) == (query, [])
        assert (query, batch.counts.get("same", 0)) == (query, form.count)


def test_the_list_of_nodes_comes_back_unchanged(register_2021, staff, tmp_path):
    for kind in ("paper", "data", "csv"):
        form = node_form(staff, kind, "state=all", group_by="park")
        batch = import_back(form, by=staff, folder=tmp_path)

        assert form.count > 400
        assert (kind, not_same(batch)) == (kind, [])


def test_a_published_list_comes_back_unchanged(register_2021, staff, tmp_path):
    group = ProjectGroup.objects.get(slug="province-key", year=2021)
    for kind in ("paper", "data", "csv"):
        batch = import_back(entry_form(staff, group, kind, group_by="industry"), by=staff, folder=tmp_path)

        assert (kind, not_same(batch)) == (kind, [])
        assert batch.counts["same"] == 30


def test_nodes_are_counted_and_not_added_up(register_2021, staff):
    heading, lines = below(table(node_form(staff, "paper", "state=overdue", group_by="park")))

    assert (lines[0]["项目名称"], lines[0]["项目单位"], lines[0]["总投资(万元)"]) == ("合计", 81, None)
    assert sum(row["项目单位"] for row in strong_rows(lines)[1:]) == 81
    assert heading[-1] == "系统编号"


def test_a_published_list_says_how_each_stands(register_2021, staff, park_user):
    group = ProjectGroup.objects.get(slug="province-key", year=2021)
    _, lines = below(table(entry_form(staff, group, "paper", group_by="park")))
    heading, own = below(table(entry_form(park_user, group, "paper")))

    assert (lines[0]["项目单位"], lines[0]["公布时金额(万元)"]) == (30, 4_160_000)
    assert "公布时金额(万元)" not in heading
    assert own[0]["项目单位"] < 30


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_rows(count, staff, django_assert_num_queries):
    for _ in range(count):
        groups.enter(project=ProjectFactory(unit="P01"), group=ProjectGroup.objects.get(slug="industrial"), by=staff)
    form = project_form(staff, "paper", group_by="park")
    form.count, form.listing.demo  # noqa: B018

    with django_assert_num_queries(11):
        table(form)
