"""Decide about rows: 新增, 修改, 不变, 待确认 or 错误. Reads the register, writes nothing; the same rows give the same
answer until somebody changes the register.

A blank cell says nothing. What would go backwards is left to a person, and by default the register keeps its value.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CharField, DecimalField

from portal import clock
from portal.choices import Role
from portal.text import squash
from projects.choices import STAGE_ORDER, Hold, Stage
from projects.importing import beside, clearing, columns, decisions, issues, matching, month_plans, names
from projects.importing.columns import COLUMNS, Column
from projects.importing.context import Context, Loaded, load
from projects.importing.decisions import Change, Decision, Row
from projects.models import Project, YearPlan
from projects.permissions import Right, right

OUT_OF_RIGHTS = "不在您的权限范围。"
ROW_DOUBTS = ("duplicate_name", "duplicate_code")


def decide(rows: Iterable[Row], context: Context, *, lock: bool = False) -> tuple[list[Decision], Loaded]:
    """Decide about a chunk of rows, in the order of the file. `lock`: keep their projects from changing meanwhile."""
    rows = list(rows)
    matches = [match(row, context) for row in rows]
    loaded = load([m.pk for m in matches if m.pk], year=context.year, lock=lock)
    loaded.months = month_plans.of_plans(p.pk for plans in loaded.plans.values() for p in plans)
    return [decide_row(row, m, context, loaded) for row, m in zip(rows, matches, strict=True)], loaded


def match(row: Row, context: Context) -> matching.Match:
    """Find the project; a row of another unit is refused before anything is looked up."""
    unit = row.values.get("unit")
    if context.own is not None and (not context.own or (unit and unit not in context.own)):
        return matching.Match(error=OUT_OF_RIGHTS)
    if any(found["severity"] == issues.ERROR for found in row.found):
        return matching.Match()
    return matching.find(context.index, row.values, place=row.place)


def decide_row(row: Row, found: matching.Match, context: Context, loaded: Loaded) -> Decision:
    """Compare one row with its project."""
    decision = Decision(row.place, row.values, issues=list(row.found), number=row.number, letters=row.letters)
    if found.error:
        if found.error == OUT_OF_RIGHTS:
            decision.issues = []
        decision.say(found.field, issues.ERROR, found.error)
        return decision
    if found.pk:
        decision.project = loaded.projects[found.pk]
    elif context.own is not None:
        place_in_own_unit(decision, context)
    whole_row(decision, found)
    plan = next((p for p in loaded.plans.get(found.pk or 0, []) if p.year == context.year), None)
    for column in COLUMNS:
        compare(decision, column, plan, context)
    clearing.blank(decision, plan, context)
    month_plans.compare(decision, plan, loaded, context)
    beside.year(decision, plan, context)
    beside.credit_code(decision, context)
    beside.lists(decision, loaded)
    beside.note(decision, loaded)
    limit_to_rights(decision, context)
    return decision


def place_in_own_unit(decision: Decision, context: Context) -> None:
    """A park person's new project belongs to the own unit."""
    own = context.own or set()
    if not decision.values.get("unit"):
        if len(own) != 1:
            decision.say("unit", issues.ERROR, "请填写所在园区：您负责多个填报单位，系统无法判断这个新项目属于哪一个。")
            return
        decision.values = {**decision.values, "unit": next(iter(own))}


def whole_row(decision: Decision, found: matching.Match) -> None:
    """A new row that may be another one's double is not written unless a person says so: as a new project, or as an
    update of the one it resembles."""
    if matching.UPDATE in decision.values and decision.project:
        pk, name = decision.project.pk, f"{decision.project.name}（{decision.project.number}）"
        words = f"按您的选择更新“{name}”"
        decision.changes.append(Change(decisions.ROW, "整行", "不写入", words, doubt=words, other=pk, update=True))
        return
    doubts = [found.doubt] if found.doubt else []
    if not decision.project:
        doubts += [issue["message"] for issue in decision.issues if issue["code"] in ROW_DOUBTS]
    if doubts:
        why = "；".join(dict.fromkeys(doubts))
        change = Change(decisions.ROW, "整行", "不写入", "作为新项目写入", doubt=why, take=False, other=found.other)
        decision.changes.append(change)


# --- one column ------------------------------------------------------------------------------------------------


