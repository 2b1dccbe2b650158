"""Each dimension of a light by itself, and 序时 against published figures (domain.md §5.2, §5.3)."""

from dataclasses import replace
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal

import pytest

from portal.calendar import SHANGHAI, WorkCalendar
from projects import dimensions, investment
from projects.choices import Light, Stage, YearType
from projects.dimensions import Asked, Known
from projects.models import LightRule, Milestone, Project, YearPlan

RULE = LightRule(version=1, effective_from=date(2021, 1, 1))
ON = date(2021, 9, 27)


# --- 序时 against what was printed ------------------------------------------------------------------------------------

PRINTED = [
    ("江门2021年1—3月", "31364", "101500", 3, "5.90"),
    ("江门1—10月，印文截尾", "6290", "6474", 10, "13.8"),
    ("三明某区2010年1—8月", "74", "100", 8, "7.33"),
    ("资阳1—5月省列", "44", "100", 5, "2.3"),
    ("广安2022年1—8月", "926", "1000", 8, "25.9"),
    ("广东某市2016年1—10月", "851", "1000", 10, "1.8"),
    ("四川省重点2022年一季度", "316", "1000", 3, "6.6"),
    ("某市1—4月省级", "432", "1000", 4, "9.9"),
    ("某市1—4月市级", "378", "1000", 4, "4.5"),
]


@pytest.mark.parametrize(("text", "done", "plan", "month", "printed"), PRINTED)
def test_the_gap_to_the_schedule_is_that_of_the_published_text(text, done, plan, month, printed):
    gap = investment.Done(month, Decimal(done), Decimal(plan)).gap
    step = Decimal(1).scaleb(Decimal(printed).as_tuple().exponent)

    rounded, cut = gap.quantize(step, "ROUND_HALF_UP"), gap.quantize(step, ROUND_FLOOR)
    assert Decimal(printed) in (rounded, cut)


def test_a_rate_that_was_rounded_before_it_was_compared_is_off_by_what_was_rounded():
    """自贡 1—2月: 22.37 of 118 is 18.96%; the text compares 19% and prints 2.3."""
    exact = investment.Done(2, Decimal("22.37"), Decimal(118)).gap

    assert (round(exact, 2), investment.Done(2, Decimal(19), Decimal(100)).gap.quantize(Decimal("0.1"))) == (
        Decimal("2.29"), Decimal("2.3"),
    )  # fmt: skip


# --- investment ------------------------------------------------------------------------------------------------------


def invested(done, *, month=8, annual=1200, kind=YearType.CONTINUING, start=None, planned=None):
    plan = YearPlan(year=2021, year_type=kind, annual_plan=Decimal(annual), done=Decimal(done), done_month=month)
    project = Project(planned_start_to=start)
    return dimensions.by_investment(project, kind, rule=RULE, known=Known(plan=plan, planned=planned))


@pytest.mark.parametrize(
    ("done", "light"),
    [("640.00", "green"), ("639.99", "yellow"), ("480.00", "yellow"), ("479.99", "red"), ("0", "red")],
)
def test_investment_is_compared_exactly(done, light):
    assert invested(done).light == light


def test_a_third_of_a_year_is_no_rounded_figure():
    assert [invested(done, annual=1000, month=5).light for done in ("333.34", "333.33")] == ["green", "yellow"]


def test_a_share_just_below_the_bound_does_not_read_as_the_bound():
    assert invested("639.99").why == "规则V1：1—8月完成序时进度的79.9%，低于80%为黄灯"


def test_a_plan_by_months_is_the_schedule():
    part = invested("150", planned=Decimal(200))

    assert (part.light, part.why) == ("yellow", "规则V1：1—8月完成分月计划进度的75.0%，低于80%为黄灯")
    assert invested("0", planned=Decimal(0)).light == "grey"


def test_a_new_project_is_judged_from_its_planned_month_on():
    new = {"kind": YearType.NEW, "start": date(2021, 8, 31)}

    assert [invested(0, month=month, **new).light for month in (7, 8, 9)] == ["grey", "red", "red"]
    assert invested(0, kind=YearType.NEW).light == "grey"


def test_nothing_is_judged_before_the_end_of_february_or_without_a_plan():
    assert [invested(0, month=1).light, invested(0, month=2).light, invested(0, annual=0).light] == [
        "grey", "red", "grey",
    ]  # fmt: skip


# --- 统计入库 ---------------------------------------------------------------------------------------------------------


def listed(started, *, listed=False, total=500, on=ON):
    project = Project(stat_listed=listed, total_investment=total, actual_start_to=started)
    return dimensions.by_listing(project, on=on, rule=RULE).light


