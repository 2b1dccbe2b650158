"""“为什么？”: two columns more in the workbook bring reasons, and nothing takes them away again."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal.models import User
from projects.models import ProgressNote
from projects.reference import REGISTER
from tests.e2e import dragging, registers
from tests.projects.importing.workbooks import register_with

REASONS = {"演示项目070 ": "385亩中42亩未完成征拆", "演示项目074 ": "林地手续未批"}


@pytest.fixture
def clerk(live, page: Page, sign_in) -> Page:
    registers.imported()
    sign_in(User.objects.get(username="staff"))
    return page


@pytest.fixture
def with_reasons(tmp_path: Path) -> Path:
    return register_with(tmp_path / "推进表（含进展）.xlsx", {"目前进展情况": {}, "存在问题": REASONS})


def late_lines(page: Page) -> list[str]:
    page.goto("/projects/?q=五通桥 逾期未开工")
    expect(page.locator("#projects tbody tr")).to_have_count(10)
    return page.locator("#projects tbody tr td.note").all_inner_texts()


def test_reasons_arrive_with_their_date_and_stay(clerk: Page, with_reasons: Path):
    dragging.drag_in(clerk, with_reasons)
    tallies = dragging.tallies(clerk)
    dragging.write(clerk)

    assert tallies == {"新增": 0, "修改": 2, "不变": 277, "待确认": 0, "错误": 0}
    lines = late_lines(clerk)
    assert sum("原因未填" in line for line in lines) == 8
    assert sorted(line.strip() for line in lines if "原因未填" not in line) == [
        "385亩中42亩未完成征拆（9-27）",
        "林地手续未批（9-27）",
    ]

    dragging.drag_in(clerk, REGISTER)
    assert dragging.tallies(clerk)["不变"] == 279
    expect(clerk.get_by_role("button", name="写入", exact=True)).to_have_count(0)
    assert late_lines(clerk) == lines
    assert {note.noted_on for note in ProgressNote.objects.all()} == {date(2021, 9, 27)}


def test_the_park_is_told_what_still_has_no_reason(clerk: Page, with_reasons: Path, sign_in):
    dragging.drag_in(clerk, with_reasons)
    dragging.write(clerk)
    sign_in(User.objects.get(username="park-wutongqiao"))

    clerk.goto("/projects/?chip=unexplained&q=未开工")

    expect(clerk.locator("#projects tbody tr")).to_have_count(8)
