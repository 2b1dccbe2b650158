"""The recycle bin: nothing is deleted for good, and what comes back must fit."""

import pytest

from projects import lifecycle
from projects.models import Project
from tests.factories import ProjectFactory, lead, park_manager, staff

pytestmark = pytest.mark.django_db
CODE = "2012-511112-04-01-990070"


@pytest.fixture
def clerk():
    return staff(username="clerk", name="李某")


@pytest.fixture
def deleted(clerk):
    project = ProjectFactory(unit="P01", name="重复登记的项目", project_code=CODE)
    return lifecycle.recycle(project=project, version=1, by=clerk, reason="重复登记")


def test_deleted_project_is_gone_everywhere_and_stays_in_the_bin(as_user, clerk):
    project = ProjectFactory(unit="P01")

    response = as_user(clerk).post(f"{project.get_absolute_url()}recycle/", {"version": 1, "reason": "重复登记"})

    assert response.status_code == 302
    assert as_user(clerk).get(project.get_absolute_url()).status_code == 404
    assert Project.objects.recycled().get() == project


def test_deleting_asks_for_a_reason(as_user, clerk):
    project = ProjectFactory(unit="P01")

    assert as_user(clerk).post(f"{project.get_absolute_url()}recycle/", {"version": 1}).status_code == 422
    assert Project.objects.visible_to(clerk).get() == project


def test_bin_says_who_when_and_why(as_user, clerk, deleted):
    html = as_user(clerk).get("/recycle/").content.decode()

    assert [text in html for text in (deleted.name, "李某", "2021-09-27", "重复登记")] == [True] * 4


def test_bin_of_others_is_the_leads(as_user, deleted):
    other, chief = staff(), lead()

    assert deleted.name not in as_user(other).get("/recycle/").content.decode()
    assert deleted.name in as_user(chief).get("/recycle/").content.decode()
    assert as_user(other).post(f"/recycle/{deleted.pk}/restore/").status_code == 404
    assert as_user(chief).post(f"/recycle/{deleted.pk}/restore/").status_code == 302


def test_bin_is_closed_to_parks_and_leaders(as_user, leader, deleted):
    for person in (park_manager("P01"), leader):
        assert as_user(person).get("/recycle/").status_code == 403
        assert as_user(person).post(f"/recycle/{deleted.pk}/restore/").status_code == 403


def test_restored_project_is_complete(as_user, clerk, deleted):
    as_user(clerk).post(f"/recycle/{deleted.pk}/restore/")

    project = Project.objects.visible_to(clerk).get()
    assert (project.deleted_at, project.deleted_by, project.plans.count()) == (None, None, 1)
    assert project.history.first().history_change_reason == "从回收站恢复"


def test_restore_is_refused_when_the_code_was_taken_meanwhile(as_user, clerk, deleted):
    ProjectFactory(unit="P02", project_code=CODE)

    html = as_user(clerk).post(f"/recycle/{deleted.pk}/restore/", follow=True).content.decode()

    assert "不能恢复：这个统一项目代码已被另一个项目使用，请核对。" in html
    assert Project.objects.recycled().get() == deleted


def test_restoring_is_never_done_by_a_link(as_user, clerk, deleted):
    assert as_user(clerk).get(f"/recycle/{deleted.pk}/restore/").status_code == 405


def test_bin_asks_the_same_number_of_queries_for_one_and_three(as_user, clerk, deleted, django_assert_num_queries):
    client = as_user(clerk)
    client.get("/recycle/")
    with django_assert_num_queries(6):
        client.get("/recycle/")

    for _ in range(2):
        lifecycle.recycle(project=ProjectFactory(), version=1, by=clerk, reason="错误")

    with django_assert_num_queries(6):
        client.get("/recycle/")
