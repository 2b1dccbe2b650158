"""Texts of the pages that the bureau words itself."""

from django.db import migrations

TEXTS = [
    ("notice", "非涉密提示", "本系统为非涉密系统，严禁录入、上传、传输国家秘密和工作秘密。"),
    ("login", "登录页说明", "账号由系统管理员开通。忘记密码请联系系统管理员重置。"),
    ("contact", "联系人", "市经济和信息化局投资科（联系电话待局填写）"),
]


def load(apps, schema_editor):
    model = apps.get_model("portal", "SiteText")
    model.objects.bulk_create(model(key=key, title=title, text=text) for key, title, text in TEXTS)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
