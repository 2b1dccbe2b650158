"""The form of 人工定灯."""

from django import forms

from projects import overrides
from projects.forms.notes import RuleForm, day_field


class OverrideForm(RuleForm):
    light = forms.ChoiceField(
        label="定为", choices=[("", "请选择"), *((one.value, one.label) for one in overrides.CHOICES)]
    )
    reason = forms.CharField(label="理由", max_length=150, help_text="会显示在灯的旁边")
    until = day_field("有效期至", help_text="含当日；到期自动恢复按规则计算")
