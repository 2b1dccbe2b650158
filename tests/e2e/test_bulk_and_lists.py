"""批量修改 and 常用清单 in a real browser: by mouse, and by keyboard alone."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.models import User
from projects.models import Project, SavedList
from tests.e2e import registers


@pytest.fixture
def listing(live, page: Page, login) -> Page:
    """The list of 五通桥 未开工, complete."""
    registers.imported()
    login(page, "lead")
    show(page, "/projects/?q=五通桥 未开工")
    return page


def show(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".truth-line")).to_contain_text("公布数")  # the last part to arrive


def tab_to(page: Page, target, most: int = 120) -> None:
    """Go on with the Tab key until the element has the focus."""
    for _ in range(most):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reaches {target}")


def owners() -> set[str]:
    chosen = Project.objects.exclude(bureau_owner=None).select_related("bureau_owner")
    return {one.bureau_owner.username for one in chosen}


def test_ticked_projects_are_changed_after_a_look_and_taken_back(listing: Page):
    listing.get_by_role("checkbox", name="选择演示项目074").check()
    listing.get_by_role("checkbox", name="选择演示项目076").check()
    listing.get_by_role("button", name="批量修改").click()
    expect(listing.locator(".truth-line")).to_contain_text("已选2个项目")
    assert "csrf" not in listing.url
    listing.get_by_label("市局责任人").select_option(label=User.objects.get(username="staff").name)
    listing.get_by_label("原因").fill("投资科分工调整")
    listing.get_by_role("button", name="下一步：逐个核对").click()
    expect(listing.locator(".sentence")).to_contain_text("将修改2个项目")
    expect(listing.locator("tbody tr")).to_have_count(2)
    listing.get_by_role("button", name="修改2个项目").click()
    expect(listing.locator(".notes-to-user")).to_contain_text("已修改2个项目")
    assert owners() == {"staff"}

    listing.get_by_role("link", name="撤销本次批量修改").click()
    expect(listing.locator(".sentence")).to_contain_text("将恢复2个")
    listing.get_by_role("button", name="撤销本次批量修改").click()

    expect(listing.locator(".sentence").last).to_contain_text("恢复2个")
    assert owners() == set()


def test_everything_that_matches_is_chosen_with_the_count_on_the_page(live, page: Page, login):
    registers.imported()
    login(page, "lead")
    show(page, "/projects/?park=P01")
    page.get_by_role("checkbox", name="选择本页全部项目").check()
    page.get_by_role("button", name="选择全部65个").click()
    expect(page.locator("#pick")).to_contain_text("已选65个项目")
    expect(page.get_by_role("button", name="更新进展")).to_be_hidden()
    page.get_by_role("button", name="批量修改").click()
    expect(page.locator(".truth-line")).to_contain_text("符合条件的全部65个项目")
    page.get_by_label("项目阶段").select_option(label="前期")
    page.get_by_label("原因").fill("核对阶段")
    page.get_by_role("button", name="下一步：逐个核对").click()

    expect(page.locator(".sentence")).to_contain_text("个不能修改")
    expect(page.locator("tbody")).to_contain_text("批量修改不能退回“前期”")
    page.get_by_role("button", name=re.compile("只修改其余[0-9]+个")).click()
    expect(page.locator(".notes-to-user")).to_contain_text("30天内可以撤销")


def test_a_bulk_edit_by_keyboard_alone(listing: Page):
    box = listing.get_by_role("checkbox", name="选择演示项目074")
    tab_to(listing, box)
    listing.keyboard.press("Space")
    bar = listing.get_by_role("button", name="批量修改")
    for _ in range(40):
        if bar.evaluate("one => one === document.activeElement"):
            break
        listing.keyboard.press("Shift+Tab")
    listing.keyboard.press("Enter")
    expect(listing.locator("h1")).to_have_text("批量修改")
    tab_to(listing, listing.get_by_label("年度类型"))
    listing.keyboard.press("ArrowDown")  # 续建
    tab_to(listing, listing.get_by_label("原因"))
    listing.keyboard.insert_text("年初核定")
    listing.keyboard.press("Enter")
    expect(listing.locator("ins")).to_have_text("续建")
    tab_to(listing, listing.get_by_role("button", name="修改1个项目"))
    listing.keyboard.press("Enter")

    expect(listing.locator(".notes-to-user")).to_contain_text("已修改1个项目")
    project = Project.objects.get(name__startswith="演示项目074")
    assert project.plans.get(year=2021).year_type == "continuing"


def test_a_list_is_kept_opened_renamed_and_deleted_by_keyboard_alone(listing: Page):
    tab_to(listing, listing.locator(".saved-menu > summary"))
    listing.keyboard.press("Enter")
    tab_to(listing, listing.get_by_role("link", name="存为常用清单"))
    listing.keyboard.press("Enter")
    expect(listing.locator("h1")).to_have_text("存为常用清单")
    tab_to(listing, listing.get_by_label("名称"))
    listing.keyboard.press("Control+A")
    listing.keyboard.insert_text("五通桥周报")
    listing.keyboard.press("Enter")
    expect(listing.locator(".saved-menu > summary")).to_have_text("常用清单：五通桥周报")
    expect(listing.locator(".truth-line")).to_contain_text("未开工 14个")
    saved = SavedList.objects.get()
    assert listing.url.endswith(f"list={saved.pk}")

    listing.goto(reverse("saved_list_all"))
    tab_to(listing, listing.get_by_role("link", name=re.compile("^改名")))
    listing.keyboard.press("Enter")
    tab_to(listing, listing.get_by_label("名称"))
    listing.keyboard.press("Control+A")
    listing.keyboard.insert_text("五通桥月报")
    listing.keyboard.press("Enter")
    expect(listing.locator("tbody")).to_contain_text("五通桥月报")
    tab_to(listing, listing.get_by_role("link", name=re.compile("^删除")))
    listing.keyboard.press("Enter")
    tab_to(listing, listing.get_by_role("button", name="删除"))
    listing.keyboard.press("Enter")

    expect(listing.locator("main")).to_contain_text("还没有常用清单")


def test_a_shared_list_shows_its_columns_to_a_colleague(listing: Page, login):
    author = User.objects.get(username="lead")
    saved = SavedList.objects.create(
        owner=author, name="联系领导", query={"q": "五通桥 未开工"}, columns=["total", "leader"], shared=True
    )
    listing.context.clear_cookies()
    login(listing, "staff")

    show(listing, reverse("saved_list", args=[saved.pk]))

    expect(listing.get_by_role("columnheader", name="联系市领导")).to_be_visible()
    expect(listing.get_by_role("columnheader", name="关键节点")).to_have_count(0)
    expect(listing.locator("#list-sums")).to_contain_text("14个")
    listing.get_by_label("阶段").first.select_option(label="前期")
    expect(listing.locator(".saved-menu > summary")).to_have_text("常用清单：联系领导（已改动）")
