"""Deadline and 数据时点 of a period, and the reason for opening one again."""

from datetime import datetime

from django import forms

from portal.calendar import SHANGHAI


class PeriodForm(forms.Form):
    due_at = forms.DateTimeField(
        label="截止时间", widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    )
    as_of = forms.DateField(
        label="数据时点",
        help_text="印在每张表下面，一般为月末",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_due_at(self) -> datetime:
        moment: datetime = self.cleaned_data["due_at"]
        return moment.astimezone(SHANGHAI)


class ReopenForm(forms.Form):
    reason = forms.CharField(label="重新开放的原因", max_length=200)
