"""Indexes for what people filter and sort by, so that the first page costs the same however many projects there are.

The plan learns the stage of its project: lists in 台账顺序 filtered by stage then read one index. Columns whose unknown
values come last are sorted downwards by an index of their own; SQLite knows no such index and sorts.
"""

from django.db import migrations, models

FILL = """
UPDATE projects_yearplan SET paper_stage =
    (SELECT stage FROM projects_project WHERE projects_project.id = projects_yearplan.project_id)
"""
DOWNWARDS = {
    "project_total_down": "projects_project (total_investment DESC NULLS LAST, id)",
    "project_due_down": "projects_project (due_on DESC NULLS LAST, id)",
    "project_update_down": "projects_project (last_update_on DESC NULLS LAST, id)",
}


def index_downwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, columns in DOWNWARDS.items():
            schema_editor.execute(f"CREATE INDEX {name} ON {columns}")


def drop_downwards(apps, schema_editor):
    for name in DOWNWARDS:
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_node_template")]
    operations = [
        migrations.AddField(
            "yearplan",
            "paper_stage",
            models.CharField("台账：阶段", max_length=12, blank=True, default="", editable=False),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "yearplan",
            models.Index(
                fields=["year", "paper_stage", "paper_unit", "paper_type", "-paper_total", "project"],
                name="year_plan_by_stage",
            ),
        ),
        migrations.AddIndex(
            "project",
            models.Index(
                fields=["due_on", "id"],
                condition=models.Q(deleted_no=0, hold="", stage__in=["reserve", "talks", "signed", "preparing"]),
                name="project_waiting_by_due",
            ),
        ),
        migrations.RunPython(index_downwards, drop_downwards),
    ]
