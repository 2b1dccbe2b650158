"""A letter that the server refused for now is looked at again before the next try, and one sent again by hand too."""

from datetime import date, datetime

import pytest

from parks import accounts
from portal import clock, mail, outbox, scheduler, spans
from portal.choices import MailState
from portal.models import OutgoingMail
from projects import milestones
from projects.models import Milestone, Project
from tests.factories import UserFactory, park, park_manager
from tests.projects.reminders.days import at, start

pytestmark = [pytest.mark.django_db]
THURSDAY = date(2021, 9, 30)


@pytest.fixture
def refused(server, set_today):
    """A reminder of two starts that are due, refused for now at its first try; its person answers for 五通桥."""
    set_today(THURSDAY)
    park_manager("P01", username="wang", email="wang@bureau.test")
    start(name="演示项目一 光伏组件"), start(name="演示项目二 光伏玻璃")
    server.rcpt.append("450 try later")
    scheduler.tick(now=at(THURSDAY))
    mail.drain(now=at(THURSDAY))
    row = OutgoingMail.objects.get()
    assert (row.state, row.uncertain) == (MailState.QUEUED, 0)
    return row


def again(row):
    """The next try; the row after it."""
    mail.drain(now=at(THURSDAY, 9, 30))
    row.refresh_from_db()
    return row


def settle(name):
    node = Milestone.objects.get(project__name__startswith=name, code="KG")
    milestones.complete(node=node, actual=spans.parse("2021-09-30"), by=UserFactory(role="staff"))


def test_the_same_letter_goes_out_when_nothing_changed(server, refused):
    body = refused.body

    assert (again(refused).state, refused.body) == (MailState.SENT, body)
    assert len(server.accepted) == 1


def test_nothing_goes_out_when_all_of_it_is_settled(server, refused):
    settle("演示项目一"), settle("演示项目二")

    assert again(refused).state == MailState.CANCELLED
    assert server.accepted == []


def test_what_is_settled_is_left_out(refused):
    settle("演示项目一")

    assert again(refused).state == MailState.SENT
    assert "演示项目一" not in refused.body
    assert "演示项目二" in refused.body


def test_what_went_to_another_unit_is_left_out(refused):
    Project.objects.filter(name__startswith="演示项目一").update(unit=park("P02"))

    assert again(refused).state == MailState.SENT
    assert "演示项目一" not in refused.letter


def test_a_letter_of_which_a_copy_may_be_out_stays_the_same(refused):
    OutgoingMail.objects.update(uncertain=1)
    body = refused.body
    settle("演示项目一")

    assert (again(refused).state, refused.body) == (MailState.SENT, body)


def test_sent_again_to_a_mailbox_outside_the_house_it_names_nothing(server, set_today, settings):
    settings.MAIL_DETAIL_DOMAINS = ["bureau.test"]
    set_today(THURSDAY)
    person, keeper = park_manager("P01", username="wang", email="wang@bureau.test"), UserFactory(role="sysadmin")
    start(name="演示项目一 光伏组件")
    server.rcpt.append("550 no such user")
    scheduler.tick(now=at(THURSDAY))
    mail.drain(now=at(THURSDAY))
    term = accounts.Term(park("P01"), date(2020, 1, 1))
    accounts.change_person(person=person, name="王某", role="park", email="wang@qq.com", by=keeper, terms=[term])
    row = OutgoingMail.objects.get()

    outbox.resend(mail=row, by=keeper)
    mail.drain(now=at(THURSDAY, 10))

    (letter,) = server.accepted
    assert letter["To"] == "wang@qq.com"
    assert "演示项目一" not in OutgoingMail.objects.get().letter


def test_sent_again_before_a_holiday_it_has_working_days_to_go_out(refused, set_today):
    OutgoingMail.objects.update(state=MailState.FAILED, error="no such user", smtp_code=550)

    outbox.resend(mail=OutgoingMail.objects.get(), by=UserFactory(role="sysadmin"))

    row = OutgoingMail.objects.get()
    assert row.give_up_at == datetime(2021, 10, 12, 18, tzinfo=clock.SHANGHAI)
    assert (row.error, row.smtp_code) == ("", None)
