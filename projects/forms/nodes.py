"""Forms of what people do with one node, and of 套用模板."""

from typing import Any

from django import forms

from projects import milestones, nodes, proofs
from projects.choices import START_NODE, Stage
from projects.forms.fields import SpanField
from projects.forms.notes import RuleForm
from projects.forms.proof import ProofForm
from projects.models import Milestone, Project

ONE_LINE = {"rows": 2}


def reason_field(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=150, widget=forms.Textarea(attrs=ONE_LINE), **options)


class GateForm(ProofForm):
    """Registering 开工 with its evidence. While permits are missing one is warned and says why to go on."""

    gates_word = forms.CharField(label="确认继续的说明", max_length=80, required=False)

    def watch_gates(self, project: Project, *, applies: bool = True) -> None:
        self.gates = proofs.open_gates(project) if applies else []
        if self.gates:
            self.fields["gates_word"].help_text = proofs.gate_warning(self.gates)
        else:
            del self.fields["gates_word"]

    def ask_for_word(self, *, starting: bool) -> None:
        """Refuse the start of a project whose permits are missing until a sentence is given."""
        if starting and self.gates and not self.cleaned_data.get("gates_word"):
            self.add_error("gates_word", f"{proofs.gate_warning(self.gates)}确认无误的，请写一句说明再保存。")

    def said_reason(self) -> str:
        """The reason for history, with the sentence that overrode the warning."""
        word = self.cleaned_data.get("gates_word") if self.gates else ""
        parts = [self.cleaned_data.get("reason") or "", f"确认无误：{word}" if word else ""]
        return "；".join(part for part in parts if part)


class PlanForm(RuleForm):
    """The plan of a node; a later one needs a reason."""

    span = SpanField(label="计划完成时间", required=False)
    reason = reason_field("调整原因")

    def __init__(self, data: Any = None, *, node: Milestone):
        super().__init__(data, initial={"span": node.current})
        if node.current is None:
            del self.fields["reason"]
            self.fields["span"].required = True


class ForecastForm(RuleForm):
    span = SpanField(label="预计完成时间", required=False)

    def __init__(self, data: Any = None, *, node: Milestone):
        super().__init__(data, initial={"span": node.forecast})


class DoneForm(GateForm):
    """登记完成: the day, or 日期待补; the stage that goes with it; evidence."""

    actual = SpanField(label="实际完成时间", required=False, past=True)
    undated = forms.BooleanField(label="已完成，日期待补", required=False)
    move_stage = forms.BooleanField(required=False, initial=True)
    field_order = ("actual", "undated", "move_stage", "file", "taken_on", "gates_word")

    def __init__(self, data: Any = None, files: Any = None, *, node: Milestone):
        super().__init__(data, files, initial={"actual": node.actual})
        self.node = node
        to = milestones.offered_stage(node)
        if to:
            self.fields["move_stage"].label = f"同时把项目阶段登记为“{Stage(to).label}”"
        else:
            del self.fields["move_stage"]
        if node.code == START_NODE:
            self.fields["actual"].help_text += "。开工须为正式打桩或破土开槽，平场、临建不算开工"
        self.watch_gates(node.project, applies=nodes.is_fact(node) and node.code == START_NODE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("actual") and not cleaned.get("undated") and "actual" not in self.errors:
            self.add_error("actual", "请填写实际完成时间；确实不清楚的，勾选“已完成，日期待补”。")
        self.ask_for_word(starting=True)
        return cleaned


class ReasonForm(RuleForm):
    """An act that needs nothing but its reason."""

    reason = reason_field("原因")


class PhaseForm(RuleForm):
    phase = forms.CharField(label="期次", max_length=10, help_text="如：二期")
    span = SpanField(label="计划完成时间", required=False)


class EvidenceForm(ProofForm):
    field_order = ("file", "taken_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.proof is None and not self.errors:
            self.add_error("file", "请选择照片或PDF文件。")
        return cleaned


class TemplateForm(RuleForm):
    """Six nodes, or all of them; which is proposed depends on the project."""

    size = forms.ChoiceField(label="节点", widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, short: int, full: int, demanding: bool):
        super().__init__(data, initial={"size": "full" if demanding else "short"})
        self.fields["size"].choices = [
            ("short", f"关键{short}项：备案、供地、环评、施工许可、开工、竣工投产"),
            ("full", f"全部{full}项（省重点和六大光伏项目用）"),
        ]
