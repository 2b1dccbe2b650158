"""Taking the answer away as text or table, on plain http too, and walking through the list by key."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from projects.models import Project
from tests.projects import register

PLAIN_HTTP = "Object.defineProperty(window, 'isSecureContext', {value: false})"


@pytest.fixture
def listing(live, page: Page, context: BrowserContext, staff, login) -> Page:
    """The list of 五通桥 未开工 as a page without the clipboard of a secure one."""
    register.load()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.add_init_script(PLAIN_HTTP)
    login(page, "staff")
    page.goto("/projects/?q=五通桥 未开工")
    expect(page.locator(".truth-line strong")).to_have_text("五通桥基地 · 未开工 14个")
    expect(page.locator(".truth-line")).to_contain_text("公布数")  # the last part to arrive: nothing moves any more
    return page


def pasted(page: Page) -> str:
    return page.evaluate("navigator.clipboard.readText()")


def test_the_paragraph_is_copied_on_plain_http(listing: Page):
    listing.get_by_role("button", name="复制文字").click()

    expect(listing.locator("#live")).to_contain_text("已复制")
    assert "未开工14个、34.42亿元" in pasted(listing)


def test_the_table_is_copied_as_cells_without_buttons(listing: Page):
    listing.get_by_role("button", name="复制表格").click()

    expect(listing.locator("#live")).to_contain_text("表格已复制")
    lines = pasted(listing).splitlines()
    assert len(lines) == 16  # heading, 14 projects, sum
    assert "更新" not in lines[1].split("\t")


def test_a_name_like_a_formula_is_pasted_as_text_and_a_number_as_a_number(listing: Page):
    Project.objects.filter(name__startswith="演示项目074").update(name="=1+1")
    listing.reload()
    expect(listing.get_by_role("link", name="=1+1")).to_be_visible()

    listing.get_by_role("button", name="复制表格").click()
    expect(listing.locator("#live")).to_contain_text("表格已复制")

    row = next(line for line in pasted(listing).splitlines() if "=1+1" in line).split("\t")
    assert next(cell for cell in row if "=1+1" in cell).startswith("'=1+1")
    assert "5.24" in row


def test_arrow_keys_walk_through_the_list_and_enter_opens(listing: Page):
    listing.evaluate("document.activeElement.blur()")

    listing.keyboard.press("ArrowDown")
    listing.keyboard.press("ArrowDown")
    name = listing.evaluate("document.activeElement.innerText")
    listing.keyboard.press("Enter")

    expect(listing.locator("h1")).to_contain_text(name)
