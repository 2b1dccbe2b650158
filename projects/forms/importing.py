"""What one says before an upload: the file and, where its title names none, the year."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal import clock
from portal.excel import limits
from portal.excel.refusal import RESAVE

MAX_MB = limits.UPLOAD // limits.MIB
YEARS = range(2015, 2036)


def years(around: int) -> list[tuple[int, str]]:
    """The years a table may be of."""
    return [(year, f"{year}年") for year in YEARS if around - 3 <= year <= around + 1]


class UploadForm(forms.Form):
    """The content of the file is judged when it is read; here only that there is one, and not too large a one."""

    file = forms.FileField(
        label="项目表",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-mb": MAX_MB, "data-other-kind": RESAVE}),
        error_messages={"required": "请先选择要导入的项目表。"},
    )
    year = forms.TypedChoiceField(label="年度（表题没有写明时）", coerce=int)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        this = clock.today().year
        self.fields["year"].choices = years(this)  # type: ignore[attr-defined]
        self.fields["year"].initial = this

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > limits.UPLOAD:
            raise forms.ValidationError(f"文件超过{MAX_MB}MB。请删去图片和多余的工作表，或分成几个文件后再上传。")
        return file
