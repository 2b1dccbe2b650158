"""The register at 100,000 projects against the register at 279: the same pages, asked in turn of both databases."""

from pathlib import Path

from benchmarks.databases import create_postgresql_database, fill, postgresql, temporary_folder
from benchmarks.measure import Gates, Worker, in_turn, milliseconds

SMALL, LARGE = 279, 100_000
FIRST, COUNT, SEARCH = 1.5, 10, 5
YEAR = "year=2021"
PAGES = {
    "first page": (f"/projects/?{YEAR}", FIRST),
    "filter by unit": (f"/projects/?{YEAR}&park=P01", FIRST),
    "filter by stage": (f"/projects/?{YEAR}&stage=preparing", FIRST),
    "filter by unit and stage": (f"/projects/?{YEAR}&park=P01&stage=preparing", FIRST),
    "filter by type": (f"/projects/?{YEAR}&type=new", FIRST),
    "filter by group": (f"/projects/?{YEAR}&group=province-key", FIRST),
    "filter by leader": (f"/projects/?{YEAR}&leader=演示市领导甲", FIRST),
    "filter by chip": (f"/projects/?{YEAR}&chip=not_started", FIRST),
    "unit and chip": (f"/projects/?{YEAR}&park=P01&chip=overdue_start", FIRST),
    "sorted by amount": (f"/projects/?{YEAR}&sort=-total", FIRST),
    "detail": ("/projects/100/", FIRST),
    "count and sum": (f"/projects/summary/?{YEAR}", COUNT),
    "count and sum of a unit": (f"/projects/summary/?{YEAR}&park=P01", COUNT),
    "published figure": (f"/projects/guard/?{YEAR}", COUNT),
    "search": (f"/projects/?{YEAR}&q=石英坩埚", SEARCH),
    "search, rare": (f"/projects/?{YEAR}&q=企业000100", SEARCH),
    "search, two characters that occur nowhere": (f"/projects/?{YEAR}&q=茶镇", None),
}


def main(gates: Gates) -> None:
    """PostgreSQL holds the gates; SQLite stands beside it for information."""
    with temporary_folder() as folder, postgresql(folder) as socket:
        names = {size: f"register{size}" for size in (SMALL, LARGE)}
        compare(gates, "PostgreSQL", {s: fill(create_postgresql_database(socket, n), s) for s, n in names.items()})
    with temporary_folder() as folder:
        compare(None, "SQLite", {size: fill(sqlite(folder, size), size) for size in (SMALL, LARGE)})


def sqlite(folder: Path, size: int) -> str:
    return f"sqlite:///{folder}/register{size}.sqlite3"


def compare(gates: Gates | None, title: str, addresses: dict[int, str]) -> None:
    with Worker(addresses[SMALL]) as small, Worker(addresses[LARGE]) as large:
        for name, (url, bound) in PAGES.items():
            asked = {"small": (small, url, False), "large": (large, url, False)}
            wall = in_turn(asked, measure="wall", rounds=25, times=4)
            ratio = wall["large"] / wall["small"]
            detail = f"{milliseconds(wall['small'])} at {SMALL}, {milliseconds(wall['large'])} at {LARGE}"
            if gates and bound:
                gates.at_most(f"{title}, {name}", ratio, bound, detail)
            else:
                print(f"     {title}, {name}: {ratio:.2f}  {detail}", flush=True)
