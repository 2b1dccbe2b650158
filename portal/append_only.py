"""Tables whose rows are only ever added: triggers refuse UPDATE and DELETE, whoever asks.

SQLite drops a table's triggers when a migration rebuilds the table: such a migration calls `protect` again at its end
(a test looks for the triggers after all migrations).
"""

from django.db.backends.base.base import BaseDatabaseWrapper

REFUSAL = "append-only table: rows are never changed or deleted"
VERBS = ("UPDATE", "DELETE")
POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION portal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""


def protect(connection: BaseDatabaseWrapper, table: str) -> None:
    """Refuse UPDATE and DELETE on the table from now on."""
    release(connection, table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_FUNCTION)
        for verb in VERBS:
            cursor.execute(_create(connection.vendor, table, verb))


def release(connection: BaseDatabaseWrapper, table: str) -> None:
    """Remove the triggers: only for migrations that rebuild the table, and for emptying a test database."""
    on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for verb in VERBS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, verb)}{on_table}")


def _name(table: str, verb: str) -> str:
    return f"{table}_no_{verb.lower()}"


def _create(vendor: str, table: str, verb: str) -> str:
    head = f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table} FOR EACH ROW"
    if vendor == "postgresql":
        return f"{head} EXECUTE FUNCTION portal_append_only()"
    return f"{head} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
