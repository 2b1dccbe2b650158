"""Papers in Word, laid out by GB/T 9704—2012 (domain.md §7.4); 一页纸 in its own narrower page.

Text goes in as text nodes, never as markup or a template: nothing in a name is read as a field, a tag or a formula.
Fonts are given by name, for Chinese characters too; who has not got them reads the ones named beside them.
"""

import re
from typing import IO

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section as Page
from docx.shared import Length, Mm, Pt
from docx.table import Table as Grid
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from portal import clock
from portal.excel.writing import NOT_IN_XML
from projects import words
from projects.digests import measure
from projects.digests.content import Section, Table
from projects.papers.paper import TEXT, Paper, Sheet

TITLE, BODY, SECOND, FIRST, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
INSTEAD = {TITLE: "华文中宋", BODY: "仿宋", SECOND: "楷体", FIRST: "SimHei", SONG: "SimSun"}
TWO, THREE, FOUR, SMALL, TINY = Pt(22), Pt(16), Pt(14), Pt(10.5), Pt(9)
PITCH, PITCH_OF_ONE_PAGE, PITCH_OF_TABLE = Pt(28.95), Pt(24), Pt(15)
MARGINS, MARGINS_OF_ONE_PAGE, MARGINS_LYING = (37, 35, 28, 26), (15, 13, 20, 20), (28, 26, 20, 20)  # mm
A4 = (Mm(210), Mm(297))
CLOSER = "-5"  # twentieths of a point between characters: 28 of 16 pt in 156 mm; programs disagree about a grid
BLANKS = re.compile(r"[\r\n\t\v\f]+")


def write(paper: Paper, target: IO[bytes]) -> None:
    """Write the paper as a .docx file."""
    made = Document()
    base(made, paper)
    page = made.sections[0]
    set_page(page, MARGINS_OF_ONE_PAGE if paper.is_one_page else MARGINS)
    if not paper.is_one_page:
        number_pages(made, page)
    heading(made, paper)
    for part in paper.parts:
        section(made, part.section, part.level, inline=paper.is_one_page)
    ending(made, paper)
    for number, sheet in enumerate(paper.sheets, 1):
        annex(made, sheet, number if paper.sections else 0, first=number == 1, demo=paper.demo)
    made.save(target)


# --- the page ------------------------------------------------------------------------------------------------------


def base(made: Doc, paper: Paper) -> None:
    """The style everything stands on, and what the file says of itself."""
    normal = made.styles["Normal"]
    normal.font.size = THREE
    name_font(normal.element.get_or_add_rPr(), BODY)
    if not paper.is_one_page:
        normal.element.get_or_add_rPr().append(element("spacing", val=CLOSER))
    spacing = normal.paragraph_format
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = PITCH_OF_ONE_PAGE if paper.is_one_page else PITCH
    spacing.space_before = spacing.space_after = Pt(0)
    about = made.core_properties
    about.title, about.author, about.comments = clean(paper.title), words.BUREAU, ""
    about.created = about.modified = clock.now().replace(tzinfo=None)
    other_fonts(made)


def other_fonts(made: Doc) -> None:
    """Name the fonts to fall back on, in the part of the file that lists fonts."""
    part = next(one.target_part for one in made.part.rels.values() if one.reltype.endswith("/fontTable"))
    listed = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in INSTEAD.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", f"{listed}</w:fonts>".encode())  # type: ignore[attr-defined]


def set_page(page: Page, margins: tuple[int, int, int, int], *, lying: bool = False) -> None:
    page.page_width, page.page_height = A4[::-1] if lying else A4
    page.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = (Mm(one) for one in margins)
    page.footer_distance = Mm(margins[1] - 12)
    for old in page._sectPr.findall(qn("w:docGrid")):
        page._sectPr.remove(old)
    if margins == MARGINS:
        grid = element("docGrid", type="lines", linePitch=str(round(PITCH.pt * 20)))
        page._sectPr.append(grid)


