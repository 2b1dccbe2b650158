"""Registering and changing a project: rights by field, doubts, reasons."""

from datetime import date
from decimal import Decimal

import pytest

from parks.models import Enterprise
from portal.spans import parse
from projects import locking
from projects.choices import Stage
from projects.forms.project import NAMES, ProjectForm
from projects.models import Project, YearPlan
from projects.permissions import Right, right
from tests.factories import ProjectFactory, park, park_manager

pytestmark = pytest.mark.django_db
FORGED = {
    "total_investment": "99999",
    "planned_start": "2022年",
    "planned_finish": "2023年",
    "unit": "1",
    "county": "1",
    "bureau_owner": "1",
    "responsible_unit": "甲",
    "city_leader": "乙",
    "year_type": "reserve",
    "annual_plan": "1",
    "opening_cumulative": "1",
    "stat_listed": "true",
    "stat_listed_on": "2021-01-01",
    "former_names": "旧名",
    "project_code": "2101-511112-04-01-123456",
}


@pytest.fixture
def project():
    dates = {"planned_start_to": date(2021, 3, 31), "planned_finish_to": date(2022, 12, 31)}
    return ProjectFactory(unit="P01", county=park("P01").county, project_code="2012-511112-04-01-990070", **dates)


def sent(client, project, **changes):
    """What a browser sends back from the edit page, with some fields typed anew."""
    form = client.get(f"{project.get_absolute_url()}edit/").context["form"]
    data = {name: form.raw(name, form.initial.get(name)) for name in form.fields if name in NAMES}
    return {**data, "version": str(project.version), **changes}


def post(client, project, **changes):
    return client.post(f"{project.get_absolute_url()}edit/", sent(client, project, **changes))


def errors(response):
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


# --- saving ----------------------------------------------------------------------------------------------------


def test_unchanged_form_changes_no_fact(as_user, staff, project):
    project.content = "一期\n二期"
    project.save()

    response = post(as_user(staff), project, content="一期\r\n二期")

    assert response.status_code == 302
    assert project.history.first().diff_against(project.history.all()[1]).changed_fields == ["version"]


def test_staff_change_facts_and_plan_with_a_reason(as_user, staff, project):
    response = post(
        as_user(staff),
        project,
        total_investment="1.45亿",
        annual_plan="5,000",
        planned_start="2021.10",
        planned_finish="2022年上半年",
        reason="企业追加投资",
    )

    saved = Project.objects.get(pk=project.pk)
    assert response.status_code == 302
    assert saved.total_investment == Decimal("14500.00")
    assert (str(saved.planned_start), str(saved.planned_finish)) == ("2021年10月", "2022年上半年")
    assert YearPlan.objects.get(project=project, year=2021).annual_plan == 5000
    assert saved.history.first().history_change_reason == "企业追加投资"
    assert saved.history.first().history_user == staff


def test_changing_the_amount_needs_a_reason(as_user, staff, project):
    response = post(as_user(staff), project, total_investment="20000")

    assert response.status_code == 422
    assert errors(response) == {"reason": ["修改总投资（万元）须写明原因。"]}
    assert Project.objects.get(pk=project.pk).total_investment == 10000


def test_actual_date_in_the_future_is_an_error(as_user, staff, project):
    response = post(as_user(staff), project, actual_start="2021-09-28")

    assert errors(response) == {"actual_start": ["实际日期不能晚于今天。"]}


def test_unreadable_date_says_how_to_write_it(as_user, staff, project):
    response = post(as_user(staff), project, planned_start="尽快")

    assert errors(response)["planned_start"][0].startswith("看不懂日期“尽快”")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"annual_plan": "20000"}, "年度计划投资2.00亿元大于总投资1.00亿元。"),
        (
            {"planned_start": "2021年5月", "planned_finish": "2021年3月"},
            "计划竣工时间2021年3月早于计划开工时间2021年5月。",
        ),
        ({"project_code": "2012-511123-04-01-990070"}, "统一项目代码中的区划511123不是五通桥区（511112）。"),
        ({"total_investment": "400", "annual_plan": "100"}, "总投资400万元低于统计起点500万元，请核对单位是否为万元。"),
        ({"total_investment": "3000001"}, "总投资300.00亿元超过300亿元，请核对单位是否为万元。"),
    ],
)
def test_doubt_is_overridden_with_a_word(as_user, staff, project, typed, sentence):
    client = as_user(staff)

    doubted = post(client, project, reason="核对", **typed)
    assert doubted.status_code == 422
    assert sentence in doubted.content.decode()
    seen = doubted.context["form"].data["doubts_seen"]
    saved = post(client, project, reason="核对", confirmation="已电话核实", doubts_seen=seen, **typed)

    assert saved.status_code == 302
    assert Project.objects.get(pk=project.pk).history.first().history_change_reason == "核对；确认无误：已电话核实"


