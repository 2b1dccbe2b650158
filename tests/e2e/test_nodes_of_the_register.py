"""Light nodes: after the bureau's import only given dates are nodes, and the template turns nothing red."""

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects.models import Milestone, Project
from tests.e2e import registers

WIDTHS = [{"width": 1366, "height": 768}, {"width": 390, "height": 844}]


@pytest.fixture(params=WIDTHS, ids=["wide", "phone"])
def staff(request, live, page: Page, sign_in) -> Page:
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    page.set_viewport_size(request.param)
    return page


def test_the_register_shows_its_due_and_late_nodes_and_the_template_adds_no_late_one(staff: Page):
    assert Milestone.objects.filter(original_to=None, actual_to=None).count() == 0

    staff.goto("/milestones/?state=this_week")
    expect(staff.locator(".truth-line strong")).to_have_text("全市 · 本周到期 10个")
    staff.goto("/milestones/?state=overdue&code=KG")
    expect(staff.locator(".truth-line strong")).to_contain_text("46个")
    staff.goto("/milestones/?state=overdue&code=TC")
    expect(staff.locator(".truth-line strong")).to_contain_text("35个")

    staff.goto("/calendar/")
    due = staff.locator("td:has(time[datetime='2021-09-30'])")
    expect(due.locator(".month-day strong")).to_have_text("10个")
    assert (due.locator("li", has_text="开工").count(), due.locator("li", has_text="竣工投产").count()) == (5, 5)

    staff.goto("/milestones/?state=due&q=六大光伏")
    expect(staff.locator(".truth-line strong")).to_contain_text(" 0个")

    project = Project.objects.get(name__startswith="演示项目070")
    staff.goto(f"/projects/{project.pk}/template/")
    staff.get_by_label("全部27项").check()
    staff.get_by_role("button", name="套用").click()
    expect(staff.locator("#nodes")).to_contain_text("环评批复")
    assert project.milestones.count() == 27
    staff.goto("/milestones/?state=overdue&q=演示项目070")
    expect(staff.locator(".truth-line strong")).to_contain_text("1个")
