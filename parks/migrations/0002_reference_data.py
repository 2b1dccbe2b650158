"""Counties (GB/T 2260), 填报单位 and the GB/T 4754-2017 codes the bureau's projects use (domain.md §9.1–§9.3).

The source article names one headquarters and five bases without listing them: every unit stays 待局确认.
"""

from django.db import migrations

COUNTIES = {
    "511102": "市中区", "511111": "沙湾区", "511112": "五通桥区", "511113": "金口河区", "511123": "犍为县",
    "511124": "井研县", "511126": "夹江县", "511129": "沐川县", "511132": "峨边彝族自治县",
    "511133": "马边彝族自治县", "511181": "峨眉山市",
}
PARKS = [
    ("P00", "乐山高新区", "headquarters", "511102", "高新区 高新 乐高新 市高新"),
    ("P01", "五通桥基地", "base", "511112", "五通桥 五通 桥区 五通桥区"),
    ("P02", "犍为基地", "base", "511123", "犍为 犍为县"),
    ("P03", "夹江基地", "base", "511126", "夹江 夹江县"),
    ("P04", "沙湾基地", "base", "511111", "沙湾 沙湾区"),
    ("P05", "峨眉基地", "base", "511181", "峨眉 峨眉山 峨眉山市"),
    ("P99", "其他特色园区", "other", None, "其他特色园区(N) 其他园区"),
]
COUNTY_UNITS = [
    ("511132", "峨边县", "峨边"), ("511113", "金口河区", "金口河"), ("511129", "沐川县", "沐川"),
    ("511124", "井研县", "井研"), ("511102", "市中区", "市中"), ("511133", "马边县", "马边"),
]
INDUSTRIES = {
    "1461": "味精制造", "1462": "酱油、食醋及类似制品制造", "1512": "白酒制造", "1513": "啤酒制造",
    "1522": "瓶（罐）装饮用水制造", "1530": "精制茶加工", "2211": "木竹浆制造", "2221": "机制纸及纸板制造",
    "2611": "无机酸制造", "2612": "无机碱制造", "2613": "无机盐制造", "2614": "有机化学原料制造",
    "2619": "其他基础化学原料制造", "2631": "化学农药制造", "2661": "化学试剂和助剂制造",
    "2669": "其他专用化学产品制造", "2710": "化学药品原料药制造", "2720": "化学药品制剂制造",
    "2740": "中成药生产", "3011": "水泥制造", "3071": "建筑陶瓷制品制造", "3073": "特种陶瓷制品制造",
    "3110": "炼铁", "3120": "炼钢", "3130": "钢压延加工", "3140": "铁合金冶炼", "3239": "其他稀有金属冶炼",
    "3825": "光伏设备及元器件制造", "3831": "电线、电缆制造", "3841": "锂离子电池制造", "3849": "其他电池制造",
    "3972": "半导体分立器件制造", "3976": "光电子器件制造", "3985": "电子专用材料制造", "4413": "水力发电",
    "4416": "太阳能发电", "4420": "电力供应", "4511": "天然气生产和供应业",
}


def load(apps, schema_editor):
    county_model, park_model = apps.get_model("parks", "County"), apps.get_model("parks", "Park")
    industry_model = apps.get_model("parks", "Industry")
    counties = {code: county_model.objects.create(code=code, name=name) for code, name in COUNTIES.items()}
    for order, (code, name, kind, county, aliases) in enumerate(PARKS):
        park_model.objects.create(
            code=code, name=name, kind=kind, county=counties.get(county), aliases=aliases, order=order * 10
        )
    other = park_model.objects.get(code="P99")
    for order, (county, name, aliases) in enumerate(COUNTY_UNITS, start=1):
        park_model.objects.create(
            code=f"P99-{county}", name=name, kind="county", county=counties[county], parent=other,
            aliases=f"{aliases} {counties[county].name}", order=other.order + order,
        )
    industry_model.objects.bulk_create(industry_model(code=c, name=n) for c, n in INDUSTRIES.items())


class Migration(migrations.Migration):
    dependencies = [("parks", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
