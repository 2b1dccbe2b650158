"""The form of 列统名单: up to which month, and the file."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal import clock
from portal.excel import limits
from projects import stat_figures
from projects.forms.importing import MAX_MB, RESAVE

MONTHS = [(month, f"1—{month}月" if month > 1 else "1月") for month in range(2, 13)]


class StatForm(forms.Form):
    month = forms.TypedChoiceField(label="累计到", choices=MONTHS, coerce=int)
    file = forms.FileField(
        label="列统名单",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-mb": MAX_MB, "data-other-kind": RESAVE}),
        error_messages={"required": "请先选择统计部门的名单。"},
    )

    def __init__(self, *args: Any, year: int, **options: Any):
        super().__init__(*args, **options)
        self.year = year
        expected = stat_figures.expected(clock.today())
        self.fields["month"].initial = expected[1] if year == expected[0] else 12 if year < expected[0] else 2

    def clean_month(self) -> int:
        month: int = self.cleaned_data["month"]
        today = clock.today()
        if (self.year, month) > (today.year, today.month):
            raise forms.ValidationError(
                f"现在是{today.year}年{today.month}月，还没有1—{month}月的列统数，请核对累计到几月。"
            )
        return month

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > limits.UPLOAD:
            raise forms.ValidationError(f"文件超过{MAX_MB}MB。请删去图片和多余的工作表后再上传。")
        return file
