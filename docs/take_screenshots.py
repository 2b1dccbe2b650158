"""Takes the pictures of the README and the manual, from the sample that ./run shows.

Needs what ./test installs. Start ./run, wait until it has sent the digest of the week, then:
.venv/bin/python docs/take_screenshots.py [http://127.0.0.1:8000]
"""

import re
import shutil
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
MAILS = ROOT / "var" / "mail"
BETWEEN_MAILS = b"\n" + b"-" * 79 + b"\n"
WORKBOOK = ROOT / "projects" / "data" / "register-2021.xlsx"
OFFICE, PHONE = (1366, 768), (390, 844)


def import_preview(page: Page) -> None:
    """Show what the workbook would change in the sample; it is given up afterwards."""
    page.set_input_files("input[type=file]", WORKBOOK)  # a file that was chosen is read at once
    page.wait_for_url(re.compile(r"/import/\d+/"), timeout=120_000)


def detail(page: Page) -> None:
    page.locator("#projects td.title a").first.click()
    page.wait_for_selector(".project-head")


def open_wall(page: Page) -> None:
    page.get_by_role("button", name="打开大屏").click()
    page.wait_for_selector(".slide.is-shown")


def first_report(page: Page) -> None:
    page.locator("#reports a[href*='/reports/']").first.click()
    page.wait_for_load_state("networkidle")


def nothing(page: Page) -> None:
    pass


class Picture(NamedTuple):
    """A picture: who sees which page how large, and what is done there first."""

    name: str
    person: str
    address: str
    size: tuple[int, int] = OFFICE
    first: Callable[[Page], None] = nothing


PICTURES = (
    Picture("desk", "staff", "/"),
    Picture("list", "staff", "/projects/?q=五通桥 未开工"),
    Picture("detail", "staff", "/projects/?q=演示项目070", first=detail),
    Picture("nodes", "staff", "/milestones/"),
    Picture("timeline", "staff", "/timeline/?park=P01&chip=overdue"),
    Picture("import", "staff", "/projects/import/", first=import_preview),
    Picture("list-phone", "park-wutongqiao", "/projects/?q=未开工", PHONE),
    Picture("one-page", "leader", "/"),
    Picture("materials", "staff", "/materials/"),
    Picture("bulletin", "staff", "/materials/bulletin/"),
    Picture("weekly", "staff", "/weekly/"),
    Picture("board", "lead", "/groups/major-pv/", (1366, 1250)),
    Picture("board-phone", "staff", "/groups/major-pv/", PHONE),
    Picture("wall", "leader", "/wall/", (1920, 1080), first=open_wall),
    Picture("overview", "staff", "/overview/", (1366, 1500)),
    Picture("overview-phone", "leader", "/overview/", (390, 1500)),
    Picture("unit", "staff", "/parks/P01/"),
    Picture("reports", "park-wutongqiao", "/reports/"),
    Picture("report-phone", "park-wutongqiao", "/reports/", PHONE, first=first_report),
    Picture("review", "staff", "/review/"),
    Picture("issues", "staff", "/issues/"),
    Picture("periods", "staff", "/settings/periods/"),
    Picture("rules", "lead", "/settings/rules/", (1366, 1250)),
    Picture("go-live", "sysadmin", "/settings/go-live/"),
    Picture("people-import", "sysadmin", "/people/import/"),
    Picture("notifications", "lead", "/settings/notifications/"),
    Picture("mail-preview", "staff", "/mail/preview/?on=2021-10-08"),
    Picture("mail-all", "sysadmin", "/mail/"),
)
READERS = {"staff": "staff", "park": "park-wutongqiao", "leader": "leader"}


def sign_in(browser: Browser, base: str, person: str, size: tuple[int, int]) -> Page:
    width, height = size
    page = browser.new_page(
        base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": height}
    )
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill((ROOT / "var" / "demo-password").read_text().strip())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda address: "/login/" not in address)
    return page


def take(page: Page, picture: Picture) -> None:
    page.goto(picture.address, wait_until="networkidle")
    picture.first(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{picture.name}.png")
    if picture.first is import_preview:
        page.get_by_role("button", name="放弃").click()
        page.wait_for_url("**/projects/import/")


def letter(person: str) -> str:
    """The html of the newest digest that was mailed to somebody; a demonstration writes its mails into files."""
    parts = [part for file in sorted(MAILS.glob("*.log")) for part in file.read_bytes().split(BETWEEN_MAILS)]
    mails = [message_from_bytes(part, policy=policy.default) for part in parts]
    bodies = [mail.get_body(("html",)) for mail in mails if mail["To"] == f"{person}@demo.invalid"]
    return str([body for body in bodies if body][-1].get_content())


def take_letters(browser: Browser) -> None:
    """The digest as a mail in each length, wide and on a telephone."""
    for name, person in READERS.items():
        for ending, (width, height) in (("", OFFICE), ("-phone", PHONE)):
            page = browser.new_page(locale="zh-CN", viewport={"width": width, "height": height})
            page.set_content(letter(person))
            page.screenshot(path=IMAGES / f"mail-{name}{ending}.png", full_page=True)
            page.close()


def main(base: str) -> None:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--lang=zh-CN"]
        )
        for picture in PICTURES:
            page = sign_in(browser, base, picture.person, picture.size)
            take(page, picture)
            page.close()
        take_letters(browser)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