def number_pages(made: Doc, page: Page) -> None:
    """— 1 —: odd pages to the right, even pages to the left, one character in."""
    made.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((page.footer, ALIGN.RIGHT), (page.even_page_footer, ALIGN.LEFT)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = side
        inwards = line.paragraph_format
        if side == ALIGN.RIGHT:
            inwards.right_indent = FOUR
        else:
            inwards.left_indent = FOUR
        run(line, "— ", SONG, FOUR)
        for kind, text in (("begin", ""), ("", " PAGE "), ("separate", ""), ("shown", "1"), ("end", "")):
            field(run(line, "", SONG, FOUR), kind, text)
        run(line, " —", SONG, FOUR)


def field(piece: Run, kind: str, text: str) -> None:
    """A piece of the field that counts pages."""
    if kind == "shown":
        piece.add_text(text)
    elif kind:
        piece._r.append(element("fldChar", fldCharType=kind))
    else:
        code = element("instrText")
        code.set(qn("xml:space"), "preserve")
        code.text = text
        piece._r.append(code)


# --- the text ------------------------------------------------------------------------------------------------------


def heading(made: Doc, paper: Paper) -> None:
    mark = "（演示数据）" if paper.demo and not paper.is_one_page else ""  # there the foot says it
    if not paper.sections:  # tables only: each has its own title
        return
    title = made.add_paragraph()
    title.alignment = ALIGN.CENTER
    title.paragraph_format.line_spacing = Pt(30) if paper.is_one_page else Pt(33)
    title.paragraph_format.space_after = Pt(4) if paper.is_one_page else PITCH
    run(title, paper.title + mark, TITLE, TWO)
    if paper.addressee:
        paragraph(made, paper.addressee, indent=False)


def section(made: Doc, one: Section, level: int, *, inline: bool) -> None:
    """一、 in 黑体, （一） in 楷体, text in 仿宋; on 一页纸 the title stands before its first sentence."""
    font = {1: FIRST, 2: SECOND}.get(level, BODY)
    if inline:
        line = paragraph(made, one.title, font=font)
        run(line, f"　{one.lead}" if one.lead else "")
    else:
        for text, look in ((one.title, font), (one.lead, BODY)):
            if text:
                line = paragraph(made, text, font=look)
                line.paragraph_format.keep_with_next = look != BODY
    for point in one.points:
        paragraph(made, point)
    if one.table:
        grid_of(made, one.table)


def ending(made: Doc, paper: Paper) -> None:
    """Of when the figures are and whom to ask, 附件, who signs and when."""
    if paper.foot and not paper.is_one_page:
        paragraph(made, paper.foot)
    for number, text in enumerate(paper.appended if paper.sections else ()):
        line = paragraph(made, f"附件：{text}" if not number else f"　　　{text}")
        line.paragraph_format.keep_with_next = True  # nobody signs alone on a page
        if not number:
            line.paragraph_format.space_before = PITCH
    for number, text in enumerate(paper.signed):
        line = paragraph(made, text, indent=False)
        line.alignment = ALIGN.RIGHT
        line.paragraph_format.right_indent = Length(THREE * 4)
        line.paragraph_format.keep_with_next = number < len(paper.signed) - 1
        if not number:
            line.paragraph_format.space_before = PITCH
    if paper.foot and paper.is_one_page:
        line = made.add_paragraph()
        line.paragraph_format.space_before = Pt(4)
        line.paragraph_format.line_spacing = Pt(17)
        run(line, paper.foot, BODY, Pt(12))


def paragraph(made: Doc, text: str, *, font: str = BODY, indent: bool = True) -> Paragraph:
    """A paragraph of the text, two characters in."""
    line = made.add_paragraph()
    if indent:
        line.paragraph_format.first_line_indent = Length(THREE * 2)
        line._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
    run(line, text, font)
    return line


def run(line: Paragraph, text: str, font: str = BODY, size: Length = THREE) -> Run:
    piece: Run = line.add_run(clean(text))
    piece.font.size = size
    name_font(piece._r.get_or_add_rPr(), font)
    return piece


def clean(text: str) -> str:
    """The text without what no file of Word can hold; a break becomes a space."""
    return NOT_IN_XML.sub("", BLANKS.sub(" ", text))


def name_font(look, font: str) -> None:  # type: ignore[no-untyped-def]
    """Name the font for every kind of character."""
    fonts = look.get_or_add_rFonts()
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), font)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def element(name: str, **attributes: str):  # type: ignore[no-untyped-def]
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


