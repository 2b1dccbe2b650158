"""The groups of the start with their published figures, and the empty mapping stage → 四个一批."""

from django.db import migrations

SOURCE = "《加快实施产业倍增行动——对话市经济信息化局局长刘勇》（报纸版面未标日期）"
GROUPS = [
    (
        "industrial",
        "2021年工业投资项目",
        "年度项目",
        10,
        279,
        13_800_000,
        "目前已确定2021年工业投资项目279个、总投资1380亿元",
    ),
    ("province-key", "省重点项目（申报）", "省重点", 20, 30, 4_160_000, "申报列入省重点项目30个、总投资416亿元"),
    (
        "major-pv",
        "六大光伏项目",
        "六大光伏",
        30,
        6,
        3_000_000,
        "2020年新签约、落地、开工建设光伏项目6个，总投资300亿元",
    ),
    ("city-key", "市重点项目", "市重点", 40, None, None, ""),
    ("county-key", "县重点项目", "县重点", 50, None, None, ""),
]
STAGES = ["reserve", "talks", "signed", "preparing", "building", "trial", "completed", "capacity"]


def load(apps, schema_editor):
    group_model, control_model = apps.get_model("projects", "ProjectGroup"), apps.get_model("projects", "ControlTotal")
    for slug, name, short, order, count, total, quote in GROUPS:
        group = group_model.objects.create(slug=slug, year=2021, name=name, short_name=short, order=order)
        if count:
            control_model.objects.create(group=group, count=count, total=total, step=10000, quote=quote, source=SOURCE)
    batch_model = apps.get_model("projects", "StageBatch")
    batch_model.objects.bulk_create(batch_model(stage=stage, batch="") for stage in STAGES)


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
