"""Forms of 常用清单."""

from typing import Any

from django import forms

from portal.models import User
from portal.permissions import bureau
from projects import saved_lists
from projects.forms.notes import RuleForm
from projects.models import SavedList


class SavedListForm(RuleForm):
    """Another name, and for the bureau whether its people share the list."""

    name = forms.CharField(label="名称", max_length=40, help_text="如：五通桥未开工、光伏项目周报")
    shared = forms.BooleanField(label="科室共享（业务科室的人都能看到和使用）", required=False)

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None):
        super().__init__(data, initial=initial)
        if not bureau(user):
            del self.fields["shared"]

    @property
    def shares(self) -> bool:
        return bool(self.cleaned_data.get("shared"))


class NewListForm(SavedListForm):
    """Keep the list as it stands on the page: under a new name, or in place of one that is there."""

    replaces = forms.ModelChoiceField(
        SavedList.objects.none(), label="保存为", required=False, empty_label="新的常用清单"
    )
    field_order = ("replaces", "name", "shared")

    def __init__(self, data: Any = None, *, user: User, initial: dict[str, Any] | None = None):
        super().__init__(data, user=user, initial=initial)
        mine = [one.pk for one in SavedList.objects.visible_to(user) if saved_lists.may_change(one, user)]
        self.fields["replaces"].queryset = SavedList.objects.filter(pk__in=mine)
        self.fields["replaces"].label_from_instance = lambda saved: f"替换“{saved}”"
        self.fields["name"].required = False
        self.fields["name"].help_text += "；替换已有清单时不用填"
        if not mine:
            del self.fields["replaces"]
            self.fields["name"].required, self.fields["name"].help_text = True, "如：五通桥未开工、光伏项目周报"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("replaces") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("name", "请填写名称。")
        return cleaned
