"""项目库 against the plain Django admin: requests per CPU second, bytes and statements of one page."""

from benchmarks.databases import fill, temporary_folder
from benchmarks.measure import Gates, Worker, in_turn, milliseconds

PROJECTS = 279
LIST, SUMMARY, ADMIN = "/projects/?year=2021", "/projects/summary/?year=2021", "/admin/projects/project/"
GUARD = "/projects/guard/?year=2021"
RATIO, KILOBYTES, STATEMENTS = 2, 60, 10


def main(gates: Gates) -> None:
    with temporary_folder() as folder:
        address = fill(f"sqlite:///{folder}/lists.sqlite3", PROJECTS)
        with Worker(address) as worker:
            measure(gates, worker)


def measure(gates: Gates, worker: Worker) -> None:
    asked = {"list": LIST, "admin": ADMIN, "summary": SUMMARY, "guard": GUARD}
    cpu = in_turn({name: (worker, url, False) for name, url in asked.items()}, measure="cpu", rounds=15, times=10)
    both = ", ".join(f"{name} {milliseconds(cost)} = {1 / cost:.0f}/CPU s" for name, cost in cpu.items())
    gates.at_least("list page, requests per CPU second against the admin", cpu["admin"] / cpu["list"], RATIO, both)
    whole = cpu["admin"] / (cpu["list"] + cpu["summary"] + cpu["guard"])
    print(f"     list page with all it loads afterwards against the admin: {whole:.2f}")
    page, other = worker.queries(LIST), worker.queries(ADMIN)
    sizes = [len(one["html"].encode()) / 1000 for one in (page, other)]
    detail = f"{page['html'].count('<tr') - 1} rows; admin {sizes[1]:.0f} KB"
    gates.at_most("list page, KB of HTML", sizes[0], KILOBYTES, detail)
    gates.at_most("list page, SQL statements", page["sql"], STATEMENTS, f"admin {other['sql']}")
