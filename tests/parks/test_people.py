"""The page 账号 and its rules."""

from datetime import date
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command

from parks import accounts
from parks.models import Park
from portal.models import AuditEntry, User
from tests.factories import PASSWORD, UserFactory, park_manager

pytestmark = pytest.mark.django_db
TODAY = date(2021, 9, 27)
EMPTY_LINES = {"units-TOTAL_FORMS": "2", "units-INITIAL_FORMS": "0"}


@pytest.fixture
def admin(as_user, sysadmin):
    cache.clear()
    return as_user(sysadmin)


def unit(code="P01"):
    return Park.objects.get(code=code)


def posted(**fields):
    return {"name": "王某某", "role": "staff", "phone": "", "email": "", **EMPTY_LINES, **fields}


def line(number=0, park="P01", start="2021-09-01", end="", row=""):
    prefix = f"units-{number}-"
    values = {"park": unit(park).pk, "from_date": start, "to_date": end, "row": row}
    return {prefix + name: value for name, value in values.items()}


def saved_lines(person):
    rows = person.assignments.select_related("park")
    return [(row.park.code, str(row.from_date), row.to_date and str(row.to_date)) for row in rows]


def test_a_new_account_shows_its_password_once_and_must_change_it(admin, client):
    page = admin.post("/people/new/", posted(username=" Wang ", role="staff"))
    secret = page.context["secret"]

    person = User.objects.get(username="wang")
    assert (person.check_password(secret), person.must_change_password) == (True, True)
    assert secret in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert not any(secret in str(row.detail) for row in AuditEntry.objects.all())


