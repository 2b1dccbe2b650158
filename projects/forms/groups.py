"""Forms of 专题: a project enters a list, or stands there differently."""

from typing import Any

from django import forms

from projects.choices import EntryStatus
from projects.forms.notes import RuleForm
from projects.models import GroupEntry, Project


class EnterForm(RuleForm):
    """Put a project into the list, found by its 系统编号, 统一项目代码 or full name."""

    project = forms.CharField(label="项目", max_length=200, help_text="系统编号、统一项目代码或项目全称")
    status = forms.ChoiceField(label="状态", choices=EntryStatus.choices, initial=EntryStatus.APPLIED)
    published = forms.BooleanField(label="在公布名单内（以现总投资为公布数）", required=False)
    reason = forms.CharField(label="原因", max_length=200)

    def clean_project(self) -> Project:
        word = self.cleaned_data["project"].strip()
        live = Project.objects.live()
        for name in ("number", "project_code", "name"):
            found = live.filter(**{name: word})[:2]
            if len(found) == 1:
                return found[0]
            if found:
                raise forms.ValidationError("有几个项目叫这个名称，请改填系统编号。")
        raise forms.ValidationError("没有找到这个项目，请核对系统编号、代码或全称。")


class EntryForm(RuleForm):
    """Change how a project stands in the list."""

    status = forms.ChoiceField(label="状态", choices=EntryStatus.choices)
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, data: Any = None, *, entry: GroupEntry):
        super().__init__(data, initial={"status": entry.status})
