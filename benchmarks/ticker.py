"""One process that grows a register to a million nodes and looks, as the scheduler does, what is due on a day.

Started by `benchmarks.ticks`; one JSON line in, one JSON line out. PostgreSQL only.
"""

import statistics
import time
from datetime import date, datetime
from typing import Any

from benchmarks import mailer  # sets Django up: before everything that follows

# isort: split
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from portal import calendar, scheduler
from portal.choices import RunState
from portal.clock import SHANGHAI
from portal.models import DeliveryAttempt, OutgoingMail, OutgoingMailItem, ScheduledRun
from projects import generator, ladder
from projects.models import Milestone, Project, ReminderRung, YearPlan

NODES_EACH = 10
OTHER_NODES = """
    INSERT INTO projects_milestone (project_id, code, phase, name, "order", is_key, state, adjusted_times, by_stage,
        na_reason, original_from, original_to, current_from, current_to)
    SELECT project_id, 'X' || place, '', '节点' || place, 100 + place, FALSE,
        CASE WHEN random() < 0.6 THEN 'done' ELSE 'open' END, 0, FALSE, '', day, day, day, day
    FROM (SELECT p.id AS project_id, place, DATE '2020-04-01' + (random() * 1095)::int AS day
          FROM projects_project p CROSS JOIN generate_series(1, %s) AS place
          WHERE place <= %s - (SELECT count(*) FROM projects_milestone m WHERE m.project_id = p.id)) AS made
"""
FOUND = """
    FROM projects_milestone
    JOIN projects_project ON projects_project.id = projects_milestone.project_id
    LEFT JOIN parks_park ON parks_park.id = projects_project.unit_id
    LEFT JOIN portal_user ON portal_user.id = projects_milestone.owner_id
    WHERE projects_milestone.state = 'open' AND projects_milestone.current_to = ANY(%s)
        AND projects_milestone.code = ANY(%s)
        AND projects_project.deleted_no = 0 AND projects_project.hold = '' AND NOT projects_project.unverified
        AND NOT (projects_milestone.code = 'TC' AND projects_project.stage = 'trial')
        AND NOT EXISTS (SELECT 1 FROM projects_yearplan y WHERE y.project_id = projects_project.id
                        AND y.year = %s AND y.year_type = 'reserve')
        AND NOT EXISTS (SELECT 1 FROM projects_progressnote n WHERE n.project_id = projects_project.id
                        AND n.kind = 'chase' AND n.promised_on >= %s)
"""
ITEMS_AGAIN = """
    INSERT INTO portal_outgoingmailitem (mail_id, subject, object_id, due, level, user_id, unit)
    SELECT mail_id, subject, object_id + 1000000000, due, level, user_id, unit FROM portal_outgoingmailitem
"""


def grow(people: int, projects: int) -> dict[str, int]:
    """Copy the projects there are until there are so many, each with ten nodes; accounts as for the digest."""
    step = Project.objects.count()
    shift = f"id + n * {step}"
    for model, changed in (
        (
            Project,
            {"id": shift, "number": f"'L' || ({shift})", "project_code": f"'C' || ({shift})", "newest_note_id": "NULL"},
        ),
        (YearPlan, {"project_id": f"project_id + n * {step}"}),
        (Milestone, {"project_id": f"project_id + n * {step}"}),
    ):
        copy(model, changed, times=projects // step - 1)
    with connection.cursor() as cursor:
        cursor.execute(OTHER_NODES, [NODES_EACH, NODES_EACH])
    mailer.accounts(people)
    generator.reset_sequences(Project)
    generator.analyze()
    return {"projects": Project.objects.count(), "nodes": Milestone.objects.count()}


def copy(model: type[Model], changed: dict[str, str], *, times: int) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column != "id" or "id" in changed]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
    with connection.cursor() as cursor:
        table = model._meta.db_table
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {times}) AS n")


def bare(day: str, times: int) -> dict[str, Any]:
    """The nodes that reach a rung on the day, by hand-written SQL with the columns the product reads."""
    on = date.fromisoformat(day)
    statement, seconds = f"SELECT {columns_read(on)} {FOUND}", []
    for _ in range(times):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(statement, [due_days(on), list(ladder.KEY), on.year, on])
            rows = cursor.fetchall()
        seconds.append(time.perf_counter() - began)
    return {"nodes": len(rows), "wall": statistics.median(seconds)}


def due_days(on: date) -> list[date]:
    """The due days whose rung is this day."""
    days = calendar.current()
    rungs = ReminderRung.objects.filter(act="message", for_key=True)
    return list(ladder.levels(rungs, after=days.add(on, -1), until=on, calendar=days))


def columns_read(on: date) -> str:
    """What the product's own query selects."""
    days = calendar.current()
    queries: list[QuerySet[Milestone]] = []
    original = QuerySet._fetch_all
    QuerySet._fetch_all = lambda self: (queries.append(self), original(self))[1]
    try:
        ladder.reached(after=days.add(on, -1), until=on, calendar=days)
    finally:
        QuerySet._fetch_all = original
    query = next(one.query for one in queries if one.model is Milestone)
    compiler = query.get_compiler(connection=connection)
    compiler.setup_query()
    return ", ".join(f'"{column.alias}"."{column.target.column}"' for column, _, _ in compiler.select)


def look(day: str) -> dict[str, Any]:
    """The first look of the scheduler on the day, and the second: seconds, and what each wrote."""
    on = date.fromisoformat(day)
    start(on)
    now = datetime(on.year, on.month, on.day, 9, tzinfo=SHANGHAI)
    first, found = timed(lambda: scheduler.tick(now=now)), {}
    found["made"], found["items"] = OutgoingMail.objects.count(), OutgoingMailItem.objects.count()
    before = changes()
    second = timed(lambda: scheduler.tick(now=now))
    return found | {"first": first, "second": second, "changed": changes() - before, "sent": sent()}


def rewrite() -> dict[str, float]:
    """Writing as many items again by one bare statement, undone at the end."""
    with transaction.atomic(), connection.cursor() as cursor:
        seconds = timed(lambda: cursor.execute(ITEMS_AGAIN))
        transaction.set_rollback(True)
    return {"wall": seconds}


def find(day: str) -> dict[str, Any]:
    """Only the finding: what `ladder.reached` takes."""
    on, days = date.fromisoformat(day), calendar.current()
    after = days.add(on, -1)
    seconds = timed(lambda: ladder.reached(after=after, until=on, calendar=days))
    return {"wall": seconds}


def start(on: date) -> None:
    """As on the morning after an ordinary day: nothing told, yesterday's runs done."""
    OutgoingMailItem.objects.all().delete()
    OutgoingMail.objects.all().delete()
    ScheduledRun.objects.all().delete()
    yesterday = calendar.current().add(on, -1)
    at = datetime(yesterday.year, yesterday.month, yesterday.day, 8, 30, tzinfo=SHANGHAI)
    for job in scheduler.jobs():
        ScheduledRun.objects.create(job=job, period=str(yesterday), due_at=at, state=RunState.DONE)
    mailer.tidy()


def timed(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def changes() -> int:
    """Rows this database has inserted, changed or deleted in all tables so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])


def sent() -> int:
    return DeliveryAttempt.objects.count()


mailer.ACTS |= {one.__name__: one for one in (grow, bare, look, find, rewrite)}

if __name__ == "__main__":
    mailer.main()
