"""A preview in plain lines, for the terminal."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from portal.money import yi
from projects.choices import RowVerdict
from projects.importing import batches
from projects.importing import issues as codes
from projects.models import ImportBatch, ImportRow


def sums(summary: dict[str, Any]) -> Iterator[str]:
    """What the file holds, whether it agrees with itself, and how the register will stand."""
    if after := summary.get("after"):
        yield f"写入后在库{after['count']}个、{yi(Decimal(after['total']))}亿元，{after['words']}。"
    yield f"本表{summary['count']}个、{yi(Decimal(summary['total']))}亿元{reconciliation(summary)}。"
    unknown = [name for sheet in summary["sheets"] if sheet["used"] for name in sheet.get("unknown_columns", [])]
    if unknown:
        yield f"没有采用的列：{'、'.join(unknown)}。"
    if links := summary.get("links"):
        yield f"表中引用了{links}个外部工作簿，没有打开；读到的是本表中保存的数值。"


def reconciliation(summary: dict[str, Any]) -> str:
    """How the file's own total row compares."""
    if summary["reconciled"] is None:
        return ""
    if summary["reconciled"]:
        return "，与表中合计一致"
    stated = []
    if summary["declared_count"] is not None:
        stated.append(f"{summary['declared_count']}个")
    if summary["declared_total"] is not None:
        stated.append(f"{yi(Decimal(summary['declared_total']))}亿元")
    return f"，与表中合计（{'、'.join(stated)}）不一致"


def counts(batch: ImportBatch) -> str:
    told = [(label, batch.counts.get(value, 0), value) for value, label in RowVerdict.choices]
    return "　".join(f"{label}{count}" for label, count, value in told if count or value != RowVerdict.ABSENT)


def lines(batch: ImportBatch) -> Iterator[str]:
    """The whole preview: sums, counts, then every row that needs a look."""
    yield from sums(batch.summary)
    yield counts(batch)
    if asked := batch.counts.get(batches.ASKED):
        yield f"需经局审核：{asked}行有您只能申请调整的内容，写入时转为调整申请，由市局办理。"
    for row in batch.rows.filter(verdict__in=[RowVerdict.ERROR, RowVerdict.REVIEW]):
        yield from row_lines(row)


def row_lines(row: ImportRow) -> Iterator[str]:
    where = f"{row.get_verdict_display()}　“{row.sheet}”第{row.row}行　{row.name or '（没有名称）'}"
    for issue in row.issues:
        if issue["severity"] in (codes.ERROR, codes.REVIEW):
            yield f"{where}　{issue['message']}"
    for change in row.changes:
        if change["doubt"] and not change["block"]:
            chosen = "采用表中值" if change["choice"] == "take" else "保留库内值"
            yield f"{where}　{change['label']}：{change['old']} → {change['new']}（{change['doubt']}，{chosen}）"


def written(counts: dict[str, int]) -> str:
    """What was written, in one sentence."""
    asked = f"、提出调整申请{counts['requests']}项" if counts.get("requests") else ""
    return f"已写入：新增{counts['written_new']}个、修改{counts['written_changed']}个、进展{counts['notes']}条{asked}。"
