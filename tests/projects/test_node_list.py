"""节点计划: which nodes are shown to whom, how many of each state, and at what price."""

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from projects import nodes
from projects.choices import Stage
from projects.models import Milestone, Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.register import by_number
from tests.projects.test_listing import chips, names, plain

pytestmark = pytest.mark.django_db


def page(browser, **asked):
    return browser.get(reverse("milestone_list"), asked).content.decode()


def summary(browser, **asked):
    return browser.get(reverse("milestone_summary"), asked).content.decode()


def with_nodes(number, **facts):
    facts = {"unit": "P01", "planned_start_to": date(2021, 9, 30), **facts}
    projects = ProjectFactory.create_batch(number, **facts)
    nodes.follow(projects, by=None)
    return projects


# --- the register of 2021 at the demonstration's day -----------------------------------------------------------


@pytest.mark.db
def test_only_dates_that_somebody_gave_became_nodes(register_2021):
    assert not Milestone.objects.filter(original_to=None, actual_to=None).exists()


@pytest.mark.db
def test_the_states_of_the_register(as_user, staff, register_2021):
    counted = chips(summary(as_user(staff)))

    assert {name: counted[name] for name in ("逾期", "临期", "逾期和临期", "本周到期", "待定", "不适用")} == {
        "逾期": 81, "临期": 10, "逾期和临期": 91, "本周到期": 10, "待定": 0, "不适用": 0,
    }  # fmt: skip


@pytest.mark.db
def test_every_node_of_the_register_is_in_just_one_state(as_user, staff, register_2021):
    counted = chips(summary(as_user(staff)))
    states = ("逾期", "临期", "未到期", "待定", "暂不评价", "已完成", "不适用")

    assert counted["暂不评价"] > 0
    assert sum(counted[name] for name in states) == counted["全部"]


def test_late_starts_and_late_completions(as_user, staff, register_2021):
    browser = as_user(staff)

    assert chips(summary(browser, code="KG"))["逾期"] == 46
    assert chips(summary(browser, code="TC"))["逾期"] == 35


def test_ten_nodes_are_due_on_the_last_day_of_september(as_user, staff, register_2021):
    html = page(as_user(staff), state="this_week")

    assert sorted(name[4:7] for name in names(html)) == [
        "012", "079", "131", "134", "162", "164", "180", "202", "214", "235",
    ]  # fmt: skip
    assert html.count("临期（余3天）") == 10


def test_the_six_are_never_late(as_user, staff, register_2021):
    six = Project.objects.filter(unverified=True)

    html = page(as_user(staff), per_page="100")

    assert not any(project.name in html for project in six)


@pytest.mark.db
def test_the_longest_late_comes_first(as_user, staff, register_2021):
    found = re.findall(r"逾期（(\d+)天）", page(as_user(staff), state="overdue"))

    assert found == sorted(found, key=int, reverse=True)


def test_each_chip_leads_to_as_many_nodes_as_it_counts(as_user, staff, register_2021):
    browser = as_user(staff)
    html = summary(browser, park="P01", per_page="100")

    links = re.findall(r'<a class="chip[^"]*" href="([^"]+)"[^>]*>([^<]+?) <span class="count">(\d+)</span>', html)

    assert len(links) == 12
    for address, label, count in links:
        number = len(names(browser.get(unescape(address)).content.decode()))
        assert number == min(int(count), 100), label


def test_text_to_paste_names_what_is_due_this_week(as_user, staff, register_2021):
    text = plain(summary(as_user(staff), state="this_week"))

    assert "截至9月27日，全市项目节点逾期81个（开工46个、竣工投产35个），7天内到期10个，待定0个。" in text
    assert "其中本周到期10个：开工5个（演示项目079、162、164、202、235，均为9月30日），竣工投产5个" in text


def test_typed_words_are_understood(as_user, staff, register_2021):
    text = plain(summary(as_user(staff), q="五通桥 开工 逾期"))

    assert "五通桥基地（开工）·逾期10个" in text


# --- people ----------------------------------------------------------------------------------------------------


def test_a_park_sees_the_nodes_of_its_own_projects(as_user, register_2021):
    browser = as_user(park_manager("P01"))
    html = page(browser, state="all", per_page="500") + summary(browser, state="all")

    assert chips(html)["全部"] == Milestone.objects.filter(project__unit__code="P01").count()
    assert not any(word in html for word in ("犍为", "夹江", "沙湾", "峨眉", "沐川", "高新区", "全市"))
    assert names(page(browser, park="P02")) == []


def test_a_person_finds_the_nodes_to_answer_for(as_user, staff, register_2021):
    Project.objects.filter(pk=by_number("079").pk).update(bureau_owner=staff)

    html = page(as_user(staff), state="this_week", owner=str(staff.pk))

    assert [name[4:7] for name in names(html)] == ["079"]


# --- states ----------------------------------------------------------------------------------------------------


def test_each_state_is_said_in_words(as_user, staff):
    node = Milestone.objects.filter(project=with_nodes(1)[0])
    told = []
    for change in (
        {"current_to": date(2021, 9, 26)},
        {"current_to": date(2021, 9, 27)},
        {"current_to": date(2021, 10, 4)},
        {"current_to": date(2021, 10, 5)},
        {"current_to": None},
        {"state": "na", "na_reason": "不占地"},
        {"state": "done"},
        {"actual_to": date(2021, 9, 1)},
    ):
        node.update(**change)
        told.append(re.search(r'plain">([^<]+)<', page(as_user(staff), state="all")).group(1))

    assert told == [
        "逾期（1天）", "临期（今天到期）", "临期（余7天）", "未到期", "待定", "不适用", "已完成，日期待补", "已完成",
    ]  # fmt: skip


def test_completion_of_a_trial_production_is_counted_apart(as_user, staff):
    with_nodes(1, stage=Stage.TRIAL, planned_start_to=None, planned_finish_to=date(2021, 3, 31))

    assert "试生产，另计" in page(as_user(staff), state="all")
    assert chips(summary(as_user(staff)))["逾期"] == 0


def test_weeks_and_months_over_new_year(as_user, staff, set_today):
    with_nodes(1, planned_start_to=date(2022, 1, 2))  # Sunday of the week that begins on 27 December 2021
    with_nodes(1, planned_start_to=date(2022, 1, 3))
    set_today(date(2021, 12, 31))
    counted = chips(summary(as_user(staff), year="2021"))
    set_today(date(2022, 1, 4))
    after = chips(summary(as_user(staff), year="2021"))

    assert (counted["本周到期"], counted["下周到期"], counted["本月到期"]) == (1, 1, 0)
    assert (after["逾期"], after["本周到期"], after["本月到期"]) == (2, 1, 2)


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_one_row_and_three(as_user, staff, rows, django_assert_num_queries):
    with_nodes(rows)
    browser = as_user(staff)
    page(browser)

    with django_assert_num_queries(10):
        page(browser)


@pytest.mark.parametrize("rows", [1, 3])
def test_summary_costs_the_same_queries_for_one_row_and_three(as_user, staff, rows, django_assert_num_queries):
    with_nodes(rows)
    browser = as_user(staff)
    summary(browser)

    with django_assert_num_queries(7):
        summary(browser)


def test_page_stays_small(as_user, staff, register_2021):
    assert len(as_user(staff).get(reverse("milestone_list")).content) <= 60 * 1024
