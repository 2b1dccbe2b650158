"""The page 邮件 and the mailer loop."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal import clock, mail, outbox
from portal.choices import MailState, Role
from portal.models import AuditEntry, OutgoingMail
from tests.factories import UserFactory, lead, staff

pytestmark = pytest.mark.django_db


def queue(person, key="test:1"):
    now = clock.now()
    return outbox.queue(key=key, kind="test", user=person, due_at=now, give_up_at=now + timedelta(days=1))


@pytest.fixture
def admin(client):
    person = UserFactory(role=Role.SYSADMIN, email="admin@bureau.test")
    client.force_login(person)
    return person


def test_a_test_mail_goes_to_the_own_address_and_arrives(client, admin, mailoutbox):
    client.post(reverse("mail_test"))

    mail.drain(now=clock.now())

    assert [letter.to for letter in mailoutbox] == [["admin@bureau.test"]]
    assert AuditEntry.objects.filter(action="mail.test").count() == 1


def test_without_an_own_address_the_page_says_where_to_give_one(client, admin):
    admin.email = ""
    admin.save()

    page = client.post(reverse("mail_test"), follow=True)

    assert "请先在账号页填写" in page.content.decode()
    assert OutgoingMail.objects.count() == 0


def test_a_given_up_mail_is_queued_again_by_the_administrator(client, admin):
    row = queue(admin)
    OutgoingMail.objects.update(state=MailState.DEAD, tries=9)

    client.post(reverse("mail_resend", args=[row.pk]))

    row.refresh_from_db()
    assert (row.state, row.tries) == (MailState.QUEUED, 0)


def test_a_sent_mail_is_not_sent_again(client, admin):
    row = queue(admin)
    OutgoingMail.objects.update(state=MailState.SENT)

    page = client.post(reverse("mail_resend", args=[row.pk]), follow=True)

    row.refresh_from_db()
    assert row.state == MailState.SENT
    assert "不需要重发" in page.content.decode()


def test_a_person_sees_and_reads_only_the_own_messages(client):
    own, other = staff(email="a@bureau.test"), staff(email="b@bureau.test")
    mine, theirs = queue(own, "test:1"), queue(other, "test:2")
    mail.drain(now=clock.now())
    client.force_login(own)

    page = client.get(reverse("mail_list")).content.decode()
    statuses = [client.get(reverse("mail_detail", args=[row.pk])).status_code for row in (mine, theirs)]

    assert statuses == [200, 404]
    assert "b@bureau.test" not in page
    assert OutgoingMail.objects.exclude(read_at=None).get() == mine


def test_staff_cannot_send_a_test_mail_or_resend(client):
    person = staff(email="a@bureau.test")
    row = queue(person)
    client.force_login(person)

    assert client.post(reverse("mail_test")).status_code == 403
    assert client.post(reverse("mail_resend", args=[row.pk])).status_code == 403


def test_the_lead_sends_a_refused_mail_again_and_it_is_recorded(client):
    keeper = lead()
    row = queue(staff(email="a@bureau.test"))
    OutgoingMail.objects.update(state=MailState.FAILED, smtp_code=550)
    client.force_login(keeper)

    client.post(reverse("mail_resend", args=[row.pk]))

    row.refresh_from_db()
    assert row.state == MailState.QUEUED
    assert AuditEntry.objects.get(action="mail.resend").user == keeper


def test_the_mailer_sends_once_what_is_due(admin, mailoutbox, capsys):
    queue(admin)

    call_command("mailer", "--once")
    call_command("mailer", "--once")

    assert capsys.readouterr().out == "已发出1封。\n已发出0封。\n"
    assert len(mailoutbox) == 1


def test_another_moment_than_now_is_for_demonstrations_only(settings):
    settings.DEMO = False

    with pytest.raises(CommandError, match="演示环境"):
        call_command("mailer", "--once", "--now", "2021-10-08T08:30")
