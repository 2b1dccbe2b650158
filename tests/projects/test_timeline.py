"""History in words."""

import pytest

from parks.models import Enterprise
from portal.spans import parse
from projects import groups, lifecycle, notes, timeline
from projects.choices import EntryStatus, YearType
from projects.models import Project, ProjectGroup
from tests.factories import ProjectFactory, park

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory(
        unit="P01", planned_start_from=parse("2021-07-21").start, planned_start_to=parse("2021-07-21").end
    )


def newest(project):
    step = timeline.steps(Project.objects.get(pk=project.pk), phones=True)[0]
    return step.title, step.who, step.reason, [(change.label, change.old, change.new) for change in step.changes]


def test_each_fact_is_told_in_words(staff, project):
    enterprise = Enterprise.objects.create(name="演示企业乙有限公司")
    facts = {
        "planned_start": parse("2021年12月"),
        "unit": park("P02"),
        "enterprise": enterprise,
        "total_investment": 12000,
        "nature": "reform",
        "stat_listed": False,
    }
    before = project.enterprise.name

    lifecycle.edit(project=project, version=1, by=staff, facts=facts, reason="年中调整")

    assert newest(project) == (
        "修改",
        staff.name,
        "年中调整",
        [
            ("项目单位", before, "演示企业乙有限公司"),
            ("填报单位", "五通桥基地", "犍为基地"),
            ("建设性质", "（空）", "技改"),
            ("总投资（万元）", "10,000.00", "12,000.00"),
            ("计划开工时间", "2021-07-21", "2021年12月"),
            ("统计入库", "（空）", "否"),
        ],
    )


def test_plan_and_facts_of_one_act_are_one_step(staff, project):
    plan = {"year_type": YearType.CONTINUING, "annual_plan": 2000}
    lifecycle.edit(
        project=project, version=1, by=staff, facts={"address": "竹根镇"}, year=2021, plan=plan, reason="核定"
    )

    assert newest(project) == (
        "修改",
        staff.name,
        "核定",
        [
            ("建设地点", "（空）", "竹根镇"),
            ("2021年年度类型", "新开工", "续建"),
            ("2021年年度计划投资（万元）", "1,000.00", "2,000.00"),
        ],
    )


def test_lists_notes_bin_and_hold_are_in_the_same_line_of_time(staff, lead, project):
    group = ProjectGroup.objects.get(slug=groups.PROVINCE_KEY, year=2021)
    groups.enter(project=project, group=group, by=lead, status=EntryStatus.APPLIED, reason="市局申报")
    lifecycle.set_hold(project=project, to="suspended", version=1, by=staff, reason="资金未到位")
    notes.add_chase(project=project, by=staff, channel="phone", answer="明日答复")
    lifecycle.recycle(project=Project.objects.get(), version=2, by=staff, reason="误删")
    lifecycle.restore(project=Project.objects.get(), by=staff)

    titles = [step.title for step in timeline.steps(Project.objects.get(), phones=True)]

    assert titles == ["从回收站恢复", "移入回收站", "催办·电话", "修改", "列入专题", "登记项目"]


def test_history_masks_phones_for_a_leader(as_user, staff, leader, project):
    lifecycle.edit(project=project, version=1, by=staff, facts={"liaison_phone": "13800000058"})
    address = f"{project.get_absolute_url()}history/"

    assert "138****0058" in as_user(leader).get(address).content.decode()
    assert "13800000058" not in as_user(leader).get(address).content.decode()
    assert "13800000058" in as_user(staff).get(address).content.decode()


def test_history_page_asks_the_same_number_of_queries_for_one_and_many(
    as_user, staff, project, django_assert_num_queries
):
    client, address = as_user(staff), f"{project.get_absolute_url()}history/"
    client.get(address)
    with django_assert_num_queries(17):
        client.get(address)

    for number in range(6):
        project.refresh_from_db()
        unit = park("P02" if number % 2 else "P01")
        facts = {"unit": unit, "address": str(number)}
        lifecycle.edit(project=project, version=project.version, by=staff, facts=facts, reason="调整")
        notes.add_progress(project=project, by=staff, progress="有进展")

    with django_assert_num_queries(17):
        client.get(address)
