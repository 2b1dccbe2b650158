"""The table of the shared cache: it holds the limits of log-in, so it must outlive Redis."""

from django.core.management import call_command
from django.db import migrations


def create(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_site_texts")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
