"""The upload of a stamped sheet: which unit, which file."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from parks.models import Park
from projects.forms.proof import ACCEPT, MAX_MB


class SealedSheetForm(forms.Form):
    """The content is judged when it is taken in; a person of one unit need not choose it."""

    unit = forms.ModelChoiceField(Park.objects.none(), label="填报单位", empty_label=None)
    file = forms.FileField(
        label="盖章件（扫描件或照片）",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "data-max-mb": MAX_MB}),
        help_text=f"pdf 或 jpg、png、webp 图片，不超过{MAX_MB}MB",
        error_messages={"required": "请先选择文件。"},
    )

    def __init__(self, *args: Any, units: QuerySet[Park], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units.filter(children=None)  # type: ignore[attr-defined]
