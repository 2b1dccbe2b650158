"""专题: who is in a published list, and the 公布数核对 that explains every difference line by line."""

from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, QuerySet, Sum

from portal import clock
from portal.choices import Role
from portal.models import User
from portal.money import WAN_PER_YI, round_half_up, yi
from projects import audit, choices, lights
from projects.choices import EntryStatus
from projects.models import ControlTotal, GroupEntry, Project, ProjectGroup
from projects.models.queries import ProjectQuerySet

INDUSTRIAL, PROVINCE_KEY, MAJOR_PV = "industrial", "province-key", choices.MAJOR_PV
CITY_KEY, COUNTY_KEY = "city-key", "county-key"


@dataclass(frozen=True)
class Line:
    """One cause of a difference: so many projects and so much money (万元) more or less than published."""

    cause: str
    project: Project
    count: int
    amount: Decimal
    reason: str = ""


@dataclass(frozen=True)
class Difference:
    """The register against the published figure of a group. Amounts in 万元."""

    group: ProjectGroup
    count: int
    total: Decimal
    published_count: int
    published_total: Decimal
    step: Decimal

    @property
    def more_count(self) -> int:
        return self.count - self.published_count

    @property
    def more_total(self) -> Decimal:
        return self.total - self.published_total

    @property
    def agrees(self) -> bool:
        """True when count and amount, rounded to the published step, equal the published figure."""
        rounded = round_half_up(self.total / self.step, 0) * self.step
        return self.more_count == 0 and rounded == self.published_total

    @property
    def words(self) -> str:
        """与公布数一致, or 比公布数多2个、少0.35亿元."""
        if self.agrees:
            return "与公布数一致"
        parts = []
        if self.more_count:
            parts.append(f"{'多' if self.more_count > 0 else '少'}{abs(self.more_count)}个")
        if abs(self.more_total) >= WAN_PER_YI / 200 or not parts:
            parts.append(f"{'多' if self.more_total > 0 else '少'}{yi(abs(self.more_total))}亿元")
        return "比公布数" + "、".join(parts)


def of_year(slug: str, year: int) -> ProjectGroup | None:
    """The list of the year, else its newest; None when there is no such list."""
    found = ProjectGroup.objects.filter(slug=slug).select_related("control").order_by("-year")
    return next((one for one in found if one.year == year), found[0] if found else None)


def named_for(slug: str, year: int) -> ProjectGroup | None:
    """A list of that year, not saved, named like the newest there is; None when there is none."""
    like = ProjectGroup.objects.filter(slug=slug).order_by("-year").first()
    if like is None:
        return None
    name = like.name.replace(str(like.year), str(year))
    kept = {"short_name": like.short_name, "order": like.order, "weekly": like.weekly}
    return ProjectGroup(slug=slug, year=year, name=name, **kept)


def entries_for(*, group: ProjectGroup, user: User) -> QuerySet[GroupEntry]:
    """The entries of a list that the user may see, in the order of paper: unit, then amount."""
    seen = Project.objects.within_rights(user).live()
    found = group.entries.filter(project__in=seen).select_related("project__unit", "project__enterprise")
    unit = F("project__unit__order").asc(nulls_last=True)
    return found.order_by(unit, "-project__total_investment", "project_id")


def standing(group: ProjectGroup) -> ProjectQuerySet:
    """The projects of a list that have not left it and are not deleted."""
    entries = group.entries.exclude(status=EntryStatus.LEFT)
    return Project.objects.live().filter(pk__in=entries.values("project"))


def difference(group: ProjectGroup) -> Difference | None:
    """Compare the entries that are not 退出 with the published figure, in one query; None without a figure."""
    control = ControlTotal.objects.filter(group=group).first()
    if control is None:
        return None
    standing = group.entries.exclude(status=EntryStatus.LEFT).filter(project__deleted_no=0)
    found = standing.aggregate(count=Count("pk"), total=Sum("project__total_investment"))
    return Difference(
        group, found["count"], found["total"] or Decimal(0), control.count, Decimal(control.total), control.step
    )


