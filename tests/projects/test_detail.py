"""One project on one page."""

import re
from datetime import date

import pytest

from portal import spans
from projects import groups, lifecycle, node_sheet, nodes, notes, sheet
from projects.choices import EntryStatus, Stage, YearType
from projects.models import Project, ProjectGroup
from tests.factories import ProjectFactory, park_manager

pytestmark = pytest.mark.django_db
TODAY = date(2021, 9, 27)
QUERIES = 30


@pytest.fixture
def late_project():
    return ProjectFactory(
        name="年产10GW光伏组件项目",
        unit="P01",
        total_investment=145000,
        annual_plan=78700,
        planned_start_from=date(2021, 7, 21),
        planned_start_to=date(2021, 7, 21),
        liaison="周某某",
        liaison_phone="13800000058",
        is_demo=True,
    )


def without_what_differs(response):
    """The page without the token of the form and the address asked for."""
    return re.sub(
        r'(csrf-token" content|csrfmiddlewaretoken" value)="\w+"|/projects/\d+/', "", response.content.decode()
    )


def page(client, project, **query):
    return client.get(project.get_absolute_url(), query).content.decode()


def test_late_project_says_since_when_and_what_ends_it(as_user, staff, late_project):
    html = page(as_user(staff), late_project)

    assert "计划开工2021年7月21日，已逾期68天。" in html
    assert "登记实际开工" in html
    assert "14.50" in html
    assert "7.87" in html


def test_phone_is_masked_for_a_leader_and_can_be_shown_by_staff_and_own_park(as_user, staff, leader, late_project):
    own = park_manager("P01")

    assert "138****0058" in page(as_user(leader), late_project)
    assert "13800000058" not in page(as_user(leader), late_project)
    assert "13800000058" in page(as_user(staff), late_project)
    assert "13800000058" in page(as_user(own), late_project)


def test_another_units_project_and_an_absent_one_give_the_same_page(as_user, late_project):
    client = as_user(park_manager("P02"))

    foreign, absent = client.get(late_project.get_absolute_url()), client.get("/projects/999999/")

    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert without_what_differs(foreign) == without_what_differs(absent)
    assert "该项目不存在或不在您的权限范围" in foreign.content.decode()


@pytest.mark.parametrize(
    "path",
    ["", "edit/", "note/", "chase/", "stage/", "hold/", "history/", "recycle/"],
    ids=lambda path: path or "detail",
)
def test_no_page_of_a_project_opens_for_another_park(as_user, late_project, path):
    client, address = as_user(park_manager("P02")), f"{late_project.get_absolute_url()}{path}"

    got, posted = client.get(address).status_code, client.post(address, {"version": 1}).status_code

    expected = 403 if path in ("chase/", "hold/", "recycle/") else 404
    assert (got, posted) == (expected, expected)
    assert Project.objects.get(pk=late_project.pk).version == 1


@pytest.mark.parametrize("path", ["edit/", "note/", "chase/", "stage/", "hold/", "recycle/"])
def test_a_leader_reads_and_writes_nothing(as_user, leader, late_project, path):
    client, address = as_user(leader), f"{late_project.get_absolute_url()}{path}"

    assert client.get(late_project.get_absolute_url()).status_code == 200
    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize("who", ["sysadmin", "auditor"])
def test_those_without_business_data_see_no_project(as_user, people, late_project, who):
    assert as_user(people[who]).get(late_project.get_absolute_url()).status_code == 403


def test_a_park_manager_gets_the_buttons_of_a_park(as_user, late_project):
    html = page(as_user(park_manager("P01")), late_project)

    assert "更新进展" in html
    assert "登记开工" in html
    assert "记一次催办" not in html
    assert "/hold/" not in html
    assert "/recycle/" not in html


def test_paragraph_is_official_and_holds_no_phone(staff, late_project):
    note = notes.add_progress(
        project=late_project,
        by=staff,
        problem="42亩征拆未完成，联系人13900001111",
        reason="land",
        next_step="10月底前开工",
    )
    late = sheet.lateness(late_project, year=2021, on=TODAY)

    text = sheet.paragraph(late_project, sheet.plan_for(late_project, year=2021), note, late, year=2021, on=TODAY)

    assert text == (
        f"年产10GW光伏组件项目（五通桥基地，项目单位{late_project.enterprise}）。总投资14.50亿元，2021年度计划投资7.87亿元。"
        "2021年度类型为新开工，目前前期，计划开工2021年7月21日，已逾期68天。"
        "9月27日存在问题（用地）：42亩征拆未完成，联系人（电话略）。下一步：10月底前开工。"
        "（截至2021年9月27日；演示数据）"
    )


def test_one_of_the_six_shows_public_facts_and_demo_values(as_user, staff):
    project = ProjectFactory(
        name="京运通拉棒切方", unit="P01", unverified=True, demo_fields=["total_investment"], stage=Stage.SIGNED
    )

    html = page(as_user(staff), project)

    assert "进展待核实" in html
    assert "资料截至2021年初" in html
    assert "guangfu.bjx.com.cn 2020-11-05" in html
    assert "总投资（万元）为演示值" in html
    assert "已逾期" not in html


def test_six_facts_stand_in_the_order_of_the_paper(late_project):
    labels = [fact.label for fact in sheet.paper_facts(late_project, None, [], year=2021)]

    assert labels[1:8] == [
        "项目名称",
        "统一项目代码",
        "项目单位",
        "统一社会信用代码",
        "所在园区",
        "所在县（市、区）",
        "主导产业",
    ]
    assert labels[24:26] == ["联系电话", "备注"]


def test_first_plan_stays_beside_the_adjusted_one(staff, late_project):
    nodes.follow([late_project], by=staff)
    lifecycle.edit(
        project=late_project,
        version=1,
        by=staff,
        facts={"planned_start": spans.parse("2021年12月")},
        reason="交地推迟",
    )

    start = node_sheet.lines(Project.objects.get(), [], user=staff, on=TODAY)[0]

    assert (str(start.node.original), start.adjusted, start.state) == ("2021-07-21", "2021年12月", "未到期")


def test_detail_asks_the_same_number_of_queries_with_much_and_little(
    as_user, staff, late_project, django_assert_num_queries
):
    client = as_user(staff)
    page(client, late_project)
    with django_assert_num_queries(QUERIES):
        page(client, late_project)

    group = ProjectGroup.objects.get(slug=groups.PROVINCE_KEY, year=2021)
    groups.enter(project=late_project, group=group, by=staff, status=EntryStatus.APPLIED)
    for number in range(4):
        notes.add_progress(project=late_project, by=staff, progress=f"第{number}次")
        late_project.refresh_from_db()
        lifecycle.edit(project=late_project, version=late_project.version, by=staff, facts={"address": str(number)})
    lifecycle.edit(
        project=late_project,
        version=late_project.version,
        by=staff,
        facts={},
        year=2021,
        plan={"year_type": YearType.CONTINUING},
        reason="调整",
    )

    with django_assert_num_queries(QUERIES):
        html = page(client, late_project)
    assert "省重点(申报)" in html
