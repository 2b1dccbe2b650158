"""盖章件: the stamped sheet that a unit may add once all its reports of a period are handed in (users.md §4.4)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from parks.models import Park
from portal import audit, clock
from portal.choices import Role
from portal.files import Received
from portal.models import User
from projects import periods
from projects.models import ReportingPeriod, SealedSheet

NOT_YOURS = "只有本单位的填报员可以上传盖章件。"
NOT_ASKED = "本期没有要报的项目，不用上传盖章件。"


@transaction.atomic
def hand_in(*, period: ReportingPeriod, unit: Park, received: Received, by: User) -> SealedSheet:
    """Keep a stamped sheet of the unit; a newer one stands in the place of the older, which stays kept. Raises
    PermissionDenied, or ValidationError while a report is missing."""
    if by.role != Role.PARK or not Park.objects.for_user(by, on=clock.today()).filter(pk=unit.pk).exists():
        raise PermissionDenied(NOT_YOURS)
    if waits := why_not(period, unit, by):
        raise ValidationError(waits)
    newest = SealedSheet.objects.filter(period=period, unit=unit).first()
    if newest and newest.file_id == received.file.pk:
        return newest
    made = SealedSheet.objects.create(period=period, unit=unit, file=received.file, name=received.name, by=by)
    audit.log("report.sealed", by=by, obj=unit, period=str(period), name=made.name)
    return made


def why_not(period: ReportingPeriod, unit: Park, user: User) -> str:
    """Why the sheet of a unit cannot be handed in yet; empty when it can."""
    if period.closed_at and SealedSheet.objects.filter(period=period, unit=unit).exists():
        return f"{period.label}月报已关闭，盖章件不能再换；确需更换的，请联系市局重新打开{period.label}。"
    found = periods.tally(period, user, unit=unit)
    left = found["asked"] - found["reported"]
    if left and period.closed_at:
        return f"{period.label}月报已关闭，还有{left}个没有提交，不能再上传盖章件。"
    if left:
        return f"{unit.name}{period.label}月报还有{left}个没有提交，全部提交后再上传盖章件。"
    return "" if found["asked"] else NOT_ASKED


def newest(period: ReportingPeriod, *, to: User) -> dict[int, SealedSheet]:
    """The sheet that stands for each unit the person sees, by the unit's id. One query."""
    found: dict[int, SealedSheet] = {}
    for sheet in SealedSheet.objects.visible_to(to).filter(period=period).select_related("by"):
        found.setdefault(sheet.unit_id, sheet)
    return found
