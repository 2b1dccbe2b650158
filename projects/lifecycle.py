"""The life of a project: create, edit, move its stage, 停缓建, 退出, recycle. Every step is recorded with its reason.

Refusals raise PermissionDenied or ValidationError with the sentence the user will read; then nothing was written.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F

from parks import enterprises
from parks.models import Park
from portal import audit as site_audit
from portal import clock
from portal.choices import Role
from portal.models import User
from portal.spans import Span
from projects import audit, derived, lights, nodes, proofs, reference, words
from projects.choices import STAGE_ORDER, STARTED, Hold, Stage
from projects.models import NumberSeries, Project, YearPlan
from projects.permissions import FIRST, REASONED, Right, may_change, right

VERIFYING = {"stage", "hold", *words.SPAN_NAMES}  # a new unit or telephone number says nothing about progress


def next_number(*, year: int) -> str:
    """Give out the next 系统编号 of the year; a number is never used twice."""
    return next_numbers(1, year=year)[0]


def next_numbers(count: int, *, year: int) -> list[str]:
    """Give out so many 系统编号 in a row."""
    NumberSeries.objects.get_or_create(year=year)
    NumberSeries.objects.filter(year=year).update(last=F("last") + count)
    last = NumberSeries.objects.get(year=year).last
    return [str(NumberSeries(year=year, last=number)) for number in range(last - count + 1, last + 1)]


def assign(project: Project, facts: dict[str, Any]) -> None:
    """Set facts on the project in memory; spans come as one value under their short name, an enterprise by its
    name (`enterprise_name`, with `uscc` where known)."""
    if "enterprise_name" in facts:
        facts = dict(facts)
        name, uscc = facts.pop("enterprise_name"), facts.pop("uscc", "")
        project.enterprise = enterprises.named(name=name, uscc=uscc)
    for name, value in facts.items():
        if name in words.SPAN_NAMES:
            span: Span | None = value
            setattr(project, f"{name}_from", span.start if span else None)
            setattr(project, f"{name}_to", span.end if span else None)
        else:
            setattr(project, name, value)


def refuse_fields(user: User, names: list[str], *, project: Project | None) -> None:
    """Raise PermissionDenied when one of the fields is not the user's to change directly."""
    refused = [name for name in names if right(user, name, project=project) is not Right.DIRECT]
    if refused:
        raise PermissionDenied(f"您不能直接修改这些内容，请向市局投资科申请调整：{words.labels(refused)}")


def reasoned(project: Project, facts: dict[str, Any], row: YearPlan | None, plan: dict[str, Any]) -> list[str]:
    """The names among the new values that change only with a reason: amounts, unit, annual plan, and planned dates once
    there are some."""
    first = [name for name in facts if name in FIRST and getattr(project, name) is None]
    changed = [n for n, value in facts.items() if n in REASONED and n not in first and value != getattr(project, n)]
    known = {name: getattr(row, name, None) or None for name in plan}
    return changed + [name for name, value in plan.items() if name in REASONED and (value or None) != known[name]]


def refuse_backward(project: Project, to: str, *, by: User, reason: str) -> None:
    """A stage goes back only by the bureau, with a reason."""
    if not project.stage or not to or STAGE_ORDER.index(to) >= STAGE_ORDER.index(project.stage):
        return
    if by.role != Role.STAFF:
        raise PermissionDenied("项目阶段不能倒退，如确需退回请联系市局投资科。")
    if not reason.strip():
        raise ValidationError({"reason": "阶段退回须写明原因。"})


def settle(project: Project, *, by: User, reason: str, touched_on: date | None = None) -> None:
    """Bring everything that follows from the facts up to date: derived columns, nodes, light."""
    derived.refresh(project, touched_on=touched_on)
    nodes.follow([project], by=by, reason=reason)
    lights.refresh([project], on=clock.today())


