"""The form of a new version of the rule of the lights: every threshold, the day and why."""

from typing import Any

from django import forms

from portal import clock
from projects.forms.notes import RuleForm as Refusing
from projects.models import LightRule

HELP = {
    "red_over_days": "日历天；1天起为黄灯",
    "key_red_over_days": "日历天；不晚于上一项",
    "investment_yellow": "本年累计完成投资÷（年度计划×序时）",
    "investment_red": "不高于上一项",
    "listed_from": "万元",
    "report_red_days": "1个工作日起为黄灯",
}
BOUNDS = {
    "red_over_days": (1, 365),
    "key_red_over_days": (1, 365),
    "investment_yellow": (0, 200),
    "investment_red": (0, 200),
    "listed_yellow_months": (0, 24),
    "listed_red_months": (0, 24),
    "report_red_days": (1, 60),
}


def label_of(name: str) -> str:
    return next(str(field.verbose_name) for field in LightRule._meta.fields if field.name == name)


class RuleForm(Refusing):
    """Starts with the rule in force. What a rule may not be is said by the model's own constraints."""

    def __init__(self, data: Any = None, *, now: LightRule):
        super().__init__(data)
        for name, (least, most) in BOUNDS.items():
            self.fields[name] = forms.IntegerField(
                label=label_of(name),
                initial=getattr(now, name),
                min_value=least,
                max_value=most,
                help_text=HELP.get(name, ""),
            )
        self.fields["listed_from"] = forms.DecimalField(
            label=label_of("listed_from"),
            initial=f"{now.listed_from.normalize():f}",
            min_value=0,
            max_digits=16,
            decimal_places=2,
            help_text=HELP["listed_from"],
        )
        self.fields["effective_from"] = forms.DateField(
            label="启用日期", initial=clock.today, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
        self.fields["reason"] = forms.CharField(label="修改原因", max_length=200)
