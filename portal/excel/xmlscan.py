"""Search the raw bytes of an XML part for what no parser may meet: declarations, far cells, macros."""

import re

from portal.excel import limits
from portal.excel.refusal import FAR, Refused

OVERLAP = 4096
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"^\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|intlMacrosheet|\.macrosheet\+xml", re.IGNORECASE)
FAR_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"'](?:([A-Z]{3,}|G[S-Z]|[H-Z][A-Z])\d+|[A-Z]+(\d{7,}|[2-9]\d{5}))[\"']"
    rb"(?:[^>]*[^/>])?>\s*<(?:\w+:)?(?:v|is|f)[\s>]"
)
# Tags that cost the parser more than they are worth, with the most a part may have. A row counts as filled when its
# first cell has a value; formatted rows without one are many in honest files too.
COUNTED = {
    "filled row": (
        re.compile(rb"<(?:\w+:)?row(?:\s[^>]*)?>\s*<(?:\w+:)?c(?:\s(?:[^>]*[^/>])?)?>\s*<(?:\w+:)?(?:v|is|f)[\s>]"),
        limits.LAST_ROW,
    ),
    "row": (re.compile(rb"<(?:\w+:)?row[\s/>]"), 2 * limits.LAST_ROW),
    "sheet": (re.compile(rb"<(?:\w+:)?sheet\s"), limits.SHEETS),
}
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s(?:[^>]*?\s)?ref=[\"'][A-Z]+\d+:([A-Z]+)(\d+)[\"']")


def looks_like_xml(name: str, chunk: bytes) -> bool:
    start = chunk[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return name.lower().endswith((".xml", ".rels", ".vml")) or start.startswith(b"<")


class Scan:
    """Search one part chunk by chunk; what stands across a border is found through the overlap."""

    def __init__(self, *, xml: bool) -> None:
        self.xml, self.tail = xml, b""
        self.counts = dict.fromkeys(COUNTED, 0)

    def first(self, chunk: bytes) -> None:
        """UTF-16 would hide from the byte search what the parser then obeys."""
        declared = ENCODING.match(chunk.removeprefix(b"\xef\xbb\xbf"))
        foreign = declared is not None and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")
        if self.xml and (foreign or b"\0" in chunk[:512] or chunk.startswith((b"\xff\xfe", b"\xfe\xff"))):
            raise Refused("unsafe_xml")

    def feed(self, chunk: bytes) -> None:
        if not self.xml:
            return
        window = self.tail + chunk
        if DECLARATION.search(window):
            raise Refused("unsafe_xml")
        if MACRO_TYPE.search(window) and b"ContentType" in window:
            raise Refused("macro_workbook")
        if any(_too_far(found) for found in FAR_CELL.finditer(window)) or any(
            _too_far(found) for found in MERGE.finditer(window)
        ):
            raise Refused("too_large", FAR)
        for tag, (pattern, most) in COUNTED.items():
            self.counts[tag] += sum(found.end() > len(self.tail) for found in pattern.finditer(window))
            if self.counts[tag] > most:
                raise Refused("too_large", FAR if tag != "sheet" else "")
        self.tail = window[-OVERLAP:]


def _too_far(found: re.Match[bytes]) -> bool:
    column, row = found[1], found[2]
    return bool(column and column_number(column.decode()) > limits.LAST_COLUMN) or bool(
        row and int(row) > limits.LAST_ROW
    )


def column_number(letters: str) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
