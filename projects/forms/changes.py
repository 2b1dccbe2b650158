"""Forms of 调整申请: what a park asks, and the bureau's answer."""

from typing import Any

from django import forms

from projects import changes
from projects.choices import Hold, Reason
from projects.forms.fields import MoneyField, ProseField, SpanField
from projects.forms.notes import RuleForm
from projects.models import Milestone, Project

HOLD_WORDS = {Hold.NONE: "恢复正常", Hold.SUSPENDED: "停缓建", Hold.WITHDRAWN: "退出"}


class AskForm(RuleForm):
    """The value asked for, why by category, and in words."""

    value = forms.CharField()
    reason = forms.ChoiceField(label="原因类别", choices=[("", "请选择"), *Reason.choices])
    said = ProseField(label="说明", rows=3, max_length=1000, placeholder="如：385亩中42亩征拆未完成，10月底前交地")

    def __init__(self, data: Any = None, *, project: Project, field: str, node: Milestone | None):
        super().__init__(data)
        self.fields["value"] = value_field(project, field)
        self.fields["value"].label = "申请办理" if field == "hold" else "申请调整为"


def value_field(project: Project, field: str) -> forms.Field:
    if field in changes.SPANS:
        return SpanField()
    if field in changes.AMOUNTS:
        return MoneyField()
    others = [(code.value, word) for code, word in HOLD_WORDS.items() if code != project.hold]
    return forms.TypedChoiceField(choices=others, coerce=Hold, widget=forms.RadioSelect, required=False, empty_value="")


class AnswerForm(RuleForm):
    answer = forms.CharField(
        label="办理意见",
        max_length=150,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回时必填，园区会看到",
    )
