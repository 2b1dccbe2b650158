"""挂图作战 in a meeting: a person turns the slides, nothing else does; a cut cable is said in words. And the board."""

import re
from datetime import datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal import clock
from portal.models import User
from projects import wall
from projects.models import Edition, EditionPaper
from tests.e2e import registers

SIZES = """(query) => [...document.querySelectorAll('.slide ' + query)]
    .map((one) => parseFloat(getComputedStyle(one).fontSize))"""
LOST = "连接已断开，显示"


@pytest.fixture
def screen(live, page: Page, sign_in) -> Page:
    """A wall at 1920×1080 whose minutes go by when the test says so."""
    registers.imported()
    sign_in(User.objects.get(username="leader"))
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.clock.install(time=datetime(2021, 9, 27, 9, 0, tzinfo=clock.SHANGHAI))
    page.goto("/wall/")
    page.get_by_role("button", name="打开大屏").click()
    expect(title(page)).to_have_text("全市")
    return page


def title(page: Page):
    return page.locator(".slide.is-shown h1")


def place(page: Page) -> str:
    return page.locator("#place").inner_text()


def test_keys_and_buttons_turn_and_nothing_else_does(screen: Page):
    turned = []
    for key in ("PageDown", "ArrowRight", "Space", "ArrowDown", "PageUp", "ArrowLeft", "ArrowUp", "End", "Home"):
        screen.keyboard.press(key)
        turned.append(place(screen))
    screen.get_by_role("button", name="下一页").click()
    screen.keyboard.press("Space")  # on the button: one slide, not two
    turned.append(place(screen))

    numbers = [2, 3, 4, 5, 4, 3, 2, 18, 1, 3]
    assert turned == [f"{number} / 18" for number in numbers]

    for _ in range(10):
        with screen.expect_response(re.compile("/wall/slides/")):
            screen.clock.fast_forward(61_000)

    assert place(screen) == "3 / 18"
    expect(title(screen)).to_have_text("五通桥基地")


def test_it_is_read_from_five_metres(screen: Page):
    assert min(screen.evaluate(SIZES, "td, .slide th, .slide dt, .slide p, .slide .light")) >= 28
    assert min(screen.evaluate(SIZES, "dd, .slide .wall-lights b")) >= 64

    for number in range(1, 19):
        assert place(screen) == f"{number} / 18"
        size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        assert screen.evaluate(size) == [1920, 1080]
        screen.keyboard.press("PageDown")


def test_a_cut_cable_is_said_with_the_time_of_the_figures(screen: Page):
    kept = screen.locator(".wall-slides").get_attribute("data-as-of")
    screen.context.set_offline(True)

    expect(screen.locator("#lost")).to_have_text(f"{LOST}{kept}")
    assert re.fullmatch(r"9月27日\d\d:\d\d的数据", kept)
    screen.keyboard.press("PageDown")
    expect(title(screen)).to_have_text("乐山高新区")

    screen.context.set_offline(False)
    expect(screen.locator("#lost")).to_have_text("")


def test_a_silent_server_is_said_too_and_of_the_edition(screen: Page):
    edition = Edition.objects.create(
        year=2021, by=User.objects.get(username="staff"), at=datetime(2021, 9, 27, 18, 0, tzinfo=clock.SHANGHAI)
    )
    slides = wall.slides(clock.today(), 2021)
    EditionPaper.objects.create(edition=edition, kind="wall", scope="city", content=slides)
    screen.reload()
    expect(screen.get_by_role("link", name="看实时")).to_be_visible()

    screen.route("**/wall/slides/**", lambda route: route.abort())
    screen.clock.fast_forward(61_000)

    expect(screen.locator("#lost")).to_have_text("连接已断开，显示9月27日18:00定稿")


def test_the_screen_outlives_the_session_until_it_is_closed(screen: Page):
    sessions = [cookie for cookie in screen.context.cookies() if "session" in cookie["name"]]
    screen.context.clear_cookies(name=sessions[0]["name"])

    screen.reload()
    expect(title(screen)).to_have_text("全市")
    screen.get_by_role("button", name="关屏").click()

    screen.wait_for_url("**/accounts/login/**")


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (390, 844)])
def test_wall_and_board_are_fit_at_every_width(screen: Page, width: int, height: int):
    screen.set_viewport_size({"width": width, "height": height})
    found = []
    for address in ("/wall/#1", "/wall/#9", "/wall/#10", "/groups/major-pv/", "/groups/industrial/?view=board"):
        screen.goto("about:blank")
        screen.goto(address)
        found += [f"{address}: {one['id']} {one['nodes'][0]['target']}" for one in violations(screen)]
        if screen.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{address}: wider than the screen")
    assert found == []


def violations(page: Page) -> list:
    return Axe().run(page).response["violations"]


def test_the_board_is_columns_on_a_screen_and_cards_on_a_telephone(live, page: Page, sign_in):
    registers.imported()
    sign_in(User.objects.get(username="staff"))

    page.goto("/groups/major-pv/")
    expect(page.locator("#board thead th")).to_have_count(7)
    expect(page.locator(".board-card").first).to_be_hidden()

    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#board")).to_be_hidden()
    expect(page.locator(".board-card:visible")).to_have_count(6)
    expect(page.locator(".chain > li")).to_have_count(4)
