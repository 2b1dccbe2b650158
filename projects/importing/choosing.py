"""What a person says about the columns of an upload: the form of the page 列的对应, shown and read back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from portal.text import whole_number
from projects.importing import finding, mapping
from projects.importing.fields import LABELS, UNITS
from projects.importing.mapping import SheetWish, Wish
from projects.importing.table import MONEY

IGNORED = "不导入"
FIELDS = [("", IGNORED), *LABELS.items()]
UNIT_CHOICES = [("", "未写明"), *((unit, unit) for unit in UNITS)]


@dataclass(frozen=True)
class Answer:
    """`reread`: the rows of a heading or the choice of sheets changed, so that other columns have to be shown first;
    `changed`: the upload has to be read anew."""

    wish: Wish
    reread: bool
    changed: bool


def sheets(survey: list[dict[str, Any]], data: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The sheets of an upload for the page, with what was typed when the form comes back with an error."""
    return [one_sheet(number, sheet, data) for number, sheet in enumerate(survey)]


def one_sheet(number: int, sheet: dict[str, Any], data: Mapping[str, Any] | None) -> dict[str, Any]:
    first, last = heading_rows(sheet)
    columns = [
        {
            **column,
            "name": f"col-{number}-{column['at']}",
            "unit_name": f"unit-{number}-{column['at']}",
            "field": data.get(f"col-{number}-{column['at']}", "") if data else column["field"],
            "unit": data.get(f"unit-{number}-{column['at']}", "") if data else column["unit"] or "",
        }
        for column in sheet.get("columns", [])
    ]
    known = [column for column in columns if column["field"]]
    return {
        **sheet, "taken": shown(sheet), "number": number, "first": first, "last": last, "columns": columns,
        "unknown": len(columns) - len(known),
    }  # fmt: skip


def shown(sheet: dict[str, Any]) -> bool:
    """Whether a heading was found or named, so that there are columns to choose from."""
    return bool(sheet["used"] or sheet.get("columns"))


def heading_rows(sheet: dict[str, Any]) -> tuple[int | str, int | str]:
    rows = sheet.get("header_row")
    if rows is None:
        return "", ""
    return (rows, rows) if isinstance(rows, int) else (rows[0], rows[1])


def read(survey: list[dict[str, Any]], data: Mapping[str, Any], *, year: int, before: Wish) -> Answer:
    """Read the form; `before` is what was wanted so far. Raises ValidationError with all that cannot be."""
    problems: list[str] = []
    wishes, reread, changed = {}, False, False
    for number, sheet in enumerate(survey):
        if sheet.get("hidden"):
            continue
        take = f"take-{number}" in data
        rows = read_rows(number, sheet, data, problems) if take else None
        moved = take != shown(sheet) or (rows is not None and rows != heading_rows(sheet))
        columns, units = read_columns(number, sheet, data)
        if take and not moved:
            problems += check(number, sheet, data)
        reread = reread or (moved and take)
        changed = changed or moved or differs(number, sheet, data)
        by_hand = rows if moved else before.of(sheet["name"]).rows
        wishes[sheet["name"]] = SheetWish(take, by_hand, columns, units)
    if not any(wish.take for wish in wishes.values()):
        problems.append("请至少选择一个要读取的工作表。")
    wanted = whole_number(str(data.get("year", ""))) or year
    if problems:
        raise ValidationError(problems)
    return Answer(Wish(wanted, wishes), reread, changed or wanted != year)


def read_rows(
    number: int, sheet: dict[str, Any], data: Mapping[str, Any], problems: list[str]
) -> tuple[int, int] | None:
    first = whole_number(str(data.get(f"first-{number}", "")))
    last = whole_number(str(data.get(f"last-{number}", ""))) or first
    if first is None or last is None:
        if not shown(sheet):
            problems.append(f"请写明工作表“{sheet['name']}”的表头在第几行。")
        return None
    if not 1 <= first <= last <= finding.SEARCHED or last - first >= finding.TALLEST:
        problems.append(
            f"工作表“{sheet['name']}”的表头应在前{finding.SEARCHED}行之内，最多占{finding.TALLEST}行，请核对。"
        )
        return None
    return first, last


def read_columns(
    number: int, sheet: dict[str, Any], data: Mapping[str, Any]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """For each heading the fields and units of its columns, from left to right."""
    columns: dict[str, list[str]] = {}
    units: dict[str, list[str]] = {}
    for column in sheet.get("columns", []):
        word, name = mapping.heading(column["title"]), str(data.get(f"col-{number}-{column['at']}", ""))
        columns.setdefault(word, []).append(name if name in LABELS else "")
        unit = str(data.get(f"unit-{number}-{column['at']}", ""))
        units.setdefault(word, []).append(unit if unit in UNITS else "")
    return columns, units


def check(number: int, sheet: dict[str, Any], data: Mapping[str, Any]) -> list[str]:
    """What is wrong with the columns of one sheet, in words."""
    chosen: dict[str, list[str]] = {}
    for column in sheet.get("columns", []):
        chosen.setdefault(str(data.get(f"col-{number}-{column['at']}", "")), []).append(column["at"])
    problems = [
        f"工作表“{sheet['name']}”的{'、'.join(letters)}列都对应“{LABELS[name]}”，请只留一列，其余选“{IGNORED}”。"
        for name, letters in chosen.items()
        if name in LABELS and len(letters) > 1
    ]
    if "name" not in chosen:
        problems.append(f"工作表“{sheet['name']}”没有对应“{LABELS['name']}”的列，请选择。")
    return problems


def differs(number: int, sheet: dict[str, Any], data: Mapping[str, Any]) -> bool:
    """Whether the columns are to be read otherwise than they were."""
    return any(
        data.get(f"col-{number}-{column['at']}", "") != column["field"]
        or (column["field"] in MONEY and data.get(f"unit-{number}-{column['at']}", "") != (column["unit"] or ""))
        for column in sheet.get("columns", [])
    )
