"""In the house network pages come over plain http, where the browser keeps its clipboard interface to itself."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page
from pytest_django.live_server_helper import LiveServer

from tests.e2e.conftest import login
from tests.factories import ProjectFactory, staff

HOUSE = "10.20.30.40"


@pytest.fixture
def house_page(
    browser_type: BrowserType, browser_type_launch_args: dict, live: LiveServer, browser: Browser
) -> Iterator[Page]:
    """A browser for which the site lies at an address of the house; no packet leaves the machine."""
    flags = [*browser_type_launch_args["args"], f"--host-resolver-rules=MAP {HOUSE} 127.0.0.1"]
    other = browser_type.launch(**(browser_type_launch_args | {"args": flags}))
    port = live.url.rsplit(":", 1)[1]
    yield other.new_page(base_url=f"http://{HOUSE}:{port}", locale="zh-CN")
    other.close()


def test_copying_works_without_encryption(house_page, live, settings):
    settings.ALLOWED_HOSTS = [HOUSE]
    staff(username="clerk")
    ProjectFactory(name="演示项目甲", unit="P01")
    login(house_page, "clerk")
    house_page.goto("/projects/?year=2021")
    assert house_page.evaluate("[window.isSecureContext, !!navigator.clipboard]") == [False, False]

    house_page.get_by_role("button", name="复制文字").first.click()
    box = house_page.locator("#site-search")
    box.fill("")
    box.focus()
    house_page.keyboard.press("Control+V")

    assert "1个" in box.input_value()
