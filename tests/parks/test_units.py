"""园区: which units there are, who acts for them, the way to their projects."""

import pytest
from django.urls import reverse

from tests.factories import ProjectFactory, park, park_manager

pytestmark = pytest.mark.django_db


def test_units_stand_as_on_paper_and_wait_for_the_bureau(as_user, staff):
    html = as_user(staff).get(reverse("park_list")).content.decode()

    assert html.index("乐山高新区") < html.index("五通桥基地") < html.index("其他特色园区") < html.index("峨边县")
    assert html.count("待局确认") == 13


def test_unit_counts_the_projects_of_the_units_under_it(as_user, staff):
    ProjectFactory.create_batch(2, unit="P99-511129")
    ProjectFactory(unit="P99-511124")

    html = as_user(staff).get(reverse("unit_figures", args=["P99"])).content.decode()

    assert 'park=P99">3</a>个' in html
    assert "沐川县" in html


def test_park_sees_its_own_unit_alone(as_user):
    browser = as_user(park_manager("P01", name="王某"))

    html = browser.get(reverse("park_list")).content.decode()

    assert "五通桥基地" in html
    assert "王某" in html
    assert "犍为" not in html
    assert browser.get(park("P02").get_absolute_url()).status_code == 404


@pytest.mark.parametrize("units", [1, 3])
def test_units_cost_the_same_queries_for_one_and_three(as_user, units, django_assert_num_queries):
    browser = as_user(park_manager(*["P01", "P02", "P03"][:units]))
    browser.get(reverse("park_list"))

    with django_assert_num_queries(6):
        browser.get(reverse("park_list"))
