"""Version 1 of the node template (domain.md §4.2: order and proofs as published, durations are hints) and of the
rule of the lights (domain.md §5.3: 1–30 days late yellow, more red)."""

import json
from datetime import date
from pathlib import Path

from django.db import migrations

NODES = Path(__file__).parent.parent / "data" / "milestones.json"


def load(apps, schema_editor):
    version_model, node_model = (
        apps.get_model("projects", "TemplateVersion"),
        apps.get_model("projects", "TemplateNode"),
    )
    version = version_model.objects.create(number=1, effective_from=date(2021, 1, 1), reason="初始模板")
    node_model.objects.bulk_create(
        node_model(version=version, **node) for node in json.loads(NODES.read_text(encoding="utf-8"))
    )
    apps.get_model("projects", "LightRule").objects.create(
        version=1, effective_from=date(2021, 1, 1), red_over_days=30, reason="初始规则"
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0003_milestones")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
