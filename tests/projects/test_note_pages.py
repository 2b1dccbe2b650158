"""更新进展, one project and several at once, and 记一次催办."""

from datetime import date
from urllib.parse import unquote

import pytest

from portal.spans import parse
from projects.choices import NoteKind, Reason, Stage
from projects.models import ProgressNote, Project
from tests.factories import ProjectFactory, park_manager

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return ProjectFactory(unit="P01", unverified=True)


def note(client, project, **typed):
    data = {"noted_on": "2021-09-24", **typed}
    return client.post(f"{project.get_absolute_url()}note/", data)


def test_park_notes_progress_and_the_project_is_verified(as_user, project):
    manager = park_manager("P01")

    response = note(
        as_user(manager),
        project,
        progress="完成环评",
        problem="385亩中42亩未征拆",
        reason="land",
        next_step="10月底开工",
    )

    project.refresh_from_db()
    newest = project.newest_note
    assert response.url == project.get_absolute_url()
    assert (newest.author, newest.noted_on, newest.reason) == (manager, date(2021, 9, 24), Reason.LAND)
    assert (newest.problem, project.unverified) == ("385亩中42亩未征拆", False)


def test_saving_leads_back_to_the_list_it_was_opened_from(as_user, staff, project):
    client, address = as_user(staff), f"{project.get_absolute_url()}note/"

    page = client.get(address, headers={"Referer": "http://testserver/projects/?q=五通桥 未开工"})
    response = note(client, project, progress="有进展", next=page.context["form"].initial["next"])

    assert unquote(response.url) == "/projects/?q=五通桥 未开工"


@pytest.mark.parametrize("next_url", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_the_way_back_never_leaves_the_site(as_user, staff, project, next_url):
    assert note(as_user(staff), project, progress="有进展", next=next_url).url == project.get_absolute_url()


def test_dialog_gets_only_the_form(as_user, staff, project):
    html = as_user(staff).get(f"{project.get_absolute_url()}note/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert "dialog-head" in html
    assert 'value="2021-09-27"' in html


def test_empty_note_is_refused(as_user, staff, project):
    response = note(as_user(staff), project)

    assert response.status_code == 422
    assert response.context["form"].errors["progress"] == ["请至少填写进展、存在问题、下一步中的一项。"]
    assert project.notes.count() == 0


def test_note_of_tomorrow_is_refused(as_user, staff, project):
    response = note(as_user(staff), project, progress="有进展", noted_on="2021-09-28")

    assert response.context["form"].errors["noted_on"] == ["日期不能晚于今天。"]


def test_note_and_start_are_one_act(as_user, project):
    response = note(as_user(park_manager("P01")), project, progress="打桩", to="building", actual="2021-09-20")

    project.refresh_from_db()
    assert response.status_code == 302
    assert (project.stage, project.actual_start) == (Stage.BUILDING, parse("2021-09-20"))
    assert project.notes.get().progress == "打桩"


def test_refused_note_leaves_the_stage_alone(as_user, project):
    note(
        as_user(park_manager("P01")),
        project,
        progress="打桩",
        to="building",
        actual="2021-09-20",
        noted_on="2021-10-01",
    )

    project.refresh_from_db()
    assert (project.stage, project.notes.count()) == (Stage.PREPARING, 0)


def test_several_projects_are_noted_in_one_table(as_user):
    manager, own = park_manager("P01"), [ProjectFactory(unit="P01") for _ in range(3)]
    foreign, client = ProjectFactory(unit="P02"), as_user(manager)
    page = client.post("/projects/notes/", {"ids": [one.pk for one in [*own, foreign]]})
    assert page.status_code == 200
    assert [project for project, _ in page.context["pairs"]] == own
    assert foreign.name not in page.content.decode()

    data = {"form-TOTAL_FORMS": 4, "form-INITIAL_FORMS": 4, "ids": [one.pk for one in [*own, foreign]]}
    for number, project in enumerate([*own, foreign]):
        data |= {f"form-{number}-project": project.pk, f"form-{number}-problem": "" if number == 1 else f"问题{number}"}
    response = client.post("/projects/notes/", data)

    assert response.status_code == 302
    found = ProgressNote.objects.order_by("project").values_list("project", "problem")
    assert list(found) == [(own[0].pk, "问题0"), (own[2].pk, "问题2")]


def test_batch_with_a_mistake_keeps_what_was_typed_and_writes_nothing(as_user, staff, project):
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "ids": [project.pk],
        "form-0-project": project.pk,
        "form-0-reason": "land",
    }

    response = as_user(staff).post("/projects/notes/", data)

    assert response.status_code == 422
    assert "选了原因类别，请写一句存在问题。" in response.content.decode()
    assert project.notes.count() == 0


def test_batch_page_asks_the_same_number_of_queries_for_one_and_three(as_user, staff, django_assert_num_queries):
    client, ids = as_user(staff), [ProjectFactory(unit="P01").pk for _ in range(3)]
    client.get("/projects/notes/", {"ids": ids})

    with django_assert_num_queries(5):
        client.get("/projects/notes/", {"ids": ids[:1]})
    with django_assert_num_queries(5):
        client.get("/projects/notes/", {"ids": ids})


def test_chase_is_recorded_by_the_bureau_only(as_user, staff, project):
    address = f"{project.get_absolute_url()}chase/"
    data = {"channel": "phone", "answer": "国庆后交地", "promised_on": "2021-10-15"}

    assert as_user(park_manager("P01")).post(address, data).status_code == 403
    assert as_user(staff).post(address, data).status_code == 302

    chase = project.notes.get(kind=NoteKind.CHASE)
    assert (chase.answer, chase.promised_on, chase.author) == ("国庆后交地", date(2021, 10, 15), staff)
    assert Project.objects.get(pk=project.pk).unverified is True
    html = as_user(staff).get(project.get_absolute_url()).content.decode()
    assert "答复“国庆后交地”，承诺10月15日" in html
