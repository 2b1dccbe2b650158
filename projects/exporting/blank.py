"""空白表: our headings to fill in, with drop-downs for what has a fixed set of words; it imports when it is filled."""

from datetime import date
from typing import IO

from django.db.models import TextChoices

from parks.models import County, Park
from portal.choices import Role
from portal.excel import writing
from portal.excel.writing import TEXT, Column, Table
from portal.models import User
from projects.choices import ChainSegment, Hold, IndustryGroup, Nature, Reason, Stage, YearType
from projects.exporting.columns import OTHER_PARKS, register
from projects.filters import units_of
from projects.importing.listing import WORDS

ROWS = 300
FLAG = ("是", "否")
# What the system gives or computes itself.
NOT_ASKED = ("serial", "light", "hold", "hold_reason")
HOW_TO = (
    ("填写", "从表头下一行开始，一行一个项目；表头不要改，不用的列可以删去。"),
    ("必填", "项目名称。所在园区、项目阶段、年度类型、总投资没有填的，导入后列入“资料待补”。"),
    ("下拉选择", "园区、县(市、区)、产业、性质、年度类型、阶段、原因类别等点单元格右侧的箭头选择。"),
    ("金额", "单位为万元，只填数字；不知道的空着，不要填0。"),
    ("日期", "写成2021年3月、2021-03-15、2021年一季度、2021年上半年、2021年或2021-12-31前。"),
    ("其他特色园区", "所在园区选“其他特色园区(N)”的，同时填所在县(市、区)。"),
    ("重点级别", "几个级别用顿号隔开，如：省重点(申报)、市重点。"),
    ("系统编号", "新项目空着；修改已有项目的，填上系统编号，或先导出数据版再改。"),
    ("空白", "空着的单元格不会清掉库内已有的内容。"),
    ("导入", "填好后在“数据导入”中上传，先看核对结果，再决定是否写入。"),
)


def filename(year: int) -> str:
    return f"{year}年工业投资项目空白表.xlsx"


def write(target: IO[bytes], *, year: int, user: User, on: date) -> None:
    """Write the blank table of a year with the units the person may report for."""
    shown = [one for one in register(year) if one.key not in NOT_ASKED]
    table = Table(
        name="项目",
        columns=[one.column for one in shown],
        rows=[],
        title=f"{year}年工业投资项目表",
        left="填报单位：",
        right="单位：万元",
        frozen=1,
        options=options(user, on=on),
        blank_rows=ROWS,
    )
    how_to = Table("填表说明", [Column("事项", 16, TEXT), Column("怎样填", 90, TEXT)], HOW_TO, frozen=0)
    writing.write(target, [table, how_to])


def options(user: User, *, on: date) -> dict[str, list[str]]:
    """The words to choose from, by heading."""
    counties = [county.name for county in County.objects.order_by("code")]
    return {
        "所在园区": parks(user, on=on),
        "所在县(市、区)": counties,
        "主导产业": labels(IndustryGroup),
        "产业链环节": labels(ChainSegment),
        "建设性质": labels(Nature),
        "年度类型": labels(YearType),
        "项目阶段": [*labels(Stage), str(Hold.SUSPENDED.label)],
        "重点级别": list(WORDS),
        "六大光伏项目": list(FLAG),
        "统计入库": list(FLAG),
        "原因类别": labels(Reason),
    }


def parks(user: User, *, on: date) -> list[str]:
    """The parks by the names of the 推进表; for a park person those of the own units."""
    units = units_of(user, on=on) if user.role == Role.PARK else Park.objects.order_by("order")
    names = [OTHER_PARKS if one.parent_id or one.code == "P99" else one.name for one in units]
    return list(dict.fromkeys(names))


def labels(choices: type[TextChoices]) -> list[str]:
    return [str(label) for value, label in choices.choices if value]
