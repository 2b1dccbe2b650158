"""撤销本次导入 in a browser: a wrong workbook is written, somebody edits one project, the rest is taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects import lifecycle
from projects.models import ImportBatch, Project
from tests.e2e import registers
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

PHONE = {"width": 390, "height": 844}
HEADINGS = ["项目名称", "所在园区", "总投资", "项目阶段", "目前进展"]
ROWS = [
    ["老项目甲", "五通桥基地", 2000, "在建", "写错的进展"],
    ["老项目乙", "五通桥基地", 3000, "在建", None],
    ["新项目丙", "犍为基地", 4000, "前期", None],
]


@pytest.fixture
def batch(live, page: Page, sign_in, tmp_path) -> ImportBatch:
    """A written batch of `staff`: 老项目乙 was edited since by `lead`."""
    registers.accounts()
    for name in ("老项目甲", "老项目乙"):
        ProjectFactory(name=name, unit="P01", total_investment=1000, stage="preparing")
    staff, lead = (User.objects.get(username=name) for name in ("staff", "lead"))
    workbooks.load(workbooks.table(tmp_path / "填错的表.xlsx", HEADINGS, *ROWS), by=staff)
    edited = Project.objects.get(name="老项目乙")
    lifecycle.edit(project=edited, version=edited.version, by=lead, facts={"total_investment": 3500}, reason="核实")
    sign_in(staff)
    return ImportBatch.objects.get()


def as_it_should_be() -> None:
    held = {p.name: (p.total_investment, p.stage, p.deleted_no > 0) for p in Project.objects.all()}
    assert held == {
        "老项目甲": (1000, "preparing", False),
        "老项目乙": (3500, "preparing", False),
        "新项目丙": (4000, "preparing", True),
    }
    assert not Project.objects.get(name="老项目甲").notes.exists()


def test_a_wrong_import_is_looked_through_and_undone(page: Page, batch):
    page.goto("/projects/import/")
    page.get_by_role("link", name="填错的表.xlsx").click()
    page.get_by_role("link", name="撤销本次导入").click()
    expect(page.locator(".sentence")).to_have_text(re.compile(r"将恢复1个、移入回收站1个、因后来有修改而保留1个。"))
    kept = page.locator(".import-kept tbody tr")
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("老项目乙")
    expect(kept).to_contain_text("总投资")
    expect(kept).to_contain_text(str(User.objects.get(username="lead")))

    page.get_by_role("button", name="撤销本次导入").click()

    expect(page.locator(".sentence").first).to_contain_text("恢复1个、移入回收站1个、因后来有修改而保留1个")
    expect(page.get_by_role("link", name="撤销本次导入")).to_have_count(0)
    page.get_by_role("link", name="名单").click()
    expect(page.locator(".import-kept tbody tr")).to_contain_text("老项目乙")
    page.goto("/projects/import/")
    expect(page.locator("tbody tr").first).to_contain_text("已撤销")
    as_it_should_be()


def test_it_is_undone_by_keyboard_alone(page: Page, batch):
    def to(name: str) -> None:
        """Press Tab until the focus is on a link or button of that name."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        pytest.fail(f"{name} was not reached")

    page.goto("/projects/import/")
    to("填错的表.xlsx")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/projects/import/\d+/$"))
    to("撤销本次导入")
    page.keyboard.press("Enter")
    page.wait_for_url("**/undo/")
    to("撤销本次导入")
    page.keyboard.press("Enter")

    expect(page.locator(".sentence").first).to_contain_text("已撤销")
    as_it_should_be()


def test_it_is_undone_on_a_phone(page: Page, batch):
    page.set_viewport_size(PHONE)
    page.goto(f"/projects/import/{batch.pk}/undo/")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="撤销本次导入").click()

    expect(page.locator(".sentence").first).to_contain_text("已撤销")
    as_it_should_be()


def test_what_somebody_edits_meanwhile_is_shown_before_anything_happens(page: Page, batch, tmp_path):
    page.goto(f"/projects/import/{batch.pk}/undo/")
    edited, lead = Project.objects.get(name="老项目甲"), User.objects.get(username="lead")
    lifecycle.edit(project=edited, version=edited.version, by=lead, facts={"total_investment": 2500}, reason="核实")

    page.get_by_role("button", name="撤销本次导入").click()

    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_contain_text("没有撤销")
    expect(page.locator(".import-kept tbody tr")).to_have_count(2)
    assert Project.objects.get(name="老项目甲").total_investment == 2500


def test_the_same_file_again_says_when_and_by_whom_it_was_written(page: Page, batch, tmp_path):
    again = workbooks.stage(tmp_path / "填错的表.xlsx", by=batch.by)
    page.goto(f"/projects/import/{again.pk}/")

    expect(page.locator(".sentence").first).to_contain_text(f"已导入过：{batch.by}于2021-09-27")
    expect(page.get_by_role("button", name="写入", exact=True)).to_be_visible()
