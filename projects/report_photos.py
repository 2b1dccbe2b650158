"""Photographs that go with a monthly report: taken in at once, dated, taken back while the report may be filled."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F

from portal import audit, clock, files
from portal.choices import FileKind
from portal.models import User
from projects import reporting
from projects.choices import ReportState
from projects.models import MonthlyReport, Project, ReportFile, ReportingPeriod

MOST = 9
SHOWN = 8  # on the page of a project
ONLY_PICTURES = "照片只能是 jpg、png、webp 图片。"


@transaction.atomic
def attach(*, project: Project, period: ReportingPeriod, received: files.Received, by: User) -> ReportFile:
    """Keep a photograph with the report of the period, which becomes a draft if there is none. The day comes from the
    file where it says one; else it is asked for."""
    if received.file.kind != FileKind.PICTURE:
        raise ValidationError(ONLY_PICTURES)
    Project.objects.select_for_update().get(pk=project.pk)
    reporting.refuse(project, period, by)
    report = MonthlyReport.objects.filter(project=project, period=period).first()
    if report is None:
        report = reporting.save_draft(project=project, period=period, by=by, facts={})
    refuse_handed_in(report)
    if known := report.files.filter(file=received.file).first():
        return known
    if report.files.count() >= MOST:
        raise ValidationError(f"一个项目最多上传{MOST}张照片。")
    taken = received.taken_on if received.taken_on and received.taken_on <= clock.today() else None
    made = ReportFile(report=report, file=received.file, name=received.name, taken_on=taken, by=by)
    made.full_clean()
    made.save()
    audit.log("report.photo", by=by, obj=project, period=str(period), name=made.name)
    return made


def refuse_handed_in(report: MonthlyReport) -> None:
    if report.state in (ReportState.SUBMITTED, ReportState.APPROVED):
        raise ValidationError(f"这个项目的月报{report.get_state_display()}，照片不能再改。")


@transaction.atomic
def set_day(*, photo: ReportFile, taken_on: date | None, by: User) -> ReportFile:
    """Give the day of a photograph that does not say it itself."""
    refuse_change(photo, by)
    if taken_on and taken_on > clock.today():
        raise ValidationError("拍摄日期不能晚于今天。")
    photo.taken_on = taken_on
    photo.save(update_fields=["taken_on"])
    return photo


@transaction.atomic
def take_back(*, photo: ReportFile, by: User) -> None:
    """Remove a photograph from a report that is not handed in; the file itself stays where it is kept."""
    refuse_change(photo, by)
    audit.log("report.photo", by=by, obj=photo.report.project, period=str(photo.report.period), removed=photo.name)
    photo.delete()


def refuse_change(photo: ReportFile, by: User) -> None:
    report = MonthlyReport.objects.select_for_update().get(pk=photo.report_id)
    reporting.refuse(report.project, report.period, by)
    refuse_handed_in(report)


def newest_of(project: Project, *, to: User) -> list[ReportFile]:
    """The newest photographs of a project's reports that the person sees. One query."""
    reports = MonthlyReport.objects.visible_to(to).filter(project=project)
    found = ReportFile.objects.filter(report__in=reports).select_related("report__period")
    newest = found.order_by(
        "-report__period__year", "-report__period__month", F("taken_on").desc(nulls_last=True), "-pk"
    )
    return list(newest[:SHOWN])


def of_reports(reports: Iterable[MonthlyReport], *, to: User) -> dict[int, list[ReportFile]]:
    """The photographs of reports that the person sees, by report. One query."""
    found: dict[int, list[ReportFile]] = {}
    for photo in ReportFile.objects.visible_to(to).filter(report__in=[one.pk for one in reports if one.pk]):
        found.setdefault(photo.report_id, []).append(photo)
    return found
