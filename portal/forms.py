"""Forms of the site itself."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.choices import DayKind


class DayForm(forms.Form):
    """One day of the working calendar, in the year of the page."""

    day = forms.DateField(label="日期", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    kind = forms.ChoiceField(label="类别", choices=DayKind.choices)
    name = forms.CharField(label="名称", max_length=40, required=False, help_text="如：国庆节、国庆节补班")

    def __init__(self, data: Any = None, *, year: int):
        super().__init__(data)
        self.year = year
        self.fields["day"].widget.attrs |= {"min": f"{year}-01-01", "max": f"{year}-12-31"}

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year != self.year:
            raise ValidationError(f"请填写{self.year}年的日期，其他年度请先在上面切换。")
        return day


class YearForm(forms.Form):
    """On which notice a year rests."""

    source = forms.CharField(
        label="依据",
        max_length=200,
        help_text="放假安排通知的名称和文号，如：国务院办公厅关于2027年部分节假日安排的通知",
    )


class PreferencesForm(forms.Form):
    """接收方式 of one person."""

    wants_digest = forms.BooleanField(label="接收周调度", required=False, help_text="每周第一个工作日08:30发送一次。")
    only_red = forms.BooleanField(
        label="周调度只看红灯", required=False, help_text="没有红灯项目的那一周不发；有红灯时，名单只列红灯项目。"
    )
    duty_in_digest = forms.BooleanField(
        label="职责提醒并入周调度", required=False, help_text="平日不再单独提醒，攒到周调度一起发，不会丢失。"
    )
