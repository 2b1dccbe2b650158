"""What the bureau's lead keeps: 四个一批, the texts of the pages, confirmed units. Each change is in the audit."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from parks.models import Park
from portal import audit, site_texts
from portal.models import SiteText, User
from portal.permissions import lead
from projects.models import ProjectGroup, StageBatch


def refuse_others(by: User) -> None:
    if not lead(by):
        raise PermissionDenied("代码表和页面文字由业务负责人维护。")


@transaction.atomic
def set_batches(*, batches: dict[str, str], by: User) -> None:
    """Set which of the 四个一批 each stage belongs to."""
    refuse_others(by)
    for row in StageBatch.objects.filter(stage__in=batches):
        if row.batch != batches[row.stage]:
            audit.log("lists.batch", by=by, obj=row, stage=row.stage, old=row.batch, new=batches[row.stage])
            row.batch = batches[row.stage]
            row.full_clean()
            row.save()


@transaction.atomic
def set_texts(*, texts: dict[str, str], by: User) -> None:
    """Word the texts of the pages."""
    refuse_others(by)
    for row in SiteText.objects.filter(pk__in=texts):
        if row.text != texts[row.pk]:
            audit.log("lists.text", by=by, obj=row, old=row.text, new=texts[row.pk])
            row.text = texts[row.pk]
            row.full_clean()
            row.save()
    transaction.on_commit(site_texts.forget)


@transaction.atomic
def set_weekly(*, groups: Collection[ProjectGroup], by: User) -> None:
    """Say whose projects are asked for news each week: those of these 专题 and of no other."""
    refuse_others(by)
    wanted = {group.pk for group in groups}
    for group in ProjectGroup.objects.all():
        if group.weekly != (group.pk in wanted):
            group.weekly = not group.weekly
            group.save(update_fields=["weekly"])
            audit.log("lists.weekly", by=by, obj=group, weekly=group.weekly)


@transaction.atomic
def confirm_unit(*, unit: Park, confirmed: bool, by: User) -> Park:
    """Say that a unit is as the bureau wants it, or take that back."""
    refuse_others(by)
    unit.confirmed = confirmed
    unit.save(update_fields=["confirmed"])
    audit.log("lists.unit", by=by, obj=unit, confirmed=confirmed)
    return unit
