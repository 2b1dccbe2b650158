"""A look of the scheduler over 1,000,000 nodes against the bare SQL that finds the same ones. PostgreSQL."""

import statistics

from benchmarks.databases import create_postgresql_database, fill, postgresql, temporary_folder
from benchmarks.measure import Gates, Worker, milliseconds

GENERATED, PROJECTS, PEOPLE = 5000, 100_000, 24
BUSY, QUIET = "2021-09-30", "2021-09-28"  # the end of a month, when plans end; a day between
ROUNDS, BOUND = 7, 3


class Ticker(Worker):
    """A process that grows the register and looks what is due (`benchmarks.ticker`)."""

    module = "benchmarks.ticker"


def main(gates: Gates) -> None:
    with temporary_folder() as folder, postgresql(folder) as socket:
        address = fill(create_postgresql_database(socket, "ticks"), GENERATED)
        with Ticker(address) as worker:
            grown = worker.order({"what": "grow", "people": PEOPLE, "projects": PROJECTS})
            print(f"     {grown}", flush=True)
            for name, day in (("nodes due", BUSY), ("nothing due", QUIET)):
                measure(gates, worker, name, day)


def measure(gates: Gates, worker: Worker, name: str, day: str) -> None:
    rounds = [one_round(worker, day) for _ in range(ROUNDS)]
    bare, write, find, first, second = (statistics.median(one[key] for one in rounds) for key in SIDES)
    seen = rounds[-1]
    detail = (
        f"{seen['nodes']} nodes, {seen['made']} messages, {seen['items']} items; bare {milliseconds(bare)}, "
        f"the items written bare {milliseconds(write)}, finding {milliseconds(find)}, first look with all it writes "
        f"and checks {milliseconds(first)} ({first / bare:.1f} times finding, {first / (bare + write):.1f} times "
        f"finding and writing), later looks {milliseconds(second)}"
    )
    ratio = statistics.median(one["find"] / one["bare"] for one in rounds)
    gates.at_most(f"{name}, finding them against bare SQL", ratio, BOUND, detail)
    later = statistics.median(one["second"] / one["bare"] for one in rounds)
    gates.at_most(f"{name}, every later look of the day against bare SQL", later, BOUND, "")
    changed = max(one["changed"] + one["sent"] for one in rounds)
    gates.at_most(f"{name}, rows the second look changed and letters it sent", changed, 0, "")


SIDES = ("bare", "write", "find", "first", "second")


def one_round(worker: Worker, day: str) -> dict[str, float]:
    bare = worker.order({"what": "bare", "day": day, "times": 3})
    find = worker.order({"what": "find", "day": day})
    look = worker.order({"what": "look", "day": day})
    write = worker.order({"what": "rewrite"})
    return look | {"bare": bare["wall"], "nodes": bare["nodes"], "find": find["wall"], "write": write["wall"]}
