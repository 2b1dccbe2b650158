"""A project in a real browser: 更新进展 from the list, two people at once, the printed page."""

import re

import pytest
from playwright.sync_api import Page, expect

from projects import lifecycle, notes
from projects.models import Project
from tests.factories import ProjectFactory, park, park_manager


@pytest.fixture
def project(live, staff):
    planned = {"planned_start_from": "2021-07-21", "planned_start_to": "2021-07-21"}
    project = ProjectFactory(unit="P01", county=park("P01").county, address="竹根镇", **planned)
    notes.add_progress(project=project, by=staff, problem="385亩中42亩未征拆", reason="land")
    return Project.objects.get(pk=project.pk)


def test_progress_is_noted_from_the_list_in_two_clicks(page: Page, project, login):
    park_manager("P01", username="park-wutongqiao")
    login(page, "park-wutongqiao")
    page.goto("/projects/?q=未开工")

    page.get_by_role("link", name="更新", exact=True).click()
    page.get_by_label("存在问题", exact=True).fill("林地手续未批")
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.locator("#messages")).to_contain_text(f"已更新“{project.name}”的进展。")
    expect(page.locator("#projects")).to_contain_text("林地手续未批（9-27）")


def test_two_people_choose_field_by_field(page: Page, project, lead, login):
    login(page, "staff")
    page.goto(f"{project.get_absolute_url()}edit/")
    page.get_by_label("建设地点").fill("我的地址")
    lifecycle.edit(project=project, version=1, by=lead, facts={"address": "对方地址", "remark": "对方备注"})

    page.get_by_role("button", name="保存").click()
    expect(page.locator(".conflict")).to_contain_text("业务负责人已于")
    page.get_by_label("我的地址").check()
    page.get_by_role("button", name="按所选保存").click()
    expect(page.locator("#messages")).to_contain_text("已保存")

    saved = Project.objects.get(pk=project.pk)
    assert (saved.address, saved.remark) == ("我的地址", "对方备注")


def test_amount_is_echoed_while_it_is_typed(page: Page, project, login):
    login(page, "staff")
    page.goto(f"{project.get_absolute_url()}edit/")

    page.get_by_label("总投资（万元）").fill("33.845亿")

    expect(page.locator("#id_total_investment_yi")).to_have_text("= 33.85亿元")


def test_a_project_prints_on_one_sheet(page: Page, project, login):
    login(page, "staff")
    page.goto(project.get_absolute_url())

    sheets = re.findall(rb"/Type\s*/Page[^s]", page.pdf(prefer_css_page_size=True))

    assert len(sheets) == 1
