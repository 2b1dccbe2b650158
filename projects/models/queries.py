"""The vocabulary of the register: named sets of projects, one definition each (design §4).

Verbs that speak of the annual plan need `in_year` first: it joins the plan of that year under the name `plan`.
"""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from parks.models import Park
from portal import clock
from portal.choices import Role
from portal.models import User
from projects.choices import EntryStatus
from projects.models import sets


class ProjectQuerySet(models.QuerySet):
    # --- who may see what
    def live(self) -> Self:
        """Projects that are not in the recycle bin."""
        return self.filter(deleted_no=0)

    def recycled(self) -> Self:
        return self.exclude(deleted_no=0)

    def within_rights(self, user: User) -> Self:
        """Projects a person has to do with, recycled ones included."""
        if user.role in (Role.STAFF, Role.LEADER):
            return self
        if user.role == Role.PARK:
            return self.filter(
                unit__in=list(Park.objects.for_user(user, on=clock.today()).values_list("pk", flat=True))
            )
        return self.none()

    def recyclable_by(self, user: User) -> Self:
        """The recycle bin of a person: what one put there oneself, for the lead everything."""
        if user.role != Role.STAFF:
            return self.none()
        return self.recycled() if user.is_lead else self.recycled().filter(deleted_by=user)

    def with_delete_reason(self) -> Self:
        """Read why each project was put into the bin, from its history."""
        acts = self.model.history.filter(  # type: ignore[attr-defined]
            id=OuterRef("pk"), deleted_no=OuterRef("deleted_no")
        )
        newest = acts.order_by("-history_date", "-history_id").values("history_change_reason")[:1]
        return self.annotate(delete_reason=Subquery(newest))

    def visible_to(self, user: User) -> Self:
        """Where every list, count, search, export and mail starts."""
        return self.live().within_rights(user)

    # --- the register of a year
    def _filter_or_exclude_inplace(self, negate: bool, args: Any, kwargs: Any) -> None:
        """Let every filter speak of the one plan that `in_year` joined: Django would join it anew for each."""
        if "plan" in self.query.alias_map:
            self.query.used_aliases = {*self.query.used_aliases, "plan"}
        super()._filter_or_exclude_inplace(negate, args, kwargs)  # type: ignore[misc]

    def in_year(self, year: int) -> Self:
        """Projects with a plan for the year; `plan__…` then speaks of that plan."""
        return self.annotate(plan=FilteredRelation("plans", condition=Q(plans__year=year))).filter(plan__year=year)

    def paper_order(self) -> Self:
        """台账顺序: 园区 → 年度类型 → 总投资, largest first. Needs `in_year`."""
        return self.order_by("plan__paper_unit", "plan__paper_type", "-plan__paper_total", "plan__project_id")

    def in_unit(self, unit: Park) -> Self:
        """Projects of the unit and of the units under it."""
        return self.filter(unit__in=list(Park.objects.within(unit).values_list("pk", flat=True)))

    def in_group(self, slug: str, year: int) -> Self:
        """Projects whose entry in the group still stands (applied or listed)."""
        standing = [EntryStatus.APPLIED, EntryStatus.LISTED]
        return self.filter(entries__group__slug=slug, entries__group__year=year, entries__status__in=standing)

    # --- stages
    def active(self) -> Self:
        """Neither 停缓建 nor 退出."""
        return self.filter(sets.ACTIVE)

    def suspended(self) -> Self:
        return self.filter(sets.SUSPENDED)

    def planned_new(self) -> Self:
        """计划新开工: 年度类型 新开工."""
        return self.filter(sets.PLANNED_NEW)

    def planned_finishing(self) -> Self:
        """计划竣工投产: 年度类型 计划竣工投产."""
        return self.filter(sets.PLANNED_FINISHING)

    def started(self) -> Self:
        """已开工: 年度类型 新开工 and stage 在建 or later."""
        return self.filter(sets.BEGUN)

    def not_started(self) -> Self:
        """未开工: 年度类型 新开工, stage before 在建, neither 停缓建 nor 退出. An empty stage is 资料待补."""
        return self.filter(sets.NOT_STARTED)

    def overdue_start(self, *, on: date) -> Self:
        """逾期未开工: 未开工 and the end of the planned start lies before `on`; 进展待核实 never counts."""
        return self.filter(sets.overdue_start(on))

    def not_due_start(self, *, on: date) -> Self:
        """未开工 that is not late: planned for `on` or later, undated, or 进展待核实."""
        return self.filter(sets.not_due_start(on))

    def overdue_finish(self, *, on: date) -> Self:
        """逾期未竣工: stage 在建 and the end of the planned finish lies before `on`; 试生产 is counted apart."""
        return self.filter(sets.overdue_finish(on))

    def overdue(self, *, on: date) -> Self:
        """逾期: 逾期未开工 or 逾期未竣工."""
        return self.filter(sets.overdue(on))

    def finished(self) -> Self:
        """已投产: 年度类型 计划竣工投产 and stage 竣工投产 or 达产."""
        return self.filter(sets.FINISHED_NOW)

    def in_trial(self) -> Self:
        return self.filter(sets.IN_TRIAL)

    def due_between(self, first: date, last: date) -> Self:
        """Key nodes due in these days: 开工 of 未开工, 竣工投产 of 在建. 进展待核实 has no due node."""
        return self.filter(sets.due_between(first, last))

    def due_this_week(self, *, on: date) -> Self:
        return self.due_between(*sets.week_of(on))

    # --- state of the record
    def stale(self, *, on: date) -> Self:
        """30天未更新: a running project nobody has said anything about for 30 days."""
        return self.filter(sets.stale(on))

    def without_reason(self) -> Self:
        """原因未填: the newest note names neither a category nor a problem."""
        return self.filter(sets.WITHOUT_REASON)

    def incomplete(self) -> Self:
        """资料待补: 填报单位, 阶段, 年度类型 or 总投资 is missing, or a 新开工 has no planned start."""
        return self.filter(sets.INCOMPLETE)

    def unassigned(self) -> Self:
        """待分派: no 填报单位 yet."""
        return self.filter(sets.UNASSIGNED)

    def unverified(self) -> Self:
        """进展待核实."""
        return self.filter(sets.UNVERIFIED)

    def with_names(self) -> Self:
        """Load what a row of a list or a sentence shows."""
        return self.select_related("unit", "enterprise", "county", "newest_note").annotate(
            year_type=F("plan__year_type"), annual_plan=F("plan__annual_plan")
        )
