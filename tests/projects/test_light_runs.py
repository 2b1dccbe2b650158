"""A changed rule over many projects: computed in the background, chunk by chunk; a run left behind is taken up."""

from datetime import timedelta

import pytest

from portal import clock
from projects import light_runs, lights, nodes, tasks
from projects.models import LightRun, Project
from tests.factories import ProjectFactory
from tests.projects.test_rules import NEW, PAGE

pytestmark = [pytest.mark.django_db, pytest.mark.db]


@pytest.fixture
def many(monkeypatch, set_today):
    """Five projects 45 days late, which are many, two to a chunk."""
    monkeypatch.setattr(light_runs, "MANY", 4)
    monkeypatch.setattr(lights, "CHUNK", 2)
    due = clock.today() - timedelta(days=45)
    projects = [ProjectFactory(planned_start_from=due, planned_start_to=due) for _ in range(5)]
    nodes.follow(projects, by=None)
    lights.refresh_all(on=clock.today())
    return projects


def count(light):
    return Project.objects.filter(light=light).count()


def test_the_page_answers_at_once_and_the_worker_does_the_work(many, as_user, lead):
    page = as_user(lead).post(PAGE, NEW, follow=True).content.decode()

    assert "5个项目正在后台重新计算" in page
    assert "0 / 5" in page
    assert (count("red"), count("yellow")) == (5, 0)  # lists show what they showed
    assert tasks.run_lights() == 1
    assert (count("red"), count("yellow")) == (0, 5)
    assert LightRun.objects.get().done == 5
    assert "灯色已全部重新计算" in as_user(lead).get("/lights/progress/").content.decode()


def test_a_run_whose_worker_died_goes_on_where_it_was(many, as_user, lead, monkeypatch):
    as_user(lead).post(PAGE, NEW)
    calls = []

    def dies(chunk, **options):
        if calls:
            raise KeyboardInterrupt
        calls.append([project.pk for project in chunk])
        return refresh(chunk, **options)

    refresh = lights.refresh
    monkeypatch.setattr(lights, "refresh", dies)
    with pytest.raises(KeyboardInterrupt):
        tasks.run_lights()
    monkeypatch.setattr(lights, "refresh", refresh)

    assert (LightRun.objects.get().done, count("yellow")) == (2, 2)
    assert "2 / 5" in as_user(lead).get(PAGE).content.decode()  # survives a reload
    assert tasks.run_lights() == 0  # it may be at work still
    LightRun.objects.update(beat_at=clock.machine_now() - light_runs.SILENCE)
    assert tasks.run_lights() == 1
    assert (LightRun.objects.get().done, count("yellow")) == (5, 5)


def test_a_newer_rule_takes_the_place_of_a_run(many, as_user, lead):
    as_user(lead).post(PAGE, NEW)
    old = LightRun.objects.get()
    as_user(lead).post(PAGE, {**NEW, "red_over_days": "44"})

    assert light_runs.work(old) is False
    assert tasks.run_lights() == 1
    assert count("red") == 5


def test_few_projects_are_computed_at_once(as_user, lead):
    as_user(lead).post(PAGE, NEW)

    assert not LightRun.objects.exists()


def test_a_run_nobody_took_is_seen_to_need_a_hand(many, as_user, lead):
    as_user(lead).post(PAGE, NEW)
    run = LightRun.objects.get()

    assert not light_runs.needs_hand(run)
    run.queued_at -= light_runs.PATIENCE * 2
    assert light_runs.needs_hand(run)
