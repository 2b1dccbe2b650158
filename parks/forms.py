"""Forms of the reference data and the accounts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from parks.accounts import Term
from parks.models import Park, ParkAssignment
from portal import clock
from portal.excel import limits
from portal.excel.refusal import UPLOAD
from portal.models import User

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class PersonForm(forms.ModelForm):
    """An account as the administrator sees it. `own`: the administrator's own account keeps its role."""

    class Meta:
        model = User
        fields = ["username", "name", "role", "is_lead", "phone", "email"]
        labels = {"username": "账号"}
        help_texts = {
            "username": "登录用的名称，不分大小写；建立后不能更改。",
            "email": "可不填。",
        }
        error_messages = {"username": {"unique": "已有这个账号，请换一个名称。"}}

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs.update(autocomplete="off", autofocus=False)
        if self.instance.pk:
            self.fields["username"].disabled = True
        if own:
            self.fields["role"].disabled = self.fields["is_lead"].disabled = True

    def clean_username(self) -> str:
        return self.cleaned_data["username"].strip().casefold()


class GoLiveForm(forms.Form):
    """The first administrator of the real site, and the word that shows that one has read what goes."""

    WORD = "转为正式"
    username = forms.CharField(label="第一个系统管理员的账号", max_length=150, initial="admin")
    name = forms.CharField(label="姓名", max_length=40)
    word = forms.CharField(label=f"请输入“{WORD}”四个字", max_length=10)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("username", "word"):
            self.fields[name].widget.attrs.update(autocomplete="off")

    def clean_word(self) -> str:
        if self.cleaned_data["word"].strip() != self.WORD:
            raise ValidationError(f"没有转换：请完整输入“{self.WORD}”。")
        return self.WORD


class PeopleSheetForm(forms.Form):
    """A list of accounts; its content is judged when it is read."""

    file = forms.FileField(
        label="账号名单",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "请先选择文件。"},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > limits.UPLOAD:
            raise ValidationError(UPLOAD)
        return file


class TermForm(forms.Form):
    """One line of whom a park person acts for. A saved line keeps its unit; it is ended by a date."""

    row = forms.IntegerField(required=False, widget=forms.HiddenInput)
    park = forms.ChoiceField(label="填报单位", required=False)
    from_date = forms.DateField(label="自", required=False, widget=DAY)
    to_date = forms.DateField(label="至（含当天，可不填）", required=False, widget=DAY)

    def __init__(self, *args: Any, units: Sequence[Park], rows: dict[int, ParkAssignment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.units, self.rows = {str(unit.pk): unit for unit in units}, rows
        self.fields["park"].choices = [("", "——"), *((key, unit.name) for key, unit in self.units.items())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        row = self.rows.get(data.get("row") or 0)
        park = row.park if row else self.units.get(data.get("park", ""))
        if park is None and (data.get("from_date") or data.get("to_date")):
            raise ValidationError("请选择填报单位。")
        if park is not None and not self.errors:
            start, end = data.get("from_date") or clock.today(), data.get("to_date")
            if end and end < start:
                raise ValidationError("结束日期不能早于开始日期。")
            data["term"] = Term(park=park, from_date=start, to_date=end, row=row)
        return data


TermFormSet = forms.formset_factory(TermForm, extra=2)


def term_forms(person: User | None, data: Any = None) -> Any:
    """Return the lines of a person (none yet for a new one), with two empty ones."""
    rows = {row.pk: row for row in person.assignments.select_related("park")} if person else {}
    initial = [
        {"row": row.pk, "park": str(row.park_id), "from_date": row.from_date, "to_date": row.to_date}
        for row in rows.values()
    ]
    kwargs = {"units": list(Park.objects.reporting()), "rows": rows}
    return TermFormSet(data, initial=initial, prefix="units", form_kwargs=kwargs)


def terms_of(formset: Any) -> list[Term]:
    return [form.cleaned_data["term"] for form in formset if "term" in form.cleaned_data]
