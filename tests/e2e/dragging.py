"""数据导入 as a person does it: the workbook is dragged onto the page, read, looked at and written."""

import re
from base64 import b64encode
from pathlib import Path

from playwright.sync_api import Page, expect

DRAGGED = """([name, content]) => {
  const file = new File([Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0))], name);
  const dragged = new DataTransfer();
  dragged.items.add(file);
  return dragged;
}"""


def drag_in(page: Page, workbook: Path) -> None:
    """Drag a workbook from the desktop onto 数据导入; it is read at once."""
    page.goto("/projects/import/")
    drop(page, workbook)
    page.wait_for_url(re.compile(r"/projects/import/\d+/"), timeout=60_000)


def drop(page: Page, workbook: Path) -> None:
    """Drag a workbook from the desktop onto the place for files of the page."""
    content = b64encode(workbook.read_bytes()).decode()
    page.dispatch_event(
        "[data-drop]", "drop", {"dataTransfer": page.evaluate_handle(DRAGGED, [workbook.name, content])}
    )


def write(page: Page) -> None:
    """Press 写入 on the preview and wait until it is done."""
    page.get_by_role("button", name="写入", exact=True).click()
    expect(page.locator(".sentence").first).to_contain_text("已写入", timeout=60_000)


def tallies(page: Page) -> dict[str, int]:
    """What the preview says: 新增 279, 修改 0, …"""
    labels = page.get_by_role("list", name="按结果筛选").locator(".chip").all_inner_texts()
    pairs = [label.rsplit(maxsplit=1) for label in labels]
    return {label.strip(): int(count) for label, count in pairs}
