"""The project: who, where, how much, when, how far."""

from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from parks.models import County, Enterprise, Industry, Park
from portal import clock, spans
from portal.models import User
from projects.choices import BEFORE_BUILDING, ChainSegment, Hold, IndustryGroup, Light, Nature, Stage
from projects.models.queries import ProjectQuerySet

PROJECT_CODE = RegexValidator(
    r"^\d{4}-\d{6}-\d{2}-\d{2}-\d{5,6}$", "项目代码格式应为“4位-6位-2位-2位-6位”，例如 2101-511112-04-01-123456。"
)
DERIVED = [
    "search_text",
    "newest_note",
    "last_update_on",
    "due_on",
    "light",
    "light_why",
    "late_since",
    "late_node",
    "light_parts",
]


def amount(label: str, **options: Any) -> models.DecimalField:
    """Money in 万元; null means unknown."""
    return models.DecimalField(
        label, max_digits=16, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], **options
    )


class NumberSeries(models.Model):
    """The last 系统编号 given out in a year. Numbers are never used again."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = "编号序列"
        verbose_name_plural = "编号序列"

    def __str__(self):
        return f"LS{self.year}-{self.last:04d}"


class Project(models.Model):
    """An industrial investment project. Change it through `projects.lifecycle` only."""

    number = models.CharField("系统编号", max_length=14, unique=True)
    name = models.CharField("项目名称", max_length=200)
    former_names = models.CharField("曾用名", max_length=400, blank=True)
    project_code = models.CharField(  # noqa: DJ001 — many projects may lack one
        "统一项目代码", max_length=24, null=True, blank=True, validators=[PROJECT_CODE]
    )
    enterprise = models.ForeignKey(Enterprise, models.PROTECT, verbose_name="项目单位", null=True, blank=True)
    unit = models.ForeignKey(Park, models.PROTECT, verbose_name="填报单位", null=True, blank=True)
    county = models.ForeignKey(
        County, models.PROTECT, verbose_name="所在县（市、区）", null=True, blank=True, related_name="+"
    )
    address = models.CharField("建设地点", max_length=200, blank=True)
    industry_group = models.CharField("主导产业", max_length=12, choices=IndustryGroup, blank=True)
    industry = models.ForeignKey(Industry, models.PROTECT, verbose_name="行业", null=True, blank=True)
    chain_segment = models.CharField("产业链环节", max_length=12, choices=ChainSegment, blank=True)
    nature = models.CharField("建设性质", max_length=12, choices=Nature, blank=True)
    content = models.TextField("建设内容及规模", blank=True)
    capacity = models.CharField("设计产能", max_length=100, blank=True)
    total_investment = amount("总投资（万元）")
    planned_start_from = models.DateField("计划开工自", null=True, blank=True)
    planned_start_to = models.DateField("计划开工至", null=True, blank=True)
    planned_finish_from = models.DateField("计划竣工自", null=True, blank=True)
    planned_finish_to = models.DateField("计划竣工至", null=True, blank=True)
    actual_start_from = models.DateField("实际开工自", null=True, blank=True)
    actual_start_to = models.DateField("实际开工至", null=True, blank=True)
    actual_finish_from = models.DateField("实际竣工自", null=True, blank=True)
    actual_finish_to = models.DateField("实际竣工至", null=True, blank=True)
    stage = models.CharField("项目阶段", max_length=12, choices=Stage, blank=True)
    hold = models.CharField("管理状态", max_length=12, choices=Hold, blank=True, default=Hold.NONE)
    hold_reason = models.CharField("停缓建或退出原因", max_length=200, blank=True)
    stat_listed = models.BooleanField("统计入库", null=True, blank=True)
    stat_listed_on = models.DateField("统计入库时间", null=True, blank=True)
    responsible_unit = models.CharField("责任单位", max_length=60, blank=True)
    city_leader = models.CharField("联系市领导", max_length=40, blank=True)
    bureau_owner = models.ForeignKey(
        User, models.PROTECT, verbose_name="市局责任人", null=True, blank=True, related_name="bureau_projects"
    )
    park_owner = models.CharField("园区责任人", max_length=40, blank=True)
    park_phone = models.CharField("园区责任人电话", max_length=40, blank=True)
    liaison = models.CharField("企业联络员", max_length=40, blank=True)
    liaison_phone = models.CharField("联系电话", max_length=60, blank=True)
    template = models.ForeignKey(
        "TemplateVersion", models.PROTECT, verbose_name="节点模板", null=True, blank=True, related_name="+"
    )
    remark = models.TextField("备注", blank=True)
    unverified = models.BooleanField("进展待核实", default=False)
    is_demo = models.BooleanField("演示数据", default=False)
    demo_fields = models.JSONField("演示值", default=list, blank=True)

    version = models.PositiveIntegerField("版本", default=1)
    deleted_no = models.BigIntegerField("回收号", default=0)
    deleted_at = models.DateTimeField("移入回收站时间", null=True, blank=True)
    deleted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="移入回收站的人", null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", default=clock.now)
    created_by = models.ForeignKey(User, models.PROTECT, verbose_name="登记人", null=True, blank=True, related_name="+")

    search_text = models.CharField("搜索文字", max_length=1200, blank=True, editable=False)
    newest_note = models.ForeignKey(
        "ProgressNote",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="最新进展",
    )
    last_update_on = models.DateField("最近更新", null=True, blank=True, editable=False)
    due_on = models.DateField("下一关键节点", null=True, blank=True, editable=False)
    light = models.CharField("灯", max_length=8, choices=Light, default=Light.GREY, editable=False)
    light_why = models.CharField("灯的原因", max_length=60, blank=True, editable=False)
    late_since = models.DateField("逾期节点的计划截止日", null=True, blank=True, editable=False)
    late_node = models.CharField("逾期节点", max_length=60, blank=True, editable=False)
    light_parts = models.JSONField("各项灯色", default=list, blank=True, editable=False)

    history = HistoricalRecords(
        excluded_fields=DERIVED, history_change_reason_field=models.CharField(max_length=200, blank=True, null=True)
    )
    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "项目"
        verbose_name_plural = "项目"
        constraints = [
            models.UniqueConstraint(
                fields=["project_code", "deleted_no"],
                name="project_code_unique",
                violation_error_message="这个统一项目代码已被另一个项目使用，请核对。",
            ),
            models.CheckConstraint(
                condition=Q(total_investment=None) | Q(total_investment__gte=0),
                name="project_total_not_negative",
                violation_error_message="总投资不能为负数。",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}_from": None})
                    | Q(**{f"{name}_to__isnull": False, f"{name}_from__lte": F(f"{name}_to")}),
                    name=f"project_{name}_span",
                    violation_error_message="起始日期不能晚于截止日期。",
                )
                for name in ("planned_start", "planned_finish", "actual_start", "actual_finish")
            ),
        ]
        indexes = [
            models.Index(fields=["total_investment", "id"], name="project_by_total"),
            models.Index(fields=["unit", "stage"], name="project_by_unit"),
            models.Index(fields=["stage", "planned_start_to"], name="project_by_start"),
            models.Index(fields=["stage", "planned_finish_to"], name="project_by_finish"),
            models.Index(fields=["light", "late_since"], name="project_by_light"),
            models.Index(fields=["late_since", "id"], name="project_by_late"),
            models.Index(fields=["due_on", "id"], name="project_by_due"),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(deleted_no=0, hold=Hold.NONE, stage__in=BEFORE_BUILDING),
                name="project_waiting_by_due",
            ),
            models.Index(fields=["last_update_on", "id"], name="project_by_update"),
            models.Index(fields=["city_leader"], name="project_by_leader"),
            models.Index(fields=["name", "id"], name="project_by_name"),
            # everything the named sets are counted by: counting and adding up read this instead of the wide rows
            models.Index(
                fields=[
                    *("id", "total_investment", "unit", "hold", "stage", "unverified", "light", "nature", "is_demo"),
                    *("planned_start_to", "planned_finish_to", "last_update_on"),
                ],
                condition=Q(deleted_no=0),
                name="project_counting",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("project_detail", args=[self.pk])

    @property
    def planned_start(self) -> spans.Span | None:
        return spans.of(self.planned_start_from, self.planned_start_to)

    @property
    def planned_finish(self) -> spans.Span | None:
        return spans.of(self.planned_finish_from, self.planned_finish_to)

    @property
    def actual_start(self) -> spans.Span | None:
        return spans.of(self.actual_start_from, self.actual_start_to)

    @property
    def actual_finish(self) -> spans.Span | None:
        return spans.of(self.actual_finish_from, self.actual_finish_to)

    @property
    def status(self) -> str:
        """What the column 项目阶段 shows: 停缓建 and 退出 before the stage, 待补 when nothing is known."""
        if self.hold:
            return self.get_hold_display()
        return self.get_stage_display() or "待补"
