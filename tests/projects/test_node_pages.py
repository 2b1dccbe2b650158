"""Nodes on the page of a project: what one sees, does and uploads."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import AuditEntry
from portal.spans import parse
from projects import groups, milestones, node_sheet, nodes
from projects.choices import MilestoneState, Stage
from projects.models import Evidence, Milestone, Project
from tests.factories import ProjectFactory, park_manager
from tests.portal.test_files import PDF, with_exif
from tests.projects.test_milestones import listed

pytestmark = pytest.mark.django_db
TODAY = date(2021, 9, 27)
JULY = {"planned_start_from": date(2021, 7, 21), "planned_start_to": date(2021, 7, 21)}


@pytest.fixture
def own():
    return park_manager("P01", name="王某")


@pytest.fixture
def project(staff):
    made = ProjectFactory(unit="P01", **JULY)
    nodes.follow([made], by=staff)
    return made


@pytest.fixture
def full(project, staff):
    """The project with the 27 nodes of the template."""
    milestones.apply_template(project=project, by=staff, full=True)
    return Project.objects.get(pk=project.pk)


def node_of(project, code="KG"):
    return project.milestones.get(code=code)


def photo(name="现场.jpg", **tags):
    return SimpleUploadedFile(name, with_exif(**tags), content_type="text/html")


def errors(response):
    return {name: list(texts) for name, texts in response.context["form"].errors.items()}


# --- what one sees ---------------------------------------------------------------------------------------------


def test_every_state_of_a_node_has_its_words(full, staff):
    permit = {"HP": "2021-09-30", "GD": "2021-10-30", "BA": "2021-09-27", "NP": "2021-09-26"}
    for code, plan in permit.items():
        milestones.set_plan(node=node_of(full, code), span=parse(plan), by=staff)
    milestones.complete(node=node_of(full, "GS"), actual=parse("2021-03-01"), by=staff)
    milestones.complete(node=node_of(full, "YS"), actual=None, by=staff)
    milestones.mark_not_applicable(node=node_of(full, "AP1"), by=staff, reason="不是危化项目")

    said = {line.node.code: line.state for line in node_sheet.lines(full, [], user=staff, on=TODAY)}

    assert [said[code] for code in ("HP", "GD", "BA", "NP", "KG", "GS", "YS", "AP1", "TC")] == [
        "临期（余3天）",
        "未到期",
        "临期（今天到期）",
        "逾期（1天）",
        "逾期（68天）",
        "已完成",
        "已完成，日期待补",
        "不适用",
        "待定",
    ]


def test_the_page_shows_the_nodes_and_what_is_missing_before_the_start(as_user, staff, full):
    html = as_user(staff).get(full.get_absolute_url()).content.decode()

    assert "逾期（68天）" in html
    assert html.count("逾期（") == 1
    assert "开工前须取得：环评批复、节能审查意见、安全条件审查、安全设施设计审查、施工许可（5项未完成）。" in html


def test_without_the_template_nobody_is_warned(as_user, staff, project):
    assert "开工前须取得" not in as_user(staff).get(project.get_absolute_url()).content.decode()


@pytest.mark.parametrize("who", ["staff", "own", "leader"])
def test_one_node_and_many_take_the_same_queries(request, staff, project, who, django_assert_num_queries):
    user = request.getfixturevalue(who)
    lines = {"staff": 2, "own": 3, "leader": 2}

    for _ in range(2):
        fresh = Project.objects.get(pk=project.pk)
        with django_assert_num_queries(lines[who]):
            node_sheet.lines(fresh, [], user=user, on=TODAY)
        milestones.apply_template(project=project, by=staff, full=True)


def test_each_person_gets_the_acts_of_the_own_role(full, staff, own, leader):
    def acts(user, code="KG"):
        line = next(x for x in node_sheet.lines(full, [], user=user, on=TODAY) if x.node.code == code)
        return [name for name, _ in line.acts], line.may_ask

    assert acts(staff) == (["node_done", "node_forecast", "node_plan", "node_evidence", "node_phase"], False)
    assert acts(own) == (["node_done", "node_forecast", "node_evidence", "node_phase"], True)
    assert acts(own, "HP") == (
        ["node_done", "node_forecast", "node_plan", "node_evidence", "node_skip", "node_phase"], False,
    )  # fmt: skip
    assert acts(leader) == ([], False)


# --- acts on pages ---------------------------------------------------------------------------------------------


def test_template_by_its_page_leaves_one_late_node(as_user, staff, project):
    listed(project, groups.PROVINCE_KEY)
    client = as_user(staff)
    address = f"{project.get_absolute_url()}template/"
    assert client.get(address).context["form"].initial == {"size": "full"}

    client.post(address, {"size": "full"})

    assert project.milestones.count() == 27
    assert [node.code for node in Milestone.objects.overdue(on=TODAY)] == ["KG"]


def test_each_act_by_its_page(as_user, staff, full):
    client, node = as_user(staff), node_of(full, "HP")
    acts = [
        ("plan", {"span": "2021年8月"}, "current", "2021年8月"),
        ("plan", {"span": "2021年10月", "reason": "报告修改"}, "current", "2021年10月"),
        ("forecast", {"span": "2021-10-20"}, "forecast", "2021-10-20"),
        ("done", {"actual": "2021-09-20"}, "actual", "2021-09-20"),
        ("reopen", {"reason": "误登"}, "state", MilestoneState.OPEN),
        ("done", {"undated": "on"}, "state", MilestoneState.DONE),
        ("reopen", {"reason": "误登"}, "state", MilestoneState.OPEN),
        ("skip", {"reason": "登记表备案"}, "state", MilestoneState.NOT_APPLICABLE),
    ]

    for verb, data, name, expected in acts:
        response = client.post(f"/nodes/{node.pk}/{verb}/", data)
        node = Milestone.objects.get(pk=node.pk)
        assert (response.status_code, str(getattr(node, name))) == (302, expected)
    assert node.history.count() == 9
    history = client.get(f"{full.get_absolute_url()}history/").content.decode()
    assert all(text in history for text in ("环评批复计划时间", "报告修改", "登记表备案", "增加节点"))


def test_what_is_wrong_is_said_beside_its_field(as_user, staff, full):
    client, node = as_user(staff), node_of(full, "HP")

    assert errors(client.post(f"/nodes/{node.pk}/done/", {"actual": ""})) == {
        "actual": ["请填写实际完成时间；确实不清楚的，勾选“已完成，日期待补”。"]
    }
    assert errors(client.post(f"/nodes/{node.pk}/done/", {"actual": "2021-09-28"})) == {
        "actual": ["实际日期不能晚于今天。"]
    }


def test_missing_permits_ask_for_a_sentence_before_the_start(as_user, own, full):
    client, node = as_user(own), node_of(full)
    started = {"actual": "2021-09-20", "move_stage": "on"}
    stage = {"to": "building", "actual": "2021-09-20", "version": full.version}

    by_node = client.post(f"/nodes/{node.pk}/done/", started)
    by_stage = client.post(f"{full.get_absolute_url()}stage/?to=building", stage)
    by_note = client.post(f"{full.get_absolute_url()}note/", {"progress": "开工", "to": "building", **started})

    assert ["开工存在合规风险" in str(errors(one)) for one in (by_node, by_stage, by_note)] == [True] * 3
    assert Project.objects.get(pk=full.pk).stage == Stage.PREPARING
    client.post(f"/nodes/{node.pk}/done/", {**started, "gates_word": "环评9月底批复，已报件"})
    saved = Project.objects.get(pk=full.pk)
    assert saved.stage == Stage.BUILDING
    assert saved.history.first().history_change_reason == "确认无误：环评9月底批复，已报件"


# --- evidence --------------------------------------------------------------------------------------------------


def test_a_photograph_without_its_day_is_asked_for_it_and_not_sent_again(as_user, own, project):
    listed(project, groups.PROVINCE_KEY)
    client, address = as_user(own), f"{project.get_absolute_url()}stage/?to=building"
    data = {"to": "building", "actual": "2021-09-20", "version": "1"}

    bare = client.post(address, data)
    undated = client.post(address, {**data, "file": photo()})
    kept = undated.context["form"]["kept"].value()
    dated = client.post(address, {**data, "kept": kept, "taken_on": "2021-09-20"})

    assert "须有佐证" in str(errors(bare))
    assert errors(undated) == {"taken_on": ["照片里没有拍摄日期，请填写。"]}
    assert "已收到“现场.jpg”" in undated.content.decode()
    assert dated.status_code == 302
    proof = Evidence.objects.get()
    assert (proof.milestone, proof.name, proof.taken_on, proof.by) == (
        node_of(project), "现场.jpg", date(2021, 9, 20), own,
    )  # fmt: skip
    assert Project.objects.get(pk=project.pk).stage == Stage.BUILDING


def test_the_day_of_the_camera_goes_before_what_is_typed(as_user, own, project):
    file = photo(taken="2021:09:18 10:00:00")

    as_user(own).post(f"/nodes/{node_of(project).pk}/evidence/", {"file": file, "taken_on": "2021-01-01"})

    assert Evidence.objects.get().taken_on == date(2021, 9, 18)


@pytest.mark.parametrize("content", [b"", b"<html>", b"%PDF-1.4"])
def test_another_kind_of_file_is_refused_in_words(as_user, own, project, content):
    response = as_user(own).post(
        f"/nodes/{node_of(project).pk}/evidence/", {"file": SimpleUploadedFile("a.jpg", content)}
    )

    assert response.status_code == 422
    assert list(errors(response)) == ["file"]
    assert AuditEntry.objects.get(action="file.refused").object_id == str(project.pk)
    assert Evidence.objects.count() == 0


def test_a_forged_token_brings_no_file(as_user, own, project):
    response = as_user(own).post(f"/nodes/{node_of(project).pk}/evidence/", {"kept": "1:forged"})

    assert errors(response) == {"file": ["请选择照片或PDF文件。"]}


def upload(client, project, file):
    client.post(f"/nodes/{node_of(project).pk}/evidence/", {"file": file, "taken_on": "2021-09-01"})
    return f"/evidence/{Evidence.objects.latest('pk').pk}/"


def test_a_picture_is_shown_and_a_paper_downloaded_and_nothing_in_them_runs(as_user, own, project):
    client = as_user(own)

    shown = client.get(upload(client, project, photo()))
    paper = client.get(upload(client, project, SimpleUploadedFile("备案证.pdf", PDF)))

    assert (shown["Content-Type"], paper["Content-Type"]) == ("image/jpeg", "application/pdf")
    assert shown["Content-Disposition"].startswith("inline; filename*=utf-8''")
    assert paper["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    for response in (shown, paper):
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (response["X-Content-Type-Options"], response["Cache-Control"]) == ("nosniff", "no-store")
    assert paper.content == PDF


def test_anothers_file_and_an_absent_one_give_the_same_page(as_user, own, project):
    address = upload(as_user(own), project, SimpleUploadedFile("备案证.pdf", PDF))
    stranger = as_user(park_manager("P02"))

    pages = [stranger.get(path) for path in (address, "/evidence/999999/")]

    assert [page.status_code for page in pages] == [404, 404]
    assert len({re.sub(r'(token" content|token" value|nonce)="[^"]+"', "", p.content.decode()) for p in pages}) == 1
