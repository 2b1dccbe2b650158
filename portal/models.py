"""What the site itself remembers: people, what they did, and texts the bureau may edit."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse

from portal import clock
from portal.choices import DayKind, FileKind, Role


class User(AbstractUser):
    """A person with an account. One role each; whom a park person acts for is in `parks.ParkAssignment`."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    role = models.CharField("角色", max_length=10, choices=Role, default=Role.PARK)
    is_lead = models.BooleanField(
        "业务负责人", default=False, help_text="可维护代码表、公布名单，并查看全部回收站。仅限业务科室。"
    )
    email = models.EmailField("邮箱", blank=True)
    phone = models.CharField("办公电话", max_length=40, blank=True)
    must_change_password = models.BooleanField("下次登录须修改密码", default=False)
    list_columns = models.JSONField("项目库显示列", default=list, blank=True)
    is_demo = models.BooleanField("演示账号", default=False)

    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_lead=False) | models.Q(role=Role.STAFF),
                name="user_lead_is_staff",
                violation_error_message="业务负责人只能是业务科室人员。",
            )
        ]

    def __str__(self):
        return self.name or self.username

    def get_absolute_url(self):
        return reverse("person_edit", args=[self.pk])

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name


class AuditEntry(models.Model):
    """One thing somebody did or was refused. Never changed or deleted: database triggers refuse it."""

    at = models.DateTimeField("时间", default=clock.now, db_index=True)
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name="人员", null=True, related_name="+", db_constraint=False
    )
    username = models.CharField("账号", max_length=150, blank=True)
    address = models.GenericIPAddressField("地址", null=True)
    request_id = models.CharField("请求号", max_length=36, blank=True)
    action = models.CharField("操作", max_length=40, db_index=True)
    object_type = models.CharField("对象类型", max_length=40, blank=True)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    result = models.CharField("结果", max_length=10, default="ok")
    detail = models.JSONField("说明", default=dict, blank=True)

    class Meta:
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-id"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.action}"


class SiteText(models.Model):
    """A text of the pages that the bureau words itself, such as the notice about classified matter."""

    key = models.SlugField("位置", primary_key=True, max_length=40)
    title = models.CharField("名称", max_length=40)
    text = models.TextField("文字", blank=True)

    class Meta:
        verbose_name = "页面文字"
        verbose_name_plural = "页面文字"

    def __str__(self):
        return self.title


class Heartbeat(models.Model):
    """When a background process last showed that it is alive, in machine time."""

    name = models.SlugField("进程", primary_key=True, max_length=40)
    seen_at = models.DateTimeField("最近一次")

    class Meta:
        verbose_name = "心跳"
        verbose_name_plural = "心跳"

    def __str__(self):
        return self.name


class ClockOffset(models.Model):
    """By how many whole days business time differs from real time: one row, zero outside a demonstration."""

    days = models.IntegerField("天数", default=0)

    class Meta:
        verbose_name = "演示时钟"
        verbose_name_plural = "演示时钟"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="clock_offset_one_row")]

    def __str__(self):
        return f"{self.days}天"


class CalendarYear(models.Model):
    """Whether the working days of a year are known. A year without a notice counts plain weekdays and is 未确认."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True)
    confirmed = models.BooleanField("已确认", default=False)
    source = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "工作日历年度"
        verbose_name_plural = "工作日历年度"
        ordering = ["year"]

    def __str__(self):
        return f"{self.year}年"


class CalendarDay(models.Model):
    """A day that differs from Monday to Friday: a holiday, a moved rest day, a worked weekend."""

    day = models.DateField("日期", unique=True)
    kind = models.CharField("类别", max_length=10, choices=DayKind)
    name = models.CharField("名称", max_length=40, blank=True)

    class Meta:
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.get_kind_display()}"


class StoredFile(models.Model):
    """A file that people sent, by the hash of what is kept. Never changed; the same content is kept once."""

    sha256 = models.CharField("校验值", max_length=64, unique=True)
    kind = models.CharField("类型", max_length=4, choices=FileKind)
    size = models.PositiveIntegerField("字节数")
    width = models.PositiveIntegerField("宽", null=True, blank=True)
    height = models.PositiveIntegerField("高", null=True, blank=True)

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "文件"

    def __str__(self):
        return f"{self.get_kind_display()} {self.sha256[:12]}"
