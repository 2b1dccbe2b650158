"""What the frame of a page does in a browser: keyboard, small screens, refusals in focus."""

import pytest
from playwright.sync_api import Browser, Page, expect


def test_first_tab_offers_the_way_past_the_menu(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    page.goto("/people/")

    page.keyboard.press("Tab")

    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_a_wrong_password_is_said_in_words_and_in_focus(live, page: Page, staff):
    page.goto("/accounts/login/")
    page.get_by_label("账号").fill("staff")
    page.get_by_label("密码").fill("not-the-password")

    page.get_by_role("button", name="登录").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("没有登录成功")


def test_the_menu_of_the_user_opens_by_key_and_closes_by_escape(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    page.goto("/people/")
    summary = page.locator(".head-tools summary").last

    summary.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    expect(summary).to_be_focused()


def test_leaving_a_form_with_typed_text_is_asked_about(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    page.goto("/people/new/")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.locator("form[data-guard] input[type=text]").first.type("li")
    page.goto("/people/")

    assert asked == ["beforeunload"]


@pytest.mark.parametrize("address", ["/accounts/login/", "/people/", "/people/new/", "/audit/"])
def test_no_page_is_wider_than_a_phone(live, browser: Browser, sysadmin, auditor, login, address: str):
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=live.url, locale="zh-CN")
    page = context.new_page()
    login(page, "auditor" if address == "/audit/" else "sysadmin")

    page.goto(address)

    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
