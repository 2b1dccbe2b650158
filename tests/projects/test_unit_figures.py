"""The page of a unit: six blocks whose every number leads to the list that counts the same."""

import re
from datetime import timedelta
from html import unescape

import pytest

from portal import clock
from projects.models import Issue, Project
from tests.factories import ProjectFactory, park, park_manager
from tests.projects.register import by_number
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a href="(/(?:projects|milestones|issues)/\?[^"]+)">(\d+)</a>')


def blocks(browser, code):
    return browser.get(f"/parks/{code}/figures/").content.decode()


def behind(browser, address):
    """How many the list at the address counts."""
    if address.startswith("/issues/"):
        page = browser.get(address).content.decode()
        return len(set(re.findall(r'href="/issues/(\d+)/"', page)))
    answer = browser.get(address.replace("/?", "/summary/?", 1)).content.decode()
    return int(re.search(r"<strong>[^<]*?(\d+)个</strong>", answer).group(1))


def trouble(number, *, by, state="new", **facts):
    project = by_number(number)
    return Issue.objects.create(
        project=project, category="land", source="park", words="征拆未完成", by=by, state=state, **facts
    )


@pytest.fixture
def troubles(staff):
    late = clock.today() - timedelta(days=3)
    trouble("041", by=staff)
    trouble("042", by=staff, state="working", lead_unit="五通桥区政府", due_on=late, level="city")
    trouble("043", by=staff, state="closed", lead_unit="五通桥区政府", due_on=late, result="已交地")


@pytest.mark.parametrize("code", ["P01", "P99", "P99-511129"])
def test_every_number_leads_to_a_list_that_counts_as_many(as_user, staff, register_2021, troubles, code):
    browser = as_user(staff)
    links = set(LINK.findall(blocks(browser, code)))

    assert len(links) > 4
    assert [one for one in links if behind(browser, unescape(one[0])) != int(one[1])] == []


def test_a_park_reads_the_figures_of_its_own_unit_alone(as_user, register_2021, troubles):
    browser = as_user(park_manager("P01"))
    text = plain(blocks(browser, "P01"))

    assert "2021年项目65个计划新开工20个已开工6个逾期未开工10个逾期未竣工5个试生产1个停缓建2个" in text
    assert "总投资418.61亿元年度计划75.22亿元" in text
    assert "未办结2个办理中1个超期1个待销号0个市级协调1个" in text
    assert browser.get("/parks/P02/figures/").status_code == 404


def test_a_unit_tells_of_those_under_it(as_user, staff, register_2021):
    text = plain(blocks(as_user(staff), "P99"))

    assert "2021年项目25个" in text
    assert "峨边县6个" in text
    assert "沐川县5个" in text


def test_an_empty_unit_reads_well(as_user, staff):
    text = plain(blocks(as_user(staff), "P03"))
    page = plain(as_user(staff).get(park("P03").get_absolute_url()).content.decode())

    assert "还没有2021年的项目" in text
    assert "尚未指定填报人员，该单位的项目由市局投资科代管" in page


@pytest.mark.parametrize("projects", [1, 3])
def test_the_blocks_cost_the_same_queries_for_one_and_three(as_user, staff, projects, django_assert_num_queries):
    for _ in range(projects):
        ProjectFactory(unit="P01")
    browser = as_user(staff)
    blocks(browser, "P01")

    with django_assert_num_queries(17):
        blocks(browser, "P01")


def test_green_lights_are_counted_beside_the_others(as_user, staff, register_2021):
    projects = Project.objects.filter(unit__code="P01")
    shown = [projects.filter(light=light).count() for light in ("red", "yellow", "green", "grey")]

    text = plain(blocks(as_user(staff), "P01"))
    assert "红灯{}个黄灯{}个绿灯{}个未评价{}个".format(*shown) in text
