"""Whatever people wrote, no page takes it for markup: every text of the register is given some, every page is opened.

What a page put into the document counts, not what the content security policy then kept from running.
"""

import pytest
from django.apps import apps
from django.db.models import CharField, F, Model, TextField, Value
from django.db.models.functions import Concat
from playwright.sync_api import Page, expect

from portal.models import User
from tests.e2e import registers
from tests.e2e.test_every_page_is_fit import PEOPLE, addresses

MARKUP = "\"'><img src=x onerror=alert(1)>"
SPOKEN = {"projects", "parks", "portal"}
KEPT_FOR_EVER = {"AuditEntry"}  # rows that the database lets nobody change
NO_WORDS = {
    *(
        "username",
        "password",
        "email",
        "address",
        "code",
        "slug",
        "key",
        "message_id",
        "owner",
        "job",
        "period",
        "level",
    ),
    *(
        "field",
        "old",
        "new",
        "subject",
        "kind",
        "state",
        "phase",
        "unit",
        "scope",
        "html",
        "number",
        "project_code",
        "uscc",
        "sha256",
        "file",
    ),
}


def given_markup() -> int:
    """Put markup behind every text that somebody typed; returns how many columns that were."""
    columns = [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.app_label in SPOKEN and not model._meta.proxy and model.__name__ not in KEPT_FOR_EVER
        for field in model._meta.concrete_fields
        if is_spoken(model, field)
    ]
    for model, name in columns:
        rows = model._base_manager.exclude(**{name: ""}).exclude(**{name: None})
        rows.update(**{name: Concat(F(name), Value(MARKUP))})
    return len(columns)


def is_spoken(model: type[Model], field: object) -> bool:
    return (
        type(field) in (CharField, TextField)
        and not field.choices
        and not field.unique
        and not field.primary_key
        and field.name not in NO_WORDS
    )


def taken_for_markup(page: Page, address: str) -> list[str]:
    answer = page.goto(address, wait_until="load")
    expect(page.locator(".htmx-request")).to_have_count(0)
    if answer is None or answer.status != 200:
        return [f"{address}: {answer and answer.status}"]
    return [f"{address}: taken for markup"] * (page.locator('img[src="x"]').count() > 0)


@pytest.mark.parametrize("role", PEOPLE)
def test_no_text_is_taken_for_markup(live, page: Page, sign_in, role: str):
    registers.sample()
    sign_in(User.objects.get(username=PEOPLE[role]))
    pages = addresses(role)
    assert given_markup() > 60

    found = [problem for address in pages for problem in taken_for_markup(page, address)]
    assert not found, "\n".join(found)
