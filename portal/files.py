"""Files that people send: looked at, pictures drawn anew, kept once under their hash, never changed.

What a file is, its first bytes say; its name and what the browser calls it are not believed.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

from django.conf import settings

from portal.choices import FileKind
from portal.models import StoredFile
from portal.pictures import redrawing

UPLOAD = 20 * 1024 * 1024
HEAD, TAIL = 16, 2048
NAME = 120
PDF, PDF_END = b"%PDF-", b"%%EOF"
SENTENCES = {
    "empty": "这个文件是空的（0字节），请重新选择。",
    "too_large": "文件超过20MB，或图片太复杂，请压缩后再上传。",
    "too_many_pixels": "图片超过5000万像素，请缩小后再上传。",
    "unknown": "只能上传 jpg、png、webp 图片或 pdf 文件。",
    "heic": "这是苹果手机的 HEIC 图片。请在手机“设置—相机—格式”中选“兼容性最佳”，或截图后上传。",
    "unreadable": "这个文件打不开，可能已经损坏，请重新拍照或另存后上传。",
}


class Refused(Exception):
    """A refusal with one of the codes above; `str()` is the sentence for the user."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(SENTENCES[code])


@dataclass(frozen=True)
class Received:
    """A file that was taken in: what is kept, the name it came with, the day of a photograph where it is written."""

    file: StoredFile
    name: str
    taken_on: date | None = None


def receive(chunks: Iterable[bytes], *, name: str) -> Received:
    """Take a file in. Raises Refused, and then nothing of it stays."""
    handle, incoming = tempfile.mkstemp(dir=folder(), prefix=".incoming-")
    path = Path(incoming)
    try:
        with os.fdopen(handle, "wb") as file:
            copy(chunks, file)
        kind = kind_of(path)
        if kind == "PDF":
            return Received(keep(path.read_bytes(), FileKind.PAPER), clean_name(name, FileKind.PAPER))
        try:
            picture = redrawing.redraw(path, kind=kind)
        except redrawing.UnreadableError as error:
            raise Refused(str(error)) from error
        stored = keep(picture.content, FileKind.PICTURE, width=picture.width, height=picture.height)
        return Received(stored, clean_name(name, FileKind.PICTURE), picture.taken_on)
    finally:
        path.unlink(missing_ok=True)


def copy(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    """Write what arrives, and stop when it is too much."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > UPLOAD:
            raise Refused("too_large")
        file.write(chunk)
    if not size:
        raise Refused("empty")


def kind_of(path: Path) -> str:
    """Tell by its bytes what the file is: JPEG, PNG, WEBP or PDF. Raises Refused for anything else."""
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, path.stat().st_size - TAIL))
        tail = file.read()
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
        raise Refused("heic")
    if head.startswith(PDF):
        if PDF_END not in tail:
            raise Refused("unreadable")
        return "PDF"
    raise Refused("unknown")


def clean_name(name: str, kind: FileKind) -> str:
    """The name people will see again: no folders, no control characters, the ending of what is kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if sign.isprintable()).strip(" .")
    stem = shown.rsplit(".", 1)[0] if "." in shown else shown
    return f"{(stem or '文件')[: NAME - 5]}.{kind.value}"


# --- what is kept ------------------------------------------------------------------------------------------------


def folder() -> Path:
    """Where files are kept, for nobody but the site to read."""
    place = Path(settings.MEDIA_ROOT) / "stored"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def path_of(file: StoredFile) -> Path:
    return folder() / file.sha256[:2] / f"{file.sha256}.{file.kind}"


def keep(content: bytes, kind: FileKind, *, width: int | None = None, height: int | None = None) -> StoredFile:
    """Keep the content under its hash: first the file on the disk, then the row. The same content is kept once."""
    digest = hashlib.sha256(content).hexdigest()
    stored = StoredFile(sha256=digest, kind=kind, size=len(content), width=width, height=height)
    place = path_of(stored)
    if not place.exists():
        place.parent.mkdir(exist_ok=True, mode=0o700)
        handle, aside = tempfile.mkstemp(dir=place.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, place)
    facts = {"kind": kind, "size": len(content), "width": width, "height": height}
    return StoredFile.objects.get_or_create(sha256=digest, defaults=facts)[0]
