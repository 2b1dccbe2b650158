"""Forms of 更新进展 (one project or several at once) and 记一次催办."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal import clock
from projects import proofs
from projects.choices import STAGE_ORDER, STARTED, Channel, Reason, Stage
from projects.forms.fields import ProseField, SpanField
from projects.models import Project
from projects.notes import has_text

DAY = {"type": "date"}
REASONS = [("", "（无）"), *Reason.choices]


class RuleForm(forms.Form):
    """A form that can show what a rule refused beside the field it speaks of."""

    def refuse(self, error: ValidationError) -> None:
        errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, sentences in errors.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)


def day_field(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY, format="%Y-%m-%d"), **options)


def prose(label: str, placeholder: str, rows: int = 2) -> ProseField:
    return ProseField(label=label, rows=rows, placeholder=placeholder, required=False, max_length=2000)


def later_stages(project: Project) -> list[str]:
    """The stages a project may move forward to."""
    return STAGE_ORDER[STAGE_ORDER.index(project.stage) + 1 :] if project.stage else STAGE_ORDER


class NoteForm(RuleForm):
    """更新进展 of one project, with the stage in the same form."""

    progress = prose("进展", "如：已完成备案、环评批复", rows=3)
    problem = prose("存在问题", "如：385亩中42亩征拆未完成，涉及11户")
    reason = forms.ChoiceField(label="原因类别", choices=REASONS, required=False)
    next_step = prose("下一步", "如：10月15日前完成交地，10月底前开工")
    noted_on = day_field("日期")
    to = forms.ChoiceField(label="同时登记阶段", required=False)
    actual = SpanField(label="实际时间", required=False, past=True, help_text="登记开工、试生产、竣工投产、达产时填写")
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, project: Project, next_url: str = ""):
        super().__init__(data, initial={"noted_on": clock.today(), "next": next_url})
        self.project = project
        self.fields["to"].error_messages["invalid_choice"] = "项目阶段已有变化，请重新选择。"
        self.fields["to"].choices = [
            ("", f"不变（{project.status}）"),
            *((stage, Stage(stage).label) for stage in later_stages(project)),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not has_text(cleaned) and not cleaned.get("to"):
            self.add_error("progress", "请至少填写进展、存在问题、下一步中的一项。")
        if cleaned.get("to") in STARTED and not cleaned.get("actual") and "actual" not in self.errors:
            self.add_error("actual", "登记开工、试生产或竣工投产，请填写实际时间。")
        if cleaned.get("actual") and not cleaned.get("to"):
            self.add_error("to", "填了实际时间，请选择登记的阶段。")
        if cleaned.get("to") in STARTED and (gates := proofs.open_gates(self.project)):
            self.add_error("to", f"{proofs.gate_warning(gates)}请在“登记开工”中确认。")
        return cleaned

    def note(self) -> dict[str, Any]:
        """What the rule `notes.add_progress` takes."""
        return {name: self.cleaned_data[name] for name in ("progress", "problem", "next_step", "reason", "noted_on")}


class NoteRowForm(RuleForm):
    """One row of 批量更新进展; an empty row is left alone."""

    project = forms.IntegerField(widget=forms.HiddenInput)
    progress = prose("进展", "")
    problem = prose("存在问题", "")
    reason = forms.ChoiceField(label="原因类别", choices=REASONS, required=False)
    next_step = prose("下一步", "")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reason") and not has_text(cleaned):
            self.add_error("problem", "选了原因类别，请写一句存在问题。")
        return cleaned

    def note(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("progress", "problem", "next_step", "reason")}


NoteRows = forms.formset_factory(NoteRowForm, extra=0, max_num=100, absolute_max=100)


class ChaseForm(RuleForm):
    """记一次催办: how, the answer, the promised day."""

    channel = forms.ChoiceField(label="方式", choices=Channel.choices, widget=forms.RadioSelect, initial=Channel.PHONE)
    answer = prose("答复", "如：国庆后交地", rows=3)
    promised_on = day_field("承诺日期", required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, next_url: str = ""):
        super().__init__(data, initial={"channel": Channel.PHONE, "next": next_url})
