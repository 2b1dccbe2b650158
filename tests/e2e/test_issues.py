"""One 要素保障问题 from the phone on site to 销号: put forward, handed over by keys, proven, closed."""

import pytest
from playwright.sync_api import Page, expect

from projects.choices import IssueState
from projects.models import Issue
from tests.factories import ProjectFactory, park_manager, staff
from tests.portal.test_files import picture

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def project(live):
    staff(username="boss", name="李某")
    park_manager("P01", username="own", name="王某")
    return ProjectFactory(unit="P01", name="演示项目070 年产10GW光伏组件项目")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def press_link(page: Page, name: str) -> None:
    """Reach a link by Tab and open it by Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    pytest.fail(f"{name} is not reached by Tab")


def test_from_the_phone_to_closed(project, new_context, login):
    phone, office = new_context().new_page(), new_context().new_page()
    phone.set_viewport_size(PHONE)
    login(phone, "own")
    phone.goto(f"/projects/{project.pk}/")
    phone.get_by_role("link", name="提出问题").click()
    phone.get_by_label("类别").select_option("land")
    phone.get_by_role("textbox", name="问题", exact=True).fill("385亩中42亩征拆未完成，涉及11户")
    phone.get_by_role("button", name="提出问题").click()
    expect(phone.get_by_text("问题已提出")).to_be_visible()
    assert fits(phone)

    login(office, "boss")
    office.get_by_role("link", name="问题待交办").click()
    office.get_by_role("link", name="385亩中42亩").focus()
    office.keyboard.press("Enter")
    office.wait_for_url("**/issues/*/")
    press_link(office, "交办")
    office.get_by_label("牵头单位").focus()
    office.keyboard.type("区自然资源局")
    office.keyboard.press("Enter")
    expect(office.get_by_text("已交办")).to_be_visible()

    phone.reload()
    phone.get_by_role("link", name="申请销号").click()
    phone.get_by_label("办理结果").fill("42亩已交地")
    phone.get_by_role("button", name="申请销号").click()
    expect(phone.get_by_text("申请销号须上传佐证").first).to_be_visible()
    photo = {"name": "交地.jpg", "mimeType": "image/jpeg", "buffer": picture((1600, 1200))}
    phone.get_by_label("佐证").set_input_files(photo)
    phone.get_by_role("button", name="申请销号").click()
    expect(phone.get_by_text("已申请销号")).to_be_visible()
    assert fits(phone)

    office.reload()
    office.get_by_role("button", name="销号", exact=True).focus()
    office.keyboard.press("Enter")
    expect(office.get_by_text("已销号。")).to_be_visible()
    issue = Issue.objects.get()
    assert (issue.state, issue.result, issue.files.get().name) == (IssueState.CLOSED, "42亩已交地", "交地.jpg")


def test_the_list_is_cards_on_a_phone_and_the_sheet_fits(project, page, login):
    page.set_viewport_size(PHONE)
    login(page, "own")
    page.goto(f"/issues/new/?project={project.pk}")
    page.get_by_label("类别").select_option("power")
    page.get_by_role("textbox", name="问题", exact=True).fill("110千伏线路未接入" * 20)
    page.get_by_role("button", name="提出问题").click()
    page.goto("/issues/")

    expect(page.locator("#issues tbody tr")).to_have_count(1)
    assert fits(page)
