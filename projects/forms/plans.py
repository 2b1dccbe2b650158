"""The form of 年度计划: amount, goal, twelve months, and why."""

from decimal import Decimal
from typing import Any

from django import forms

from projects import planning
from projects.forms.fields import MoneyField
from projects.forms.notes import RuleForm
from projects.models import YearPlan

NAMES = [f"m{month}" for month in range(1, planning.MONTHS + 1)]


class PlanForm(RuleForm):
    """Months are all blank, or together make the amount."""

    annual_plan = MoneyField(label="年度计划投资（万元）", required=False)
    goal = forms.CharField(label="年度形象进度目标", max_length=200, required=False)
    reason = forms.CharField(label="调整原因", max_length=150, help_text="会记入变更记录")
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, plan: YearPlan):
        months = planning.by_month(plan)
        initial = {"annual_plan": plan.annual_plan, "goal": plan.goal, "read": planning.mark(plan)}
        super().__init__(data, initial={**initial, **dict(zip(NAMES, months, strict=True))})
        for month, name in enumerate(NAMES, start=1):
            self.fields[name] = MoneyField(label=f"{month}月", required=False, help_text="")

    def months(self) -> list[Decimal | None]:
        return [self.cleaned_data[name] for name in NAMES]

    def month_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES]
