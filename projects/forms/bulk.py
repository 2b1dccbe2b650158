"""The form of 批量修改: one of five things, its new value, and the reason for all."""

from typing import Any

from django import forms

from parks.models import Park
from portal.choices import Role
from portal.models import User
from portal.permissions import lead
from projects.bulk.wishes import GROUP, GROUP_WORDS, NOBODY, OWNER, STAGE, TYPE, UNIT, Wish
from projects.choices import STARTED, EntryStatus, Stage, YearType
from projects.forms.fields import SpanField
from projects.forms.notes import RuleForm
from projects.groups import INDUSTRIAL
from projects.models import ProjectGroup

UNCHANGED = ("", "不改")


class BulkForm(RuleForm):
    """Exactly one of the fields is filled in; the others stay as they are."""

    bureau_owner = forms.ChoiceField(label="市局责任人", required=False)
    stage = forms.ChoiceField(
        label="项目阶段", choices=[UNCHANGED, *Stage.choices], required=False, help_text="只能前进；退回请在项目页办理"
    )
    actual = SpanField(
        label="实际时间",
        required=False,
        past=True,
        help_text="开工、试生产、竣工投产、达产的日期，各项目相同时填写，如 2021-09-15、2021年9月",
    )
    group = forms.ChoiceField(label="专题", required=False)
    status = forms.ChoiceField(
        label="在专题中", choices=[(str(code), word) for code, word in GROUP_WORDS.items()], required=False
    )
    year_type = forms.ChoiceField(label="年度类型", choices=[UNCHANGED, *YearType.choices], required=False)
    unit = forms.ChoiceField(label="填报单位", required=False)
    reason = forms.CharField(
        label="原因", max_length=100, help_text="每个项目的历史里都会写上，如：投资科分工调整", widget=forms.TextInput
    )
    field_order = (OWNER, UNIT, STAGE, "actual", GROUP, "status", TYPE, "reason")

    def __init__(self, data: Any = None, *, user: User, year: int):
        super().__init__(data)
        people = User.objects.filter(role=Role.STAFF, is_active=True).order_by("name", "pk")
        self.fields[OWNER].choices = [UNCHANGED, (NOBODY, "不指定"), *((str(one.pk), one.name) for one in people)]
        units = Park.objects.reporting().order_by("order")
        self.fields[UNIT].choices = [UNCHANGED, *((one.code, one.name) for one in units)]
        if lead(user):
            lists = ProjectGroup.objects.filter(year=year).exclude(slug=INDUSTRIAL)
            self.fields[GROUP].choices = [UNCHANGED, *((one.slug, one.short_name) for one in lists)]
        else:
            del self.fields[GROUP], self.fields["status"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [name for name in (OWNER, STAGE, GROUP, TYPE, UNIT) if cleaned.get(name)]
        if not chosen and not self.errors:
            raise forms.ValidationError("请选择要改成什么：一次改一项，其余保持“不改”。")
        if len(chosen) > 1:
            raise forms.ValidationError("一次只改一项，请把其余的改回“不改”，分几次办理。")
        if cleaned.get("actual") and cleaned.get(STAGE) not in STARTED:
            self.add_error("actual", "只有登记在建、试生产、竣工投产、达产时才填实际时间。")
        self.act = chosen[0] if chosen else ""
        return cleaned

    def wish(self) -> Wish:
        said = self.cleaned_data
        status = said["status"] or EntryStatus.LISTED if self.act == GROUP else ""
        actual = str(said["actual"]) if said["actual"] else ""
        return Wish(self.act, said[self.act], said["reason"].strip(), str(status), actual)