def compare(decision: Decision, column: Column, plan: YearPlan | None, context: Context) -> None:
    new = decision.values.get(column.key)
    if new is None:
        return
    old = columns.current(column, decision.project, plan) if decision.project else None
    if old is None and column.key == "hold":
        old = Hold.NONE.value
    if columns.same(column, old, new) or already_said(decision.project, column, old, new):
        return
    wrong = unusable(column, new)
    if wrong:
        decision.say(column.key, issues.ERROR, f"{column.label}{wrong}")
        return
    shown = [columns.show(column, value, context.names) for value in (old, new)]
    change = Change(column.key, column.label, shown[0], shown[1], new, old)
    change.doubt = doubt(decision, column, old, new)
    change.take = not change.doubt
    if column.key == "project_code" and code_is_unusable(decision, change, context):
        return
    decision.changes.append(change)


def already_said(project: Project | None, column: Column, old: Any, new: Any) -> bool:
    """A former name, a name without its marks, and 其他特色园区 for one of its counties say nothing new."""
    if project and column.key == "name":
        if squash(names.clean(str(new))[0]) == squash(project.name):
            return True
        known = [*matching.SEPARATORS.split(project.former_names), names.clean(project.name)[0]]
        return squash(new) in map(squash, known)
    return column.kind == columns.UNIT and bool(old) and str(old).startswith(f"{new}-")


def unusable(column: Column, new: Any) -> str:
    """What keeps the value out of the register, "" when nothing does."""
    field = (YearPlan if column.plan else Project)._meta.get_field(column.fields[0])
    if (
        column.kind == columns.TEXT
        and isinstance(field, CharField)
        and field.max_length
        and len(new) > field.max_length
    ):
        return f"超过{field.max_length}个字，请缩短。"
    if column.kind == columns.ENTERPRISE and len(new) > 120:
        return "超过120个字，请缩短。"
    if isinstance(field, DecimalField):
        try:
            field.clean(new, None)
        except ValidationError as error:
            return f"：{error.messages[0]}"
    return ""


def code_is_unusable(decision: Decision, change: Change, context: Context) -> bool:
    """A code of another shape, or one that another row of the file brings, is listed but not written."""
    try:
        Project._meta.get_field("project_code").run_validators(change.new)
    except ValidationError:
        change.block, change.why = decisions.UNUSABLE, "统一项目代码格式不对"
    if change.new in context.index.used_codes:
        decision.say("project_code", issues.ERROR, matching.CODE_USED)
        return True
    if not change.block and context.codes_taken.setdefault(change.new, decision.place) != decision.place:
        change.block, change.why = decisions.UNUSABLE, "统一项目代码与本表另一行重复"
    decision.changes.append(change)
    return True


def doubt(decision: Decision, column: Column, old: Any, new: Any) -> str:
    """Why a person should look at the change first: reading was unsure, or the value would go backwards."""
    for issue in decision.issues:
        if (
            issue["severity"] == issues.REVIEW
            and issue["code"] not in ROW_DOUBTS
            and decisions.READ_AS.get(issue["field"], issue["field"]) == column.key
        ):
            return issue["message"]
    if old in (None, ""):
        return ""
    if column.key == "stage" and STAGE_ORDER.index(new) < STAGE_ORDER.index(old):
        return f"阶段会倒退，库内已是“{Stage(old).label}”"
    if column.key == "hold" and not (old == Hold.SUSPENDED and new == Hold.WITHDRAWN):
        return f"库内是“{Hold(old).label}”，表中不再是"
    if column.key == "opening_cumulative" and Decimal(new) < Decimal(old):
        return "累计完成投资会变小"
    return ""


# --- rights ----------------------------------------------------------------------------------------------------


def limit_to_rights(decision: Decision, context: Context) -> None:
    """What the person may only ask for, or may not touch, is listed and not written."""
    if context.user.role != Role.PARK:
        return
    kept = []
    for change in decision.changes:
        change.block = change.block or blocked(change.field, decision, context)
        bureaus = change.field.startswith(decisions.GROUP) or (
            not decision.project and change.field in ("unit", "county")
        )
        if change.block == decisions.NEVER and bureaus:
            continue  # lists are no park's business; where its new project lies is settled
        kept.append(change)
    decision.changes = kept


SAME_RIGHT = {"uscc": "enterprise", decisions.YEAR: "year_type"}


def blocked(name: str, decision: Decision, context: Context) -> str:
    if name in (decisions.NOTE, decisions.ROW):
        return ""
    name = "groups" if name.startswith(decisions.GROUP) else SAME_RIGHT.get(name, name)
    given = right(context.user, name, project=decision.project)
    if name == "annual_plan" and given is Right.ASK and context.year != clock.today().year:
        given = Right.NEVER  # a request speaks of this year's plan
    return {Right.ASK: decisions.ASK, Right.NEVER: decisions.NEVER}.get(given, "")
