"""The targets of 2023 with their words, and which lists are asked for news each week."""

from django.db import migrations

SOURCE = "《加快实施产业倍增行动——对话市经济信息化局局长刘勇》（报纸版面未标日期）"
QUOTE = "2023年形成16万吨硅料、60GW拉棒切方、60GW切片、20GW电池片生产能力，光伏产业产值达到800亿元"
TARGETS = [
    ("silicon", "硅料", "万吨", 16),
    ("ingot", "拉棒切方", "GW", 60),
    ("wafer", "切片", "GW", 60),
    ("cell", "电池片", "GW", 20),
    ("", "光伏产业产值", "亿元", 800),
]


def load(apps, schema_editor):
    target_model, group_model = apps.get_model("projects", "Target"), apps.get_model("projects", "ProjectGroup")
    for place, (segment, label, unit, value) in enumerate(TARGETS, 1):
        target_model.objects.create(
            topic="major-pv", year=2023, segment=segment, label=label, unit=unit, value=value, quote=QUOTE,
            source=SOURCE, order=place * 10,
        )  # fmt: skip
    group_model.objects.filter(slug__in=("province-key", "major-pv")).update(weekly=True)


class Migration(migrations.Migration):
    dependencies = [("projects", "0017_papers_and_capacity")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
