"""月历: holidays, make-up days and the nodes due on each day."""

import re

import pytest

from tests.factories import park_manager

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def cells(browser, **asked):
    html = browser.get("/calendar/", asked).content.decode()
    found = re.findall(
        r'<td class="([^"]*)">\s*<p class="month-day">\s*<time datetime="([^"]+)">(.*?)</td>', html, re.S
    )
    return {day: (look, text) for look, day, text in found}


def test_ten_nodes_are_due_on_the_last_day_of_september(as_user, staff, register_2021):
    found = cells(as_user(staff))

    assert "<strong>10个</strong>" in found["2021-09-30"][1]
    assert (found["2021-09-30"][1].count(" 开工 "), found["2021-09-30"][1].count(" 竣工投产 ")) == (5, 5)


def test_holidays_and_make_up_days_are_marked(as_user, staff):
    found = cells(as_user(staff), month="2021-10")

    assert "国庆" in found["2021-10-01"][1] or "放假" in found["2021-10-01"][1]
    assert "worked" in found["2021-10-09"][0]
    assert "补班" in found["2021-10-09"][1]


def test_months_follow_each_other_over_new_year(as_user, staff):
    html = as_user(staff).get("/calendar/", {"month": "2021-12"}).content.decode()

    assert "?month=2021-11" in html
    assert "?month=2022-01" in html


@pytest.mark.parametrize("text", ["", "2021-13", "abc", "9999-12", "0001-01"])
def test_a_month_that_does_not_exist_is_this_month(as_user, staff, text):
    assert "节点月历 · 2021年9月" in as_user(staff).get("/calendar/", {"month": text}).content.decode()


def test_a_park_sees_its_own_nodes(as_user, register_2021):
    html = as_user(park_manager("P01")).get("/calendar/").content.decode()

    assert "演示项目079" in html
    assert "演示项目162" not in html


def test_a_month_costs_a_fixed_number_of_queries(as_user, staff, register_2021, django_assert_max_num_queries):
    browser = as_user(staff)
    browser.get("/calendar/")

    with django_assert_max_num_queries(10):
        browser.get("/calendar/")