@pytest.mark.parametrize(
    ("started", "light"),
    [
        (date(2021, 8, 27), "green"),
        (date(2021, 8, 26), "yellow"),
        (date(2021, 7, 27), "yellow"),
        (date(2021, 7, 26), "red"),
        (None, "grey"),
    ],
)
def test_listing_counts_months_from_the_actual_start(started, light):
    assert listed(started) == light


def test_what_the_office_has_not_said_is_not_judged():
    told = [{"listed": None}, {"listed": True}, {"total": 499}, {"total": None}]

    assert [listed(date(2021, 1, 1), **one) for one in told] == ["grey", "green", "grey", "grey"]


def test_a_month_after_the_31st_is_the_last_of_the_next():
    assert [dimensions.months_after(date(2021, 1, 31), n) for n in (1, 2, 12)] == [
        date(2021, 2, 28), date(2021, 3, 31), date(2022, 1, 31),
    ]  # fmt: skip


# --- reporting -------------------------------------------------------------------------------------------------------


def test_days_late_are_whole_working_days_after_the_deadlines_day():
    days = WorkCalendar({date(2021, 9, 26): True})  # 25 September 2021 is a Saturday, the Sunday is worked
    late = [dimensions.days_late(date(2021, 9, 24), date(2021, 9, day), days) for day in (24, 25, 26, 27, 28, 29)]

    assert late == [0, 0, 0, 1, 2, 3]


@pytest.mark.parametrize(("late", "light"), [(None, "green"), (0, "green"), (1, "yellow"), (3, "yellow"), (4, "red")])
def test_a_missing_report_turns_yellow_then_red(late, light):
    project = Project(stage=Stage.BUILDING, created_at=datetime(2021, 3, 1, tzinfo=SHANGHAI))
    known = Known(asked=Asked("8月", date(2021, 8, 25), late))

    assert dimensions.by_reporting(project, rule=RULE, known=known).light == light


def test_who_need_not_report_is_not_late():
    asked = Asked("8月", date(2021, 8, 25), 9)
    made = datetime(2021, 3, 1, tzinfo=SHANGHAI)
    after = datetime(2021, 9, 1, tzinfo=SHANGHAI)
    of = [
        (Project(stage=Stage.COMPLETED, created_at=made), asked),
        (Project(stage=Stage.BUILDING, created_at=after), asked),
        (Project(stage=Stage.SIGNED, created_at=made), replace(asked, in_range=False)),
    ]

    found = [dimensions.by_reporting(one, rule=RULE, known=Known(asked=what)).light for one, what in of]
    assert found == ["grey"] * 3


# --- nodes, and all together -----------------------------------------------------------------------------------------


def node(days, *, code="KG", name="开工"):
    return Milestone(code=code, name=name, order=1, current_to=date.fromordinal(ON.toordinal() - days))


def judged(nodes, **known):
    return dimensions.evaluate(
        Project(stage=Stage.PREPARING, total_investment=1), nodes, year_type=YearType.NEW, on=ON, rule=RULE,
        known=Known(**known),
    )  # fmt: skip


@pytest.mark.parametrize(("days", "light"), [(15, "yellow"), (16, "red")])
def test_a_key_node_of_the_six_is_red_sooner(days, light):
    assert judged([node(days)], is_major_pv=True).light == light
    assert judged([node(days, code="HP", name="环评")], is_major_pv=True).light == "yellow"


def test_a_node_late_at_two_month_ends_is_red():
    late = node(10)
    found = judged([late], repeated=frozenset([dimensions.late_node(late)]))

    assert (found.light, found.light_why) == (Light.RED, "规则V1：同一节点两个月末为黄灯的转红灯")


def test_the_worst_that_could_be_judged_decides():
    plan = YearPlan(year=2021, annual_plan=Decimal(1200), done=Decimal(0), done_month=8)
    project = Project(planned_start_to=date(2021, 2, 1))
    found = dimensions.evaluate(project, [node(5)], year_type=YearType.NEW, on=ON, rule=RULE, known=Known(plan=plan))

    assert (found.light, found.late_node, found.light_why) == (
        "red", "开工", "规则V1：1—8月完成序时进度的0.0%，低于60%为红灯",
    )  # fmt: skip


def test_grey_when_neither_nodes_nor_investment_could_be_judged():
    project = Project(stat_listed=False, total_investment=900, actual_start_to=date(2021, 1, 1))

    found = dimensions.evaluate(project, [], year_type=YearType.CONTINUING, on=ON, rule=RULE)

    assert (found.light, found.light_why) == ("grey", "没有带日期的节点")
    assert [part[1] for part in found.light_parts] == ["grey", "grey", "red", "grey"]
