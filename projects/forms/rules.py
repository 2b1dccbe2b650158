"""The form of a new version of the rule of the lights."""

from django import forms

from portal import clock


class RuleForm(forms.Form):
    red_over_days = forms.IntegerField(label="逾期超过多少天为红灯", min_value=1, max_value=365)
    effective_from = forms.DateField(
        label="启用日期", initial=clock.today, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(label="修改原因", max_length=200)
