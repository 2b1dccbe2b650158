"""One process that writes the whole register in each form, and the same values with bare xlsxwriter, in turn.

Started by `benchmarks.exports`; prints one JSON line: CPU seconds of each, the median of the rounds.
"""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import django

answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
django.setup()

import xlsxwriter  # noqa: E402
from django.http import QueryDict  # noqa: E402

from portal import clock  # noqa: E402
from portal.models import User  # noqa: E402
from projects import exporting  # noqa: E402
from projects.filters import ProjectFilter, years  # noqa: E402

ROUNDS = 5


def main() -> None:
    by = User.objects.get(username="staff")
    listing = exporting.project_list(ProjectFilter(QueryDict(""), user=by, year=years()[0], on=clock.today()))
    values = [[one.value(line) for one in listing.all_columns] for line in listing.lines()]
    sides: dict[str, Callable[[], Any]] = {
        "bare": lambda: bare(values),
        "data": lambda: exporting.form_of(listing, exporting.DATA).write(BytesIO()),
        "paper": lambda: exporting.form_of(listing, exporting.PAPER, group_by="park").write(BytesIO()),
        "csv": lambda: exporting.form_of(listing, exporting.CSV).write(BytesIO()),
    }
    seen: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(ROUNDS):
        for name, side in sides.items():
            began = time.process_time()
            side()
            seen[name].append(time.process_time() - began)
    found = {name: statistics.median(times) for name, times in seen.items()}
    print(json.dumps({"rows": len(values), **found}), file=answers, flush=True)


def bare(values: list[list[Any]]) -> None:
    """The values of 数据版 without look or page, as quickly as xlsxwriter can."""
    book = xlsxwriter.Workbook(BytesIO(), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet()
    for number, row in enumerate(values):
        sheet.write_row(number, 0, row)
    book.close()


if __name__ == "__main__":
    sys.exit(main())
