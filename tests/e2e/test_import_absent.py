"""库内有、表内无 in a browser: one project is let go with a reason, the others stay."""

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects.models import ImportBatch, Project
from tests.e2e import registers
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

PHONE = {"width": 390, "height": 844}
HEADINGS = ["项目名称", "所在园区", "总投资"]


@pytest.fixture
def batch(live, page: Page, sign_in, tmp_path) -> ImportBatch:
    registers.accounts()
    for name in ("甲项目", "乙项目", "丙项目"):
        ProjectFactory(name=name, unit="P01")
    staff = User.objects.get(username="staff")
    sign_in(staff)
    table = workbooks.table(tmp_path / "五通桥.xlsx", HEADINGS, ["甲项目", "五通桥基地", 2000])
    return workbooks.stage(table, by=staff)


def held() -> dict[str, str]:
    return dict(Project.objects.values_list("name", "hold"))


def test_one_goes_the_others_stay(page: Page, batch):
    page.goto(f"/projects/import/{batch.pk}/")
    page.get_by_role("link", name="2个").click()
    expect(page.locator(".import-rows tbody tr")).to_have_count(2)
    row = page.locator(".import-rows tbody tr", has_text="乙项目")
    row.get_by_label("退出", exact=True).check()

    row.get_by_label("乙项目的退出原因").fill("企业放弃投资")
    page.get_by_role("button", name="写入", exact=True).click()

    expect(page.locator(".sentence").first).to_contain_text("退出1个")
    assert held() == {"甲项目": "", "乙项目": "withdrawn", "丙项目": ""}


def test_enter_in_a_reason_saves_and_does_not_write(page: Page, batch):
    page.set_viewport_size(PHONE)
    page.goto(f"/projects/import/{batch.pk}/?verdict=absent")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("退出", exact=True).first.focus()
    page.keyboard.press("Space")
    page.get_by_label("的退出原因").first.focus()
    page.keyboard.type("企业放弃投资")
    page.keyboard.press("Enter")

    expect(page.locator(".truth-line", has_text="其中1个将退出")).to_be_visible()
    expect(page.get_by_label("的退出原因").first).to_have_value("企业放弃投资")
    assert set(held().values()) == {""}


def test_a_choice_stays_without_being_saved(page: Page, batch):
    page.goto(f"/projects/import/{batch.pk}/?verdict=absent")
    with page.expect_response(lambda answer: "absent/" in answer.url and answer.status == 204):
        page.get_by_label("退出", exact=True).first.check()

    page.reload()

    expect(page.get_by_label("退出", exact=True).first).to_be_checked()
