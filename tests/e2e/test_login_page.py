"""The first page anybody sees."""

from playwright.sync_api import Page, expect


def test_a_stranger_is_asked_to_sign_in(live, page: Page):
    page.goto("/")

    expect(page.locator("input[name=password]")).to_be_visible()
    expect(page).to_have_url(f"{live.url}/accounts/login/?next=/")


def test_a_clerk_signs_in_and_reaches_the_first_page(live, page: Page, staff, login):
    login(page, "staff")

    expect(page).to_have_url(f"{live.url}/")
