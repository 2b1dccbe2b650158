"""The sums of a preview: what the file holds, whether it agrees with itself, and how the register will stand."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from projects import groups
from projects.choices import EntryStatus, RowVerdict
from projects.importing import decisions
from projects.importing.context import Context, Loaded
from projects.importing.decisions import Decision
from projects.importing.records import ParsedFile
from projects.models import ProjectGroup

INDUSTRIAL = decisions.GROUP + groups.INDUSTRIAL


def of_file(parsed: ParsedFile) -> dict[str, Any]:
    """What the file itself holds. Amounts in 万元 as text."""
    total = sum((project.total_investment or Decimal(0) for project in parsed.projects), Decimal(0))
    skipped = Counter(row.kind for row in parsed.skipped)
    return {
        "sheets": [sheet.survey() for sheet in parsed.sheets],
        "count": len(parsed.projects),
        "total": f"{total:.2f}",
        "declared_count": parsed.declared.count,
        "declared_total": None if parsed.declared.total is None else f"{parsed.declared.total:.2f}",
        "reconciled": parsed.reconciled,
        "skipped": dict(skipped),
        "links": parsed.links,
    }


@dataclass
class Reckoning:
    """The list of the year as it will stand when what needs no choice is written. None without a published figure."""

    standing: groups.Difference | None
    count: int = 0
    total: Decimal = Decimal(0)

    def add(self, decision: Decision, loaded: Loaded) -> None:
        if self.standing is None or decision.verdict == RowVerdict.ERROR:
            return
        accepted = {change.field: change for change in decision.accepted({})}
        amount = accepted.get("total_investment")
        entry = None
        if decision.project:
            entry = loaded.entries.get(decision.project.pk, {}).get(groups.INDUSTRIAL)
        if INDUSTRIAL in accepted:
            self.count += 1
            stood = decision.project.total_investment if decision.project else None
            self.total += Decimal(amount.value) if amount else stood or Decimal(0)
        elif amount and entry and entry.status != EntryStatus.LEFT:
            self.total += Decimal(amount.value) - Decimal(amount.before or 0)

    def as_json(self) -> dict[str, Any]:
        if self.standing is None:
            return {"after": None}
        found = self.standing
        after = groups.Difference(
            found.group, found.count + self.count, found.total + self.total, found.published_count,
            found.published_total, found.step,
        )  # fmt: skip
        return {"after": {"count": after.count, "total": f"{after.total:.2f}", "words": after.words}}


def start(context: Context) -> Reckoning:
    """Begin with the list as it stands; a park person's import is not compared with the city's published figure."""
    group: ProjectGroup | None = context.groups.get(groups.INDUSTRIAL)
    return Reckoning(groups.difference(group) if group and context.own is None else None)
