"""One of everything around a project of P01, and the address of every page that shows it.

`Around` makes the rows; `keywords` says which of them stands in which address.
"""

from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal import clock, files, heartbeats, unsubscribing
from portal.models import OutgoingMail, StoredFile, User
from portal.permissions import patterns
from projects import nodes, papers, periods, publications
from projects.models import (
    CapacityLine,
    ChangeRequest,
    Download,
    Edition,
    Evidence,
    GroupEntry,
    ImportBatch,
    Issue,
    IssueFile,
    LightOverride,
    Milestone,
    MonthlyReport,
    Project,
    ProjectGroup,
    ReportFile,
    ReportingPeriod,
    SavedList,
    SealedSheet,
    StatFigure,
    Target,
)
from tests.factories import ProjectFactory

COUNTS = dict.fromkeys(("new", "changed", "same", "review", "error"), 0)
SUMMARY = {"sheets": [], "count": 0, "total": "0", "reconciled": None, "skipped": {}, "after": None}
Keywords = dict[str, dict[str, Any]]


def needs_key(name: str) -> bool:
    return any("pk" in pattern.pattern.converters for pattern in patterns() if pattern.name == name)


def names() -> list[str]:
    return [pattern.name for pattern in patterns() if pattern.name]


def same(key: Any, *pages: str) -> Keywords:
    """Pages whose address holds this key."""
    return {name: {"pk": key} for name in pages}


