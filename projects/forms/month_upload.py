"""What is uploaded about a month: the filled 填报表, or the 期初数."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal.excel import limits
from portal.excel.refusal import RESAVE, UPLOAD

MAX_MB = limits.UPLOAD // limits.MIB


class TableForm(forms.Form):
    """The content is judged when it is read; here only that there is a file, and not too large a one."""

    file = forms.FileField(
        label="填报表",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "data-max-mb": MAX_MB, "data-other-kind": RESAVE}),
        error_messages={"required": "请先选择文件。"},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > limits.UPLOAD:
            raise forms.ValidationError(UPLOAD)
        return file
