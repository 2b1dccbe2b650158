"""What the site itself remembers: people, what they did, and texts the bureau may edit."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.urls import reverse

from portal import clock
from portal.choices import DayKind, FileKind, MailPhase, MailState, Role, RunState


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
    wants_digest = models.BooleanField("每周接收周调度", default=True)
    only_red = models.BooleanField("周调度只看红灯", default=False, help_text="没有红灯时不发，名单只列红灯项目")
    duty_in_digest = models.BooleanField("职责提醒并入周调度", default=False, help_text="不再当天单独提醒，不会丢失")
    preferences_at = models.DateTimeField("接收方式修改时间", default=clock.now, editable=False)
    bounces = models.PositiveSmallIntegerField("连续退信次数", default=0, editable=False)
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
            ),
            models.CheckConstraint(
                condition=models.Q(wants_digest=True) | models.Q(duty_in_digest=False),
                name="user_duty_goes_somewhere",
                violation_error_message="不接收周调度时，职责提醒不能并入周调度。",
            ),
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


class OutgoingMail(models.Model):
    """A message to one person: shown on the site, and mailed once if the person has an address.

    Worked on only by the owner of its lease; every write repeats the fence. `phase` says whether a copy may be out.
    Leases are in machine time (milliseconds), everything else in business time.
    """

    key = models.CharField("唯一键", max_length=190, unique=True)
    kind = models.CharField("类别", max_length=24)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="收件人", related_name="messages")
    address = models.EmailField("邮箱", blank=True)
    subject = models.CharField("标题", max_length=200, blank=True)
    body = models.TextField("正文", blank=True)
    letter = models.TextField("邮件正文", blank=True, help_text="发往不宜写明细的域名时，只有数字")
    html = models.TextField("邮件网页正文", blank=True)
    scope = models.CharField("成文时的范围", max_length=200, blank=True)
    rendered_at = models.DateTimeField("成文时间", null=True, blank=True)
    message_id = models.CharField("邮件编号", max_length=120)
    state = models.CharField("状态", max_length=10, choices=MailState, default=MailState.QUEUED)
    phase = models.CharField("阶段", max_length=8, choices=MailPhase, default=MailPhase.IDLE)
    fence = models.PositiveIntegerField("领取次数", default=0)
    owner = models.CharField("领取者", max_length=100, blank=True)
    lease_ms = models.BigIntegerField("租约到期", default=0)
    due_at = models.DateTimeField("应发时间")
    give_up_at = models.DateTimeField("放弃时间")
    tries = models.PositiveIntegerField("尝试次数", default=0)
    uncertain = models.PositiveIntegerField("可能重复次数", default=0)
    smtp_code = models.PositiveSmallIntegerField("应答码", null=True, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)
    created_at = models.DateTimeField("生成时间", default=clock.now)
    accepted_at = models.DateTimeField("送达时间", null=True, blank=True)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)

    is_new_text = False  # in a worker: the text was made for the try that is going on

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = "消息"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="mail_due"),
            models.Index(fields=["user", "-id"], name="mail_of_user"),
            models.Index(
                fields=["user"],
                condition=models.Q(read_at=None, rendered_at__isnull=False),
                name="mail_unread",
            ),
        ]

    def __str__(self):
        return self.subject or self.key


class OutgoingMailItem(models.Model):
    """One thing a message speaks of. It names its subject by text: this package knows no project."""

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, verbose_name="消息", related_name="items")
    subject = models.CharField("事项", max_length=24)
    object_id = models.BigIntegerField("对象")
    due = models.DateField("期限")
    level = models.CharField("级别", max_length=10)
    user = models.ForeignKey(User, models.PROTECT, verbose_name="收件人", related_name="+")
    unit = models.CharField("填报单位", max_length=12, blank=True)

    class Meta:
        verbose_name = "消息事项"
        verbose_name_plural = "消息事项"
        constraints = [
            models.UniqueConstraint(fields=["subject", "object_id", "due", "level", "user"], name="mail_item_unique")
        ]
        indexes = [models.Index(fields=["user", "subject", "due"], name="mail_item_of_user")]

    def __str__(self):
        return f"{self.subject} {self.object_id} {self.level}"


class DeliveryAttempt(models.Model):
    """One try to hand a message over: who tried, how far it came, what the server said."""

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, verbose_name="消息", related_name="attempts")
    number = models.PositiveIntegerField("第几次")
    owner = models.CharField("领取者", max_length=100)
    began_at = models.DateTimeField("开始")
    outcome = models.CharField("结果", max_length=12)
    smtp_code = models.PositiveSmallIntegerField("应答码", null=True, blank=True)
    detail = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "发送尝试"
        verbose_name_plural = "发送尝试"
        constraints = [models.UniqueConstraint(fields=["mail", "number"], name="attempt_unique")]

    def __str__(self):
        return f"{self.mail} 第{self.number}次"


class MailGate(models.Model):
    """The circuit breaker before the mail server: one row. Closed until `until_ms` (machine time) after failures."""

    streak = models.PositiveIntegerField("连续失败", default=0)
    until_ms = models.BigIntegerField("暂停到", default=0)
    note = models.CharField("原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "发信闸门"
        verbose_name_plural = "发信闸门"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="mail_gate_one_row")]

    def __str__(self):
        return f"连续失败{self.streak}次"


class ScheduledRun(models.Model):
    """One job in one period: the unique pair makes any number of schedulers equal to one."""

    job = models.CharField("任务", max_length=40)
    period = models.CharField("周期", max_length=24)
    due_at = models.DateTimeField("应运行时间", default=clock.now)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.RUNNING)
    fence = models.PositiveIntegerField("领取次数", default=0)
    owner = models.CharField("领取者", max_length=100, blank=True)
    lease_ms = models.BigIntegerField("租约到期", default=0)
    made = models.PositiveIntegerField("生成条数", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    started_at = models.DateTimeField("开始", default=clock.now)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    owed = models.PositiveIntegerField("应发事项", default=0)
    missing = models.PositiveIntegerField("缺少事项", default=0)
    checked_at = models.DateTimeField("对账时间", null=True, blank=True)

    class Meta:
        verbose_name = "定时任务"
        verbose_name_plural = "定时任务"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["job", "period"], name="run_unique")]

    def __str__(self):
        return f"{self.job} {self.period}"


class ClockReading(models.Model):
    """What the clocks of a machine showed at the last look of its scheduler: a jump is noticed by comparing them."""

    host = models.CharField("主机", max_length=100, primary_key=True)
    boot = models.CharField("启动编号", max_length=36, blank=True)
    monotonic_ms = models.BigIntegerField("开机毫秒数", default=0)
    wall = models.DateTimeField("当时时间")
    suspect = models.BooleanField("时间可疑", default=False)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "时钟读数"
        verbose_name_plural = "时钟读数"

    def __str__(self):
        return self.host
