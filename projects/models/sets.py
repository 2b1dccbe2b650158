"""Conditions behind the named sets of projects, one definition each (design: data).

A verb of the QuerySet filters by them, a count adds up under them. They speak of the annual plan as `plan`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from projects.choices import BEFORE_BUILDING, FINISHED, STARTED, Hold, Light, Stage, YearType
from projects.models import weeks
from projects.models.weeks import last_week, week_of

STALE_DAYS = 30

ACTIVE = Q(hold=Hold.NONE)
SUSPENDED = Q(hold=Hold.SUSPENDED)
WITHDRAWN = Q(hold=Hold.WITHDRAWN)
UNASSIGNED = Q(unit=None)
UNVERIFIED = Q(unverified=True)

PLANNED_NEW = Q(plan__year_type=YearType.NEW)
PLANNED_FINISHING = Q(plan__year_type=YearType.FINISHING)
BEGUN = PLANNED_NEW & ACTIVE & Q(stage__in=STARTED)
NOT_STARTED = PLANNED_NEW & ACTIVE & Q(stage__in=BEFORE_BUILDING)
FINISHED_NOW = PLANNED_FINISHING & ACTIVE & Q(stage__in=FINISHED)
IN_TRIAL = ACTIVE & Q(stage=Stage.TRIAL)
UNDER_WAY = ACTIVE & Q(stage__in=STARTED)  # what can stand in the statistics
STAT_LISTED = UNDER_WAY & Q(stat_listed=True)
STAT_UNKNOWN = UNDER_WAY & Q(stat_listed=None)
INCOMPLETE = (
    UNASSIGNED
    | Q(stage="", hold=Hold.NONE)
    | Q(plan__year_type="")
    | Q(total_investment=None)
    | Q(plan__year_type=YearType.NEW, planned_start_to=None)
)


def overdue_start(on: date) -> Q:
    return NOT_STARTED & Q(planned_start_to__lt=on, unverified=False)


def not_due_start(on: date) -> Q:
    return NOT_STARTED & ~Q(planned_start_to__lt=on, unverified=False)


def overdue_finish(on: date) -> Q:
    return ACTIVE & Q(stage=Stage.BUILDING, planned_finish_to__lt=on, unverified=False)


def overdue(on: date) -> Q:
    return overdue_start(on) | overdue_finish(on)


def due_between(first: date, last: date) -> Q:
    starts = Q(plan__year_type=YearType.NEW, stage__in=BEFORE_BUILDING, planned_start_to__range=(first, last))
    finishes = Q(stage=Stage.BUILDING, planned_finish_to__range=(first, last))
    return ACTIVE & Q(unverified=False) & (starts | finishes)


WITHOUT_REASON = Q(newest_note=None) | Q(newest_note__reason="", newest_note__problem="")


def must_report() -> Q:
    """应报范围: every project of the year that is under way or about to be: not 储备, 停缓建, 退出, 竣工投产."""
    return ACTIVE & ~Q(plan__year_type=YearType.RESERVE) & ~Q(stage__in=FINISHED)


def silent_this_week(on: date) -> Q:
    """Asked for news each week and not heard of since Monday; what need not report need not say anything."""
    return must_report() & weeks.asked_weekly() & ~weeks.spoken_of_since(week_of(on)[0])


def stale(on: date) -> Q:
    return ACTIVE & ~Q(stage__in=FINISHED) & Q(last_update_on__lt=on - timedelta(days=STALE_DAYS))


def stale_days(*, hold: str, stage: str, last_update_on: date | None, on: date) -> int | None:
    """The same rule for one project: for how many days nobody has said anything, None when that is not too long."""
    if hold or stage in FINISHED or last_update_on is None:
        return None
    days = (on - last_update_on).days
    return days if days > STALE_DAYS else None


@dataclass(frozen=True)
class NamedSet:
    """A set people ask for by name: its label, its condition on a day, other words for it, its order, its 口径."""

    key: str
    label: str
    condition: Callable[[date], Q]
    words: tuple[str, ...] = ()
    worst_first: tuple[str, ...] = ()
    scope: str = ""
    counted: bool = True  # one that reads the notes too is counted only where it is asked for


def always(condition: Q) -> Callable[[date], Q]:
    return lambda on: condition


LATEST = ("due_on",)

NAMED: dict[str, NamedSet] = {
    one.key: one
    for one in (
        NamedSet(
            "not_started",
            "未开工",
            always(NOT_STARTED),
            ("没开工", "尚未开工"),
            LATEST,
            "年度类型为新开工、尚未正式打桩或破土开槽，不含储备、停缓建",
        ),
        NamedSet(
            "overdue_start",
            "逾期未开工",
            overdue_start,
            ("超期未开工",),
            LATEST,
            "未开工且已超过计划开工时间，不含储备、停缓建和进展待核实",
        ),
        NamedSet(
            "overdue_finish",
            "逾期未竣工",
            overdue_finish,
            ("超期未竣工", "逾期未投产"),
            LATEST,
            "在建且已超过计划竣工时间，试生产另计，不含停缓建和进展待核实",
        ),
        NamedSet(
            "red",
            "红灯",
            always(Q(light=Light.RED)),
            ("红",),
            ("late_since",),
            "有节点逾期，天数超过灯色规则的界限；停缓建、退出、储备和进展待核实不评价",
        ),
        NamedSet(
            "yellow",
            "黄灯",
            always(Q(light=Light.YELLOW)),
            ("黄",),
            ("late_since",),
            "有节点逾期，天数在灯色规则的界限以内；停缓建、退出、储备和进展待核实不评价",
        ),
        NamedSet("green", "绿灯", always(Q(light=Light.GREEN)), (), (), "没有逾期节点", counted=False),
        NamedSet(
            "grey", "未评价", always(Q(light=Light.GREY)), (), (), "停缓建、退出、储备、进展待核实，或没有带日期的节点"
        ),
        NamedSet("suspended", "停缓建", always(SUSPENDED), ("停建", "缓建", "暂停"), (), "管理状态为停缓建"),
        NamedSet(
            "due_week",
            "本周到期",
            lambda on: due_between(*week_of(on)),
            ("本周到期节点",),
            LATEST,
            "计划开工或计划竣工的截止日在本周一至本周日",
        ),
        NamedSet(
            "stale",
            f"{STALE_DAYS}天未更新",
            stale,
            ("未更新", "久未更新"),
            ("last_update_on",),
            f"未投产的项目中，{STALE_DAYS}天以上没有更新进展或资料的",
        ),
        NamedSet(
            "incomplete",
            "资料待补",
            always(INCOMPLETE),
            ("待补",),
            (),
            "填报单位、阶段、年度类型、总投资有空缺，或新开工项目没有计划开工时间",
        ),
        NamedSet(
            "silent_this_week",
            "本周未更新",
            silent_this_week,
            ("周调度未更新",),
            (),
            "列入周调度专题（系统设置）、本周一以来没有填过进展或月报的，不含储备、停缓建、竣工投产和退出",
            counted=False,
        ),
        NamedSet("unassigned", "待分派", always(UNASSIGNED), ("未分派",), (), "尚未明确填报单位"),
        NamedSet("unverified", "进展待核实", always(UNVERIFIED), ("待核实",), (), "公开资料截至2021年初，不计入逾期"),
        NamedSet("trial", "试生产", always(IN_TRIAL), (), (), "阶段为试生产，尚未竣工投产"),
        NamedSet("withdrawn", "退出", always(WITHDRAWN), ("已退出", "调出", "取消"), (), "已退出的项目"),
        NamedSet("started", "已开工", always(BEGUN), (), (), "年度类型为新开工，已正式打桩或破土开槽"),
        NamedSet("finished", "已投产", always(FINISHED_NOW), (), (), "年度类型为计划竣工投产，已竣工投产或达产"),
        NamedSet(
            "overdue",
            "逾期",
            overdue,
            ("超期",),
            LATEST,
            "逾期未开工和逾期未竣工，不含停缓建和进展待核实",
        ),
        NamedSet(
            "unexplained",
            "逾期原因未填",
            lambda on: overdue(on) & WITHOUT_REASON,
            ("原因未填",),
            LATEST,
            "逾期未开工和逾期未竣工中，最新进展没有写明原因的",
            counted=False,
        ),
        NamedSet(
            "promised",
            "已承诺",
            lambda on: overdue_start(on) & weeks.promised(on),
            (),
            LATEST,
            "逾期未开工的项目中，催办时已承诺时间、承诺日未过的",
            counted=False,
        ),
        NamedSet(
            "started_last_week",
            "上周新开工",
            lambda on: weeks.started_between(*last_week(on)),
            (),
            (),
            "实际开工在上周一至上周日",
            counted=False,
        ),
        NamedSet(
            "turned_red",
            "上周新增红灯",
            lambda on: weeks.turned(Light.RED, *last_week(on)),
            ("新增红灯",),
            ("late_since",),
            "上周由其他灯色转为红灯",
            counted=False,
        ),
        NamedSet(
            "turned_green",
            "上周转绿",
            lambda on: weeks.turned(Light.GREEN, *last_week(on)),
            ("转绿",),
            (),
            "上周由其他灯色转为绿灯",
            counted=False,
        ),
        NamedSet(
            "total_changed",
            "上周总投资调整",
            lambda on: weeks.total_changed(*last_week(on)),
            (),
            (),
            "上周调整过总投资的项目",
            counted=False,
        ),
        NamedSet("not_due_start", "未到计划开工时间", not_due_start, (), LATEST, "未开工且未到计划开工时间"),
        NamedSet(
            "under_way",
            "在建及建成",
            always(UNDER_WAY),
            (),
            (),
            "阶段为在建、试生产、竣工投产、达产，不含停缓建和退出",
            counted=False,
        ),
        NamedSet(
            "stat_listed",
            "已统计入库",
            always(STAT_LISTED),
            ("已入统",),
            (),
            "在建及建成的项目中已统计入库的",
            counted=False,
        ),
        NamedSet(
            "stat_unknown",
            "统计入库未填",
            always(STAT_UNKNOWN),
            (),
            (),
            "在建及建成的项目中没有写明是否统计入库的",
            counted=False,
        ),
        NamedSet("planned_new", "计划新开工", always(PLANNED_NEW), (), (), "年度类型为新开工"),
        NamedSet("planned_finishing", "计划竣工投产", always(PLANNED_FINISHING), (), (), "年度类型为计划竣工投产"),
    )
}
