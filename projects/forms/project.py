"""The form of a project: what the user may change, the rest in words beside it, and what others changed meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from parks import uscc
from parks.models import Enterprise, Park
from portal import clock
from portal.choices import Role
from portal.models import User
from projects import conflicts, lifecycle, plausibility, proofs, words
from projects.forms.fields import MoneyField, ProseField, SpanField
from projects.models import Project, YearPlan
from projects.permissions import Right, right

SECTIONS = (
    ("基本情况", ("name", "project_code", "enterprise_name", "uscc", "unit", "county", "address", "former_names")),
    ("产业和内容", ("industry_group", "industry", "chain_segment", "nature", "capacity", "content")),
    ("投资", ("total_investment", "year_type", "annual_plan", "opening_cumulative", "stat_listed", "stat_listed_on")),
    ("时间和阶段", ("stage", "planned_start", "planned_finish", "actual_start", "actual_finish")),
    (
        "责任和联系",
        (
            *("city_leader", "responsible_unit", "bureau_owner", "park_owner", "park_phone"),
            *("liaison", "liaison_phone", "remark"),
        ),
    ),
)
NAMES = tuple(name for _, names in SECTIONS for name in names)
WIDE = {"name", "content", "remark", "former_names", "address"}
ONLY_NEW = {"stage"}  # later it moves by its own act
ASK_HINT = "需向市局申请调整"


@dataclass(frozen=True)
class Fixed:
    """A fact the user reads but does not change here."""

    name: str
    label: str
    words: str
    hint: str = ""
    is_fixed = True


@dataclass(frozen=True)
class ConflictRow:
    """A field on the conflict page. `change`: what the other person did to it; `sent`, `now`: as a control sends it."""

    name: str
    label: str
    change: conflicts.Change | None
    both: bool
    mine: bool
    sent: str
    now: str
    words: str


class ProjectForm(forms.Form):
    """Create a project, or edit the version that was read. What was posted is compared with that version."""

    wide = WIDE
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    doubts_seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="修改原因", max_length=100, required=False, help_text="修改总投资、计划时间、填报单位、年度计划时必填"
    )
    confirmation = forms.CharField(label="确认无误的说明", max_length=80, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        year: int,
        project: Project | None = None,
        plan: YearPlan | None = None,
    ):
        super().__init__(data)
        self.user, self.year, self.project, self.plan = user, year, project, plan
        self.now = conflicts.facts_of(project or Project(), plan)
        self.doubts: list[plausibility.Doubt] = []
        self.fixed: dict[str, Fixed] = {}
        self.meanwhile = self._meanwhile()
        self.initial = {**(self.meanwhile.base if self.meanwhile else self.now)}
        self.initial["version"] = project.version if project else 0
        for name in NAMES:
            self._add(name)
        if project is None or user.role == Role.PARK:
            del self.fields["reason"]  # what a park may change needs none
        if project is None:
            self._start_new()

    # --- building
    def _add(self, name: str) -> None:
        if self.project and name in ONLY_NEW:
            return
        allowed = right(self.user, name, project=self.project)
        choosing_unit = name == "unit" and self.project is None
        if allowed is Right.DIRECT or choosing_unit:
            self.fields[name] = field_for(name, year=self.year, user=self.user)
        elif self.project:
            hint = ASK_HINT if allowed is Right.ASK else ""
            self.fixed[name] = Fixed(name, words.label(name), words.shown(name, self.now[name]), hint)

    def _start_new(self) -> None:
        """A park registers for its own units; with one unit there is nothing to choose."""
        if self.user.role != Role.PARK:
            return
        own = Park.objects.for_user(self.user, on=clock.today())
        self.fields["unit"] = forms.ModelChoiceField(own, label="填报单位", empty_label=None)
        self.initial["unit"] = own.first()

    def _meanwhile(self) -> conflicts.Meanwhile | None:
        posted = self.data.get("version", "")
        if self.project is None or not posted.isdigit():
            return None
        return conflicts.meanwhile(self.project, self.plan, version=int(posted), year=self.year)

    def sections(self) -> Iterator[tuple[str, list[Any]]]:
        """Title and rows of each section: bound fields, and facts that are only read."""
        for title, names in SECTIONS:
            rows = [self[name] if name in self.fields else self.fixed.get(name) for name in names]
            rows = [row for row in rows if row is not None]
            if rows:
                yield title, rows

    # --- what was typed
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self._refuse_foreign_fields()
        if self.project and (cleaned.get("version") or 0) not in range(1, self.project.version + 1):
            raise ValidationError("页面已过期，请重新打开后再修改。")
        code = (cleaned.get("uscc") or "").strip().upper()
        if code and not uscc.is_valid(code):
            self.add_error("uscc", "统一社会信用代码应为18位且校验码正确，请对照营业执照核对。")
        if not self.errors:
            self._doubt()
        if not self.errors and self.project and not cleaned.get("reason"):
            names = lifecycle.reasoned(self.project, self.facts(), self.plan, self.plan_facts())
            if names:
                self.add_error("reason", f"修改{words.labels(names)}须写明原因。")
        return cleaned

    def _refuse_foreign_fields(self) -> None:
        """A field that the page did not offer was sent: nothing is saved, and the answer says which."""
        refused = [name for name in NAMES if name in self.data and name not in self.fields]
        if refused:
            raise ValidationError(f"您不能直接修改这些内容，请向市局投资科申请调整：{words.labels(refused)}")

    def _doubt(self) -> None:
        changed = self.changed_names()
        facts = self.now | {name: self.cleaned_data[name] for name in changed}
        self.doubts = plausibility.doubts(facts, changed=changed)
        if "name" in changed and self._same_name(facts["name"]):
            self.doubts.append(plausibility.Doubt("same_name", ("name",), "已有一个同名项目，请确认不是重复登记。"))
        if "actual_start" in changed and self.project and (gates := proofs.open_gates(self.project)):
            self.doubts.append(plausibility.Doubt("gates", ("actual_start",), proofs.gate_warning(gates)))
        seen = set(self.cleaned_data["doubts_seen"].split())
        if self.doubts and not (self.cleaned_data["confirmation"] and seen >= {doubt.code for doubt in self.doubts}):
            self.add_error("confirmation", "请核对提示；确认无误的，请写一句说明再保存。")
        self.data = self.data.copy()
        self.data["doubts_seen"] = " ".join(doubt.code for doubt in self.doubts)

    def _same_name(self, name: str) -> bool:
        others = Project.objects.visible_to(self.user).filter(name=name)
        return (others.exclude(pk=self.project.pk) if self.project else others).exists()

    # --- what it means
    def changed_names(self) -> list[str]:
        """The facts that differ from the version that was read; of a new project all that were given."""
        if self.project is None:
            return [name for name in self.fields if name in NAMES and self.cleaned_data.get(name) not in (None, "")]
        return [name for name in self.changed_data if name in NAMES]

    def facts(self) -> dict[str, Any]:
        """The changed facts for the rule, without those that were saved alike meanwhile."""
        names = [n for n in self.changed_names() if n not in conflicts.PLAN_FACTS and self._still_differs(n)]
        facts = {name: self.cleaned_data[name] for name in names}
        if {"enterprise_name", "uscc"} & set(facts):
            facts |= {name: self.cleaned_data[name] for name in ("enterprise_name", "uscc")}
        return facts

    def plan_facts(self) -> dict[str, Any]:
        names = [n for n in self.changed_names() if n in conflicts.PLAN_FACTS and self._still_differs(n)]
        return {name: self.cleaned_data[name] for name in names}

    def _still_differs(self, name: str) -> bool:
        return self.project is None or self.fields[name].has_changed(self.now[name], self._posted(name))

    def _posted(self, name: str) -> Any:
        return self[name].data

    def conflicts(self) -> list[conflicts.Change]:
        """The facts that both changed, to different values."""
        if self.meanwhile is None:
            return []
        return [self.meanwhile.changes[n] for n in (*self.facts(), *self.plan_facts()) if n in self.meanwhile.changes]

    def conflict_rows(self) -> Iterator["ConflictRow"]:
        """Every field that goes along to the next save: first what both changed, then what only this person did."""
        both = {change.name for change in self.conflicts()}
        mine = {*self.facts(), *self.plan_facts()}
        theirs = self.meanwhile.changes if self.meanwhile else {}
        for name in sorted(self.fields, key=lambda one: (one not in both, one not in mine, one not in theirs)):
            if name == "version":
                continue
            typed = name in mine or name not in NAMES
            sent = str(self.data.get(name, "")) if typed else self.raw(name, self.now[name])
            now = self.raw(name, self.now[name]) if name in NAMES else ""
            label, typed_words = str(self.fields[name].label), self.typed(name)
            yield ConflictRow(name, label, theirs.get(name), name in both, name in mine, sent, now, typed_words)

    def typed(self, name: str) -> str:
        return words.shown(name, self.cleaned_data.get(name)) if name in NAMES else ""

    def saved_sentence(self) -> str:
        """What the person is told after saving."""
        if self.meanwhile and self.meanwhile.changes:
            at = self.meanwhile.at.astimezone(clock.SHANGHAI)
            return f"已保存。{self.meanwhile.who}已于{at:%-H:%M}修改了此项目的其他内容，两处修改均已保留。"
        return "已保存。"

    def said_reason(self) -> str:
        """The reason for history, with the word that overrode a doubt."""
        word = self.cleaned_data.get("confirmation") if self.doubts else ""
        parts = [self.cleaned_data.get("reason") or "", f"确认无误：{word}" if word else ""]
        return "；".join(part for part in parts if part)

    def raw(self, name: str, value: Any) -> str:
        """The value as its control would send it."""
        sent = self.fields[name].prepare_value(value)
        return "" if sent is None else str(sent)

    def refuse(self, error: ValidationError) -> None:
        """Show what a rule refused beside the field it speaks of."""
        errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in errors.items():
            short = name.removesuffix("_from").removesuffix("_to")
            for sentence in sentences:
                self.add_error(short if short in self.fields else None, sentence)


def field_for(name: str, *, year: int, user: User) -> forms.Field:
    """The control for a fact, with the bureau's label."""
    if name in words.SPAN_NAMES:
        return SpanField(label=words.label(name), required=False, past=name.startswith("actual"))
    if name == "enterprise_name":
        length = Enterprise._meta.get_field("name").max_length
        return forms.CharField(label="项目单位", max_length=length, required=False, help_text="企业全称")
    if name == "uscc":
        return forms.CharField(label="统一社会信用代码", max_length=18, required=False)
    field = model_field(name)
    if name in ("total_investment", "annual_plan", "opening_cumulative"):
        return MoneyField(label=str(field.verbose_name), required=False)
    if name in ("content", "remark"):
        return ProseField(label=str(field.verbose_name), rows=3, required=False)
    return tuned(name, field.formfield(), year=year)


def tuned(name: str, field: Any, *, year: int) -> forms.Field:
    """What the model's own control lacks: order, empty words, narrower choices."""
    if name == "unit":
        field.queryset, field.empty_label = Park.objects.reporting(), "待分派"
    elif name == "bureau_owner":
        field.queryset = User.objects.filter(role=Role.STAFF, is_active=True).order_by("name", "pk")
    elif name == "year_type":
        field.label = f"{year}年年度类型"
    elif name == "project_code":
        field.help_text = "如 2101-511112-04-01-123456；尚未备案的留空"
    elif name == "stat_listed":
        field.widget.choices = [("unknown", "未填"), ("true", "是"), ("false", "否")]
    elif name == "stat_listed_on":
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = field.empty_label if name == "unit" else "未填"
    elif isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        field.choices = [(code, word if code else "未填") for code, word in choices]
    return field


def model_field(name: str) -> Any:
    model = YearPlan if name in conflicts.PLAN_FACTS else Project
    return model._meta.get_field(name)