def demo_amounts(group: ProjectGroup) -> int:
    """How many projects of a list have a 演示值 as their 总投资."""
    marks = group.entries.exclude(status=EntryStatus.LEFT).values_list("project__demo_fields", flat=True)
    return sum("total_investment" in fields for fields in marks)


def industrial_guard(year: int) -> Difference | None:
    """The register of the year against what was published about it; None when nothing was."""
    group = ProjectGroup.objects.filter(slug=INDUSTRIAL, year=year).first()
    return difference(group) if group else None


def explanations(group: ProjectGroup) -> list[Line]:
    """Every cause of a difference, one line a project: 新增, 退出, 已删除, 总投资调整."""
    entries = group.entries.select_related("project").order_by("project_id")
    return [line for entry in entries if (line := explain(entry))]


def unexplained(found: Difference, lines: list[Line]) -> tuple[int, Decimal]:
    """What the lines do not explain: count and amount (rounding of the published figure included)."""
    count = found.more_count - sum(line.count for line in lines)
    return count, found.more_total - sum((line.amount for line in lines), Decimal(0))


def explain(entry: GroupEntry) -> Line | None:
    """Say how this entry differs from the published list, or None when it does not."""
    now, then = entry.project.total_investment or Decimal(0), entry.amount_published
    gone = entry.status == EntryStatus.LEFT or entry.project.deleted_no
    if gone:
        cause = "退出" if entry.status == EntryStatus.LEFT else "已删除"
        return None if then is None else Line(cause, entry.project, -1, -then, entry.reason)
    if then is None:
        return Line("新增", entry.project, 1, now, entry.reason)
    return Line("总投资调整", entry.project, 0, now - then, entry.reason) if now != then else None


@transaction.atomic
def enter(
    *,
    project: Project,
    group: ProjectGroup,
    by: User,
    status: str = EntryStatus.LISTED,
    published: bool = False,
    reason: str = "",
) -> GroupEntry:
    """Put a project into a list or change how it stands there. `published`: its amount of today was published so."""
    if by.role != Role.STAFF:
        raise PermissionDenied("专题名单由市局投资科维护。")
    Project.objects.select_for_update().get(pk=project.pk)  # two at once: one after the other
    entry = GroupEntry.objects.filter(group=group, project=project).first()
    if entry is None:
        amount = (project.total_investment or Decimal(0)) if published else None
        entry = GroupEntry(group=group, project=project, from_date=clock.today(), amount_published=amount)
    entry.status, entry.reason = status, reason
    entry.to_date = clock.today() if status == EntryStatus.LEFT else None
    audit.save(entry, by=by, reason=reason)
    if group.slug == MAJOR_PV:
        lights.refresh([project], on=clock.today())
    return entry


@transaction.atomic
def carry(*, year: int, by: User, reason: str) -> int:
    """Make the lists of the next year that are not there yet; returns how many. They are empty, because each year has
    its own published ones; but the list of the six photovoltaic projects goes on."""
    made = 0
    for group in ProjectGroup.objects.filter(year=year).exclude(slug=INDUSTRIAL):
        following = named_for(group.slug, year + 1)
        if following is None or ProjectGroup.objects.filter(slug=group.slug, year=year + 1).exists():
            continue
        following.save()
        made += 1
        if group.slug == MAJOR_PV:
            ProjectGroup.objects.filter(pk=group.pk).update(weekly=False)  # asked for by the list that goes on
            kept = group.entries.exclude(status=EntryStatus.LEFT).filter(project__deleted_no=0)
            audit.create_many([going_on(entry, following) for entry in kept], by=by, reason=reason)
    return made


def going_on(entry: GroupEntry, group: ProjectGroup) -> GroupEntry:
    """The same entry in the list of the next year, not saved."""
    names = ("project", "status", "from_date", "amount_published", "reason")
    return GroupEntry(group=group, **{name: getattr(entry, name) for name in names})


def leave(*, project: Project, group: ProjectGroup, by: User, reason: str) -> GroupEntry:
    """Take a project off a list: the entry stays with status 退出 and the reason."""
    return enter(project=project, group=group, by=by, status=EntryStatus.LEFT, reason=reason)
