"""提醒设置: what each person wants, and the versions of the ladder."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal import calendar
from portal.models import AuditEntry, User
from projects import ladder, nodes, rungs
from projects.models import ReminderRule, ReminderRung
from tests.factories import ProjectFactory, UserFactory, park_manager

pytestmark = pytest.mark.django_db
PAGE = "/settings/notifications/"
TODAY = date(2021, 9, 27)
DAY = {"effective_from": "2021-10-08", "reason": "节后加密提醒"}


def rung(days, *, act="message", key=True, others=False):
    return ReminderRung(days=days, act=act, for_key=key, for_others=others)


def rows(*rungs_, **more):
    """The ladder's form as a browser sends it."""
    sent = {"form": "ladder", "rungs-TOTAL_FORMS": len(rungs_), "rungs-INITIAL_FORMS": 0, **DAY, **more}
    for number, one in enumerate(rungs_):
        sent |= {f"rungs-{number}-{name}": value for name, value in one.items()}
    return sent


WEEK_BEFORE = {"side": "before", "number": 7, "act": "message", "for_key": "on"}
ON_THE_DAY = {"side": "on", "number": "", "act": "message", "for_key": "on", "for_others": "on"}
LETTER = {"side": "after", "number": 15, "act": "letter", "for_key": "on"}
EMPTY = {"side": "after", "number": "", "act": "message"}


# --- one's own choice --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["staff", "leader", "park"])
def test_readers_choose_how_they_get_the_digest(as_user, role):
    person = UserFactory(role=role)

    answer = as_user(person).post(PAGE, {"form": "own", "wants_digest": "on", "only_red": "on", "duty_in_digest": "on"})

    person.refresh_from_db()
    assert answer.status_code == 302
    assert (person.wants_digest, person.only_red, person.duty_in_digest) == (True, True, True)


def test_duty_messages_without_a_digest_are_refused_with_the_reason(as_user, park_user):
    answer = as_user(park_user).post(PAGE, {"form": "own", "duty_in_digest": "on"})

    assert answer.status_code == 422
    assert "职责提醒不能退订" in answer.content.decode()
    assert User.objects.get(pk=park_user.pk).wants_digest


@pytest.mark.parametrize("role", ["sysadmin", "auditor"])
def test_who_gets_no_digest_has_nothing_to_choose(as_user, role):
    person = UserFactory(role=role)
    browser = as_user(person)

    page = browser.get(PAGE).content.decode()
    browser.post(PAGE, {"form": "own"})

    assert "没有需要设置的内容" in page
    assert User.objects.get(pk=person.pk).wants_digest


def test_everybody_reads_when_reminders_come_and_that_they_cannot_be_ended(as_user, park_user):
    page = as_user(park_user).get(PAGE).content.decode()

    assert "开工、竣工投产：到期前7个工作日、到期当天、到期后1个工作日" in page
    assert "其他节点：不单独提醒" in page
    assert "职责提醒不能退订" in page
    assert "历次规则" not in page


def test_an_address_outside_the_house_is_told_so(as_user, settings):
    settings.MAIL_DETAIL_DOMAINS = ["leshan.gov.cn"]
    person = UserFactory(email="a@qq.com")

    assert "邮件里只有数字" in as_user(person).get(PAGE).content.decode()


# --- the ladder --------------------------------------------------------------------------------------------------


def test_staff_read_the_ladder_in_words_and_change_none(as_user, staff):
    browser = as_user(staff)
    page = browser.get(PAGE).content.decode()

    assert "到期后10个工作日" in page
    assert "建议发函" in page
    assert "保存新规则" not in page
    assert browser.post(PAGE, rows(ON_THE_DAY)).status_code == 422
    assert ReminderRule.objects.count() == 1


def test_the_lead_makes_a_new_version_and_the_old_one_stays(as_user, lead):
    answer = as_user(lead).post(PAGE, rows(WEEK_BEFORE, ON_THE_DAY, LETTER, EMPTY, {**LETTER, "DELETE": "on"}))

    made = ReminderRule.objects.get(version=2)
    assert answer.status_code == 302
    assert list(made.rungs.values_list("days", "act", "for_key", "for_others")) == [
        (-7, "message", True, False),
        (0, "message", True, True),
        (15, "letter", True, False),
    ]
    assert ReminderRule.objects.get(version=1).rungs.count() == 6
    assert rungs.in_force(TODAY).version == 1
    assert rungs.in_force(date(2021, 10, 8)).version == 2
    assert AuditEntry.objects.get(action="rules.reminders").detail["reason"] == "节后加密提醒"


