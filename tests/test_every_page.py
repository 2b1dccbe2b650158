"""Every address × every role: who gets in, who is refused, for whom it does not exist. A new address needs a row."""

import re

import pytest
from django.apps import apps
from django.core import serializers
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal import permissions
from portal.models import User
from portal.permissions import patterns, undeclared
from tests.every_address import Around
from tests.factories import UserFactory, lead, leader, park_manager, staff

pytestmark = pytest.mark.django_db

# Expected answers to GET: `own` acts for P01 五通桥, where the project of the addresses lies; `other` for P02.
# 302: first to the log-in page. 403: not for this role. 404: not in this person's scope. 405: only by POST.
ROLES = ("anonymous", "staff", "lead", "own", "other", "leader", "sysadmin", "auditor")
READERS = "302 200 200 200 200 200 403 403"
READERS_OF_ITS_UNIT = "302 200 200 200 404 200 403 403"
WRITERS = "302 200 200 200 200 403 403 403"
WRITERS_OF_ITS_UNIT = "302 200 200 200 404 403 403 403"
BUREAU = "302 200 200 403 403 403 403 403"
BUREAU_BY_POST = "302 405 405 403 403 403 403 403"
WRITERS_BY_POST = "302 405 405 405 405 403 403 403"
BUREAUS_BATCH = "302 200 200 404 404 403 403 403"
LEAD = "302 403 200 403 403 403 403 403"
LEAD_BY_POST = "302 403 405 403 403 403 403 403"
SYSADMIN = "302 403 403 403 403 403 200 403"
SYSADMIN_BY_POST = "302 403 403 403 403 403 405 403"
EVERYBODY = "302 200 200 200 200 200 200 200"
OWN_MESSAGE = "302 200 404 404 404 404 404 404"  # it is for the staff person
AUDITOR = "302 403 403 403 403 403 403 200"
PUBLIC = "200 200 200 200 200 200 200 200"
PAGES = {
    "desk": "302 200 200 200 200 200 302 302",
    "project_list": READERS,
    "project_summary": READERS,
    "project_guard": "302 200 200 403 403 200 403 403",
    "project_columns": READERS,
    "bulk_edit": BUREAU,
    "bulk_batch": "302 200 404 403 403 403 403 403",  # a preview is its maker's alone
    "bulk_discard": BUREAU_BY_POST,
    "saved_list_all": READERS,
    "saved_list_new": READERS,
    "saved_list": "302 302 404 404 404 404 403 403",  # that of the staff person, not shared
    "saved_list_edit": "302 200 404 404 404 404 403 403",
    "saved_list_delete": "302 200 404 404 404 404 403 403",
    "project_export": READERS,
    "milestone_export": READERS,
    "group_export": READERS,
    "import_template": WRITERS,
    "import_start": WRITERS,
    "import_preview": BUREAUS_BATCH,
    "import_progress": BUREAUS_BATCH,
    "import_restart": WRITERS_BY_POST,
    "import_columns": BUREAUS_BATCH,
    "import_blank": WRITERS_BY_POST,
    "import_errors": "302 302 302 404 404 403 403 403",  # the file of the batch of the addresses is not kept
    "import_choose": WRITERS_BY_POST,
    "import_commit": WRITERS_BY_POST,
    "import_discard": WRITERS_BY_POST,
    "import_undo": "302 302 302 404 404 403 403 403",  # the batch of the addresses is not written yet
    "import_kept": BUREAUS_BATCH,
    "import_absent": BUREAU_BY_POST,
    "report_list": READERS,
    # no month is open among the things of the addresses
    "report_table": "302 302 302 302 302 403 403 403",
    "report_upload": "302 302 302 302 302 403 403 403",
    "report_upload_write": "302 405 405 405 405 403 403 403",
    "report_submit": "302 405 405 405 405 403 403 403",
    "report_no_change": "302 405 405 405 405 403 403 403",
    "report_form": "302 200 200 200 404 403 403 403",
    "report_photo": "302 405 405 405 405 403 403 403",
    "report_photo_edit": "302 405 405 405 405 403 403 403",
    "report_photo_file": READERS_OF_ITS_UNIT,
    "sealed_list": READERS,
    "sealed_file": READERS_OF_ITS_UNIT,
    "report_save": "302 405 405 405 405 403 403 403",
    "review_desk": BUREAU,
    "review_approve": BUREAU_BY_POST,
    "review_return": BUREAU,
    "settings_periods": BUREAU,
    "periods_prepare": BUREAU_BY_POST,
    "period_edit": BUREAU,
    "period_act": BUREAU_BY_POST,
    "period_reopen": BUREAU,
    "period_opening": BUREAU,
    "opening_table": BUREAU,
    "opening_write": BUREAU_BY_POST,
    "milestone_list": READERS,
    "milestone_summary": READERS,
    "month_calendar": READERS,
    "project_timeline": READERS,
    "weekly": READERS,
    "one_page": READERS_OF_ITS_UNIT,
    "materials": READERS,
    "annex": "302 200 200 403 403 200 403 403",
    "bulletin": "302 200 200 403 403 200 403 403",
    "letters": BUREAU,
    "letter": BUREAU,
    "edition_freeze": BUREAU,
    "edition_end": BUREAU,
    "paper_make": "302 405 405 405 405 405 403 403",
    "paper_publish": BUREAU,
    "published_list": READERS,
    "published": READERS,
    "publication_withdraw": BUREAU,
    "download_list": READERS,
    "download_rows": READERS,
    "download_file": "302 302 404 404 404 404 403 403",  # that of the staff person, lost from the disk
    "download_again": "302 405 405 405 405 405 403 403",
    "overview": "302 200 200 403 403 200 403 403",
    "project_new": WRITERS,
    "project_notes": WRITERS,
    "project_detail": READERS_OF_ITS_UNIT,
    "project_edit": WRITERS_OF_ITS_UNIT,
    "project_note": WRITERS_OF_ITS_UNIT,
    "project_chase": BUREAU,
    "project_stage": WRITERS_OF_ITS_UNIT,
    "project_hold": BUREAU,
    "project_history": READERS_OF_ITS_UNIT,
    "project_light": LEAD,
    "light_release": LEAD,
    "light_progress": BUREAU,
    "project_recycle": BUREAU,
    "node_template": WRITERS_OF_ITS_UNIT,
    "node_plan": "302 200 200 302 404 403 403 403",
    "node_forecast": WRITERS_OF_ITS_UNIT,
    "node_done": WRITERS_OF_ITS_UNIT,
    "node_skip": WRITERS_OF_ITS_UNIT,
    "node_reopen": BUREAU,
    "node_phase": WRITERS_OF_ITS_UNIT,
    "node_evidence": WRITERS_OF_ITS_UNIT,
    "evidence_file": READERS_OF_ITS_UNIT,
    "change_ask": "302 403 403 200 404 403 403 403",
    "change_list": WRITERS,
    "change_decide": BUREAU,
    "plan_lock": BUREAU,
    "plan_carry": BUREAU,
    "project_plan": BUREAU,
    "issue_list": READERS,
    "issue_export": READERS,
    "issue_sheets": BUREAU,
    "issue_new": WRITERS,
    "issue_detail": READERS_OF_ITS_UNIT,
    "issue_sheet": READERS_OF_ITS_UNIT,
    "issue_hand": BUREAU,
    "issue_step": WRITERS_OF_ITS_UNIT,
    "issue_proof": WRITERS_OF_ITS_UNIT,
    "issue_apply": WRITERS_OF_ITS_UNIT,
    "issue_close": BUREAU_BY_POST,
    "issue_return": BUREAU,
    "issue_reopen": BUREAU,
    "issue_escalate": BUREAU,
    "issue_file": READERS_OF_ITS_UNIT,
    "recycle": BUREAU,
    "project_restore": BUREAU_BY_POST,
    "group_detail": READERS,
    "group_enter": LEAD,
    "entry_edit": LEAD,
    "wall": "302 200 200 403 403 200 403 403",
    "wall_slides": "403 403 403 403 403 403 403 403",  # only for a screen with a pass
    "wall_open": "302 405 405 405 405 405 405 405",
    "wall_close": "405 405 405 405 405 405 405 405",
    "target_new": LEAD,
    "target_edit": LEAD,
    "capacity_new": WRITERS_OF_ITS_UNIT,
    "capacity_edit": WRITERS_OF_ITS_UNIT,
    "capacity_delete": WRITERS_OF_ITS_UNIT,
    "settings_lists": BUREAU,
    "settings_calendar": BUREAU,
    "settings_rules": BUREAU,
    "settings_statistics": BUREAU,
    "statistics_write": BUREAU_BY_POST,
    "statistics_undo": BUREAU,
    "settings_notifications": EVERYBODY,
    "settings_template": BUREAU,
    "unit_confirm": LEAD_BY_POST,
    "park_list": READERS,
    "unit_figures": READERS_OF_ITS_UNIT,
    "park_detail": READERS_OF_ITS_UNIT,
    "go_live": "302 403 404 403 403 403 404 403",  # only in a demonstration
    "people_list": SYSADMIN,
    "people_table": SYSADMIN,
    "people_import": SYSADMIN,
    "people_import_write": SYSADMIN_BY_POST,
    "person_new": SYSADMIN,
    "person_edit": SYSADMIN,
    "person_action": SYSADMIN,
    "audit_list": AUDITOR,
    "mail_list": EVERYBODY,
    "mail_detail": OWN_MESSAGE,
    "mail_test": SYSADMIN_BY_POST,
    "mail_resend": "302 403 405 403 403 403 405 403",
    "mail_clock": SYSADMIN_BY_POST,
    "mail_preview": "302 200 200 403 403 403 200 403",
    "unsubscribe": PUBLIC,
    "forgotten_password": PUBLIC,
    "account_closed": "404 404 404 404 404 404 404 404",
    "health_live": PUBLIC,
    "health_ready": PUBLIC,
    "health_jobs": PUBLIC,
}
OF_ALLAUTH = permissions.GUARDED_ELSEWHERE | permissions.SHADOWED


