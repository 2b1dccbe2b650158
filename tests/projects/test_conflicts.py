"""Two people at once: nothing is lost."""

import re
import threading

import pytest
from django.db import connection
from django.test import Client

from projects import audit, lifecycle, notes
from projects.models import ProgressNote, Project
from tests.factories import ProjectFactory, park
from tests.projects.test_editing import sent

HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">')


@pytest.fixture
def project(db):
    return ProjectFactory(unit="P01", county=park("P01").county, address="竹根镇", content="旧")


def test_different_facts_of_two_people_are_both_kept(as_user, staff, lead, project):
    mine = sent(as_user(staff), project, address="金粟镇")
    lifecycle.edit(project=project, version=1, by=lead, facts={"city_leader": "演示市领导甲"})

    response = as_user(staff).post(f"{project.get_absolute_url()}edit/", mine, follow=True)

    project.refresh_from_db()
    assert (project.address, project.city_leader, project.version) == ("金粟镇", "演示市领导甲", 3)
    assert "两处修改均已保留" in response.content.decode()


def test_the_same_fact_shows_base_theirs_and_mine(as_user, staff, lead, project):
    mine = sent(as_user(staff), project, address="我的地址", content="我的内容")
    lifecycle.edit(project=project, version=1, by=lead, facts={"address": "对方地址", "remark": "对方备注"})

    response = as_user(staff).post(f"{project.get_absolute_url()}edit/", mine)

    html = response.content.decode()
    assert response.status_code == 409
    assert "业务负责人已于" in html
    assert [text in html for text in ("竹根镇", "对方地址", "我的地址", "我的内容")] == [True] * 4
    assert Project.objects.get(pk=project.pk).address == "对方地址"


@pytest.mark.parametrize(("chosen", "kept"), [("我的地址", "我的地址"), ("对方地址", "对方地址")])
def test_what_is_chosen_per_field_is_saved_and_the_rest_stays(as_user, staff, lead, project, chosen, kept):
    client, address = as_user(staff), f"{project.get_absolute_url()}edit/"
    mine = sent(client, project, address="我的地址", content="我的内容")
    lifecycle.edit(project=project, version=1, by=lead, facts={"address": "对方地址", "remark": "对方备注"})
    html = client.post(address, mine).content.decode()

    again = client.post(address, {**dict(HIDDEN.findall(html)), "address": chosen})

    project.refresh_from_db()
    assert again.status_code == 302
    assert (project.address, project.content, project.remark) == (kept, "我的内容", "对方备注")


def test_the_same_value_of_both_is_no_conflict(as_user, staff, lead, project):
    mine = sent(as_user(staff), project, address="同一地址")
    lifecycle.edit(project=project, version=1, by=lead, facts={"address": "同一地址"})

    assert as_user(staff).post(f"{project.get_absolute_url()}edit/", mine).status_code == 302


def test_plan_of_the_year_conflicts_too(as_user, staff, lead, project):
    mine = sent(as_user(staff), project, annual_plan="2000", reason="核减")
    lifecycle.edit(project=project, version=1, by=lead, facts={}, year=2021, plan={"annual_plan": 3000}, reason="追加")

    response = as_user(staff).post(f"{project.get_absolute_url()}edit/", mine)

    assert response.status_code == 409
    assert "1,000.00" in response.content.decode()
    assert project.plans.get().annual_plan == 3000


def test_a_version_nobody_read_is_refused(as_user, staff, project):
    response = as_user(staff).post(
        f"{project.get_absolute_url()}edit/", {**sent(as_user(staff), project), "version": "7"}
    )

    assert response.status_code == 422
    assert Project.objects.get(pk=project.pk).version == 1


def test_stale_save_writes_nothing(staff, lead, project):
    theirs = Project.objects.get(pk=project.pk)
    lifecycle.edit(project=theirs, version=1, by=lead, facts={"address": "对方"})

    with pytest.raises(audit.StaleVersionError, match="业务负责人已于"):
        lifecycle.edit(project=project, version=1, by=staff, facts={"address": "我的"})

    assert Project.objects.get(pk=project.pk).address == "对方"
    assert project.history.count() == 2


# --- really at once --------------------------------------------------------------------------------------------


def at_once(*acts):
    """Run each act in a thread and connection of its own, and return what they raised."""
    failures, start = [], threading.Barrier(len(acts))

    def run(act):
        try:
            start.wait()
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_when_four_edit_at_once(staff):
    project = ProjectFactory(unit="P01")
    saved = []

    def editor(name):
        for number in range(10):
            while True:
                mine = Project.objects.get(pk=project.pk)
                words = f"{mine.remark} {name}{number}".strip()
                try:
                    lifecycle.edit(project=mine, version=mine.version, by=staff, facts={"remark": words})
                except audit.StaleVersionError:
                    continue
                saved.append(f"{name}{number}")
                break

    failures = at_once(*(lambda name=name: editor(name) for name in "abcd"))

    now = Project.objects.get(pk=project.pk)
    assert failures == []
    assert sorted(now.remark.split()) == sorted(saved)
    assert now.version == 41
    assert [row.version for row in now.history.order_by("version")] == list(range(1, 42))


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_notes_of_four_people_at_once_are_all_there_and_the_newest_shows(staff):
    project = ProjectFactory(unit="P01", unverified=True)

    def writer(name):
        for number in range(5):
            mine = Project.objects.get(pk=project.pk)
            notes.add_progress(project=mine, by=staff, progress=f"{name}{number}")

    failures = at_once(*(lambda name=name: writer(name) for name in "abcd"))

    now = Project.objects.get(pk=project.pk)
    assert failures == []
    assert now.notes.count() == 20
    assert now.newest_note == ProgressNote.objects.order_by("noted_on", "id").last()
    assert (now.unverified, now.version) == (False, 2)


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_two_browsers_saving_at_once_lose_nothing(staff):
    project = ProjectFactory(unit="P01", county=park("P01").county)
    browsers = []
    for _ in range(2):
        browser = Client()
        browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
        browsers.append(browser)
    first, second = sent(browsers[0], project, address="甲"), sent(browsers[1], project, remark="乙")
    address, answers = f"{project.get_absolute_url()}edit/", []

    failures = at_once(
        lambda: answers.append(browsers[0].post(address, first).status_code),
        lambda: answers.append(browsers[1].post(address, second).status_code),
    )

    project.refresh_from_db()
    assert (failures, answers) == ([], [302, 302])
    assert (project.address, project.remark, project.version) == ("甲", "乙", 3)