def test_a_doubt_that_nobody_touched_stays_quiet(as_user, staff):
    small = ProjectFactory(unit="P01", total_investment=Decimal(100))

    assert post(as_user(staff), small, address="竹根镇").status_code == 302


def test_code_of_another_project_is_refused_without_naming_it(as_user, staff, project):
    ProjectFactory(unit="P02", name="另一个项目", project_code="2012-511112-04-01-990071")

    response = post(as_user(staff), project, project_code="2012-511112-04-01-990071")

    assert response.status_code == 422
    assert errors(response) == {"__all__": ["这个统一项目代码已被另一个项目使用，请核对。"]}
    assert "另一个项目" not in response.content.decode().replace("已被另一个项目使用", "")


def test_enterprise_is_found_or_registered_by_its_name(as_user, staff, project):
    known = Enterprise.objects.create(name="演示企业甲有限公司")

    post(as_user(staff), project, enterprise_name="演示企业甲有限公司", uscc="91510000207305821R")

    project.refresh_from_db()
    known.refresh_from_db()
    assert (project.enterprise, known.uscc) == (known, "91510000207305821R")


def test_wrong_enterprise_code_is_refused(as_user, staff, project):
    response = post(as_user(staff), project, uscc="91510000207305821X")

    assert list(errors(response)) == ["uscc"]


# --- rights by field -------------------------------------------------------------------------------------------


def test_form_of_a_park_offers_exactly_the_fields_of_the_table(project):
    manager = park_manager("P01")
    form = ProjectForm(user=manager, year=2021, project=project)

    offered = [name for name in NAMES if name in form.fields]

    assert offered == [n for n in NAMES if right(manager, n, project=project) is Right.DIRECT and n != "stage"]
    assert form.fixed["total_investment"].hint == "需向市局申请调整"
    assert form.fixed["annual_plan"].hint == "需向市局申请调整"


def test_forged_fields_are_all_the_ones_a_park_may_not_change(project):
    manager = park_manager("P01")

    assert set(FORGED) == {n for n in NAMES if right(manager, n, project=project) is not Right.DIRECT}


@pytest.mark.parametrize("name", FORGED)
def test_forged_field_changes_nothing_and_the_answer_says_so(as_user, project, name):
    before = Project.objects.filter(pk=project.pk).values().get(), list(project.plans.values())
    response = post(as_user(park_manager("P01")), project, address="新地址", **{name: FORGED[name]})

    assert response.status_code == 422
    assert "请向市局投资科申请调整" in response.content.decode()
    assert (Project.objects.filter(pk=project.pk).values().get(), list(project.plans.values())) == before


def test_park_changes_what_is_its_own(as_user, project):
    response = post(as_user(park_manager("P01")), project, liaison="王某", liaison_phone="13800000001")

    project.refresh_from_db()
    assert response.status_code == 302
    assert (project.liaison, project.version) == ("王某", 2)


def test_park_gives_first_dates_until_the_annual_plan_is_locked(as_user, staff):
    bare, client = ProjectFactory(unit="P01", county=park("P01").county), as_user(park_manager("P01"))
    two_tabs = sent(client, bare, planned_start="2022年")

    first = post(client, bare, planned_start="2021年10月")
    again = client.post(f"{bare.get_absolute_url()}edit/", two_tabs)
    locking.lock(year=2021, by=staff)
    late = post(client, Project.objects.get(pk=bare.pk), planned_finish="2022年")

    bare.refresh_from_db()
    assert (first.status_code, again.status_code, late.status_code) == (302, 422, 422)
    assert (str(bare.planned_start), bare.planned_finish) == ("2021年10月", None)


def test_park_gives_a_missing_code_once(as_user):
    bare, client = ProjectFactory(unit="P01", county=park("P01").county), as_user(park_manager("P01"))

    first = post(client, bare, project_code="2101-511112-04-01-123456")
    bare.refresh_from_db()
    again = post(client, bare, project_code="2101-511112-04-01-654321")

    assert (first.status_code, again.status_code) == (302, 422)
    assert Project.objects.get(pk=bare.pk).project_code == "2101-511112-04-01-123456"


# --- a new project ---------------------------------------------------------------------------------------------


def test_park_registers_for_its_own_unit(as_user):
    manager = park_manager("P01")

    response = as_user(manager).post(
        "/projects/new/",
        {"name": "年产5万吨项目", "unit": park("P01").pk, "total_investment": "8000", "planned_start": "2021年四季度"},
    )

    project = Project.objects.get(name="年产5万吨项目")
    assert response.status_code == 302
    assert (project.unit, project.county, project.created_by) == (park("P01"), park("P01").county, manager)
    assert project.number == "LS2021-0001"
    assert project.entries.count() == 0
    assert YearPlan.objects.get(project=project).year == 2021


