"""Working days 2021–2026 as published; 2027 has no notice yet and stays 未确认."""

import json
from pathlib import Path

from django.db import migrations

DAYS = Path(__file__).parent.parent / "data" / "workdays.json"


def load(apps, schema_editor):
    day_model, year_model = apps.get_model("portal", "CalendarDay"), apps.get_model("portal", "CalendarYear")
    day_model.objects.bulk_create(
        day_model(day=day, kind=kind, name=name) for day, kind, name in json.loads(DAYS.read_text(encoding="utf-8"))
    )
    year_model.objects.bulk_create(
        year_model(year=year, confirmed=True, source=f"国务院办公厅关于{year}年部分节假日安排的通知")
        for year in range(2021, 2027)
    )
    year_model.objects.create(year=2027, confirmed=False, source="尚无通知")


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_working_days")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
