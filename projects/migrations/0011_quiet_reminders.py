"""The first ladder, quiet by default: messages for 开工 and 竣工投产 a week before, on the day and the day after."""

from datetime import date

from django.db import migrations

RUNGS = [  # working days, act, 开工 and 竣工投产, other nodes
    (-7, "message", True, False),
    (-3, "message", False, False),
    (0, "message", True, False),
    (1, "message", True, False),
    (5, "call", True, False),
    (10, "letter", True, False),
]


def load(apps, schema_editor):
    rule = apps.get_model("projects", "ReminderRule").objects.create(
        version=1, effective_from=date(2021, 1, 1), reason="系统初始规则"
    )
    rung = apps.get_model("projects", "ReminderRung")
    rung.objects.bulk_create(
        rung(rule=rule, days=days, act=act, for_key=key, for_others=others) for days, act, key, others in RUNGS
    )


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_reminder_rules")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
