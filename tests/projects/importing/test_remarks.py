"""All that is wrong with a workbook is said in one pass, with cell and remedy, and comes back in a red column."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.models import AuditEntry
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory
from tests.projects.importing import workbooks

pytestmark = pytest.mark.django_db
START = "/projects/import/"
HEADINGS = [
    *(
        "项目名称",
        "项目单位",
        "所在园区",
        "所在县(市、区)",
        "总投资（万元）",
        "2021年计划投资（万元）",
        "累计完成投资（万元）",
    ),
    *(
        "计划开工时间",
        "计划竣工时间",
        "建设性质",
        "统一项目代码",
        "统一社会信用代码",
        "项目阶段",
        "系统编号",
        "进展日期",
        "目前进展",
    ),
    "设计产能",
]
LETTERS = dict(zip(HEADINGS, "ABCDEFGHIJKLMNOPQ", strict=True))
FIRST = 4
# row below the heading: what is planted there, what the message says (after the cell), and whether the row is an error
PLANTED = {
    5: ({"项目名称": None}, "A{row}：这一行有项目数据但没有项目名称，请补填项目名称。", "error"),
    20: ({"计划开工时间": "2021年2月30日"}, "H{row}：“2021年2月30日”不是存在的日期，请改成正确的日期", "error"),
    37: ({"计划竣工时间": "2021年13月"}, "I{row}：“2021年13月”不是存在的日期", "error"),
    50: ({"总投资（万元）": "#REF!"}, "E{row}：单元格是公式错误值或没有保存计算结果，请在Excel中改正公式", "error"),
    66: ({"计划开工时间": 2021.1}, "H{row}：“2021.1”可能是1月也可能是10月", "review"),
    81: ({"计划开工时间": "近期"}, "H{row}：“近期”看不出具体时间，请写成", "review"),
    99: ({"总投资（万元）": "120—150亿元"}, "E{row}：“120—150亿元”不是一个确定的数，请填写一个金额。", "review"),
    120: ({"总投资（万元）": "10亿美元"}, "E{row}：“10亿美元”是外币，请折合成人民币后填写。", "review"),
    137: ({"总投资（万元）": "详见附件"}, "E{row}：“详见附件”不是金额，请填写数字", "review"),
    150: ({"总投资（万元）": 5_000_000}, "E{row}：读出来的总投资是5,000,000.00万元，超过300亿元", "review"),
    166: ({"计划开工时间": "2022年5月", "计划竣工时间": "2021年5月"}, "I{row}：计划竣工时间“2021年5月”早于", "review"),
    180: ({"系统编号": "LS2021-9999"}, "N{row}：系统编号不存在，或不在您的权限范围。新项目请把系统编号留空。", "error"),
    199: ({"设计产能": "长" * 101}, "Q{row}：设计产能超过100个字，请缩短。", "error"),
    215: ({"进展日期": "2021-12-31", "目前进展": "开工"}, "O{row}：进展日期不能晚于今天。", "error"),
    231: ({"项目名称": "项目0010"}, "A{row}：与“Sheet”第13行的项目同名但总投资不同", "review"),
    255: ({"统一项目代码": "2101-511112-04-01-000001"}, "K{row}：统一项目代码与“Sheet”第5行的项目重复", "review"),
    300: ({"项目名称": "同名项目"}, "A{row}：库内有2个同名项目，请填写系统编号或统一项目代码后再导入。", "error"),
}  # fmt: skip


def rows():
    for number in range(1, 301):
        row = {"项目名称": f"项目{number:04d}", "总投资（万元）": 1000 + number, "计划开工时间": "2021年3月"}
        if number == 2:
            row["统一项目代码"] = "2101-511112-04-01-000001"
        yield [{**row, **PLANTED.get(number, ({},))[0]}.get(heading) for heading in HEADINGS]


@pytest.fixture
def clerk(as_user, staff):
    return as_user(staff)


@pytest.fixture
def batch(clerk, tmp_path):
    ProjectFactory(name="同名项目", unit="P01")
    ProjectFactory(name="同名项目", unit="P02")
    path = workbooks.table(tmp_path / "表.xlsx", HEADINGS, *rows())
    clerk.post(START, {"file": SimpleUploadedFile(path.name, path.read_bytes()), "year": 2021})
    return ImportBatch.objects.get()


def sheet_row(number):
    return FIRST + number - 1


def test_seventeen_errors_among_300_rows_are_said_in_one_pass(batch):
    found = {row.row: row for row in batch.rows.filter(verdict__in=["error", "review"])}

    assert sorted(found) == [sheet_row(number) for number in PLANTED]
    assert {row: one.verdict for row, one in found.items()} == {
        sheet_row(number): verdict for number, (_, _, verdict) in PLANTED.items()
    }
    for number, (_, sentence, _) in PLANTED.items():
        said = [issue["message"] for issue in found[sheet_row(number)].issues]
        assert any(sentence.format(row=sheet_row(number)) in one for one in said), (number, said)


def test_each_says_in_which_cell_it_is(batch):
    for row in batch.rows.filter(verdict__in=["error", "review"]):
        assert all(issue["message"].startswith(issue["cell"]) for issue in row.issues)
        assert all(issue["cell"] for issue in row.issues if issue["severity"] in ("error", "review")), row.issues


def test_the_workbook_comes_back_with_all_of_them_in_a_red_column(batch, clerk):
    answer = clerk.get(f"{START}{batch.pk}/errors.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    last = sheet.max_column

    assert (sheet.cell(3, last).value, last) == ("错误说明", len(HEADINGS) + 1)
    assert [row for row in range(4, sheet.max_row + 1) if sheet.cell(row, last).value] == list(map(sheet_row, PLANTED))
    assert sheet.cell(sheet_row(20), last).value.startswith("【错误】H23：“2021年2月30日”不是存在的日期")
    assert sheet.cell(sheet_row(20), last).font.color.rgb == "FFC00000"
    assert sheet.cell(sheet_row(1), 5).value == 1001
    assert AuditEntry.objects.get(action="import.errors").detail["rows"] == 17


def test_the_workbook_that_came_back_is_read_like_the_one_sent(batch, clerk, tmp_path):
    answer = clerk.get(f"{START}{batch.pk}/errors.xlsx")
    again = tmp_path / "改.xlsx"
    again.write_bytes(b"".join(answer.streaming_content))
    clerk.post(START, {"file": SimpleUploadedFile(again.name, again.read_bytes()), "year": 2021})
    second = ImportBatch.objects.exclude(pk=batch.pk).get()

    assert second.counts == batch.counts
    assert second.summary["questions"] == []


def test_the_good_rows_alone_can_be_written(batch, clerk):
    before = Project.objects.count()
    clerk.post(f"{START}{batch.pk}/commit/")
    assert Project.objects.count() == before

    clerk.post(f"{START}{batch.pk}/commit/", {"skip_errors": "1"})
    errors = sum(verdict == "error" for _, _, verdict in PLANTED.values())
    held_back = 2  # 疑似同名 waits for a choice
    assert Project.objects.count() == before + 300 - errors - held_back


def test_a_file_that_is_no_longer_kept_is_said(batch, clerk):
    from projects.importing import uploads

    uploads.stored(batch.sha256).unlink()

    assert "这次上传的文件已经清理" in clerk.get(f"{START}{batch.pk}/errors.xlsx", follow=True).content.decode()
