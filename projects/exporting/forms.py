"""The forms a list is written in: 上报版 for filing on paper, 数据版 and csv for going on with it in Excel."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from portal.excel import csv_writing, writing
from portal.excel.writing import TEXT, Column, Strong, Table
from projects import words
from projects.exporting.columns import Shown
from projects.exporting.grouping import Grouping, groups
from projects.exporting.lists import Listing, Sums

LARGE = 2000
DEMO_MARK = "（演示数据）"
DEMO_WORDS = "本表含演示数据，不得作为实际情况使用。"
ROUNDED = "注：部分合计数因四舍五入与分项之和略有差异。"
NOT_SUMMED = "注：一个项目可有几{things}，总投资不作合计。"
UNIT_WORDS = "单位：万元"
DIGITS = "一二三四五六七八九"
SIGNED = ("单位负责人：", "填表人：", "联系电话：")
NOT_IN_NAME = '\\/:*?"<>|\r\n\t'


@dataclass
class Form:
    """A list in one form. `kind` is kept in the audit."""

    listing: Listing

    kind = ""
    ending = "xlsx"
    what = ""  # behind the name of the list

    @property
    def count(self) -> int:
        return self.listing.count

    @property
    def filename(self) -> str:
        subject = self.listing.name + self.what + cut(self.listing.conditions)
        mark = DEMO_MARK if self.listing.demo else ""
        return f"{safe(subject)}{self.listing.on.isoformat()}{mark}.{self.ending}"

    @property
    def title(self) -> str:
        conditions = f"（{'、'.join(self.listing.conditions)}）" if self.listing.conditions else ""
        return self.listing.name + self.what + conditions + ("　演示数据" if self.listing.demo else "")

    def tables(self) -> list[Table]:
        raise NotImplementedError

    def write(self, target: IO[bytes]) -> None:
        writing.write(target, self.tables(), large=self.count > LARGE)


def cut(conditions: list[str]) -> str:
    """The conditions as a file name can bear them."""
    said = "、".join(conditions)[:60]
    return f"（{said}）" if said else ""


def safe(name: str) -> str:
    return "".join("_" if char in NOT_IN_NAME else char for char in name)


# --- 数据版 ----------------------------------------------------------------------------------------------------


class DataForm(Form):
    """Flat, every column an import reads, 系统编号 last; the sheet 说明 says what it is."""

    kind = "data"

    def tables(self) -> list[Table]:
        about = Table("说明", [Column("事项", 16, TEXT), Column("内容", 80, TEXT)], self.about(), frozen=0)
        return [self.flat(), about]

    def flat(self) -> Table:
        shown = self.listing.all_columns
        return Table(
            name="项目",
            columns=[one.column for one in shown],
            rows=([one.value(line) for one in shown] for line in self.listing.lines()),
            title=self.title,
            left=f"导出：{self.listing.user}　{self.listing.on.isoformat()}",
            right=UNIT_WORDS,
            grid=False,
        )

    def about(self) -> list[tuple[str, str]]:
        listing = self.listing
        rows = [
            ("表名", self.listing.subject),
            ("筛选条件", "、".join(listing.conditions) or "全部"),
            ("行数", f"{self.count}{listing.things}"),
            ("导出日期", listing.on.isoformat()),
            ("导出人", str(listing.user)),
            ("口径", listing.scope),
            ("再导入", "修改后可在“数据导入”中导入：按系统编号对应项目，空白单元格不会清掉库内的内容。"),
        ]
        return [*rows, ("演示数据", DEMO_WORDS)] if listing.demo else rows


class CsvForm(DataForm):
    """The same columns as text."""

    kind = "csv"
    ending = "csv"

    def chunks(self) -> Iterator[bytes]:
        return csv_writing.chunks(self.flat())

    def write(self, target: IO[bytes]) -> None:
        target.writelines(self.chunks())


# --- 上报版 ----------------------------------------------------------------------------------------------------


@dataclass
class PaperForm(Form):
    """For filing: 合计 first, then the groups with count and sums, 序号 from 1 in each; the person's columns."""

    names: Iterable[str] = ()
    grouping: Grouping | None = None

    kind = "paper"
    what = "推进表"

    def tables(self) -> list[Table]:
        shown = list(self.listing.paper_columns(self.names))
        day = self.listing.on
        return [
            Table(
                name="上报版",
                columns=[one.column for one in shown],
                rows=self.rows(shown),
                title=self.title,
                left=f"填报单位：{self.listing.filed_by}",
                right=UNIT_WORDS,
                notes=self.notes(),
                signed=[*SIGNED, f"填报日期：{words.day_in_prose(day)}"],
            )
        ]

    def rows(self, shown: list[Shown]) -> Iterator[Any]:
        listing = self.listing
        yield strong(shown, "合计", listing.sums(listing.projects))
        if not self.grouping:
            yield from values(shown, listing.lines())
            return
        for number, group in enumerate(groups(listing.projects, self.grouping), start=1):
            yield strong(shown, f"{numeral(number)}、{group.name}", listing.sums(group.projects))
            yield from values(shown, listing.lines(group.projects))

    def notes(self) -> list[str]:
        notes = [ROUNDED if self.listing.sums_add_up else NOT_SUMMED.format(things=self.listing.things)]
        return [*notes, f"注：{DEMO_WORDS}"] if self.listing.demo else notes


def values(shown: list[Shown], lines: Iterable[Any]) -> Iterator[list[Any]]:
    for line in lines:
        yield [one.value(line) for one in shown]


def strong(shown: list[Shown], name: str, sums: Sums) -> Strong:
    """A row that adds up: its name under 项目名称, the count in the next column, the sums under the amounts."""
    said = {"name": name, "enterprise": sums["count"]}
    return Strong(said.get(one.key) if one.key in said else sums.get(one.total) for one in shown)


def numeral(number: int) -> str:
    """一, 十二, 九十九; from a hundred on in figures."""
    tens, ones = divmod(number, 10)
    if number >= 100:
        return str(number)
    return (DIGITS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones - 1] if ones else "")
