"""进度横道图: what is drawn, for whom, and for how many."""

import re

import pytest

from tests.factories import park_manager

pytestmark = pytest.mark.django_db
PAGE = "/timeline/"


def drawn(browser, **asked):
    return browser.get(PAGE, asked).content.decode()


def test_more_than_sixty_projects_ask_for_a_narrower_list(as_user, staff, register_2021):
    html = drawn(as_user(staff))

    assert "符合条件的项目超过60个" in html
    assert "xmlns=" not in html


def test_each_project_of_the_list_gets_a_row_with_its_dates(as_user, staff, register_2021):
    html = drawn(as_user(staff), q="五通桥 未开工")
    chart = html[html.index("xmlns=") :]

    assert len(re.findall(r'<a href="/projects/\d+/"><text', chart)) == 14
    assert "<title>开工原计划2021-07-21</title>" in chart
    assert "■逾期68天" in chart
    assert ">今天</text>" in chart
    assert "style=" not in html


def test_a_park_sees_its_own_projects(as_user, register_2021):
    browser = as_user(park_manager("P02"))

    assert "演示项目070" not in drawn(browser, q="逾期未开工")
    assert "没有符合条件的项目" in drawn(browser, park="P01")


def test_nothing_found_is_calm(as_user, staff):
    assert "没有符合条件的项目" in drawn(as_user(staff))


def test_a_chart_costs_a_fixed_number_of_queries(as_user, staff, register_2021, django_assert_max_num_queries):
    browser = as_user(staff)
    drawn(browser, q="五通桥 未开工")

    with django_assert_max_num_queries(10):
        drawn(browser, q="五通桥 未开工")
