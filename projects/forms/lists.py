"""Forms of 系统设置: the mapping stage → 四个一批 and the texts of the pages."""

from typing import Any

from django import forms

from portal.models import SiteText
from projects.choices import Stage
from projects.models import ProjectGroup, StageBatch


class BatchesForm(forms.Form):
    """One field a stage; empty means 待局确认."""

    def __init__(self, data: Any = None):
        super().__init__(data)
        known = dict(StageBatch.objects.values_list("stage", "batch"))
        for stage in Stage:
            self.fields[stage.value] = forms.CharField(
                label=stage.label,
                max_length=20,
                required=False,
                initial=known.get(stage.value, ""),
                widget=forms.TextInput(attrs={"placeholder": "待局确认"}),
            )


class TextsForm(forms.Form):
    """One field a text that the bureau words itself."""

    def __init__(self, data: Any = None):
        super().__init__(data)
        for text in SiteText.objects.order_by("title"):
            self.fields[text.key] = forms.CharField(
                label=text.title,
                max_length=400,
                required=False,
                initial=text.text,
                widget=forms.Textarea(attrs={"rows": 2}),
            )


class WeeklyForm(forms.Form):
    """Which 专题 are asked for news each week."""

    groups = forms.ModelMultipleChoiceField(
        ProjectGroup.objects.order_by("-year", "order"),
        label="周调度专题",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="列入的项目每周要有一条进展，没有的在项目库“本周未更新”里；其他项目不要求按周更新",
    )
