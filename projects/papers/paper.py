"""A paper: title, sections, tables behind it, foot. It can be kept as JSON and comes back the same."""

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from projects.choices import PaperKind
from projects.digests.content import Section, Table

TEXT, MONEY, COUNT = "text", "money", "count"  # as in portal.excel.writing
LEVEL_ONE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Sheet:
    """A table behind a paper (附件), printed on its own and written as a sheet of a workbook.

    `columns`: heading, width in characters, kind. A cell is a text, a count, an amount in 万元 as "145000.00", or None.
    """

    name: str
    columns: tuple[tuple[str, int, str], ...]
    rows: tuple[tuple[str | int | None, ...], ...]
    unit: str = ""
    notes: tuple[str, ...] = ()
    total_first: bool = False

    @cached_property
    def shown(self) -> list[list[tuple[str, bool]]]:
        """The cells as people read them, and whether each is a number."""
        kinds = [kind for _, _, kind in self.columns]
        return [[(words(cell, kind), kind != TEXT) for cell, kind in zip(row, kinds, strict=True)] for row in self.rows]


def words(cell: str | int | None, kind: str) -> str:
    if cell is None:
        return ""
    if kind == MONEY and isinstance(cell, str):
        whole, _, decimals = cell.partition(".")
        return f"{int(whole):,}.{decimals}"
    return str(cell)


@dataclass(frozen=True)
class Part:
    """A section with how deep its title stands: 1 for 一、, 2 for （一）, 0 for text without a title."""

    level: int
    section: Section


@dataclass(frozen=True)
class Paper:
    """Everything of a paper. `as_of`: the 数据时点 in words; `signed`: who signs, and the day; `sources`: the 口径 of
    each figure, for who asks, not part of what is sent."""

    kind: str
    scope: str
    title: str
    sections: tuple[Section, ...]
    foot: str = ""
    addressee: str = ""
    as_of: str = ""
    demo: bool = False
    signed: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    sources: Sheet | None = None

    @property
    def parts(self) -> list[Part]:
        return [Part(level_of(one.title), one) for one in self.sections]

    @property
    def is_one_page(self) -> bool:
        return self.kind == PaperKind.ONE_PAGE

    @property
    def appended(self) -> list[str]:
        """1. 推进情况汇总表, as 附件 names them."""
        return [f"{number}. {sheet.name}" for number, sheet in enumerate(self.sheets, 1)]

    @cached_property
    def text(self) -> str:
        """What 「复制文字」 gives: the whole but the tables behind it."""
        listed = "附件：" + "\n　　　".join(self.appended) if self.appended and self.sections else ""
        told = [self.title, self.addressee, *(one.text.strip("　") for one in self.sections), listed]
        return "\n\n".join(one for one in (*told, "\n".join(self.signed), self.foot) if one)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Paper":
        told = {name: value for name, value in kept.items() if name in cls.__dataclass_fields__}
        sources = told.get("sources")
        return cls(**{
            **told,
            "sections": tuple(section_of(one) for one in told["sections"]),
            "signed": tuple(told.get("signed", ())),
            "sheets": tuple(sheet_of(one) for one in told.get("sheets", ())),
            "sources": sheet_of(sources) if sources else None,
        })  # fmt: skip


def level_of(title: str) -> int:
    if title.startswith("（"):
        return 2
    return 1 if title and title[0] in LEVEL_ONE and "、" in title[:3] else 0


def section_of(kept: dict[str, Any]) -> Section:
    table = kept["table"]
    found = table and Table(
        tuple(table["heading"]),
        tuples(table["rows"]),
        tuple(table["lines"]),
        tuple(table["wide"]),
        table["total_first"],
    )
    return Section(kept["title"], kept["lead"], tuple(kept["points"]), found)


def sheet_of(kept: dict[str, Any]) -> Sheet:
    rest = {"unit": kept["unit"], "notes": tuple(kept["notes"]), "total_first": kept["total_first"]}
    return Sheet(kept["name"], tuples(kept["columns"]), tuples(kept["rows"]), **rest)


def tuples(rows: list[list[Any]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in rows)
