"""A look of the scheduler over 1,000,000 nodes against the bare SQL that finds the same ones. PostgreSQL."""

import statistics

from benchmarks.databases import create_postgresql_database, fill, postgresql, temporary_folder
from benchmarks.measure import Gates, Worker, milliseconds

GENERATED, PROJECTS, PEOPLE = 5000, 100_000, 60
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
    rounds = []
    for _ in range(ROUNDS):
        bare = worker.order({"what": "bare", "day": day, "times": 3})
        found = worker.order({"what": "find", "day": day})
        rounds.append((bare, found, worker.order({"what": "look", "day": day})))
    bare, found, look = rounds[-1]
    whole = statistics.median(look["first"] / bare["wall"] for bare, _, look in rounds)
    again = statistics.median(look["second"] / bare["wall"] for bare, _, look in rounds)
    finding = statistics.median(found["wall"] / bare["wall"] for bare, found, _ in rounds)
    detail = (
        f"{bare['nodes']} nodes, {look['made']} messages, {look['items']} items; bare {milliseconds(bare['wall'])}, "
        f"finding {milliseconds(found['wall'])}, first look {milliseconds(look['first'])}, "
        f"second {milliseconds(look['second'])}"
    )
    print(f"     {name}: whole first look ÷ bare {whole:.2f}, second look ÷ bare {again:.2f}", flush=True)
    gates.at_most(f"{name}, finding them against the bare SQL", finding, BOUND, detail)
    changed = max(look["changed"] + look["sent"] for _, _, look in rounds)
    gates.at_most(f"{name}, rows the second look changed or letters it sent", changed, 0, "")
