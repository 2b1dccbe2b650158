"""Accounts in the browser: a new person's first day, and a form that outlives its session."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal import sessions
from portal.models import User

OWN = "Qing-Yi-Jiang-8899"


def fill_new_account(page: Page) -> None:
    page.goto("/people/new/")
    page.get_by_label("账号").fill("wang")
    page.get_by_label("姓名").fill("王某某")
    page.get_by_label("角色").select_option("auditor")
    page.get_by_label("办公电话").fill("0833-2440000")


def test_a_new_person_gets_a_password_once_and_sets_the_own(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    fill_new_account(page)
    page.get_by_role("button", name="保存").click()
    secret = page.locator("#one-time-password").inner_text()
    page.locator(".head-tools summary").click()
    page.get_by_role("button", name="退出登录").click()
    login(page, "wang", secret)

    expect(page).to_have_url(f"{live.url}/accounts/password/change/")
    page.locator("[name=oldpassword]").fill(secret)
    page.locator("[name=password1]").fill(OWN)
    page.locator("[name=password2]").fill(OWN)
    page.get_by_role("button", name="修改密码").click()
    expect(page).to_have_url(f"{live.url}/audit/")
    expect(page.get_by_role("row", name=re.compile("修改密码"))).to_be_visible()


def test_what_was_typed_returns_after_the_session_has_ended(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    fill_new_account(page)
    sessions.end_all(user_id=sysadmin.pk)
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("您刚才填写的内容已保留")).to_be_visible()
    page.locator("input[name=login]").fill("sysadmin")
    page.locator("input[name=password]").fill("LeShan-2021-dispatch")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("登录已过期，您填写的内容已恢复，请核对后提交。")).to_be_visible()
    expect(page.get_by_label("姓名")).to_have_value("王某某")
    expect(page.get_by_label("角色")).to_have_value("auditor")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#one-time-password")).to_be_visible()
    assert User.objects.get(username="wang").phone == "0833-2440000"


def test_the_pages_of_accounts_pass_axe(live, page: Page, sysadmin, login):
    login(page, "sysadmin")
    found = {}
    for path in ("/people/", "/people/new/", f"/people/{sysadmin.pk}/", f"/people/{sysadmin.pk}/password/"):
        page.goto(path)
        found[path] = [violation["id"] for violation in Axe().run(page).response["violations"]]

    assert {path: ids for path, ids in found.items() if ids} == {}


def test_nothing_of_a_form_is_cut_off_on_a_phone(live, page: Page, sysadmin, login):
    page.set_viewport_size({"width": 390, "height": 844})
    login(page, "sysadmin")
    for path in ("/people/", "/people/new/"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")

        assert width <= 390, path
    for field in ("park", "from_date", "to_date"):
        box = page.locator(f"[name=units-0-{field}]").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 390
