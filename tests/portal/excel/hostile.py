"""Files that attack the reader, built part by part."""

import io
import zipfile
from collections.abc import Callable, Iterable

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (
    f'{HEADER}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SPREADSHEET}.sharedStrings+xml"/></Types>'
)
RELS = (
    f'{HEADER}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/%s" Target="%s"/></Relationships>'
)
BOOK = (
    f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
STRINGS = f'{HEADER}<sst xmlns="{MAIN}"><si><t>项目名称</t></si><si><t>总投资(万元)</t></si></sst>'
GOOD_ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'


def sheet(rows: str = GOOD_ROW, after: str = "", before: str = "") -> str:
    return f'{HEADER}{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def parts(**changed: str | bytes) -> dict[str, str | bytes]:
    """The parts of a small good workbook; `sheet`, `strings`, `book` and `types` replace one."""
    return {
        "[Content_Types].xml": changed.get("types", TYPES),
        "_rels/.rels": RELS % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": changed.get("book", BOOK),
        "xl/_rels/workbook.xml.rels": RELS % ("worksheet", "worksheets/sheet1.xml"),
        "xl/sharedStrings.xml": changed.get("strings", STRINGS),
        "xl/worksheets/sheet1.xml": changed.get("sheet", sheet()),
    }


def packed(content: dict[str, str | bytes], more: Iterable[tuple[str, bytes]] = ()) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*content.items(), *more):
            archive.writestr(name, data)
    return raw.getvalue()


def workbook(**changed: str | bytes) -> bytes:
    return packed(parts(**changed))


def ole(*words: str) -> bytes:
    """The beginning of a compound file with the given names in its directory."""
    names = b"".join(word.encode("utf-16-le").ljust(128, b"\0") for word in words)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + names


def locked() -> bytes:
    """A zip archive whose parts say that they are encrypted."""
    raw = bytearray(workbook())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = raw.find(mark)
        while place >= 0:
            raw[place + flags] |= 1
            place = raw.find(mark, place + 4)
    return bytes(raw)


FAR_CELL = workbook(sheet=sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
MERGE_BOMB = workbook(sheet=sheet(after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'))
ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
MANY_ROWS = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 250_000))
ROWS_WITHOUT_NUMBER = "<row><c><v>1</v></c></row>" * 250_000
EMPTY_ROWS = "".join(f'<row r="{n}" ht="{n * 7919 % 100_003}"/>' for n in range(1, 450_000))
SHEETS = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 100_000))
DEEP = "<a>" * 400_000 + "</a>" * 400_000
STRINGS_BOMB = f'{HEADER}<sst xmlns="{MAIN}"><si><t>{"长" * 30_000}</t></si></sst>'
SHARED_AMPLIFIED = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_000))

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty_file"),
    "text": (lambda: "这是一段文字".encode(), "not_a_workbook"),
    "gif": (lambda: b"GIF89a" + b"\x01\x00" * 400, "not_a_workbook"),
    "pdf": (lambda: b"%PDF-1.4\n" + b"x" * 1000, "not_a_workbook"),
    "other zip": (lambda: packed({"a.txt": "text"}), "not_a_workbook"),
    "word": (lambda: packed({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}), "not_a_workbook"),
    "html": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    "empty zip": (lambda: b"PK\x05\x06" + b"\0" * 18, "not_a_workbook"),
    "truncated": (lambda: workbook()[:-200], "not_a_workbook"),
    "xls": (lambda: ole("Root Entry", "Workbook"), "legacy_format"),
    "biff": (lambda: b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 500, "legacy_format"),
    "spreadsheet 2003": (
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "legacy_format",
    ),
    "password": (lambda: ole("Root Entry", "EncryptionInfo", "EncryptedPackage"), "unsupported_format"),
    "doc": (lambda: ole("Root Entry", "WordDocument"), "not_a_workbook"),
    "xlsb": (lambda: packed({"[Content_Types].xml": TYPES, "xl/workbook.bin": "x"}), "unsupported_format"),
    "ods": (
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "unsupported_format",
    ),
    "macros": (lambda: packed(parts(), [("xl/vbaProject.bin", b"x")]), "macro_workbook"),
    "macro type": (lambda: workbook(types=TYPES.replace("sheet.main", "sheet.macroEnabled.main")), "macro_workbook"),
    "document type": (lambda: workbook(sheet=sheet(before=ENTITY)), "unsafe_xml"),
    "entity in strings": (lambda: workbook(strings=STRINGS.replace("?>", f"?>{ENTITY}")), "unsafe_xml"),
    "entity in relations": (
        lambda: packed(parts(), [("xl/x.rels", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>')]),
        "unsafe_xml",
    ),
    "utf-16": (lambda: workbook(sheet=sheet(before=ENTITY).replace("UTF-8", "UTF-16").encode("utf-16")), "unsafe_xml"),
    "utf-16 without mark": (
        lambda: workbook(sheet=sheet(before=ENTITY).replace("UTF-8", "UTF-16").encode("utf-16-le")),
        "unsafe_xml",
    ),
    "utf-7": (lambda: workbook(sheet=sheet().replace("UTF-8", "UTF-7")), "unsafe_xml"),
    "far cell": (lambda: FAR_CELL, "too_large"),
    "far column": (lambda: workbook(sheet=sheet('<row r="1"><c r="GS1" s="1"><v>1</v></c></row>')), "too_large"),
    "far text": (
        lambda: workbook(sheet=sheet('<row r="1"><c s="1" t="inlineStr" r="AAA1"><is><t>x</t></is></c></row>')),
        "too_large",
    ),
    "merge bomb": (lambda: MERGE_BOMB, "too_large"),
    "zip bomb": (lambda: workbook(sheet=sheet(" " * 20_000_000)), "too_large"),
    "ratio": (lambda: packed(parts(), [("xl/media/a.bin", b"\0" * 3_000_000)]), "too_large"),
    "many rows": (lambda: workbook(sheet=sheet(MANY_ROWS)), "too_large"),
    "rows without number": (lambda: workbook(sheet=sheet(ROWS_WITHOUT_NUMBER)), "too_large"),
    "empty rows": (lambda: workbook(sheet=sheet(EMPTY_ROWS)), "too_large"),
    "many sheets": (lambda: workbook(book=BOOK.replace("<sheets>", f"<sheets>{SHEETS}")), "too_large"),
    "deep": (lambda: workbook(sheet=sheet(f'<row r="1">{DEEP}</row>')), "too_large"),
    "zip password": (locked, "unsupported_format"),
    "jpeg": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 400, "not_a_workbook"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 400, "not_a_workbook"),
    "many entries": (lambda: packed(parts(), [(f"xl/{n}.xml", b"<a/>") for n in range(600)]), "too_large"),
    "long string": (lambda: workbook(strings=STRINGS_BOMB.replace("</t>", "长" * 3_000 + "</t>")), "too_large"),
    "amplified string": (lambda: workbook(strings=STRINGS_BOMB, sheet=sheet(SHARED_AMPLIFIED)), "too_large"),
    "way out": (lambda: packed(parts(), [("../../etc/passwd", b"x")]), "not_a_workbook"),
    "no such string": (
        lambda: workbook(sheet=sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>')),
        "not_a_workbook",
    ),
    "broken xml": (lambda: workbook(sheet=sheet("<row><c>")), "not_a_workbook"),
}
