"""What a digest is: sections of sentences, numbered acts and tables, written once and shown as text, mail and page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.template.loader import render_to_string
from django.utils.html import escape

SIGN_IN = "请登录系统查看"
NAME_HERE = "\N{OBJECT REPLACEMENT CHARACTER}"  # where the person's name goes in a page that many receive


@dataclass(frozen=True)
class Table:
    """Rows for a page, and the same facts as lines of text. `wide`: columns a telephone can do without."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...]
    wide: tuple[str, ...] = ()
    total_first: bool = False

    @cached_property
    def columns(self) -> list[dict[str, object]]:
        """How each column is shown: text to the left, numbers to the right."""
        numeric = [all(is_number(row[place]) for row in self.rows) for place in range(len(self.heading))]
        pairs = zip(self.heading, numeric, strict=True)
        return [{"name": name, "numeric": number, "wide": name in self.wide} for name, number in pairs]

    @cached_property
    def cells(self) -> list[list[tuple[str, dict[str, object]]]]:
        return [list(zip(row, self.columns, strict=True)) for row in self.rows]


def is_number(cell: str) -> bool:
    return not cell.strip("0123456789.,/–天%+−")


@dataclass(frozen=True)
class Section:
    """A title with a sentence, numbered lines, a table: whatever there is."""

    title: str
    lead: str = ""
    points: tuple[str, ...] = ()
    table: Table | None = None

    @property
    def text(self) -> str:
        """一、总体　279个… on one line, points and rows below."""
        told = list(self.points or (self.table.lines if self.table else ()))
        return "\n".join([f"{self.title}　{self.lead}".rstrip("　"), *told])


@dataclass(frozen=True)
class Content:
    """Everything of a digest but the name of its reader. `counts` are the facts one may send anywhere."""

    kind: str
    subject: str
    title: str
    sections: tuple[Section, ...]
    foot: str
    counts: tuple[str, ...] = ()
    contact: str = ""
    note: str = field(default="")

    @cached_property
    def text(self) -> str:
        return "\n\n".join([*(one.text for one in self.sections), self.foot])

    @cached_property
    def page(self) -> str:
        """The mail's html with NAME_HERE in place of the greeting, without the indents of its templates."""
        made = render_to_string("emails/digest.html", {"content": self, "greeting": NAME_HERE})
        return "\n".join(line for full in made.splitlines() if (line := full.strip()))


@dataclass(frozen=True)
class Digest:
    """The digest as one person reads it."""

    greeting: str
    content: Content

    @property
    def subject(self) -> str:
        return self.content.subject

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def sections(self) -> tuple[Section, ...]:
        return self.content.sections


def text(digest: Digest) -> str:
    """The plain text: site message, mail, 「复制周调度」."""
    return f"{digest.greeting}\n{digest.content.text}"


def brief(digest: Digest) -> str:
    """Counts only, no project or person: for a mailbox outside the house."""
    told = digest.content
    return f"{told.title}：{'、'.join(told.counts) or '无待办事项'}。{SIGN_IN}。\n{told.contact}"


def html(digest: Digest) -> str:
    """The mail's html alternative."""
    return digest.content.page.replace(NAME_HERE, escape(digest.greeting))


def numbered(points: Iterable[str]) -> tuple[str, ...]:
    """1. … 2. …, without the empty ones."""
    return tuple(f"{number}. {point}" for number, point in enumerate(filter(None, points), 1))


def titled(sections: Iterable[Section | None]) -> tuple[Section, ...]:
    """一、…二、… in order, without those there is nothing to say in."""
    found = [one for one in sections if one]
    return tuple(
        Section(f"{'一二三四五六七八九十'[place]}、{one.title}", one.lead, one.points, one.table)
        for place, one in enumerate(found)
    )
