"""On PostgreSQL, an index of three-character pieces for the search in projects (pg_trgm comes with PostgreSQL).

Where the extension is not installed or may not be created, search reads every row as before, only slower.
"""

from django.db import migrations

MAY_CREATE = """
SELECT EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm')
    OR (EXISTS (SELECT 1 FROM pg_available_extension_versions
                WHERE name = 'pg_trgm' AND (trusted OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)))
        AND has_database_privilege(current_database(), 'CREATE'))
"""


def index_search(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(MAY_CREATE)
        if not cursor.fetchone()[0]:
            return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        "CREATE INDEX IF NOT EXISTS project_search_grams ON projects_project USING gin (search_text gin_trgm_ops)"
    )


def drop_index(apps, schema_editor):
    schema_editor.execute("DROP INDEX IF EXISTS project_search_grams")


class Migration(migrations.Migration):
    dependencies = [("projects", "0008_counting_index")]
    operations = [migrations.RunPython(index_search, drop_index)]