def test_a_park_account_acts_for_its_units_from_the_day_given(admin):
    admin.post("/people/new/", posted(username="chen", role="park", **line(0), **line(1, "P02", "", "2021-12-31")))

    person = User.objects.get(username="chen")
    assert saved_lines(person) == [("P01", "2021-09-01", None), ("P02", "2021-09-27", "2021-12-31")]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"role": "park"}, "园区、县区填报员至少要有一个有效的填报单位。"),
        ({"role": "staff", "with_line": True}, "只有园区、县区填报员需要填报单位。"),
        ({"role": "park", "is_lead": "on", "with_line": True}, "业务负责人只能是业务科室人员。"),
        ({"username": "SYSADMIN"}, "已有这个账号，请换一个名称。"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(admin, fields, sentence):
    lines = line() if fields.pop("with_line", False) else {}
    page = admin.post("/people/new/", posted(**{"username": "wang", **fields, **lines}))

    assert sentence in page.content.decode()
    assert User.objects.count() == 1


def test_two_terms_for_one_unit_may_not_overlap(admin):
    page = admin.post("/people/new/", posted(username="chen", role="park", **line(0), **line(1)))

    assert "两段授权日期重叠" in page.content.decode()


def test_a_unit_is_ended_by_a_date_and_stays_on_record(admin):
    person = park_manager("P01", username="chen", name="陈某")
    row = person.assignments.get()
    lines = {**line(0, "P01", "2020-01-01", "2021-09-26", row.pk), **line(1, "P02"), "units-INITIAL_FORMS": "1"}
    admin.post(f"/people/{person.pk}/", {**posted(role="park"), **lines})

    assert saved_lines(person) == [("P01", "2020-01-01", "2021-09-26"), ("P02", "2021-09-01", None)]
    assert [park.code for park in Park.objects.for_user(person, on=TODAY)] == ["P02"]


def test_somebody_elses_line_cannot_be_taken_over(admin):
    other, person = park_manager("P02", username="other"), park_manager("P01", username="chen")
    lines = line(0, "P03", "2021-01-01", "", other.assignments.get().pk)
    admin.post(f"/people/{person.pk}/", {**posted(role="park"), **lines})

    assert saved_lines(other) == [("P02", "2020-01-01", None)]


def test_leaving_the_park_role_ends_the_units_and_the_sessions(admin, as_user):
    person = park_manager("P01", username="chen")
    session = as_user(person)
    accounts.change_person(person=person, name="陈某", role="leader", by=None)

    assert saved_lines(person) == [("P01", "2020-01-01", "2021-09-27")]
    assert session.get("/audit/").status_code == 302


def test_a_change_stands_in_the_audit_with_old_and_new(admin, sysadmin):
    person = UserFactory(username="li", name="李某", role="staff")
    admin.post(f"/people/{person.pk}/", posted(name="李某某", role="leader"))

    row = AuditEntry.objects.get(action="person.change")
    assert (row.user, row.object_id) == (sysadmin, str(person.pk))
    assert row.detail["changes"] == {"name": ["李某", "李某某"], "role": ["staff", "leader"]}


def test_nobody_changes_the_own_role(admin, sysadmin):
    admin.post(f"/people/{sysadmin.pk}/", posted(name="系统管理员", role="auditor"))
    with pytest.raises(ValidationError, match="不能更改自己的角色"):
        accounts.change_person(person=sysadmin, name="系统管理员", role="staff", by=sysadmin)

    sysadmin.refresh_from_db()
    assert sysadmin.role == "sysadmin"


def test_nobody_disables_the_own_account(admin, sysadmin):
    page = admin.post(f"/people/{sysadmin.pk}/disable/", follow=True)

    sysadmin.refresh_from_db()
    assert sysadmin.is_active
    assert "不能停用自己的账号" in page.content.decode()


@pytest.mark.parametrize("verb", ["disable", "enable", "unlock", "password", "second-factor"])
def test_an_action_asks_first_and_changes_nothing_by_a_link(admin, verb):
    person = UserFactory(username="li")
    before = User.objects.values().get(pk=person.pk)

    assert admin.get(f"/people/{person.pk}/{verb}/").status_code == 200
    assert User.objects.values().get(pk=person.pk) == before


def test_disabling_and_enabling(admin):
    person = UserFactory(username="li")
    states = []
    for verb in ("disable", "enable"):
        admin.post(f"/people/{person.pk}/{verb}/")
        states.append(User.objects.get(pk=person.pk).is_active)

    assert states == [False, True]


def test_unlocking_lets_the_right_password_in(admin, client):
    person = UserFactory(username="li", role="auditor")
    for _ in range(5):
        client.post("/accounts/login/", {"login": "li", "password": "wrong"})
    assert [row.username for row in admin.get("/people/?state=locked").context["page_obj"]] == ["li"]
    admin.post(f"/people/{person.pk}/unlock/")

    assert client.post("/accounts/login/", {"login": "li", "password": PASSWORD}).status_code == 302


def test_a_new_password_ends_the_sessions_and_must_be_changed(admin, as_user):
    person = UserFactory(username="li", role="auditor")
    session = as_user(person)
    page = admin.post(f"/people/{person.pk}/password/")

    person.refresh_from_db()
    assert person.check_password(page.context["secret"])
    assert person.must_change_password
    assert session.get("/audit/").status_code == 302


def test_clearing_two_step_log_in_removes_it(admin):
    from allauth.mfa.models import Authenticator

    person = UserFactory(username="li")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    admin.post(f"/people/{person.pk}/second-factor/")

    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("by", ["staff", "lead", "leader", "auditor"])
def test_only_the_administrator_keeps_accounts(by, request):
    person = request.getfixturevalue(by)

    with pytest.raises(PermissionDenied):
        accounts.create_person(username="new", name="新", role="staff", by=person)
    with pytest.raises(PermissionDenied):
        accounts.renew_password(person=person, by=person)


def test_the_list_finds_by_name_unit_role_and_state(admin):
    park_manager("P01", username="wu", name="吴某")
    UserFactory(username="li", name="李某", is_active=False)

    def found(query):
        return [person.username for person in admin.get(f"/people/?{query}").context["page_obj"]]

    assert found("q=吴某") == found("q=五通桥") == found("role=park") == ["wu"]
    assert found("state=disabled") == ["li"]
    assert found("q=没有这个人") == []


def test_one_account_and_three_cost_the_same_queries(admin, django_assert_num_queries):
    admin.get("/people/")
    for number in range(3):
        park_manager("P01", "P02", username=f"p{number}")
        with django_assert_num_queries(9):  # session, person, texts, unread; locks, count, people, terms, units
            admin.get("/people/", {"role": "park"})


def test_create_admin_makes_the_first_account(monkeypatch):
    assert User.objects.count() == 0
    monkeypatch.setattr("sys.stdin", StringIO("Qing-Yi-Jiang-8899\n"))
    call_command("create_admin", "Root", "--password-stdin", stdout=StringIO())

    person = User.objects.get()
    assert (person.username, person.role, person.must_change_password) == ("root", "sysadmin", False)
    assert person.check_password("Qing-Yi-Jiang-8899")


@pytest.mark.parametrize("password", ["", "short", "12345678901234", "qingyijiang-1"])
def test_create_admin_refuses_a_weak_password(monkeypatch, password):
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    with pytest.raises(CommandError):
        call_command("create_admin", "qingyijiang", "--password-stdin")

    assert User.objects.count() == 0


def test_create_admin_asks_twice(monkeypatch):
    answers = iter(["Qing-Yi-Jiang-8899", "Qing-Yi-Jiang-9988"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match="两次输入的密码不一致"):
        call_command("create_admin", "root")
