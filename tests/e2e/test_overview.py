"""统计分析 at the three widths: pictures are drawn within the policy, a bar leads to the list that counts the same."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from portal.models import User
from tests.e2e import registers

CHARTS = ("curve", "units", "industries", "stages", "leaders")
WIDTHS = {1920: 1080, 1366: 768, 390: 844}
SOLID = 'path[fill="#1d4f91"]'  # bars of what is done, or of counts


def opened(page: Page, width: int) -> dict[str, dict]:
    """The page at a width with all its charts drawn; what they were drawn from."""
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.goto("/overview/")
    expect(page.locator("[data-drawn=yes]")).to_have_count(len(CHARTS))
    return json.loads(page.locator("#charts").text_content() or "")


def bars(page: Page, chart: str) -> Locator:
    """The bars of a chart, without the small one of its legend."""
    return page.locator(f"[data-chart={chart}] svg {SOLID}")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bar_opens_the_list_that_counts_the_same(live, page: Page, sign_in, width: int):
    registers.sample()
    sign_in(User.objects.get(username="staff"))
    drawn = opened(page, width)["stages"]
    longest = max(range(len(drawn["labels"])), key=lambda i: int(drawn["series"][0]["values"][i]))

    expect(bars(page, "stages")).to_have_count(len(drawn["labels"]))
    bars(page, "stages").nth(longest).scroll_into_view_if_needed()
    box = bars(page, "stages").nth(longest).bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.wait_for_url("**/projects/?**stage=**")
    count = drawn["series"][0]["values"][longest]
    expect(page.locator(".truth-line").first).to_contain_text(f"{count}个")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pictures_say_what_their_tables_say(live, page: Page, sign_in, width: int):
    registers.sample()
    sign_in(User.objects.get(username="leader"))
    drawn = opened(page, width)

    assert Axe().run(page).response["violations"] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert page.locator("[data-chart] [style*=url]").count() == 0
    for key in CHARTS[1:]:
        words = page.locator(f"[data-chart={key}] svg").text_content() or ""
        cells = page.locator(f"#{key}").text_content() or ""
        values = drawn[key]["series"][0]["values"]
        assert all(value in words and value in cells for value in values), key
    assert page.locator("[data-chart=units] svg").bounding_box()["width"] <= width


def test_a_number_and_a_late_node_lead_to_their_lists(live, page: Page, sign_in):
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    opened(page, 1366)

    page.locator("#leaders tr", has_text="演示市领导甲").get_by_role("link", name="17", exact=True).click()
    expect(page.locator(".truth-line").first).to_contain_text("17个")
    expect(page.locator(".truth-line").first).to_contain_text("138.38亿元")
    page.go_back()
    row = page.locator("#late tr", has_text="开工").first
    count = row.locator("a").last.text_content()
    row.locator("a").last.click()
    page.wait_for_url(re.compile("code=KG"))
    expect(page.locator(".truth-line").first).to_contain_text(f"{count}个")


def test_charts_are_drawn_anew_for_paper_and_for_another_width(live, page: Page, sign_in):
    registers.sample()
    sign_in(User.objects.get(username="staff"))
    opened(page, 1366)
    chart = page.locator("[data-chart=units] svg")

    page.set_viewport_size({"width": 800, "height": 900})
    expect(chart).not_to_have_attribute("width", re.compile("1[0-9]{3}"))
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(chart).to_have_attribute("width", "660")
