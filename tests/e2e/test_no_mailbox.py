"""People without mailbox are normal: they have the message on the site, and nothing of it is an error."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from portal.choices import MailState
from portal.models import OutgoingMail, User
from projects import periods
from projects.choices import ReportState
from projects.models import MonthlyReport, Project, ReportingPeriod
from tests.e2e import registers
from tests.projects.reminders.days import live as morning

MONDAY = date(2021, 9, 27)
MISSING = 5
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def monday(live, page: Page, set_today, settings, mailoutbox) -> Page:
    registers.imported()
    settings.MAIL_DETAIL_DOMAINS = ["leshan.gov.cn"]
    User.objects.update(email="")
    User.objects.filter(username="park-jiajiang").update(email="someone@qq.com")
    morning(set_today, MONDAY)
    return page


@pytest.fixture
def five_missing(live, page: Page, set_today, settings) -> Page:
    """9月: 犍为 has handed in all but five of its 29, the others everything."""
    registers.imported()
    User.objects.update(email="")
    set_today(date(2021, 9, 24))
    clerk = User.objects.get(username="staff")
    periods.prepare(year=2021, by=clerk)
    period = periods.start(period=ReportingPeriod.objects.get(year=2021, month=9), by=clerk)
    asked = periods.asked(period, User.objects.get(username="park-qianwei"))
    assert asked.count() == 29
    late = list(asked.order_by("pk").values_list("pk", flat=True)[:MISSING])
    others = periods.asked(period, clerk).exclude(pk__in=late)
    MonthlyReport.objects.bulk_create(
        MonthlyReport(project=one, period=period, state=ReportState.SUBMITTED, month_done=0, progress="前期")
        for one in others
    )
    morning(set_today, MONDAY)
    return page


def test_five_missing_reports_are_told_without_a_mailbox_once(five_missing: Page, set_today, sign_in, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    message = OutgoingMail.objects.get(user__username="park-qianwei")
    assert (message.state, "9月未报5个" in message.subject) == (MailState.SHOWN, True)
    assert not OutgoingMail.objects.filter(state__in=(MailState.FAILED, MailState.DEAD)).exists()
    assert morning(set_today, MONDAY) == []

    sign_in(User.objects.get(username="staff"))
    five_missing.goto("/")
    five_missing.get_by_role("button", name="复制催报通知").first.click()

    copied = five_missing.evaluate("navigator.clipboard.readText()")
    assert "9月月报尚有5个未报：犍为基地5个。" in copied


def test_who_has_no_mailbox_reads_it_on_the_phone(monday: Page, sign_in):
    sign_in(User.objects.get(username="park-qianwei"))
    monday.set_viewport_size(PHONE)

    monday.goto("/mail/")
    monday.get_by_role("link", name="犍为").first.click()

    expect(monday.get_by_role("heading", level=1)).to_contain_text("犍为")
    assert OutgoingMail.objects.get(user__username="park-qianwei").state == MailState.SHOWN


def test_a_second_run_adds_nothing_and_nothing_is_an_error(monday: Page, set_today):
    again = morning(set_today, MONDAY)

    assert again == []
    assert not OutgoingMail.objects.filter(state__in=(MailState.FAILED, MailState.DEAD)).exists()


def test_the_administrator_sees_who_has_no_mailbox(monday: Page, sign_in):
    sign_in(User.objects.get(username="sysadmin"))

    monday.goto("/mail/")

    without = monday.locator("details", has_text="无邮箱")
    name = User.objects.get(username="park-qianwei").name
    expect(without).to_contain_text(name)
    expect(without).not_to_contain_text(User.objects.get(username="park-jiajiang").name)


def test_an_address_outside_the_house_gets_counts_only(monday: Page, mailoutbox):
    (letter,) = mailoutbox

    assert letter.to == ["someone@qq.com"]
    assert [name for name in Project.objects.values_list("name", flat=True) if name.split()[0] in letter.body] == []
    assert "请登录系统" in letter.body
    assert (letter.attachments, letter.alternatives) == ([], [])


def test_the_clerk_copies_what_the_parks_still_owe(monday: Page, sign_in, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(User.objects.get(username="staff"))

    monday.goto("/")
    monday.get_by_role("button", name="复制催报通知").first.click()

    copied = monday.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("【催报】截至9月27日")
    assert "犍为基地" in copied
