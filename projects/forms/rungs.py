"""The form of a new version of the ladder: a row for each rung, then the day it counts from and why."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal import clock
from projects.choices import RungAct
from projects.models import ReminderRung
from projects.rungs import FURTHEST

BEFORE, ON, AFTER = "before", "on", "after"
SIDES = [(BEFORE, "到期前"), (ON, "到期当天"), (AFTER, "到期后")]
EXTRA = 2


class RungForm(forms.Form):
    side = forms.ChoiceField(label="时点", choices=SIDES, initial=AFTER)
    number = forms.IntegerField(label="工作日", min_value=0, max_value=FURTHEST, required=False)
    act = forms.ChoiceField(label="方式", choices=RungAct, initial=RungAct.MESSAGE)
    for_key = forms.BooleanField(label="开工、竣工投产", required=False)
    for_others = forms.BooleanField(label="其他节点", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("side") != ON and "number" in data and not data["number"]:
            raise ValidationError("请填写几个工作日；当天请选“到期当天”。")
        return data

    def rung(self) -> ReminderRung:
        """The row as an unsaved rung."""
        data = self.cleaned_data
        days = {BEFORE: -1, ON: 0, AFTER: 1}[data["side"]] * (data["number"] or 0)
        return ReminderRung(days=days, act=data["act"], for_key=data["for_key"], for_others=data["for_others"])


class VersionForm(forms.Form):
    effective_from = forms.DateField(
        label="启用日期", initial=clock.today, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(label="修改原因", max_length=200)


RungFormSet = forms.formset_factory(RungForm, extra=EXTRA, max_num=30, absolute_max=40, can_delete=True)


class LadderForm:
    """Both parts together, as one form to the view."""

    def __init__(self, data: Any = None, *, rungs: Sequence[ReminderRung]):
        initial = None if data else [row_of(one) for one in rungs]  # sent rows speak for themselves
        self.rows: Any = RungFormSet(data, prefix="rungs", initial=initial)
        self.version = VersionForm(data)
        self.refused: list[str] = []

    def is_valid(self) -> bool:
        return bool(self.rows.is_valid()) & self.version.is_valid()

    def rungs(self) -> list[ReminderRung]:
        """The rungs as typed: rows taken away and rows left empty are none."""
        kept = [form for form in self.rows if form.cleaned_data and not form.cleaned_data["DELETE"]]
        return [form.rung() for form in kept]

    @property
    def wrong(self) -> list[str]:
        """What to say above the rows."""
        if not self.rows.is_bound:
            return []
        marked = ["没有保存，请修改下表中标出的行。"] if any(self.rows.errors) else []
        return [*self.refused, *marked, *self.rows.non_form_errors()]

    def refuse(self, error: ValidationError) -> None:
        """Show what the rule refused: at the field it names, or above the rows."""
        for name, words in getattr(error, "error_dict", {}).items():
            self.version.add_error(name, words)
        if not hasattr(error, "error_dict"):
            self.refused.extend(error.messages)


def row_of(rung: ReminderRung) -> dict[str, Any]:
    side = ON if not rung.days else AFTER if rung.days > 0 else BEFORE
    number = abs(rung.days) or None
    return {
        "side": side, "number": number, "act": rung.act, "for_key": rung.for_key, "for_others": rung.for_others
    }  # fmt: skip