class Around:
    """A project of P01 and one of everything around it, made by these people."""

    def __init__(self, people: dict[str, User]):
        self.staff, self.lead, self.own = people["staff"], people["lead"], people["own"]
        self.project = ProjectFactory(unit="P01", planned_start_to=date(2021, 3, 31))
        self.received = files.receive([b"%PDF-1.4\n%%EOF"], name="a.pdf")
        for process in settings.HEARTBEATS:
            heartbeats.beat(name=process)
        self.keywords: Keywords = {
            **self.of_project(), **self.of_lists(), **self.of_imports(), **self.of_month(), **self.of_issues(),
            **self.of_capacity(), **self.of_papers(), **self.of_people(),
        }  # fmt: skip
        StatFigure.objects.create(project=self.project, year=2021, month=8, ytd_done=1, by=self.staff)
        self.queries = {
            "report_form": f"?period={self.period.pk}",
            "statistics_undo": "?year=2021&month=8",
            "paper_publish": "?kind=bulletin&scope=city",
        }

    def address(self, name: str) -> str:
        default = {"pk": self.project.pk} if name.startswith("project_") and needs_key(name) else {}
        return reverse(name, kwargs=self.keywords.get(name, default)) + self.queries.get(name, "")

    @property
    def file(self) -> StoredFile:
        return self.received.file

    @cached_property
    def period(self) -> ReportingPeriod:
        return periods.prepare(year=2021, by=self.staff)[0]

    @cached_property
    def node(self) -> Milestone:
        nodes.follow([self.project], by=None)
        return self.project.milestones.get()

    def of_project(self) -> Keywords:
        recycled = ProjectFactory(unit="P01")
        Project.objects.filter(pk=recycled.pk).update(deleted_no=recycled.pk)
        evidence = Evidence.objects.create(milestone=self.node, file=self.file, name="a.pdf", by=self.own)
        asked = ChangeRequest.objects.create(
            project=self.project, field="hold", new="suspended", reason="land", words="缓建", by=self.own
        )
        by_hand = LightOverride.objects.create(
            project=self.project, light="green", reason="已核实", until="2021-10-31", by=self.lead
        )
        return {
            **same(self.node.pk, *(name for name in names() if name.startswith("node_"))),
            **same(self.project.pk, "node_template", "change_ask"),
            **same(recycled.pk, "project_restore"),
            **same(evidence.pk, "evidence_file"),
            **same(asked.pk, "change_decide"),
            **same(by_hand.pk, "light_release"),
        }

    def of_lists(self) -> Keywords:
        group = ProjectGroup.objects.get(slug="major-pv", year=2021)
        entry = GroupEntry.objects.create(group=group, project=self.project, from_date="2021-01-01")
        saved = SavedList.objects.create(owner=self.staff, name="五通桥", query={"park": "P01"})
        return {
            **same(entry.pk, "entry_edit"),
            **same(saved.pk, "saved_list", "saved_list_edit", "saved_list_delete"),
            **{name: {"slug": "major-pv"} for name in ("group_detail", "group_enter", "group_export", "target_new")},
        }

    def of_imports(self) -> Keywords:
        common = {"by": self.staff, "year": 2021, "digest": "0", "counts": COUNTS}
        batch = ImportBatch.objects.create(filename="推进表.xlsx", summary=SUMMARY, **common)
        words = {"act": "bureau_owner", "value": "none", "reason": "分工调整", "status": "", "actual": ""}
        bulk = ImportBatch.objects.create(kind="bulk", filename="市局责任人", mapping=words, **common)
        pages = [name for name in names() if name.startswith("import_") and needs_key(name)]
        return {**same(batch.pk, *pages), **same(bulk.pk, "bulk_batch", "bulk_discard")}

    def of_month(self) -> Keywords:
        report = MonthlyReport.objects.create(
            project=self.project, period=self.period, state="submitted", filled_by=self.own
        )
        photo = ReportFile.objects.create(report=report, file=self.file, name="a.jpg", by=self.own)
        sealed = SealedSheet.objects.create(
            period=self.period, unit=self.project.unit, file=self.file, name="a.pdf", by=self.own
        )
        acts = ("period_edit", "period_act", "period_reopen", "period_opening", "opening_table", "opening_write")
        return {
            **same(self.period.pk, *acts),
            **same(self.project.pk, "report_form", "report_save", "report_photo"),
            **same(report.pk, "review_return"),
            **same(photo.pk, "report_photo_file", "report_photo_edit"),
            **same(sealed.pk, "sealed_file"),
        }

    def of_issues(self) -> Keywords:
        issue = Issue.objects.create(
            project=self.project, category="land", source="park", words="征拆", state="working",
            lead_unit="自然资源局", due_on="2021-10-15", handed_on="2021-09-27", by=self.own,
        )  # fmt: skip
        solved_by = IssueFile.objects.create(issue=issue, file=self.file, name="a.pdf", by=self.own)
        pages = [name for name in names() if name.startswith("issue_") and needs_key(name)]
        return {**same(issue.pk, *pages), **same(solved_by.pk, "issue_file")}

    def of_capacity(self) -> Keywords:
        line = CapacityLine.objects.create(project=self.project, segment="ingot", designed=12, by=self.own)
        return {
            **same(self.project.pk, "capacity_new"),
            **same(line.pk, "capacity_edit", "capacity_delete"),
            **same(Target.objects.get(segment="ingot").pk, "target_edit"),
        }

    def of_papers(self) -> Keywords:
        edition = Edition.objects.create(year=2020, by=self.staff)
        paper = papers.one_page("city", on=clock.today())
        publication = publications.publish(paper=paper, edition=None, by=self.staff)
        now = clock.now()
        download = Download.objects.create(user=self.staff, kind="word", title="一页纸", queued_at=now, finished_at=now)
        return {
            **same(edition.pk, "edition_end"),
            **same(publication.pk, "published", "publication_withdraw"),
            **same(download.pk, "download_file", "download_again"),
            "one_page": {"scope": "P01"},
            "letter": {"code": "P01", "kind": "reminder"},
            **{name: {"code": "P01"} for name in ("unit_confirm", "park_detail", "unit_figures")},
        }

    def of_people(self) -> Keywords:
        now = clock.now()
        message = OutgoingMail.objects.create(key="test:1", kind="test", user=self.staff, due_at=now, give_up_at=now)
        return {
            **same(message.pk, "mail_detail", "mail_resend"),
            **same(self.staff.pk, "person_edit"),
            "person_action": {"pk": self.staff.pk, "verb": "disable"},
            "account_closed": {"page": "signup"},
            "unsubscribe": {"token": unsubscribing.address(self.own).rstrip("/").rpartition("/")[2]},
        }