@transaction.atomic
def create(
    *,
    facts: dict[str, Any],
    year: int,
    by: User,
    reason: str = "新登记",
    plan: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> Project:
    """Register a project with its plan for `year`. A park's project belongs to its own unit. `at`: the business
    moment, if it was not now."""
    plan, moment = plan or {}, at or clock.now()
    if by.role == Role.PARK:
        refuse_fields(by, [n for n in [*facts, *plan] if n != "unit"], project=None)
        own = Park.objects.for_user(by, on=clock.today())
        if facts.get("unit") not in list(own):
            raise PermissionDenied("只能登记本单位的项目。")
    elif by.role != Role.STAFF:
        raise PermissionDenied("您没有登记项目的权限。")
    project = Project(number=next_number(year=year), created_by=by, created_at=moment)
    assign(project, facts)
    if project.unit and not project.county:
        project.county = project.unit.county
    project.unverified = project.unverified or reference.is_public(project.name)
    audit.save(project, by=by, reason=reason, at=moment)
    audit.save(YearPlan(project=project, year=year, **plan), by=by, reason=reason, at=moment)
    settle(project, by=by, reason=reason, touched_on=moment.astimezone(clock.SHANGHAI).date())
    return project


@transaction.atomic
def edit(
    *,
    project: Project,
    version: int,
    by: User,
    facts: dict[str, Any],
    year: int | None = None,
    plan: dict[str, Any] | None = None,
    reason: str = "",
    confirms: bool = True,
    demands: bool = True,
    at: datetime | None = None,
) -> Project:
    """Change facts and, with `year`, the annual plan. `confirms`: a person did it, so it counts as an update;
    where it says how far the project is, 进展待核实 ends. `demands`: evidence is asked for where it must be there.
    `at`: the business moment, if it was not now.

    Raises StaleVersionError when somebody saved the project after `version` was read.
    """
    if not may_change(by, project):
        raise PermissionDenied("您没有修改此项目的权限。")
    refuse_fields(by, [*facts, *(plan or {})], project=project)
    row = YearPlan.objects.filter(project=project, year=year).first() if plan and year else None
    if not reason.strip() and reasoned(project, facts, row, plan or {}):
        raise ValidationError({"reason": "修改总投资、计划时间、填报单位或年度计划，须写明原因。"})
    refuse_backward(project, facts.get("stage", ""), by=by, reason=reason)
    if demands:
        proofs.demand(project, facts)
    assign(project, facts)
    if confirms and VERIFYING & set(facts):
        project.unverified = False
    audit.save_version(project, version=version, by=by, reason=reason, at=at)
    if plan and year:
        row = row or YearPlan(project=project, year=year)
        for name, value in plan.items():
            setattr(row, name, value)
        audit.save(row, by=by, reason=reason, at=at)
    settle(project, by=by, reason=reason, touched_on=clock.today() if confirms else None)
    return project


@transaction.atomic
def move_stage(
    *,
    project: Project,
    to: str,
    version: int,
    by: User,
    reason: str = "",
    actual: Span | None = None,
    demands: bool = True,
    at: datetime | None = None,
) -> Project:
    """Move the stage. Forward by any number of steps; back only by the bureau with a reason. `actual` is the day of
    the node the stage stands for (在建: 开工, 试生产, 竣工投产, 达产), which may not lie in the future."""
    if to not in STAGE_ORDER:
        raise ValidationError("请选择一个项目阶段。")
    if actual and actual.end > clock.today():
        raise ValidationError("实际日期不能晚于今天。")
    refuse_backward(project, to, by=by, reason=reason)
    facts: dict[str, Any] = {"stage": to}
    reason, code = reason or f"阶段：{Stage(to).label}", nodes.STAGE_NODES.get(Stage(to), "")
    if actual and code in nodes.KEY_NODES:
        facts[nodes.KEY_NODES[code][3]] = actual
    project = edit(project=project, version=version, by=by, facts=facts, reason=reason, demands=demands, at=at)
    if actual and code and code not in nodes.KEY_NODES:
        node = nodes.of_code(project, code)
        nodes.take_actual(node, actual)
        audit.save(node, by=by, reason=reason, at=at)
    return project


def started(project: Project) -> bool:
    return project.stage in STARTED


def set_hold(*, project: Project, to: str, version: int, by: User, reason: str) -> Project:
    """停缓建, 退出 or back to normal: by the bureau, with a reason."""
    if by.role != Role.STAFF:
        raise PermissionDenied("停缓建、退出和恢复由市局投资科办理，请先提出申请。")
    if not reason.strip():
        raise ValidationError("请写明原因。")
    if to == project.hold:
        raise ValidationError(f"项目已经是“{project.get_hold_display()}”。")
    facts = {"hold": Hold(to), "hold_reason": reason if to else ""}
    return edit(project=project, version=version, by=by, facts=facts, reason=reason)


@transaction.atomic
def recycle(*, project: Project, version: int, by: User, reason: str) -> Project:
    """Move to the recycle bin. The bureau's act: a wrong or doubled record, not a project that ends (that is 退出)."""
    if by.role != Role.STAFF:
        raise PermissionDenied("只有业务科室可以删除项目。")
    if not reason.strip():
        raise ValidationError("请写明删除原因。")
    project.deleted_no, project.deleted_at, project.deleted_by = project.pk, clock.now(), by
    audit.save_version(project, version=version, by=by, reason=reason)
    site_audit.log("project.recycle", by=by, obj=project, reason=reason)
    return project


@transaction.atomic
def restore(*, project: Project, by: User) -> Project:
    """Bring a project back from the bin: what one put there oneself, `lead` everything."""
    if by.role != Role.STAFF or not (by.is_lead or project.deleted_by_id == by.pk):
        raise PermissionDenied("只能恢复自己删除的项目；其他项目请业务负责人恢复。")
    project.deleted_no, project.deleted_at, project.deleted_by = 0, None, None
    audit.save_version(project, version=project.version, by=by, reason="从回收站恢复")
    settle(project, by=by, reason="从回收站恢复")
    site_audit.log("project.restore", by=by, obj=project)
    return project
