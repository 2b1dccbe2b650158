"""Look at a file before anything parses it: is it a workbook, and can it do harm?

Runs inside the child process. The content decides, not the extension; only a text needs the extension .csv, because any
text could be one. The limits stand in `limits`.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.excel import limits
from portal.excel.refusal import ENCRYPTED, PDF, PICTURE, RESAVE, UPLOAD, Refused
from portal.excel.xmlscan import Scan, looks_like_xml

WORKBOOK, CSV = "workbook", "csv"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
CHUNK = limits.MIB


def check(path: Path, *, name: str = "") -> str:
    """Return WORKBOOK or CSV for a file that may be parsed, else raise `Refused`. `name`: as the user calls it."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty_file")
    if size > limits.UPLOAD:
        raise Refused("too_large", UPLOAD)
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
    if head.startswith(b"%PDF"):
        return Refused("not_a_workbook", PDF)
    if head.startswith(PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        return Refused("not_a_workbook", PICTURE)
    start = head[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")):
        return Refused(
            "not_a_workbook",
            f"这个文件其实是网页，不是Excel工作簿。{RESAVE}",
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
            f"这是Excel二进制工作簿（.xlsb）。{RESAVE}",
        )
    if (
        "mimetype" in lower
        and archive.getinfo("mimetype").file_size < 200
        and b"opendocument.spreadsheet" in archive.read("mimetype")
    ):
        raise Refused("unsupported_format", f"这是OpenDocument表格（.ods）。{RESAVE}")
    if "[content_types].xml" not in lower or not any(name.startswith("xl/") for name in lower):
        raise Refused("not_a_workbook")


def external_links(path: Path) -> int:
    """How many other workbooks a workbook refers to. They are never opened."""
    with zipfile.ZipFile(path) as archive:
        names = [name.lower() for name in archive.namelist()]
    return sum(re.fullmatch(r"xl/externallinks/[^/]+\.xml", name) is not None for name in names)


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
                scan = Scan(xml=looks_like_xml(info.filename, chunk))
                scan.first(chunk)
            scan.feed(chunk)
        total += inflated


def _inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as part:
        while chunk := part.read(CHUNK):
            yield chunk
