"""Count the figures of 统计分析 as the background does, and compare what it kept with a second count."""

import json
import time

import django

django.setup()

from portal import clock  # noqa: E402
from projects import overview, overview_store, stats  # noqa: E402
from projects.models import Project  # noqa: E402


def main() -> None:
    on = clock.today()
    year, begun = stats.year_on(on), time.perf_counter()
    row = overview_store.store(year=year, on=on)
    seconds = time.perf_counter() - begun
    row.refresh_from_db()
    kept = overview.unpacked(row.content["counted"], on=on, year=year)
    again = overview.count(Project.objects.live().in_year(year), overview_store.nodes(year), on=on, year=year)
    lines = {(name, key) for found in (kept, again) for name, parts in found.parts.items() for key in parts}
    different = sum(kept.parts[name].get(key) != again.parts[name].get(key) for name, key in lines)
    different += (kept.curve != again.curve) + (kept.late != again.late)
    print(json.dumps({"seconds": seconds, "lines": len(lines), "different": different}))


if __name__ == "__main__":
    main()
