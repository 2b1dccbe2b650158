"""python -m benchmarks [lists] [growth] [imports] [exports] [mail] [ticks] [lights] [overview] [load]"""

import sys

from benchmarks import exports, growth, imports, lights, lists, load, mail, overview, ticks
from benchmarks.measure import Gates

PARTS = {
    "lists": lists.main,
    "growth": growth.main,
    "imports": imports.main,
    "exports": exports.main,
    "mail": mail.main,
    "ticks": ticks.main,
    "lights": lights.main,
    "overview": overview.main,
    "load": load.main,
}


def main(names: list[str]) -> int:
    if names[:1] == ["chaos"]:
        from benchmarks.chaos import matrix

        return matrix.main(names[1:])
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        sys.exit(f"{', '.join(unknown)}? There are: {', '.join(PARTS)}")
    gates = Gates()
    for name in names or PARTS:
        print(f"\n{name}", flush=True)
        PARTS[name](gates)
    return 0 if gates.kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
