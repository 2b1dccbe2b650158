"""Forms of 产能 and 目标."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects import capacity
from projects.choices import Segment
from projects.forms.fields import SpanField
from projects.forms.notes import RuleForm, day_field
from projects.models import CapacityLine, Target

UNIT_HINT = "硅料填万吨/年，拉棒切方、切片、电池片填GW/年；不知道的留空"


def quantity(label: str, hint: str, **options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=12, decimal_places=2, help_text=hint, **options)


class LineForm(RuleForm):
    """What a project, or a phase of it, makes of a segment."""

    segment = forms.ChoiceField(label="环节", choices=Segment.choices)
    phase = forms.CharField(label="期次", max_length=20, required=False, help_text="如“一期”，不分期的留空")
    designed = quantity("设计产能", UNIT_HINT, required=False)
    producing = quantity("已投产产能", "还没有投产的填0；不知道的留空", required=False)
    planned = SpanField(label="计划投产", required=False)
    produced_on = day_field("实际投产日期", required=False)
    source = forms.CharField(label="出处", max_length=200, required=False, help_text="如“企业报送”“备案文件”")
    reason = forms.CharField(label="修改原因", max_length=150)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, line: CapacityLine | None = None, segment: str = ""):
        start = {"segment": segment} if line is None else initial_of(line)
        super().__init__(data, initial=start)
        if line is None:
            del self.fields["reason"], self.fields["version"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        designed, producing = cleaned.get("designed"), cleaned.get("producing")
        if designed is not None and producing is not None and producing > designed:
            self.add_error("producing", "已投产产能不能大于设计产能。")
        return cleaned


def initial_of(line: CapacityLine) -> dict[str, Any]:
    plain = ("segment", "phase", "designed", "producing", "produced_on", "source", "version")
    planned = capacity.entered_part(line.project, line).planned
    return {**{name: getattr(line, name) for name in plain}, "planned": planned}


class RemoveForm(RuleForm):
    """Take a line away, with the reason."""

    reason = forms.CharField(label="删除原因", max_length=150)
    version = forms.IntegerField(widget=forms.HiddenInput)


class TargetForm(RuleForm):
    """A target of a year in public words."""

    year = forms.IntegerField(label="目标年", min_value=2020, max_value=2100)
    segment = forms.ChoiceField(label="环节", choices=[("", "（不是产能，如产值）"), *Segment.choices], required=False)
    label = forms.CharField(label="指标", max_length=40)
    unit = forms.CharField(label="单位", max_length=10, help_text="硅料为万吨，其他环节为GW，产值为亿元")
    value = quantity("目标值", "")
    quote = forms.CharField(label="原文", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    source = forms.CharField(label="出处", max_length=200)
    reason = forms.CharField(label="原因", max_length=150)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, target: Target):
        names = ("year", "segment", "label", "unit", "value", "quote", "source")
        start = {name: getattr(target, name) for name in names}
        super().__init__(data, initial={**start, "seen": capacity.last_change(target)})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("segment") and cleaned.get("unit"):
            right = Segment(cleaned["segment"]).unit
            if cleaned["unit"] != right:
                raise ValidationError({"unit": f"这个环节的单位是{right}。"})
        return cleaned
