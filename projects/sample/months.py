"""The months of the sample: 1—2月 as 期初数, March to August reported and closed, September being reported.

The sums up to August are those of users.md §4.1. Who reports and what is asked about a report follow the rules of
`periods` and `reporting`; the rows are written in bulk.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from portal import calendar, clock
from portal.calendar import WorkCalendar
from projects import audit, investment, periods, reporting
from projects.choices import BEFORE_BUILDING, FINISHED, Hold, NoteKind, ReportState, YearType
from projects.models import MonthlyReport, ProgressNote, Project, ReportingPeriod, YearPlan
from projects.sample import amounts, handing_in, month_plans, september, site_words
from projects.sample.amounts import LAST, Site, Told
from projects.sample.past import Past
from projects.sample.progress import Cast, gather_cast
from projects.sample.september import Held
from projects.sample.site_words import HELD, OVER, Course
from projects.sample.stories import REGISTER_DAY, key_of, top_unit, words

OPENING = 2
OPENED, CLOSED = time(9, 30), time(17, 20)
OPENS_ON = 18
SPRING = (datetime(2021, 3, 1, 10), datetime(2021, 3, 5, 17), datetime(2021, 3, 10, 16, 30))  # noqa: DTZ001
EARLY_MONTHS = (4, 7)
REASON = "演示数据"


def record(*, year: int, seed: int, on: date) -> int:
    """Write plans by month, periods and reports up to the day `on`, and the 累计 that follow; returns how many
    reports. The same seed gives the same months."""
    cast, days = gather_cast(on=on), calendar.current()
    planned = month_plans.record(year=year, by=cast.staff)
    found = open_periods(year=year, on=on, days=days, cast=cast)
    teller = Months(year=year, on=on, days=days, cast=cast, planned=planned, periods=found, seed=seed)
    reports = audit.create_many(list(teller.reports()), by=cast.staff, reason=REASON)
    investment.settle(year=year)
    touch(reports)
    return len(reports)


def open_periods(*, year: int, on: date, days: WorkCalendar, cast: Cast) -> list[ReportingPeriod]:
    """The periods of the year; those that were opened by now."""
    made = periods.preset(year, days=days)
    for period in made:
        opened, closed = moments(period, days)
        if opened.date() <= on:
            period.opened_at, period.opened_by = opened, cast.staff
        if closed.date() < on:
            period.closed_at, period.closed_by = closed, cast.staff
    ReportingPeriod.objects.bulk_create(made)
    return [period for period in made if period.opened_at]


def moments(period: ReportingPeriod, days: WorkCalendar) -> tuple[datetime, datetime]:
    """When a period was opened and closed; the first one began with the register."""
    if period.month == OPENING:
        opened, period.due_at, closed = (one.replace(tzinfo=clock.SHANGHAI) for one in SPRING)
        return opened, closed
    first = days.roll_forward(date(period.year, period.month, OPENS_ON))
    return clock_at(first, OPENED), clock_at(days.roll_back(period.as_of), CLOSED)


def clock_at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, clock.SHANGHAI)


def touch(reports: list[MonthlyReport]) -> None:
    """最近更新 moves with each report that was approved, as `reporting.approve` has it."""
    newest: dict[int, date] = {}
    projects = {one.project_id: one.project for one in reports}
    for report in reports:
        if report.state == ReportState.APPROVED and report.submitted_at:
            newest[report.project_id] = handing_in.day_of(report.submitted_at)
    later = [projects[pk] for pk, day in newest.items() if day > (projects[pk].last_update_on or date.min)]
    for project in later:
        project.last_update_on = newest[project.pk]
    Project.objects.bulk_update(later, ["last_update_on"], batch_size=200)


class Months:
    """Makes the reports of all invented projects, unsaved."""

    def __init__(
        self, *, year: int, on: date, days: WorkCalendar, cast: Cast, planned: month_plans.Planned,
        periods: list[ReportingPeriod], seed: int,
    ):  # fmt: skip
        self.on, self.days, self.cast, self.planned, self.periods = on, days, cast, planned, periods
        self.chance = random.Random(seed)  # noqa: S311 — repeatable, nothing secret
        register = Project.objects.live().in_year(year).filter(is_demo=True).select_related("unit__parent")
        self.projects = sorted((one for one in register if key_of(one)), key=key_of)
        self.plans = {plan.project_id: plan for plan in YearPlan.objects.filter(year=year)}
        self.past = Past(self.projects)
        self.notes: dict[int, list[ProgressNote]] = {one.pk: [] for one in self.projects}
        notes = ProgressNote.objects.filter(project__in=self.projects, kind=NoteKind.PROGRESS)
        for note in notes.order_by("noted_on", "pk"):
            self.notes[note.project_id].append(note)
        told = words()["months"]
        self.told = Told(told["done"], told["slow"], told["early_costs"])
        self.held: list[Held] = []  # of the month that is open

    def reports(self) -> Iterator[MonthlyReport]:
        done = self.share_out()
        for project in self.projects:
            yield from self.of_project(project, done.get(project.pk, Decimal(0)))
        yield from september.hand_out(self.held, cast=self.cast, days=self.days, on=self.on, chance=self.chance)

    # --- money
    def share_out(self) -> dict[int, Decimal]:
        """1—8月 of each project, by unit."""
        found: dict[int, Decimal] = {}
        for code, target in words()["months"]["units"].items():
            mine = {key_of(one): one for one in self.projects if top_unit(one) == code and self.reported(one)}
            sites = [self.site(one) for one in mine.values()]
            shared = amounts.share_out(Decimal(target), sites, self.told, self.chance)
            found |= {mine[key].pk: amount for key, amount in shared.items()}
        return found

    def site(self, project: Project) -> Site:
        plan = self.plans[project.pk]
        annual, opening = plan.annual_plan or Decimal(0), plan.opening_cumulative or Decimal(0)
        return Site(
            key=key_of(project),
            plan=annual,
            room=(project.total_investment or annual) - opening,
            year_type=plan.year_type,
            hold=project.hold,
            months=[month for month in self.money_months(project) if month <= LAST],
            due=month_plans.due(annual, self.planned.get(project.pk)),
            ended=project.stage in FINISHED,
            begun=self.began(project) is not None,
        )

    def began(self, project: Project) -> date | None:
        """The day building began, where that was after the register was drawn up."""
        start = project.actual_start_to
        return start if start and start > REGISTER_DAY else None

    def money_months(self, project: Project) -> list[int]:
        """The months a project may report money for."""
        months = [period.month for period in self.reported(project)]
        if project.stage in BEFORE_BUILDING:
            return [month for month in EARLY_MONTHS if key_of(project) in self.told.early_costs]
        began = self.began(project)
        first = began.month + (began.day > 20) if began else 0
        return [month for month in months if month >= first]

    def reported(self, project: Project) -> list[ReportingPeriod]:
        """The periods whose reports it has given or owes: all until it was finished, else the first one."""
        if self.plans[project.pk].year_type == YearType.RESERVE:
            return []
        if project.hold or self.past.first_stage(project) in FINISHED:
            return [period for period in self.periods if period.month == OPENING]
        ended = self.past.ended(project)
        return [period for period in self.periods if ended is None or handing_in.day_of(period.due_at) <= ended]

    # --- reports
    def of_project(self, project: Project, done: Decimal) -> Iterator[MonthlyReport]:
        """The reports of a project up to August; September is collected apart."""
        plan, course = self.plans[project.pk], self.course(project)
        asked, months = self.reported(project), self.money_months(project)
        before = [month for month in months if month <= LAST]
        parts = amounts.spread(
            done,
            before,
            plan=plan.annual_plan or Decimal(0),
            pace=-1 if key_of(project) in self.told.slow else int(course.began is not None),
            chance=self.chance,
        )
        by_month = dict(zip(before, parts, strict=True))
        earlier: MonthlyReport | None = None
        ytd, after = Decimal(0), REGISTER_DAY - timedelta(days=30)
        for period in asked:
            report = MonthlyReport(project=project, period=period, is_demo=True, unit=project.unit)
            report.month_done = by_month.get(period.month, Decimal(0))
            if period.month > LAST:
                report.month_done = self.of_september(project, done, months)
            ytd += report.month_done
            report.ytd_done, report.annual_plan = ytd, plan.annual_plan
            report.total_investment = project.total_investment
            self.say(report, course, earlier, after=after, share=share_of(ytd, done, period))
            odd = reporting.oddities(report, earlier=earlier, opening=plan.opening_cumulative)
            report.confirmed = self.confirmed(report, [one.kind for one in odd]) if period.month > OPENING else ""
            if period.month == OPENING:
                self.open_with(report)
            elif period.closed_at:
                self.approve(report, until=period.closed_at.date())
            else:
                self.held.append(Held(report, self.is_quiet(project), bool(odd)))
                return
            yield report
            earlier, after = report, handing_in.day_of(period.due_at)

    def course(self, project: Project) -> Course:
        return Course(
            stage=project.stage,
            notes=self.notes[project.pk],
            began=self.began(project),
            trial=self.past.in_trial(project),
            ended=self.past.ended(project),
            said=words()["months"]["september"].get(key_of(project), (0, ""))[1],
        )

    def is_quiet(self, project: Project) -> bool:
        """Nobody has asked about it for a month."""
        notes = self.notes[project.pk]
        return bool(notes) and notes[-1].noted_on < self.on - timedelta(days=30)

    def of_september(self, project: Project, done: Decimal, months: list[int]) -> Decimal:
        told = words()["months"]
        key, site = key_of(project), self.site(project)
        if key in told["falls"]:
            return -Decimal(told["falls"][key][0])
        if key in told["september"]:
            return Decimal(told["september"][key][0])
        if LAST + 1 not in months:
            return Decimal(0)
        return amounts.next_month(done, site.months, room=site.room, plan=site.plan, chance=self.chance)

    def say(
        self, report: MonthlyReport, course: Course, earlier: MonthlyReport | None, *, after: date, share: float
    ) -> None:
        """形象进度, and the problem with what comes next where a note of these days or the slow list tells of one."""
        until, told, key = handing_in.day_of(report.period.due_at), words()["months"], key_of(report.project)
        known = {LAST: told["august"].get(key), LAST + 1: told["september"].get(key, (0, None))[1]}
        said = known.get(report.period.month) or self.usual_words(report, course, after=after, until=until, share=share)
        if earlier and report.month_done:
            said = site_words.other_than(said, earlier.progress)
        report.progress = said
        note = course.note_between(after, until)
        if note and note.problem:
            report.problem, report.reason, report.next_step = note.problem, note.reason, note.next_step
        elif key in self.told.slow and report.period.month >= LAST - 1:
            _, report.reason, report.problem = self.told.slow[key]  # type: ignore[assignment]

    def usual_words(self, report: MonthlyReport, course: Course, *, after: date, until: date, share: float) -> str:
        project = report.project
        if project.hold == Hold.SUSPENDED:
            return HELD
        if self.past.first_stage(project) in FINISHED:
            return OVER
        return site_words.words(course, after=after, until=until, share=share)

    def confirmed(self, report: MonthlyReport, kinds: list[str]) -> str:
        """The word an odd figure stands with."""
        told, key = words()["months"], key_of(report.project)
        if key in told["falls"] and "fall" in kinds:
            return str(told["falls"][key][1])
        kind = "early" if "early" in kinds else next(iter(kinds), "")
        if kind == "jump" and self.began(report.project):
            kind = "begun"
        return str(told["odd"][kind]) if kind else ""

    def open_with(self, report: MonthlyReport) -> None:
        """期初数, as `reporting.open_with` keeps them."""
        report.is_opening, report.month_done, report.state = True, None, ReportState.APPROVED
        report.filled_by, report.filled_at = self.cast.staff, SPRING[1].replace(tzinfo=clock.SHANGHAI)
        handing_in.write_history(report, report.filled_at, self.cast.staff)

    def approve(self, report: MonthlyReport, *, until: date) -> None:
        handing_in.hand_in(report, by=self.cast.of(report.project), chance=self.chance, days=self.days)
        handing_in.review(report, by=self.cast.staff, until=until, days=self.days)


def share_of(ytd: Decimal, done: Decimal, period: ReportingPeriod) -> float:
    """How much of what was done by August."""
    if period.month >= LAST:
        return 1.0
    return float(ytd / done) if done else 0.0
