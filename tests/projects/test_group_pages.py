"""专题 and 公布数核对, and the lists that the lead keeps."""

import pytest

from parks.models import Park
from portal.models import AuditEntry, SiteText
from projects import groups
from projects.choices import EntryStatus
from projects.models import ProjectGroup, StageBatch
from tests.factories import ProjectFactory, park, park_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return ProjectGroup.objects.get(slug=groups.INDUSTRIAL, year=2021)


def entered(group, by, **fields):
    project = ProjectFactory(**fields)
    groups.enter(project=project, group=group, by=by, published=True)
    return project


def test_register_of_the_workbook_agrees_with_what_was_published(as_user, staff, register_2021):
    html = as_user(staff).get("/groups/industrial/").content.decode()

    assert "279个、总投资1380.00亿元，与公布数一致" in html
    assert "目前已确定2021年工业投资项目279个、总投资1380亿元" in html


def test_each_difference_is_a_line(as_user, lead, group):
    kept, gone = entered(group, lead, name="留下的"), entered(group, lead, name="退出的")
    groups.leave(project=gone, group=group, by=lead, reason="企业放弃")
    added = ProjectFactory(name="新增的")
    groups.enter(project=added, group=group, by=lead, reason="年中新增")
    kept.total_investment = 12000
    kept.save()

    page = as_user(lead).get("/groups/industrial/")

    found = [(line.cause, line.project.name, line.count, line.amount) for line in page.context["lines"]]
    assert found == [("总投资调整", "留下的", 0, 2000), ("退出", "退出的", -1, -10000), ("新增", "新增的", 1, 10000)]
    assert "企业放弃" in page.content.decode()


def test_park_sees_its_own_projects_and_no_guard(as_user, lead, group):
    own, foreign = entered(group, lead, unit="P01", name="本园区"), entered(group, lead, unit="P02", name="别的园区")

    html = as_user(park_manager("P01")).get("/groups/industrial/").content.decode()

    assert own.name in html
    assert [word in html for word in (foreign.name, "公布数", "279", "1380", "与公布数")] == [False] * 5


def test_six_projects_stand_with_their_public_facts(as_user, leader, register_2021):
    html = as_user(leader).get("/groups/major-pv/").content.decode()

    assert html.count('<span class="tag">资料截至2021年初</span>') == 6
    assert "guangfu.bjx.com.cn 2020-11-05" in html
    assert "更新进展" not in html


def test_unknown_list_is_not_found(as_user, staff):
    assert as_user(staff).get("/groups/nothing/").status_code == 404


def test_lead_keeps_the_list_others_do_not(as_user, staff, lead, leader, group):
    project = ProjectFactory(name="待列入项目")
    data = {"project": project.number, "status": "applied", "reason": "市局申报"}
    for person in (staff, leader, park_manager("P01")):
        assert as_user(person).post("/groups/province-key/enter/", data).status_code == 403

    assert as_user(lead).post("/groups/province-key/enter/", data).status_code == 302
    entry = project.entries.get()
    changed = as_user(lead).post(f"/groups/entries/{entry.pk}/", {"status": "left", "reason": "未通过"})

    entry.refresh_from_db()
    assert changed.status_code == 302
    assert (entry.status, entry.reason) == (EntryStatus.LEFT, "未通过")


def test_a_project_is_found_by_number_code_or_name(as_user, lead):
    for word in ("不存在的项目", ""):
        response = as_user(lead).post(
            "/groups/industrial/enter/", {"project": word, "status": "listed", "reason": "一"}
        )
        assert response.status_code == 422


def test_group_page_asks_the_same_number_of_queries_for_one_and_three(as_user, lead, group, django_assert_num_queries):
    client = as_user(lead)
    entered(group, lead, unit="P01")
    client.get("/groups/industrial/")
    with django_assert_num_queries(18):
        client.get("/groups/industrial/")

    entered(group, lead, unit="P02")
    entered(group, lead, unit="P03")

    with django_assert_num_queries(18):
        client.get("/groups/industrial/")


# --- 系统设置 --------------------------------------------------------------------------------------------------


def test_lead_maps_stages_to_the_four_batches(as_user, lead):
    data = {"form": "batches", **dict.fromkeys(StageBatch.objects.values_list("stage", flat=True), "")}

    as_user(lead).post("/settings/lists/", {**data, "building": "加快建设一批"})

    assert StageBatch.objects.get(stage="building").batch == "加快建设一批"
    assert AuditEntry.objects.filter(action="lists.batch").count() == 1


def test_lead_words_the_notice_of_every_page(as_user, lead):
    data = {"form": "texts", **dict(SiteText.objects.values_list("key", "text")), "notice": "本系统不处理涉密信息。"}

    as_user(lead).post("/settings/lists/", data)

    assert "本系统不处理涉密信息。" in as_user(lead).get("/settings/lists/").content.decode()


def test_lead_confirms_a_unit_and_takes_it_back(as_user, lead):
    client = as_user(lead)

    client.post("/settings/units/P01/confirm/", {"confirmed": "1"})
    assert park("P01").confirmed is True
    client.post("/settings/units/P01/confirm/", {"confirmed": "0"})

    assert park("P01").confirmed is False


def test_staff_read_the_lists_and_change_nothing(as_user, staff):
    client, before = as_user(staff), list(SiteText.objects.values())

    page = client.get("/settings/lists/")
    client.post("/settings/lists/", {"form": "texts", "notice": "改"})
    refused = client.post("/settings/units/P01/confirm/", {"confirmed": "1"})

    assert "待局确认" in page.content.decode()
    assert "保存文字" not in page.content.decode()
    assert refused.status_code == 403
    assert list(SiteText.objects.values()) == before
    assert not Park.objects.filter(confirmed=True).exists()


def test_lists_are_closed_to_parks_and_leaders(as_user, leader):
    for person in (park_manager("P01"), leader):
        assert as_user(person).get("/settings/lists/").status_code == 403
