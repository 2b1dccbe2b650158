"""The limited process that reads one file: `reading` starts it, and whatever happens here is only a refusal there.

Writes JSON lines to standard output: {"links": number of other workbooks it refers to}, if any; {"sheet", "hidden"},
then {"r": row, "c": [[column, kind, value, format?], …]} for each filled row, then {"merges"}; at the end
{"end": true}, or {"refused": code, "message": sentence}.
"""

import json
import resource
import sys
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.excel import limits


def main() -> None:
    """Read the file named by the arguments: path of the package, path of the file, name given by the user."""
    confine()
    for record in records(Path(sys.argv[2]), sys.argv[3]):
        sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def confine() -> None:
    """Give this process its limits: memory, time, no files."""
    _limit(resource.RLIMIT_AS, limits.MEMORY)
    _limit(resource.RLIMIT_CPU, limits.CPU)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    warnings.simplefilter("ignore")


def _limit(what: int, amount: int) -> None:
    """Lower a limit; one that is lower already stays."""
    hard = resource.getrlimit(what)[1]
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(what, (amount, amount))


def records(path: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield what the file holds, in the words of the protocol above."""
    from portal.excel import prescan
    from portal.excel.refusal import Refused

    try:
        if prescan.check(path, name=name) == prescan.CSV:
            yield from _text(path, name)
        else:
            if links := prescan.external_links(path):
                yield {"links": links}
            yield from _workbook(path)
    except Refused as refusal:
        yield {"refused": refusal.code, "message": refusal.message}
    except MemoryError:
        yield {"refused": "too_large", "message": ""}
    except (
        Exception
    ) as error:  # a broken part makes openpyxl raise nearly anything; none of it is a sentence for people
        place = traceback.extract_tb(error.__traceback__)[-1]
        sys.stderr.write(f"{type(error).__name__} at {place.filename}:{place.lineno}\n")
        yield {"refused": "not_a_workbook", "message": ""}
    else:
        yield {"end": True}


def _workbook(path: Path) -> Iterator[dict[str, Any]]:
    from portal.excel import parsing

    yield from parsing.parse(path)


def _text(path: Path, name: str) -> Iterator[dict[str, Any]]:
    from portal.excel import delimited

    yield {"sheet": Path(name).stem or "CSV", "hidden": False}
    for number, cells in delimited.read(path):
        if cells:
            yield {"r": number, "c": cells}
    yield {"merges": []}
