"""Look at a file before anything parses it: is it a workbook, and can it do harm?

Runs inside the child process. The content decides, not the extension; only a text needs the extension .csv, because any
text could be one. Limits: `limits`; reasons: docs on hostile files in the architecture notes.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.excel import limits
from portal.excel.refusal import ENCRYPTED, Refused

WORKBOOK, CSV = "workbook", "csv"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
CHUNK, OVERLAP = limits.MIB, 4096


def check(path: Path, *, name: str = "") -> str:
    """Return WORKBOOK or CSV for a file that may be parsed; raise `Refused` for any other. `name`: as the user calls it."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    if size > limits.UPLOAD:
        raise Refused(
            "too_large", f"文件超过{limits.UPLOAD // limits.MIB}MB。请删去图片和多余的工作表，或分成几个文件后再上传。"
        )
    with path.open("rb") as file:
        head = file.read(CHUNK)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
            return _check_zip(file)
        if head.startswith(OLE):
            raise _ole(head + file.read())
        if head.startswith(BIFF):
            raise Refused("legacy_format")
    if Path(name or path).suffix.lower() == ".csv" and _is_text(head):
        return CSV
    raise _other(head)


def _ole(data: bytes) -> Refused:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return Refused("unsupported_format", ENCRYPTED)
    if any(word.encode("utf-16-le") in data for word in ("Workbook", "Book")):
        return Refused("legacy_format")
    if "WordDocument".encode("utf-16-le") in data or "PowerPoint".encode("utf-16-le") in data:
        return Refused("not_a_workbook")
    return Refused("legacy_format")


def _is_text(head: bytes) -> bool:
    """Spreadsheets, pictures and archives hold NUL bytes early on, texts do not."""
    return b"\0" not in head and not head.startswith(
        (b"%PDF", b"\xff\xd8", b"\x1f\x8b", b"GIF8", b"Rar!", b"7z\xbc\xaf")
    )


def _other(head: bytes) -> Refused:
    start = head[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return Refused(
            "not_a_workbook",
            "这个文件其实是网页，不是Excel工作簿。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”后再上传。",
        )
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b'progid="excel.sheet"' in start:
        return Refused("legacy_format")
    return Refused("not_a_workbook")


# ---- zip archives ------------------------------------------------------------------------------------------
def _check_zip(file: BinaryIO) -> str:
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_names(archive)
            _check_parts(archive)
    except Refused:
        raise
    except Exception as error:  # a damaged archive makes zipfile and zlib raise nearly anything
        raise Refused("not_a_workbook") from error
    return WORKBOOK


def _check_directory(file: BinaryIO) -> None:
    """Refuse a huge table of contents before zipfile builds an object for each entry."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65_600))
    tail = file.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0:
        raise Refused("not_a_workbook")
    if int.from_bytes(tail[found + 12 : found + 16], "little") > limits.DIRECTORY:
        raise Refused("too_large")


def _check_names(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    lower = {name.lower() for name in names}
    if len(names) > limits.ENTRIES:
        raise Refused("too_large")
    if len(lower) < len(names) or any(_leads_out(name) for name in names):
        raise Refused("not_a_workbook")
    if any(info.flag_bits & 1 for info in archive.infolist()):
        raise Refused("unsupported_format", ENCRYPTED)
    if any("vbaproject" in name or name.startswith("xl/macrosheets/") for name in lower):
        raise Refused("macro_workbook")
    if "xl/workbook.bin" in lower:
        raise Refused(
            "unsupported_format",
            "这是Excel二进制工作簿（.xlsb）。请用Excel或WPS打开，另存为“Excel 工作簿（*.xlsx）”后再上传。",
        )
    if (
        "mimetype" in lower
        and archive.getinfo("mimetype").file_size < 200
        and b"opendocument.spreadsheet" in archive.read("mimetype")
    ):
        raise Refused(
            "unsupported_format", "这是OpenDocument表格（.ods）。请打开后另存为“Excel 工作簿（*.xlsx）”再上传。"
        )
    if "[content_types].xml" not in lower or not any(name.startswith("xl/") for name in lower):
        raise Refused("not_a_workbook")


def _leads_out(name: str) -> bool:
    return ".." in re.split(r"[/\\]", name) or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name) is not None


def _check_parts(archive: zipfile.ZipFile) -> None:
    total = 0
    for info in archive.infolist():
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("not_a_workbook")
        inflated, scan = 0, None
        for chunk in _inflate(archive, info):
            inflated += len(chunk)
            if total + inflated > limits.INFLATED:
                raise Refused("too_large")
            if inflated > limits.RATIO_FROM and inflated > limits.RATIO * info.compress_size:
                raise Refused("too_large")
            if scan is None:
                scan = _Scan(xml=_looks_like_xml(info.filename, chunk))
                scan.first(chunk)
            scan.feed(chunk)
        total += inflated


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            yield chunk


# ---- XML parts -----------------------------------------------------------------------------------------------
DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
ENCODING = re.compile(rb"^\s*<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"']+)", re.IGNORECASE)
MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|intlMacrosheet|\.macrosheet\+xml", re.IGNORECASE)
FAR_CELL = re.compile(
    rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r=[\"'](?:([A-Z]{3,}|G[S-Z]|[H-Z][A-Z])\d+|[A-Z]+(\d{7,}|[2-9]\d{5}))[\"']"
    rb"(?:[^>]*[^/>])?>\s*<(?:\w+:)?(?:v|is|f)[\s>]"
)
MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s(?:[^>]*?\s)?ref=[\"'][A-Z]+\d+:([A-Z]+)(\d+)[\"']")


def _looks_like_xml(name: str, chunk: bytes) -> bool:
    start = chunk[:512].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return name.lower().endswith((".xml", ".rels", ".vml")) or start.startswith(b"<")


class _Scan:
    """Search one part chunk by chunk; what stands across a border is found through the overlap."""

    def __init__(self, *, xml: bool) -> None:
        self.xml, self.tail = xml, b""

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
            raise Refused("too_large", FAR_MESSAGE)
        self.tail = window[-OVERLAP:]


FAR_MESSAGE = f"表中第{limits.LAST_ROW:,}行以后或第{limits.LAST_COLUMN}列以后还有内容或合并单元格。请删去数据区以外的内容，取消整行整列的合并，再上传。"


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
