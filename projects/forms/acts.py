"""Forms of single acts: the stage, 停缓建 and 退出, the recycle bin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal import clock
from portal.choices import Role
from portal.models import User
from projects import conflicts
from projects.choices import STAGE_ORDER, STARTED, Hold, Stage
from projects.forms.fields import SpanField
from projects.forms.nodes import GateForm
from projects.forms.notes import RuleForm, later_stages
from projects.models import Project

DATES = {
    Stage.BUILDING: "实际开工时间",
    Stage.TRIAL: "试生产时间",
    Stage.COMPLETED: "实际竣工投产时间",
    Stage.CAPACITY: "达产时间",
}
KNOWN = {Stage.BUILDING: "actual_start", Stage.COMPLETED: "actual_finish"}


class ActForm(RuleForm):
    """An act on a project. What others changed since the page was opened is shown before the act is done."""

    watched: tuple[str, ...] = ("stage", "hold", "actual_start", "actual_finish")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, project: Project, initial: dict[str, Any] | None = None):
        super().__init__(data, files, initial={**(initial or {}), "version": project.version})
        self.project = project
        self.meanwhile: conflicts.Meanwhile | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        read = cleaned.get("version") or 0
        found = conflicts.meanwhile(self.project, None, version=read, year=0)
        if found and (set(found.changes) & set(self.watched) or not self.watched):
            self.meanwhile = found
            self.data = self.data.copy()
            self.data["version"] = str(self.project.version)
            at = found.at.astimezone(clock.SHANGHAI)
            raise ValidationError(f"{found.who}已于{at:%-H:%M}修改了此项目，您的内容已保留，请对照后保存。")
        return cleaned


class StageForm(ActForm, GateForm):
    """Move the stage: forward for everybody who may write, back for the bureau with a reason."""

    to = forms.ChoiceField(label="项目阶段")
    actual = SpanField(label="实际时间", required=False, past=True)
    reason = forms.CharField(label="说明", max_length=100, required=False, help_text="阶段退回时必填")
    field_order = ("to", "actual", "file", "taken_on", "gates_word", "reason")

    def __init__(self, data: Any = None, files: Any = None, *, project: Project, user: User, to: str = ""):
        super().__init__(data, files, project=project, initial={"to": to})
        stages = STAGE_ORDER if user.role == Role.STAFF else later_stages(project)
        self.fields["to"].choices = [
            (stage, f"{Stage(stage).label}{'（现在）' if stage == project.stage else ''}") for stage in stages
        ]
        if to in STARTED:
            self.fields["actual"].label = f"{DATES[Stage(to)]}（必填）"
        if to == Stage.BUILDING:
            self.fields["actual"].help_text += "。开工须为正式打桩或破土开槽，平场、临建不算开工"
        self.watch_gates(project)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        to = cleaned.get("to")
        known = to in KNOWN and getattr(self.project, KNOWN[to])
        if to in STARTED and not known and not cleaned.get("actual") and "actual" not in self.errors:
            self.add_error("actual", "请填写实际时间。")
        if to and to == self.project.stage:
            self.add_error("to", f"项目已经是“{self.project.get_stage_display()}”。")
        if self.proof and to and to not in STARTED:
            self.add_error("file", "这个阶段不需要佐证。")
        self.ask_for_word(starting=to in STARTED)
        return cleaned


class HoldForm(ActForm):
    """停缓建, 退出 or back to normal, with the reason."""

    to = forms.ChoiceField(label="办理", choices=Hold.choices, required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label="原因", max_length=150, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, project: Project, to: str = ""):
        super().__init__(data, project=project, initial={"to": to})
        words = {"": "恢复正常", Hold.SUSPENDED: "停缓建", Hold.WITHDRAWN: "退出"}
        self.fields["to"].choices = [(code, word) for code, word in words.items() if code != project.hold]


class RecycleForm(ActForm):
    """Delete a wrong or doubled record; the reason is kept."""

    watched = ()  # any change since the page was opened is shown first

    reason = forms.CharField(label="删除原因", max_length=150, help_text="如：重复登记，与LS2021-0012相同")
