"""The columns of a written published list."""

from collections.abc import Sequence

from portal.excel.writing import MONEY, Column
from projects.exporting.columns import (
    COUNTY,
    ENTERPRISE,
    LEADER,
    NAME,
    NUMBER,
    SERIAL,
    STATUS,
    TOTAL,
    UNIT,
    Shown,
)

STANDING = Shown("standing", Column("列入状态", 10), lambda line: line.item.get_status_display())
PUBLISHED = Shown(
    "published", Column("公布时金额(万元)", 16, MONEY), lambda line: line.item.amount_published, "published"
)
WHY = Shown("why", Column("原因", 24), lambda line: line.item.reason)


def columns(*, whole_city: bool) -> Sequence[Shown]:
    """What was published is for those who see the whole city."""
    published = [PUBLISHED] if whole_city else []
    return [SERIAL, NAME, ENTERPRISE, UNIT, COUNTY, STANDING, TOTAL, *published, STATUS, LEADER, WHY, NUMBER]