def test_the_form_starts_from_the_newest_version(as_user, lead):
    page = as_user(lead).get(PAGE).content.decode()

    assert 'name="rungs-INITIAL_FORMS" value="6"' in page
    assert 'name="rungs-7-side"' in page


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (rows(EMPTY), "至少保留一个"),
        (rows(ON_THE_DAY, ON_THE_DAY), "同一个时点写了两次"),
        (rows({**WEEK_BEFORE, "act": "letter"}), "只能发消息"),
        (rows({**WEEK_BEFORE, "number": ""}), "请填写几个工作日"),
        (rows({**WEEK_BEFORE, "number": "31"}), "30"),
        (rows({**WEEK_BEFORE, "side": "never"}), "没有保存"),
        (rows(ON_THE_DAY, effective_from="2021-09-26"), "启用日期不能早于今天"),
        (rows(ON_THE_DAY, reason=""), "修改原因"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(as_user, lead, sent, said):
    answer = as_user(lead).post(PAGE, sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ReminderRule.objects.count() == 1


def test_a_form_that_was_tampered_with_is_no_server_error(as_user, lead):
    answer = as_user(lead).post(PAGE, {"form": "ladder", **DAY})

    assert answer.status_code == 422


def test_only_the_lead_makes_versions(staff):
    with pytest.raises(PermissionDenied):
        rungs.add_version(rungs=[rung(0)], effective_from=TODAY, reason="试", by=staff)
    with pytest.raises(ValidationError):
        rungs.check([rung(31)])


# --- what it would mean ------------------------------------------------------------------------------------------


@pytest.fixture
def due_in_october():
    """A project of 五通桥 that is to start on 2021-10-08, a Friday; next week is off until the 7th."""
    person = park_manager("P01")
    nodes.follow([ProjectFactory(unit="P01", planned_start_to=date(2021, 10, 8))], by=None)
    return person


def test_next_week_is_counted_as_the_ladder_would_send_it(due_in_october, set_today):
    first, last = rungs.next_week(TODAY)
    days = calendar.current()

    def count(*found):
        return rungs.messages(found, first=first, last=last, calendar=days)

    assert (first, last) == (date(2021, 10, 4), date(2021, 10, 10))
    assert count(rung(0)) == 1
    assert count(rung(0), rung(1)) == 2  # 2021-10-09 is worked
    assert count(rung(0, key=False, others=True)) == 0
    assert count(rung(0, act="call")) == 0
    assert len(ladder.reached(after=date(2021, 10, 7), until=date(2021, 10, 8), calendar=days)) == 1


def test_the_preview_compares_with_the_rule_in_force(as_user, lead, due_in_october):
    answer = as_user(lead).post(PAGE, rows(ON_THE_DAY, preview="1"))

    assert answer.status_code == 200
    assert "发节点提醒1条，现行规则为2条，少发1条" in answer.content.decode()
    assert ReminderRule.objects.count() == 1


def test_who_moved_duty_messages_into_the_digest_is_not_counted(due_in_october):
    User.objects.filter(pk=due_in_october.pk).update(duty_in_digest=True)
    first, last = rungs.next_week(TODAY)

    assert rungs.messages([rung(0)], first=first, last=last, calendar=calendar.current()) == 0


@pytest.mark.parametrize("number", [1, 3])
def test_the_preview_takes_the_same_queries_for_any_number_of_nodes(due_in_october, number, django_assert_num_queries):
    for _ in range(number):
        nodes.follow([ProjectFactory(unit="P01", planned_start_to=date(2021, 10, 8))], by=None)
    days, (first, last) = calendar.current(), rungs.next_week(TODAY)

    with django_assert_num_queries(3):
        rungs.messages([rung(0)], first=first, last=last, calendar=days)
