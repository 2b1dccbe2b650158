"""The audit: rows are only ever added, refusals stand in it, and the auditor finds them."""

import re
from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from portal import audit, clock
from portal.choices import AuditAction
from portal.models import AuditEntry
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
QUERIES = (5, 6)  # session, person, count, texts and unread messages of the page; and the rows, when there are any


@pytest.fixture
def entry(staff):
    return audit.log("project.export", by=staff, rows=279)


@pytest.fixture
def shown(as_user, auditor):
    browser = as_user(auditor)

    def actions(**query):
        return [row["entry"].action for row in browser.get("/audit/", query).context["rows"]]

    return actions


@pytest.mark.db
def test_a_row_cannot_be_changed(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(action="nothing")

    assert AuditEntry.objects.get().action == "project.export"


@pytest.mark.db
def test_a_row_cannot_be_deleted(entry):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM portal_auditentry")

    assert AuditEntry.objects.count() == 1


def test_a_refused_page_leaves_a_row(as_user, auditor):
    response = as_user(auditor).get("/people/")

    row = AuditEntry.objects.get()
    assert response.status_code == 403
    assert (row.action, row.user, row.result, row.detail["path"]) == ("access.refused", auditor, "refused", "/people/")


def test_an_absent_object_leaves_a_row_and_an_unknown_address_none(as_user, sysadmin):
    browser = as_user(sysadmin)
    answers = [browser.get("/people/99999/").status_code, browser.get("/nowhere/").status_code]

    assert answers == [404, 404]
    assert [row.detail["path"] for row in AuditEntry.objects.filter(action="access.absent")] == ["/people/99999/"]


def test_the_auditor_filters_by_person_action_and_day(shown, staff, entry, set_today):
    other = UserFactory(username="other", name="赵某某")
    audit.log("sign.in", by=other)
    set_today(date(2021, 9, 28))
    audit.log("sign.out", by=other)

    assert shown(person="other") == ["sign.out", "sign.in"]
    assert shown(person="赵某某") == ["sign.out", "sign.in"]
    assert shown(action="project.export") == ["project.export"]
    assert shown(day="2021-09-28") == ["sign.out"]
    assert shown(day="2021-09-27", person="other") == ["sign.in"]


def test_a_day_is_a_day_in_shanghai(shown):
    AuditEntry.objects.create(at=datetime(2021, 9, 27, 0, 30, tzinfo=clock.SHANGHAI), action="sign.in")

    assert [shown(day="2021-09-27"), shown(day="2021-09-26")] == [["sign.in"], []]


def test_one_row_and_three_rows_cost_the_same_queries(as_user, auditor, django_assert_num_queries):
    browser = as_user(auditor)
    browser.get("/audit/")
    for number in range(3):
        with django_assert_num_queries(QUERIES[number > 0]):
            browser.get("/audit/", {"action": "sign.in"})
        audit.log("sign.in", by=UserFactory(username=f"p{number}"))


def test_the_page_holds_fifty_rows(shown):
    for _ in range(51):
        audit.log("sign.in", by=None, username="bob")

    assert [len(shown()), len(shown(page=2))] == [50, 1]


def test_a_change_reads_like_a_sentence(as_user, auditor):
    person = UserFactory(username="li", role="staff")
    changes = {"role": ["staff", "leader"], "is_lead": [True, False], "phone": ["", "0833-1"]}
    audit.log("person.change", by=None, obj=person, account="li", units=["五通桥基地 2021-09-27—"], changes=changes)

    row = as_user(auditor).get("/audit/").context["rows"][0]
    assert (row["action"], row["object"]) == ("修改账号", f"账号 {person.pk}")
    assert row["detail"] == (
        "账号：li；填报单位：五通桥基地 2021-09-27—；"
        "角色：业务科室 → 局领导；业务负责人：是 → 否；办公电话：（空） → 0833-1"
    )


def test_every_action_has_a_name(settings):
    sources = [
        path.read_text()
        for name in ("portal", "parks", "projects")
        for path in (settings.BASE_DIR / name).rglob("*.py")
    ]
    written = {code for source in sources for code in re.findall(r'audit\.log\(\s*"([^"]+)"', source)}

    assert written - set(AuditAction.values) == set()
