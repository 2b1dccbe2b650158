"""The telephone of the contact as a text of its own: every message names 联系人 and 电话."""

from django.db import migrations

OLD = "市经济和信息化局投资科（联系电话待局填写）"
NEW = "市经济和信息化局投资科"


def load(apps, schema_editor):
    model = apps.get_model("portal", "SiteText")
    model.objects.get_or_create(key="phone", defaults={"title": "联系电话", "text": "待局填写"})
    model.objects.filter(key="contact", text=OLD).update(text=NEW)


class Migration(migrations.Migration):
    dependencies = [("portal", "0009_reminders")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
