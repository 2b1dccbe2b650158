"""Every form of the product, filled with what no form of ours sends: each gets an answer, never a failure."""

from collections import defaultdict
from html.parser import HTMLParser
from itertools import product
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.test_every_page import PAGES, address, browser_of, people  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db

WHO = ("lead", "own", "sysadmin")
VALUES = (
    *("", "长" * 20_000, "a\x00b", "-1", "9" * 30, "1e999", "NaN", "١²", "0000-00-00", "9999-99-99", "9999-12-31"),
    *("<script>alert(1)</script>{{7*7}}", "甲\u202e乙\u200b", '{"a": ['),
)
FILES = (b"", bytes(range(256)) * 8, b"PK\x03\x04" + b"\0" * 64)


class Forms(HTMLParser):
    """The forms of a page that are sent by POST: their address, and the names of their fields and files."""

    def __init__(self, page: str):
        super().__init__()
        self.page, self.here = page, ""
        self.found: dict[str, set[str]] = defaultdict(set)
        self.files: dict[str, set[str]] = defaultdict(set)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            is_post = (told.get("method") or "").lower() == "post"
            self.here = self.full(told.get("action")) if is_post else ""
            if self.here:
                self.found[self.here] |= set()
        for name in ("hx-post", "formaction"):
            if told.get(name):
                self.found[self.full(told[name])] |= {told["name"]} if told.get("name") else set()
        if self.here and told.get("name") and tag in ("input", "select", "textarea", "button"):
            (self.files if told.get("type") == "file" else self.found)[self.here].add(told["name"])

    def handle_endtag(self, tag):
        if tag == "form":
            self.here = ""

    def full(self, action):
        return urljoin(self.page, action or self.page)


@pytest.fixture(params=WHO)
def forms(request, people, address):  # noqa: F811
    """A person's browser and the forms of all pages: address → names of the fields, and of the files."""
    browser, fields, files = browser_of(people[request.param]), defaultdict(set), defaultdict(set)
    for name in PAGES:
        page = address(name)
        answer = browser.get(page)
        fields[page] |= set()
        if answer.status_code == 200 and "text/html" in answer.get("Content-Type", ""):
            parser = Forms(page)
            parser.feed(b"".join(answer).decode())
            for one, names in parser.found.items():
                fields[one] |= names
            for one, names in parser.files.items():
                files[one] |= names
    ours = [one for one in sorted(fields) if not urlsplit(one).netloc and "/accounts/" not in one]
    return browser, {one: fields[one] for one in ours if takes_posts(browser, one)}, files


def takes_posts(browser, address):  # noqa: F811
    with transaction.atomic():
        code = browser.post(address).status_code
        transaction.set_rollback(True)
    return code not in (403, 405)


def failure_of(browser, address, data):  # noqa: F811
    """What a visitor would see as 500, or nothing; what the answer did is undone."""
    with transaction.atomic():
        try:
            code = browser.post(address, data).status_code
            return f"{address}: {code}" if code >= 500 else ""
        except Exception as failure:
            return f"{address} {sorted(data)}: {type(failure).__name__}: {str(failure)[:120]}"
        finally:
            transaction.set_rollback(True)


@pytest.mark.logs_errors  # a request that is too large is refused with a line in the log
def test_no_form_fails_whatever_its_fields_hold(forms):
    browser, fields, _ = forms
    assert sum(map(len, fields.values())) >= 40
    broken = []
    for where, names in fields.items():
        for value in (*VALUES, ["1", "x"]):
            broken.append(failure_of(browser, where, dict.fromkeys(names, value)))

    assert list(filter(None, broken)) == []


def test_no_form_fails_whatever_file_it_gets(forms):
    browser, fields, files = forms
    broken = []
    for where, names in files.items():
        for content, ending in product(FILES, ("xlsx", "csv", "jpg", "pdf")):
            data = {name: SimpleUploadedFile(f"\u202e甲.{ending}", content) for name in names}
            broken.append(failure_of(browser, where, {**dict.fromkeys(fields.get(where, ()), "1"), **data}))

    assert list(filter(None, broken)) == []
