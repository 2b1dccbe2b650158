"""The workbooks of the contract: what is read equals the expected parse."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from portal.excel.refusal import Refused
from portal.text import squash
from projects.importing.reading import read_workbook

DATA = Path(__file__).parents[2] / "data"
WORKBOOKS = ["register-2021", "messy-1", "messy-2", "messy-3"]
LISTS = {"sheets": ("name",), "projects": ("sheet", "row"), "skipped": ("sheet", "row")}


def same(key, want, got):
    """Compare one value as the contract says: only what is expected counts."""
    if want is None or got is None:
        return want is got
    if key in ("name", "enterprise"):
        return squash(want) == squash(got)
    if key in ("total_investment", "annual_plan", "cumulative_done"):
        return Decimal(want) == Decimal(got)
    if key == "flags":
        return set(want) == set(got)
    if key in ("planned_start", "planned_finish"):
        return want.items() <= got.items()
    if key == "issues":
        return {(i["field"], i["code"]) for i in want} <= {(i["field"], i["code"]) for i in got}
    return want == got


def by_place(rows, keys):
    return {tuple(row[key] for key in keys): row for row in rows}


@pytest.mark.parametrize("stem", WORKBOOKS)
def test_a_workbook_is_read_as_expected(stem):
    expected = json.loads((DATA / f"{stem}.json").read_text())
    actual = json.loads(json.dumps(read_workbook(DATA / f"{stem}.xlsx").as_json()))

    different = []
    for name, keys in LISTS.items():
        want, got = by_place(expected[name], keys), by_place(actual[name], keys)
        different += [(name, place) for place in want.keys() - got.keys()]
        different += [(name, place) for place in got.keys() - want.keys() if name == "projects"]
        different += [
            (name, place, key, value, got[place].get(key))
            for place in want.keys() & got.keys()
            for key, value in want[place].items()
            if not same(key, value, got[place].get(key))
        ]

    assert different == []
    assert (actual["declared"], actual["reconciled"]) == (expected["declared"], expected["reconciled"])


def test_every_row_of_a_workbook_is_accounted_for():
    for stem in WORKBOOKS:
        parsed = read_workbook(DATA / f"{stem}.xlsx")
        rows = {(row.sheet, row.row) for row in (*parsed.projects, *parsed.skipped)}
        last = max(number for sheet, number in rows if sheet == parsed.sheets[0].name)

        assert {(parsed.sheets[0].name, number) for number in range(1, last + 1)} <= rows


def test_all_columns_of_the_register_are_read():
    parsed = read_workbook(DATA / "register-2021.xlsx")
    names = {name for project in parsed.projects for name in project.facts}

    assert parsed.sheets[0].unknown_columns == []
    assert names == {
        *(
            "project_code",
            "uscc",
            "county",
            "industry_group",
            "chain_segment",
            "content",
            "capacity",
            "stage",
            "key_level",
        ),
        *("six_pv", "responsible_unit", "city_leader", "liaison", "liaison_phone", "remark"),
    }


def test_a_csv_of_a_register_is_read_in_both_encodings(tmp_path):
    text = "2021年项目表,,\n项目名称,总投资（亿元）,计划开工\n演示项目,0.69,2021.10\n"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        file = tmp_path / "表.csv"
        file.write_bytes(text.encode(encoding))

        project = read_workbook(file).projects[0]

        assert (project.name, str(project.total_investment), str(project.planned_start)) == (
            "演示项目",
            "6900.00",
            "2021年10月",
        )


def test_a_text_without_heading_is_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("你好,世界\n")

    with pytest.raises(Refused) as refused:
        read_workbook(file)

    assert refused.value.code == "no_header"
