"""周调度 on paper, on the clipboard and in a mail program: one A4 page for a leader, fit for a telephone."""

import re
from datetime import date

from playwright.sync_api import Page, expect

from portal.models import User
from projects import digests, notes
from projects.models import Project
from tests.e2e import registers

WEEK = {"first": date(2021, 9, 20), "last": date(2021, 9, 26), "on": date(2021, 9, 27)}
SIZES = "[...document.querySelectorAll('p, li, td')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
LONG = "首期385亩中仍有42亩未完成征地拆迁，其中林地手续12亩待省林草局批复，高压线路迁改方案尚未与供电公司达成一致"


def person(username: str) -> User:
    return User.objects.get(username=username)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_leaders_version_is_one_page_in_large_type(live, page: Page, sign_in):
    registers.sample()
    for project in Project.objects.in_year(2021).overdue_start(on=WEEK["on"]):
        notes.add_progress(project=project, by=person("staff"), problem=LONG, reason="land")
    sign_in(person("leader"))

    page.goto("/weekly/")
    page.emulate_media(media="print")

    size = page.locator(".digest p").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert round(size * 72 / 96, 1) >= 16  # 三号
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1


def test_what_is_copied_is_the_text_of_the_message(live, page: Page, sign_in):
    registers.imported()
    sign_in(person("staff"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.goto("/weekly/")
    page.get_by_role("button", name="复制周调度").click()
    expect(page.locator("#live")).to_contain_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.split("\n")[0] == "李某："
    assert "夹江159 年产35万吨竹浆纸扩能　24.20亿元，逾期89天，原因未填" in copied

    page.get_by_role("button", name="复制催报通知").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.startsWith('【催报】'))")


def test_the_mail_is_readable_at_a_desk_and_on_a_telephone(live, page: Page):
    registers.sample()
    for username in ("staff", "park-wutongqiao", "leader"):
        page.set_content(digests.html(digests.compose(person(username), **WEEK, memo={})))
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert min(page.evaluate(SIZES)) >= 12
