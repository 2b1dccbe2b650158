"""How columns with the same headings were read the last time, and what has to be asked when nobody said it yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal import clock
from portal.choices import Role
from portal.models import User
from projects.importing import headings, mapping
from projects.importing.aliases import COMPUTED, FUNDING, LIGHT, REMARKS, SERIAL
from projects.importing.fields import LABELS
from projects.importing.mapping import SheetWish, Wish
from projects.importing.records import ParsedFile, SheetRead
from projects.models import ImportMapping

UNIMPORTANT = (SERIAL, FUNDING, LIGHT, COMPUTED, REMARKS)


@dataclass(frozen=True)
class Known:
    """A wish of the past; `words` say whose and from when."""

    wish: Wish
    words: str


def recall(parsed: ParsedFile, *, by: User) -> Known | None:
    """The last mapping of the same headings: one's own, for the bureau that of a colleague too. It holds only if it
    is known for every sheet that is read."""
    used = [sheet for sheet in parsed.sheets if sheet.used]
    kept = {sheet.name: mapping.key(column.title for column in sheet.columns) for sheet in used}
    owners = {"by__role": Role.STAFF} if by.role == Role.STAFF else {"by": by}
    rows = ImportMapping.objects.filter(key__in=kept.values(), **owners).select_related("by").order_by("at", "pk")
    known = {row.key: row for row in rows}
    if not known or not set(kept.values()) <= known.keys():
        return None
    newest = max(known.values(), key=lambda row: row.at)
    sheets = {name: wish_of(known[key], name) for name, key in kept.items()}
    whose = "您" if newest.by_id == by.pk else str(newest.by)
    return Known(Wish(sheets=sheets), f"{whose}{newest.at.astimezone(clock.SHANGHAI):%Y-%m-%d}")


def wish_of(row: ImportMapping, sheet: str) -> SheetWish:
    said = row.columns
    return SheetWish(False if sheet in said["skip"] else None, None, said["columns"], said["units"])


def remember(survey: list[dict[str, object]], wish: Wish, *, by: User) -> None:
    """Keep how the columns of these sheets are to be read from now on. `survey`: the sheets as they were read."""
    for sheet in survey:
        if not sheet["used"] or "columns" not in sheet:
            continue
        wanted = wish.of(str(sheet["name"]))
        titles: list[dict[str, str]] = sheet["columns"]  # type: ignore[assignment]
        said = {
            "columns": wanted.columns,
            "units": wanted.units,
            "skip": [sheet["name"]] if wanted.take is False else [],
        }
        ImportMapping.objects.update_or_create(
            by=by, key=mapping.key(column["title"] for column in titles), defaults={"columns": said, "at": clock.now()}
        )


def questions(parsed: ParsedFile) -> list[str]:
    """Why a person should look at the columns first; empty when every column was recognised beyond doubt."""
    asked = [sentence for sheet in parsed.sheets if sheet.used for sentence in sheet_questions(sheet)]
    unclear = {found.field for project in parsed.projects for found in project.issues if found.code == "unknown_unit"}
    return asked + [f"“{LABELS[name]}”没有写明单位，请选择。" for name in LABELS if name in unclear]


def sheet_questions(sheet: SheetRead) -> Iterator[str]:
    for name, letters in sheet.rivals.items():
        if name in UNIMPORTANT:
            continue
        yield f"工作表“{sheet.name}”有几列都像“{LABELS[name]}”（{'、'.join(letters)}列），现在读的是{letters[0]}列。"
    if unknown := [title for title in sheet.unknown_columns if not headings.is_computed(title)]:
        yield f"工作表“{sheet.name}”有{len(unknown)}列没有认出，不会导入：{'、'.join(unknown)}。"
