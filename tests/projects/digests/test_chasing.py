"""催报通知 and what the desk suggests: to call, or to write a letter."""

from datetime import date, datetime

import pytest

from portal.clock import SHANGHAI
from projects import attention, chasing, notes
from projects.models import Project, ReminderRung
from tests.factories import ProjectFactory
from tests.projects.register import by_number
from tests.projects.test_desk import first_page
from tests.projects.test_listing import plain

pytestmark = [pytest.mark.django_db, pytest.mark.db]
ON = date(2021, 9, 27)
CONTACT = "联系人：市经济和信息化局投资科，电话：待局填写。"


def notice(at=datetime(2021, 9, 27, 9, 20, tzinfo=SHANGHAI), on=ON):
    return chasing.notice(chasing.missing(Project.objects.live().in_year(2021), on=on), at=at)


def late(unit, *, start=date(2021, 9, 1), **fields):
    return ProjectFactory(unit=unit, planned_start_to=start, **fields)


def test_the_notice_names_units_and_counts(staff):
    for unit, count in (("P02", 5), ("P99-511129", 3), ("P05", 1), (None, 2)):
        for _ in range(count):
            late(unit)
    notes.add_chase(project=late("P01"), by=staff, channel="phone", promised_on=date(2021, 10, 15))

    assert notice() == (
        "【催报】截至9月27日9时，逾期项目中尚有11个未填原因：犍为基地5个、沐川县3个、峨眉基地1个"
        "（另2个待明确填报单位）。另有1个已承诺时间，到期前不再催。请有关单位于今天17时前补填逾期原因，"
        f"在项目“更新进展”中写一句即可。{CONTACT}"
    )


def test_the_notice_counts_what_the_list_counts(as_user, staff, register_2021):
    shown = plain(as_user(staff).get("/projects/summary/?year=2021&chip=unexplained").content.decode())

    assert "逾期原因未填81个" in shown
    assert "尚有81个未填原因：五通桥基地15个、乐山高新区14个、" in notice()


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2021, 9, 27, 16, 59, tzinfo=SHANGHAI), "今天17时"),
        (datetime(2021, 9, 27, 17, 0, tzinfo=SHANGHAI), "9月28日17时"),
        (datetime(2021, 9, 30, 18, 0, tzinfo=SHANGHAI), "10月8日17时"),
        (datetime(2021, 9, 26, 9, 0, tzinfo=SHANGHAI), "今天17时"),  # a Sunday that is worked
    ],
)
def test_the_notice_asks_for_an_answer_on_a_working_day(at, until):
    late("P02")

    assert f"请有关单位于{until}前补填" in notice(at)


def test_nothing_missing_is_no_notice(as_user, staff):
    notes.add_progress(project=late("P02"), by=staff, problem="征拆未完成", reason="land")

    assert notice() == ""
    assert "复制催报通知" not in first_page(as_user(staff))


def test_only_the_bureau_gets_the_notice(as_user, staff, leader, park_user):
    late("P01")

    shown = ["复制催报通知" in first_page(as_user(person)) for person in (staff, leader, park_user)]

    assert shown == [True, False, False]


# --- 建议致电, 建议发函


def advice(day, on=ON):
    """What is suggested for a project whose start was due on that day."""
    project = late("P02", start=day)
    return {item.pk: item.advice for item in attention.calls(Project.objects.live().in_year(2021), on=on)}[project.pk]


@pytest.mark.parametrize(
    ("due", "expected"),
    [(date(2021, 9, 18), "call"), (date(2021, 9, 22), ""), (date(2021, 9, 24), "")],
)
def test_a_call_is_suggested_from_the_fifth_working_day_on(db, due, expected):
    """09-18 was a worked Saturday, 09-19 to 21 were off: five working days later is 09-26, a worked Sunday."""
    assert advice(due) == expected


def test_a_letter_is_suggested_when_a_call_after_the_due_day_brought_nothing(staff, set_today):
    project = late("P02", start=date(2021, 9, 1))
    told = []
    for chased_on in (date(2021, 8, 31), date(2021, 9, 27), date(2021, 9, 24)):
        set_today(chased_on)
        notes.add_chase(project=project, by=staff, channel="phone", answer="尽快")
        set_today(ON)
        told.append(attention.calls(Project.objects.live().in_year(2021), on=ON)[0].advice)
        project.notes.all().delete()

    assert told == ["call", "call", "letter"]


def test_no_letter_before_its_rung(staff, set_today):
    project = late("P02", start=date(2021, 9, 15))
    set_today(date(2021, 9, 24))
    notes.add_chase(project=project, by=staff, channel="phone", answer="尽快")

    assert attention.calls(Project.objects.live().in_year(2021), on=ON)[0].advice == "call"


def test_the_desk_says_so_by_word(as_user, staff, register_2021, set_today):
    set_today(date(2021, 9, 14))
    notes.add_chase(project=by_number("226"), by=staff, channel="phone", answer="国庆后交地")
    set_today(ON)
    html = first_page(as_user(staff))

    assert html.count("建议发函") == 1
    assert html.split("建议发函")[0].rindex("演示项目226") > html.split("建议发函")[0].rindex("演示项目159")


def test_a_ladder_without_these_rungs_suggests_nothing(staff):
    ReminderRung.objects.exclude(act="message").update(for_key=False)

    assert advice(date(2021, 8, 1)) == ""
