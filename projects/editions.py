"""定稿: the papers of a moment, kept word for word, so that a meeting reads what was agreed the evening before.

One edition is in force at a time: a later one takes its place, or somebody ends it. Parks always read live pages.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from projects import investment, papers, stats, wall
from projects.choices import PaperKind
from projects.digests.facts import CITY
from projects.models import Edition, EditionPaper

NOT_YOURS = "定稿由市局投资科办理。"
Kept = tuple[str, str, Any]  # kind, scope, content


def freeze(*, by: User, said: papers.Said | None = None, note: str = "") -> Edition:
    """Keep every paper as it is now, with the sentences a person added to the bulletin; ends the edition before."""
    refuse(by)
    on, is_outermost = clock.today(), not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and is_outermost:  # all papers read one state; one edition after the other
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute(
                    f"LOCK TABLE {Edition._meta.db_table} IN SHARE ROW EXCLUSIVE MODE"
                )  # one after the other
        year = stats.year_on(on)
        now = clock.now()
        Edition.objects.filter(year=year, ended_at=None).update(ended_at=now, ended_by=by)
        edition = Edition.objects.create(year=year, month=investment.closed_month(year), at=now, by=by, note=note)
        EditionPaper.objects.bulk_create(
            EditionPaper(edition=edition, kind=kind, scope=scope, content=content)
            for kind, scope, content in written(year=year, on=on, said=said)
        )
        audit.log("paper.freeze", by=by, obj=edition, papers=edition.papers.count())
    return edition


def written(*, year: int, on: date, said: papers.Said | None) -> Iterator[Kept]:
    """Everything an edition keeps."""
    for scope, _ in papers.scopes(year=year):
        yield PaperKind.ONE_PAGE, scope, papers.one_page(scope, on=on).to_json()
    facts = papers.facts_of(CITY, on=on)
    yield PaperKind.BULLETIN, CITY, papers.bulletin(facts, said=said).to_json()
    yield PaperKind.ANNEX, CITY, papers.annexes(facts).to_json()
    yield PaperKind.WALL, CITY, wall.slides(on, year)


def current(year: int) -> Edition | None:
    """The edition in force for a year."""
    return Edition.objects.filter(year=year, ended_at=None).select_related("by").order_by("-at", "-pk").first()


def content(edition: Edition, kind: str, scope: str) -> Any:
    """What the edition keeps of a kind and scope; None when it keeps no such paper."""
    return edition.papers.filter(kind=kind, scope=scope).values_list("content", flat=True).first()


def paper(edition: Edition, kind: str, scope: str) -> papers.Paper | None:
    kept = content(edition, kind, scope)
    return papers.Paper.from_json(kept) if kept else None


def end(edition: Edition, *, by: User) -> Edition:
    """Let pages show things as they are again."""
    refuse(by)
    now = clock.now()
    if not Edition.objects.filter(pk=edition.pk, ended_at=None).update(ended_at=now, ended_by=by):
        raise ValidationError("这一期定稿已经停用。")
    edition.ended_at, edition.ended_by = now, by
    audit.log("paper.unfreeze", by=by, obj=edition)
    return edition


def refuse(by: User) -> None:
    if by.role != Role.STAFF:
        raise PermissionDenied(NOT_YOURS)
