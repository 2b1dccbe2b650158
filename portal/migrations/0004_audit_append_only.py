"""Rows of the audit are never changed or deleted."""

from django.db import migrations

from portal.append_only import protect, release

TABLE = "portal_auditentry"


def forwards(apps, schema_editor):
    protect(schema_editor.connection, TABLE)


def backwards(apps, schema_editor):
    release(schema_editor.connection, TABLE)


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_cache_table")]
    operations = [migrations.RunPython(forwards, backwards)]
