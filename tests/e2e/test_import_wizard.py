"""数据导入 in a browser: two clicks, corrected columns, a bar that survives a reload, and all of it by keyboard."""

import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal import clock
from projects.importing import jobs, progress
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

HEADINGS = ["项目名称", "总投资", "包保干部"]
PREVIEW, COLUMNS = re.compile(r"/import/\d+/$"), re.compile(r"/import/\d+/columns/$")


@pytest.fixture
def clerk(live, page: Page, staff, sign_in) -> Page:
    sign_in(staff)
    page.goto("/projects/import/")
    return page


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return workbooks.table(tmp_path / "表.xlsx", ["项目名称", "总投资"], ["甲项目", 1000], ["乙项目", 2000])


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    return workbooks.table(tmp_path / "表.xlsx", HEADINGS, ["甲项目", 1000, "张某"])


def choose(page: Page, file: Path) -> None:
    page.locator("input[type=file]").set_input_files(file)


def written(page: Page) -> None:
    expect(page.locator(".sentence").first).to_contain_text("已写入")


def test_a_table_of_known_headings_takes_two_clicks(clerk: Page, plain: Path):
    choose(clerk, plain)
    clerk.wait_for_url(PREVIEW)
    clerk.get_by_role("button", name="写入", exact=True).click()

    written(clerk)
    assert Project.objects.count() == 2


def test_a_column_nobody_knows_is_mapped_once_and_then_takes_two_clicks(clerk: Page, odd: Path):
    choose(clerk, odd)
    clerk.wait_for_url(COLUMNS)
    expect(clerk.locator(".why-box")).to_contain_text("包保干部")
    clerk.get_by_label("C列“包保干部”读作").select_option("联系市领导")
    clerk.get_by_role("button", name="按此核对").click()
    clerk.wait_for_url(PREVIEW)
    expect(clerk.locator(".import-rows")).to_contain_text("张某")

    clerk.goto("/projects/import/")
    choose(clerk, odd)
    clerk.wait_for_url(PREVIEW)
    expect(clerk.locator(".import-how")).to_contain_text("已按您")
    clerk.get_by_role("button", name="写入", exact=True).click()
    written(clerk)
    assert Project.objects.get().city_leader == "张某"


def test_the_unit_shows_while_a_column_is_an_amount(clerk: Page, odd: Path):
    choose(clerk, odd)
    clerk.wait_for_url(COLUMNS)
    unit = clerk.get_by_label("C列“包保干部”的单位")
    expect(unit).to_be_hidden()
    clerk.get_by_label("C列“包保干部”读作").select_option("年度计划投资")

    expect(unit).to_be_visible()


def test_a_row_that_resembles_a_project_can_be_told_to_be_it(clerk: Page, tmp_path: Path):
    known = ProjectFactory(name="年产5GW硅片切片项目", unit="P01")
    headings = ["项目名称", "联系市领导"]
    choose(clerk, workbooks.table(tmp_path / "表.xlsx", headings, ["年产5GW硅片（切片）", "张某"]))
    clerk.wait_for_url(PREVIEW)
    clerk.get_by_label("更新已有").check()
    expect(clerk.locator(".import-rows")).to_contain_text("按您的选择更新")
    clerk.get_by_role("button", name="写入", exact=True).click()
    written(clerk)

    known.refresh_from_db()
    assert (known.city_leader, known.former_names) == ("张某", "年产5GW硅片切片项目")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every file is a long one, no worker takes it, and reading stops in the middle until the event is set."""
    go, work = threading.Event(), jobs.WORK[jobs.READ]

    def slowly(batch, by, teller):
        teller.tell(progress.DECIDING, 1, 2)
        go.wait(30)
        work(batch, by, teller)

    monkeypatch.setattr(jobs, "LONG_FILE", 0)
    monkeypatch.setattr(jobs, "PATIENCE", timedelta(0))
    monkeypatch.setitem(jobs.WORK, jobs.READ, slowly)
    yield go
    go.set()
    for thread in threading.enumerate():
        if thread.name.startswith(jobs.THREAD):
            thread.join(30)


def test_the_bar_is_there_again_after_a_reload_and_leads_on_by_itself(clerk: Page, plain: Path, slow: threading.Event):
    choose(clerk, plain)
    clerk.wait_for_url(PREVIEW)
    bar = clerk.locator("progress")
    expect(clerk.locator(".import-progress")).to_contain_text("正在逐行核对")
    expect(bar).to_have_attribute("value", "50")

    clerk.reload()
    expect(bar).to_have_attribute("value", "50")
    expect(clerk.locator(".import-progress")).to_contain_text("1 / 2")
    slow.set()
    expect(clerk.get_by_role("button", name="写入", exact=True)).to_be_visible(timeout=20_000)
    assert ImportBatch.objects.get().rows.count() == 2


def test_a_dead_worker_is_said_and_the_job_begun_again(clerk: Page, plain: Path, slow: threading.Event):
    choose(clerk, plain)
    clerk.wait_for_url(PREVIEW)
    expect(clerk.locator("progress")).to_have_attribute("value", "50")
    for file in jobs.file_of(ImportBatch.objects.get()).parent.glob("*.progress"):
        file.unlink()
    ImportBatch.objects.update(phase_at=clock.machine_now() - timedelta(minutes=5))
    expect(clerk.get_by_role("alert").filter(has_text="后台程序在读取和核对时停止了")).to_be_visible()

    slow.set()
    clerk.get_by_role("button", name="重新开始").click()
    expect(clerk.get_by_role("button", name="写入", exact=True)).to_be_visible(timeout=20_000)


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on the element."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the focus never came to {selector}")


def test_from_the_file_to_the_register_by_keyboard_alone(clerk: Page, odd: Path):
    with clerk.expect_file_chooser() as chooser:  # before the tabs: the browser must know of it when the key comes
        tab_to(clerk, "input[type=file]")
        clerk.keyboard.press("Space")
    chooser.value.set_files(odd)
    clerk.wait_for_url(COLUMNS)
    tab_to(clerk, "[name='col-0-C']")
    while clerk.evaluate("document.activeElement.value") != "city_leader":
        clerk.keyboard.press("ArrowDown")
    tab_to_back(clerk, "#columns .btn-primary")
    clerk.keyboard.press("Enter")
    clerk.wait_for_url(PREVIEW)
    tab_to(clerk, "#commit .btn-primary")
    clerk.keyboard.press("Enter")

    written(clerk)
    assert Project.objects.get().city_leader == "张某"


def tab_to_back(page: Page, selector: str) -> None:
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Shift+Tab")
    raise AssertionError(f"the focus never came back to {selector}")


def test_choices_are_made_by_keyboard_too(clerk: Page, tmp_path: Path, context: BrowserContext):
    ProjectFactory(name="甲项目", unit="P01", stage="building")
    headings = ["项目名称", "所在园区", "项目阶段"]
    choose(clerk, workbooks.table(tmp_path / "表.xlsx", headings, ["甲项目", "五通桥基地", "前期"]))
    clerk.wait_for_url(PREVIEW)
    tab_to(clerk, "input[type=radio][name$=stage]")
    with clerk.expect_response("**/choose/"):
        clerk.keyboard.press("ArrowDown")
    tab_to_back(clerk, "#commit .btn-primary")
    clerk.keyboard.press("Enter")

    written(clerk)
    assert Project.objects.get().stage == "preparing"