@pytest.mark.parametrize("typed", [{"unit": "2"}, {"unit": ""}, {"annual_plan": "100"}, {"city_leader": "甲"}])
def test_park_registers_nothing_beyond_its_rights(as_user, typed):
    data = {"name": "越权项目", "unit": park("P01").pk, **typed}
    data["unit"] = park("P02").pk if typed == {"unit": "2"} else data["unit"]

    response = as_user(park_manager("P01")).post("/projects/new/", data)

    assert response.status_code == 422
    assert not Project.objects.filter(name="越权项目").exists()


def test_same_name_asks_whether_it_is_a_double(as_user, staff, project):
    response = as_user(staff).post("/projects/new/", {"name": project.name})

    assert "已有一个同名项目" in response.content.decode()


def test_a_name_of_another_unit_is_not_given_away(as_user, project):
    response = as_user(park_manager("P02")).post("/projects/new/", {"name": project.name, "unit": park("P02").pk})

    assert response.status_code == 302


def test_a_new_unit_does_not_verify_a_real_project_but_its_stage_does(as_user, staff):
    real, client = ProjectFactory(name="永祥单晶拉棒切方", unverified=True), as_user(staff)

    post(client, real, unit=str(park("P01").pk), reason="明确填报单位")
    real.refresh_from_db()
    assert real.unverified is True
    client.post(f"{real.get_absolute_url()}stage/", {"to": "building", "actual": "2021-09-01", "version": 2})

    real.refresh_from_db()
    assert real.unverified is False


# --- unit, stage, hold -----------------------------------------------------------------------------------------


def test_assigned_project_appears_at_its_unit_and_in_history(as_user, staff):
    stray, manager = ProjectFactory(name="永祥单晶拉棒切方", unverified=True), park_manager("P01")
    address = stray.get_absolute_url()
    assert as_user(manager).get(address).status_code == 404

    post(as_user(staff), stray, unit=str(park("P01").pk), reason="明确由五通桥基地填报")

    html = as_user(manager).get(f"{address}history/").content.decode()
    assert as_user(manager).get(address).status_code == 200
    assert "填报单位" in html
    assert "五通桥基地" in html
    assert "明确由五通桥基地填报" in html
    assert Project.objects.visible_to(park_manager("P02")).count() == 0


def test_start_is_registered_with_its_day(as_user, project):
    client = as_user(park_manager("P01"))
    assert "实际开工时间" in client.get(f"{project.get_absolute_url()}stage/?to=building").content.decode()

    client.post(
        f"{project.get_absolute_url()}stage/?to=building", {"to": "building", "actual": "2021-09-20", "version": 1}
    )

    project.refresh_from_db()
    assert (project.stage, project.actual_start) == (Stage.BUILDING, parse("2021-09-20"))


def test_start_without_a_day_is_asked_for(as_user, staff, project):
    response = as_user(staff).post(f"{project.get_absolute_url()}stage/", {"to": "building", "version": 1})

    assert errors(response) == {"actual": ["请填写实际时间。"]}


def test_stage_goes_back_only_by_the_bureau_with_a_reason(as_user, staff, project):
    address, back = f"{project.get_absolute_url()}stage/", {"to": "talks", "version": 1}

    by_park = as_user(park_manager("P01")).post(address, back)
    bare = as_user(staff).post(address, back)
    said = as_user(staff).post(address, {**back, "reason": "误登记"})

    assert (by_park.status_code, bare.status_code, said.status_code) == (422, 422, 302)
    assert errors(bare) == {"reason": ["阶段退回须写明原因。"]}
    assert Project.objects.get(pk=project.pk).stage == Stage.TALKS


def test_hold_is_the_bureaus_act_with_a_reason(as_user, staff, project):
    address, data = f"{project.get_absolute_url()}hold/", {"to": "suspended", "version": 1}

    assert as_user(park_manager("P01")).post(address, {**data, "reason": "缓建"}).status_code == 403
    assert as_user(staff).post(address, data).status_code == 422
    assert as_user(staff).post(address, {**data, "reason": "资金未到位"}).status_code == 302

    project.refresh_from_db()
    assert (project.hold, project.hold_reason) == ("suspended", "资金未到位")


def test_resume_takes_the_reason_away(as_user, staff):
    held = ProjectFactory(unit="P01", hold="suspended", hold_reason="资金")

    as_user(staff).post(f"{held.get_absolute_url()}hold/", {"to": "", "reason": "已复工", "version": 1})

    held.refresh_from_db()
    assert (held.hold, held.hold_reason) == ("", "")


def test_two_stages_at_once_show_what_the_other_did(as_user, staff, lead, project):
    address = f"{project.get_absolute_url()}stage/"
    as_user(lead).post(address, {"to": "building", "actual": "2021-09-01", "version": 1})

    response = as_user(staff).post(address, {"to": "trial", "actual": "2021-09-10", "version": 1})

    html = response.content.decode()
    assert response.status_code == 422
    assert "业务负责人已于" in html
    assert "在建" in html
    assert response.context["form"].data["version"] == "2"
    assert date(2021, 9, 1) == Project.objects.get(pk=project.pk).actual_start_from