# --- tables --------------------------------------------------------------------------------------------------------


def annex(made: Doc, sheet: Sheet, number: int, *, first: bool, demo: bool) -> None:
    """A table behind the text on a lying page: 附件1, its name, its unit, the rows."""
    if first:
        is_all = not number
        page = made.sections[0] if is_all else made.add_section(WD_SECTION.NEW_PAGE)
        set_page(page, MARGINS_LYING, lying=True)
    if number:
        run(made.add_paragraph(), f"附件{number}", FIRST).font.size = THREE
    name = made.add_paragraph()
    name.alignment = ALIGN.CENTER
    name.paragraph_format.page_break_before = not first and not number
    if number and not first:
        made.paragraphs[-2].paragraph_format.page_break_before = True
    run(name, sheet.name + ("（演示数据）" if demo else ""), TITLE, Pt(18))
    unit = made.add_paragraph()
    unit.alignment = ALIGN.RIGHT
    unit.paragraph_format.line_spacing = PITCH_OF_TABLE
    run(unit, sheet.unit, BODY, SMALL)
    widths = [width for _, width, _ in sheet.columns]
    numeric = [kind != TEXT for _, _, kind in sheet.columns]
    titles = [title for title, _, _ in sheet.columns]
    rows = [[cell for cell, _ in row] for row in sheet.shown]
    fill(made, titles, rows, widths, numeric, strong_first=sheet.total_first, page=made.sections[-1], size=TINY)
    for note in sheet.notes:
        line = made.add_paragraph()
        line.paragraph_format.line_spacing = PITCH_OF_TABLE
        run(line, note, BODY, SMALL)


def grid_of(made: Doc, table: Table) -> None:
    """A table within the text."""
    rows = [list(row) for row in table.rows]
    numeric = [bool(column["numeric"]) for column in table.columns]
    longest = [max(measure.width(row[place]) for row in [table.heading, *rows]) for place in range(len(numeric))]
    widths = [max(3, min(round(one) + 1, 16)) for one in longest]
    fill(made, list(table.heading), rows, widths, numeric, strong_first=table.total_first, page=made.sections[-1])


def fill(
    made: Doc, titles: list[str], rows: list[list[str]], widths: list[int], numeric: list[bool], *,
    strong_first: bool, page: Page, size: Length = SMALL,
) -> None:  # fmt: skip
    """Lay the rows out in fixed columns over the whole width; the heading is repeated on each page."""
    grid = made.add_table(rows=0, cols=len(titles))
    grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    whole = (page.page_width or 0) - (page.left_margin or 0) - (page.right_margin or 0)
    sizes = [Length(whole * width // sum(widths)) for width in widths]
    for column, wide in zip(grid.columns, sizes, strict=True):
        column.width = wide
    add_row(grid, titles, sizes, [None] * len(titles), FIRST, size, heads=True)
    for number, row in enumerate(rows):
        add_row(grid, row, sizes, numeric, FIRST if strong_first and not number else BODY, size)


def add_row(  # type: ignore[no-untyped-def]
    grid: Grid, cells: list[str], sizes: list[Length], numeric, font: str, size: Length, *, heads: bool = False
) -> None:
    row = grid.add_row()
    rules = row._tr.get_or_add_trPr()
    rules.append(element("cantSplit"))
    if heads:
        rules.append(element("tblHeader"))
    for cell, text, wide, number in zip(row.cells, cells, sizes, numeric, strict=True):
        cell.width = wide
        line = cell.paragraphs[0]
        line.paragraph_format.line_spacing = PITCH_OF_TABLE
        line._p.get_or_add_pPr().append(element("snapToGrid", val="0"))
        line.alignment = ALIGN.CENTER if number is None else ALIGN.RIGHT if number else ALIGN.LEFT
        run(line, text, font, size)
