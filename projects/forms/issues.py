"""Forms of 要素保障问题. Each act carries the version that was read; a refused stale one shows what is there now."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal import clock
from portal.choices import Role
from portal.models import User
from projects import issues
from projects.choices import IssueLevel, IssueSource, IssueState, Reason
from projects.forms.fields import ProseField
from projects.forms.notes import RuleForm, day_field
from projects.forms.proof import ProofForm
from projects.models import Issue


class PutForm(RuleForm):
    """提出问题: what hinders the project. A unit has fewer sources and levels to choose from."""

    category = forms.ChoiceField(label="类别", choices=[("", "请选择"), *Reason.choices])
    words = ProseField(label="问题", rows=3, max_length=500, placeholder="如：385亩中42亩征拆未完成，涉及11户")
    source = forms.ChoiceField(label="来源")
    level = forms.ChoiceField(label="希望哪级协调")

    def __init__(self, data: Any = None, *, user: User):
        bureau = user.role == Role.STAFF
        first = IssueSource.MEETING if bureau else IssueSource.PARK
        super().__init__(data, initial={"source": first, "level": IssueLevel.PARK})
        known = [(one.value, one.label) for one in IssueSource if bureau or one in issues.PARK_SOURCES]
        self.fields["source"].choices = known
        levels = [(one.value, one.label) for one in IssueLevel if bureau or one in issues.PARK_LEVELS]
        self.fields["level"].choices = levels


class ActForm(RuleForm):
    """An act on the version of the issue that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, issue: Issue, **initial: Any):
        super().__init__(data, initial={"version": issue.version, **initial})
        self.issue = issue

    def refuse(self, error: ValidationError) -> None:
        super().refuse(error)
        speak_of_now(self, self.issue, error)


def speak_of_now(form: RuleForm, issue: Issue, error: ValidationError) -> None:
    """After a stale version the next attempt speaks of what is there now, with the text kept."""
    if getattr(error, "code", "") == "stale":
        form.data = form.data.copy()
        form.data["version"] = Issue.objects.values_list("version", flat=True).get(pk=issue.pk)


class HandForm(ActForm):
    """交办; of what is handed over already, 改派、改期 with a reason."""

    lead_unit = forms.CharField(label="牵头单位", max_length=60)
    assist_units = forms.CharField(label="配合单位", max_length=120, required=False, help_text="几个单位用顿号分开")
    level = forms.ChoiceField(label="协调层级", choices=IssueLevel.choices)
    due_on = day_field("办结时限", help_text=f"默认{issues.DUE_DAYS}个工作日，可改为别的工作日")
    reason = forms.CharField(label="改派、改期原因", max_length=120)

    def __init__(self, data: Any = None, *, issue: Issue):
        due = issue.due_on or issues.default_due(clock.today())
        facts = {name: getattr(issue, name) for name in ("lead_unit", "assist_units", "level")}
        super().__init__(data, issue=issue, due_on=due, **facts)
        if issue.state == IssueState.NEW:
            del self.fields["reason"]


class StepForm(RuleForm):
    words = ProseField(label="办理情况", rows=3, max_length=500, placeholder="如：9月26日现场协调，已签38户")
    on = day_field("日期")

    def __init__(self, data: Any = None):
        super().__init__(data, initial={"on": clock.today()})


class EscalateForm(ActForm):
    level = forms.ChoiceField(label="提级到")
    reason = ProseField(label="原因", rows=2, max_length=150)

    def __init__(self, data: Any = None, *, issue: Issue):
        super().__init__(data, issue=issue)
        above = issues.LEVELS[issues.LEVELS.index(IssueLevel(issue.level)) + 1 :]
        self.fields["level"].choices = [(one.value, one.label) for one in above]


class WhyForm(ActForm):
    """退回 or 重新打开: nothing but the reason."""

    reason = ProseField(label="原因", rows=2, max_length=150)


class IssueProofForm(ProofForm):
    """A file that proves the issue is solved; no day is asked of a photograph."""

    taken_on = None  # type: ignore[assignment]
    dated = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.proof is None and not self.errors:
            self.add_error("file", "请选择照片或PDF文件。")
        return cleaned


class ApplyForm(ProofForm):
    """申请销号: the result, and what proves it unless files are there already."""

    taken_on = None  # type: ignore[assignment]
    dated = False
    version = forms.IntegerField(widget=forms.HiddenInput)
    result = ProseField(label="办理结果", rows=3, max_length=500, placeholder="如：42亩已交地，9月30日进场")
    field_order = ("result", "file")

    def __init__(self, data: Any = None, files: Any = None, *, issue: Issue):
        super().__init__(data, files, initial={"version": issue.version, "result": issue.result})
        self.issue = issue

    def refuse(self, error: ValidationError) -> None:
        super().refuse(error)
        speak_of_now(self, self.issue, error)