@pytest.fixture
def people():
    cache.clear()
    return {
        "anonymous": None,
        "staff": staff(),
        "lead": lead(),
        "own": park_manager("P01"),
        "other": park_manager("P02"),
        "leader": leader(),
        "sysadmin": UserFactory(role="sysadmin"),
        "auditor": UserFactory(role="auditor"),
    }


@pytest.fixture
def address(people):
    """Return the function that gives the address of a page, for a project of P01 and the things around it."""
    return Around(people).address


def browser_of(person: User | None, **options) -> Client:
    client = Client(**options)
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_address_is_in_the_table():
    assert {pattern.name for pattern in patterns()} - OF_ALLAUTH == set(PAGES)


def test_every_view_declares_who_may_enter():
    assert undeclared() == []


def test_a_view_that_declares_nobody_is_found(settings):
    settings.ROOT_URLCONF = "tests.forgotten_urls"

    assert undeclared() == ["forgotten", "account_login"]


@pytest.mark.parametrize("name", PAGES)
def test_who_gets_in(name, people, address):
    answers = {role: browser_of(person).get(address(name)).status_code for role, person in people.items()}

    assert answers == dict(zip(ROLES, map(int, PAGES[name].split()), strict=True))


@pytest.mark.parametrize("name", sorted(OF_ALLAUTH - permissions.SHADOWED))
def test_the_pages_of_allauth_show_nothing_of_ours_to_strangers(name):
    assert browser_of(None).get(reverse(name)).status_code in ((200,) if name == "account_login" else (302,))


