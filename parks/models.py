"""Reference data: counties, industries, 填报单位 (parks and counties), who acts for them, enterprises."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from parks import uscc
from parks.choices import ParkKind
from portal import clock
from portal.models import User
from portal.text import squash


class County(models.Model):
    """县（市、区）of Leshan by GB/T 2260 (domain.md §9.2)."""

    code = models.CharField("区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=20, unique=True)

    class Meta:
        verbose_name = "县（市、区）"
        verbose_name_plural = "县（市、区）"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Industry(models.Model):
    """行业 by GB/T 4754-2017, as far as the bureau's projects use it (domain.md §9.3)."""

    code = models.CharField("行业代码", max_length=4, unique=True)
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = "行业"
        verbose_name_plural = "行业"
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.name}"


class ParkQuerySet(models.QuerySet):
    def for_user(self, user: User, *, on: date) -> "ParkQuerySet":
        """The units a person acts for on that day: the assigned ones and their children."""
        current = ParkAssignment.objects.filter(user=user).current(on=on).values("park")
        return self.filter(Q(pk__in=current) | Q(parent__in=current))

    def within(self, unit: "Park") -> "ParkQuerySet":
        """The unit and its children: the filter 其他特色园区 takes all six counties."""
        return self.filter(Q(pk=unit.pk) | Q(parent=unit))

    def reporting(self) -> "ParkQuerySet":
        """Units in the order of paper."""
        return self.order_by("order", "code")


class Park(models.Model):
    """填报单位: a park (P00–P05) or a county under 其他特色园区 (P99). People act for units; projects belong to one."""

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=30, unique=True)
    kind = models.CharField("类别", max_length=12, choices=ParkKind)
    county = models.ForeignKey(County, models.PROTECT, verbose_name="所在县（市、区）", null=True, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级", null=True, blank=True, related_name="children"
    )
    order = models.PositiveSmallIntegerField("台账顺序", unique=True)
    confirmed = models.BooleanField("已经局确认", default=False)
    aliases = models.CharField("别名", max_length=200, blank=True, help_text="表格和搜索中的其他写法，用空格分开")

    objects = ParkQuerySet.as_manager()

    class Meta:
        verbose_name = "填报单位"
        verbose_name_plural = "填报单位"
        ordering = ["order", "code"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("park_detail", args=[self.code])

    @property
    def words(self) -> set[str]:
        """Every way of writing the unit, squashed."""
        return {squash(word) for word in [self.name, self.code, *self.aliases.split()]}


class ParkAssignmentQuerySet(models.QuerySet):
    def current(self, *, on: date) -> "ParkAssignmentQuerySet":
        return self.filter(Q(from_date__lte=on) & (Q(to_date=None) | Q(to_date__gte=on)))


class ParkAssignment(models.Model):
    """A person acts for a unit from a day on, until a day. Rows are closed, not deleted."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name="人员", related_name="assignments")
    park = models.ForeignKey(Park, models.PROTECT, verbose_name="填报单位", related_name="assignments")
    from_date = models.DateField("自", default=clock.today)
    to_date = models.DateField("至", null=True, blank=True)

    objects = ParkAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "填报授权"
        verbose_name_plural = "填报授权"
        ordering = ["from_date", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_date=None) | Q(to_date__gte=F("from_date")),
                name="assignment_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]
        indexes = [models.Index(fields=["user", "from_date"])]

    def __str__(self):
        return f"{self.user} – {self.park}"


def validate_uscc(code: str) -> None:
    if not uscc.is_valid(code):
        raise ValidationError("统一社会信用代码应为18位且校验码正确，请对照营业执照核对。")


class Enterprise(models.Model):
    """项目单位. Names are kept as written; enterprises are never merged by the system."""

    name = models.CharField("名称", max_length=120, unique=True)
    uscc = models.CharField(
        "统一社会信用代码", max_length=18, null=True, blank=True, unique=True, validators=[validate_uscc]
    )
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "企业"
        verbose_name_plural = "企业"
        ordering = ["name"]

    def __str__(self):
        return self.name


def park_by_word(word: str, units: Iterable[Park]) -> Park | None:
    """Return the unit that is written like `word`, or None."""
    return next((unit for unit in units if squash(word) in unit.words), None)
