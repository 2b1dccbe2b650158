"""One function for 完成投资: desk, table by unit and digest say the same to the last digit."""

import re
from datetime import date
from html import unescape

import pytest

from projects import digests, periods, reporting
from tests.projects.reporting.months import filled, handed_in, month, opening, running
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
SAID = "1—8月完成投资12.63亿元，完成年度计划的58.6%，低于序时8.0个百分点。"


@pytest.fixture
def august(staff):
    projects = [running(), running(), running()]
    period = month(8, by=staff)
    for project, ytd in zip(projects, (46300, 60000, 20000), strict=True):
        opening(project, period, ytd, by=staff)
    periods.close(period=period, by=staff)
    return projects


@pytest.mark.parametrize("person", ["staff", "park_user"])
def test_the_desk_says_it(august, as_user, person, request):
    page = as_user(request.getfixturevalue(person)).get("/").content.decode()

    assert SAID in page


@pytest.mark.parametrize("person", ["staff", "park_user", "leader"])
def test_the_digest_says_it(august, person, request):
    digest = digests.compose(
        request.getfixturevalue(person),
        first=date(2021, 9, 20),
        last=date(2021, 9, 26),
        on=date(2021, 9, 27),
        memo={},
    )

    assert SAID in digests.text(digest)


def test_the_table_by_unit_shows_rate_and_gap(august, as_user, staff):
    page = as_user(staff).get("/").content.decode()

    assert "1—8月<wbr>完成" in page
    assert page.count("58.6%") == 3  # the sentence, 合计, 五通桥
    assert page.count("−8.0") == 2


def test_the_open_month_stands_beside(august, as_user, staff, park_user):
    september = month(9, by=staff)
    reporting.approve(reports=[handed_in(august[0], september, by=park_user, done=5600)], by=staff)

    page = as_user(staff).get("/").content.decode()

    assert SAID in page
    assert "9月填报中1/3" in page


def behind(browser, label):
    """How many projects the page behind a count of the desk shows."""
    page = browser.get("/").content.decode()
    address = re.search(rf'href="([^"]*)"[^>]*>{label}\s*<span', page)[1]
    return browser.get(unescape(address)).content.decode()


def test_the_desk_counts_what_the_month_still_asks(august, as_user, staff, park_user):
    september = month(9, by=staff)
    draft = filled(running(), september, by=park_user).project
    waiting = handed_in(august[0], september, by=park_user).project
    back = handed_in(august[1], september, by=park_user)
    reporting.give_back(report=back, by=staff, why="请核实")
    projects = {"9月月报未报": {draft, august[2]}, "待审核": {waiting}, "退回未改": {back.project}}

    for person, labels in ((staff, projects), (park_user, {"9月月报未报", "退回未改"})):
        browser = as_user(person)
        desk = plain(browser.get("/").content.decode())
        assert ("待审核" in desk) == (person == staff)
        for label in labels:
            assert f"{label}{len(projects[label])}" in desk
            page = behind(browser, label)
            assert {one for one in {draft, *august} if one.name in page} == projects[label], label
