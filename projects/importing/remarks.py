"""错误说明: the uploaded workbook once more, with what is wrong with each row in a red column to the right."""

from collections import defaultdict

from portal.excel.annotating import Notes, annotate
from projects.choices import RowVerdict
from projects.importing import issues, uploads
from projects.importing.aliases import REMARKS
from projects.importing.choosing import heading_rows
from projects.importing.fields import LABELS
from projects.models import ImportBatch, ImportRow

LOOKED_AT = (RowVerdict.ERROR, RowVerdict.REVIEW)
MARKS = {issues.ERROR: "【错误】", issues.REVIEW: "【请核对】", issues.WARNING: "【提示】"}


def workbook(batch: ImportBatch) -> bytes:
    """Return the annotated workbook. Raises `Refused` when the file is too large to be copied, FileNotFoundError when
    it is no longer kept."""
    by_sheet: dict[str, dict[int, str]] = defaultdict(dict)
    for row in batch.rows.filter(verdict__in=LOOKED_AT).iterator(chunk_size=500):
        by_sheet[row.sheet][row.row] = "\n".join(sentences(row))
    notes = []
    for number, sheet in enumerate(batch.summary["sheets"]):
        if rows := by_sheet.get(sheet["name"][:40]):
            notes.append(Notes(number, int(heading_rows(sheet)[1] or 1), rows))
    path = uploads.stored(batch.sha256)
    if not path.exists():
        raise FileNotFoundError(path)
    return annotate(path, notes, title=LABELS[REMARKS], name=batch.filename)


def sentences(row: ImportRow) -> list[str]:
    """What is wrong with a row, and what waits for a decision, each with what to do."""
    order = sorted(row.issues, key=lambda found: -issues.RANK.index(found["severity"]))
    found = [f"{MARKS[issue['severity']]}{issue['message']}" for issue in order if issue["severity"] in MARKS]
    said = {issue["message"] for issue in row.issues}
    for change in row.changes:
        if change["doubt"] and not change["block"] and change["doubt"] not in said:
            found.append(f"【待确认】{change['label']}：{change['doubt']}。默认不改动，请在核对页选择。")
    return found


def filename(batch: ImportBatch) -> str:
    return f"错误说明-{batch.filename.rpartition('.')[0] or batch.filename}.xlsx"