WITHOUT_TOKEN = {"unsubscribe"}  # a mail program posts there by itself; the signed address stands for the token


@pytest.mark.parametrize(
    "name", [name for name in PAGES if not name.startswith("health_") and name not in WITHOUT_TOKEN]
)
def test_no_address_takes_a_post_without_a_token(name, people, address):
    for role in ("staff", "lead", "own", "sysadmin", "anonymous"):
        assert browser_of(people[role], enforce_csrf_checks=True).post(address(name)).status_code == 403


def test_looking_changes_nothing(people, address):
    browsers = [browser_of(person) for person in people.values()]
    before = contents()
    for name in PAGES:
        for browser in browsers:
            browser.get(address(name))

    assert contents() == before


def contents() -> str:
    """Everything in the database but sessions, cache and audit."""
    aside = {"sessions.Session", "portal.AuditEntry"}
    models = [model for model in apps.get_models() if model._meta.label not in aside]
    return "".join(serializers.serialize("json", model._base_manager.order_by("pk")) for model in models)


def test_a_foreign_project_looks_like_an_absent_one(people, address):
    browser = browser_of(people["other"])
    pages = [browser.get(path).content.decode() for path in (address("project_detail"), "/projects/999999/")]

    assert without_secrets(pages[0]) == without_secrets(pages[1])


def without_secrets(page: str) -> str:
    """The page without what is drawn anew for each answer: tokens against forged requests, and the script's nonce."""
    return re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)
