"""要素保障问题 in the daily message and in the digests: told once, to who answers, and only while it still is so."""

from datetime import date
from decimal import Decimal

import pytest

from portal import calendar
from portal.models import OutgoingMail, OutgoingMailItem
from projects import daily, digests, late_issues, mail_preview, mailing
from projects.choices import Hold
from projects.digests import compose
from projects.models import Issue, Project
from tests.factories import ProjectFactory, leader, park_manager, staff
from tests.projects.reminders.days import at, live
from tests.projects.test_issues import handed, put, solved

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, WEDNESDAY = date(2021, 9, 27), date(2021, 9, 28), date(2021, 9, 29)
WEEK = {"first": date(2021, 9, 20), "last": date(2021, 9, 26)}


@pytest.fixture
def own():
    return park_manager("P01", username="p1", name="王某", wants_digest=False)


@pytest.fixture
def boss():
    return staff(name="李某", wants_digest=False)


@pytest.fixture
def project():
    return ProjectFactory(unit="P01", name="演示项目070 光伏组件", total_investment=Decimal("145000.00"))


def due(project, own, boss, day=TUESDAY, **more):
    return handed(put(project, own), boss, due_on=day, **more)


@pytest.mark.db
def test_a_late_issue_is_told_once_on_the_next_working_day_to_who_acts(own, boss, project, set_today):
    park_manager("P02", wants_digest=False)
    issue = due(project, own, boss)
    assert live(set_today, TUESDAY) == []

    (message,) = live(set_today, WEDNESDAY)
    assert message.user == own
    assert message.subject == "要素保障问题超期1个｜项目调度"
    line = f"1. 演示项目070 光伏组件（五通桥基地）：用地问题 {issue.number}，办结时限9月28日，超期1天。"
    assert line in message.body
    assert live(set_today, date(2021, 9, 30)) == []
    assert OutgoingMailItem.objects.filter(subject=daily.ISSUE).count() == 1


def test_after_a_holiday_it_comes_on_the_first_working_day(own, boss, project, set_today):
    due(project, own, boss, day=date(2021, 9, 30))
    live(set_today, date(2021, 9, 30))

    assert [live(set_today, date(2021, 10, day)) for day in range(1, 8)] == [[]] * 7
    assert [one.user for one in live(set_today, date(2021, 10, 8))] == [own]


@pytest.mark.parametrize("hold", [Hold.SUSPENDED, Hold.WITHDRAWN])
def test_of_a_project_that_rests_or_has_left_nobody_is_told(own, boss, project, set_today, hold):
    issue = due(project, own, boss)
    live(set_today, TUESDAY)
    Project.objects.update(hold=hold)

    assert live(set_today, WEDNESDAY) == []
    assert list(late_issues.told_of(WEDNESDAY)) == []
    assert list(Issue.objects.overdue(on=WEDNESDAY)) == [issue]


def test_a_project_that_began_to_rest_after_it_was_queued_is_left_out(own, boss, project, set_today):
    due(project, own, boss)
    live(set_today, TUESDAY)
    set_today(WEDNESDAY)
    now = at(WEDNESDAY, 12)
    mailing.make_day(mailing.working_days(calendar.current(), at(WEDNESDAY, 0), now), now)
    Project.objects.update(hold=Hold.SUSPENDED)

    (item,) = OutgoingMailItem.objects.filter(subject=daily.ISSUE).select_related("user")
    assert daily.still_due([item], WEDNESDAY) == []


@pytest.mark.parametrize("act", ["applied", "moved"])
def test_what_was_settled_or_moved_before_is_not_told(own, boss, project, set_today, act):
    issue = due(project, own, boss)
    live(set_today, TUESDAY)
    if act == "applied":
        solved(issue, own)
    else:
        handed(issue, boss, due_on=date(2021, 10, 15), reason="报批延后")

    assert live(set_today, WEDNESDAY) == []


def test_what_was_settled_after_it_was_queued_is_left_out(own, boss, project, set_today):
    issue = due(project, own, boss)
    live(set_today, TUESDAY)
    set_today(WEDNESDAY)
    since, now = at(WEDNESDAY, 0), at(WEDNESDAY, 12)
    mailing.make_day(mailing.working_days(calendar.current(), since, now), now)
    solved(issue, own)

    items = list(OutgoingMailItem.objects.filter(subject=daily.ISSUE).select_related("user"))
    assert len(items) == 1
    assert daily.still_due(items, WEDNESDAY) == []


def test_the_named_person_is_told_alone(own, boss, set_today):
    park_manager("P01", name="赵某", username="p9", wants_digest=False)
    due(ProjectFactory(unit="P01", park_owner="王某"), own, boss)
    live(set_today, TUESDAY)

    assert [one.user for one in live(set_today, WEDNESDAY)] == [own]


def test_the_preview_names_it(own, boss, project):
    due(project, own, boss)

    (line,) = mail_preview.of_day(WEDNESDAY, days=calendar.current()).lines
    assert (line.user, line.kinds) == (own, ("问题超期1项",))
    assert "办结时限9月28日" in line.items(WEDNESDAY)[0]
    assert not OutgoingMail.objects.exists()


# --- digests -----------------------------------------------------------------------------------------------------


def text(person, on=MONDAY):
    return digests.text(compose(person, **WEEK, on=on, memo={}))


def test_without_issues_no_digest_speaks_of_them(own, boss, project):
    for person in (own, boss, leader()):
        assert "要素保障问题" not in text(person)


def test_the_bureau_reads_what_waits_for_it(own, boss, project):
    put(project, own)
    put(project, own)
    solved(due(project, own, boss), own)
    due(project, own, boss)

    assert "要素保障问题：待交办2个、待销号1个、超期1个。" in text(boss, WEDNESDAY)


def test_a_park_reads_its_late_ones_only(own, boss, project):
    due(project, own, boss)
    due(ProjectFactory(unit="P02", name="演示项目099"), boss, boss)

    told = text(own, WEDNESDAY)
    assert "要素保障问题超期1个：演示项目070用地，请办结后申请销号。" in told
    assert "099" not in told


def test_leaders_read_what_the_city_has_to_see_to_by_amount(own, boss, project):
    due(
        ProjectFactory(unit="P02", name="演示项目005 硅料", total_investment=Decimal("90000")), boss, boss, level="city"
    )
    due(project, own, boss, level="city", day=date(2021, 10, 15))
    due(ProjectFactory(unit="P02", name="演示项目006"), boss, boss, level="county")

    told = text(leader(), WEDNESDAY)
    assert "请领导协调的2件　市级协调的要素保障问题2个（超期1个）：" in told
    assert (
        "1. 五通桥070 光伏组件（14.5亿元）：用地，42亩征拆未完成（牵头自然资源局，10月15日前办结）。\n"
        "2. 犍为005 硅料（9.0亿元）：用地，42亩征拆未完成（牵头自然资源局，超期1天）。"
    ) in told


def test_no_telephone_number_reaches_the_page_of_the_leaders(own, boss, project):
    made = put(project, own, words="请联系村主任13812345678办理交地")
    handed(made, boss, due_on=TUESDAY, level="city")

    told = text(leader(), WEDNESDAY)
    assert "请联系村主任（电话略）办理交地" in told
    assert "13812345678" not in told
