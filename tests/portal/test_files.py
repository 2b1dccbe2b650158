"""Files that people send: pictures are drawn anew, papers are kept as they are, everything else is refused."""

import hashlib
import io
import resource
import stat
import struct
import zlib
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from portal import files
from portal.models import StoredFile
from portal.pictures import limits, redrawing

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(size=(400, 300), kind="JPEG", mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, kind, **options)
    return out.getvalue()


def with_exif(size=(400, 300), **tags) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = tags.get("turned", 1)
    exif[0x0132] = "2020:01:01 00:00:00"
    if "taken" in tags:
        exif.get_ifd(0x8769)[0x9003] = tags["taken"]
    exif.get_ifd(0x8825)[2] = (29.0, 33.0, 7.5)
    return picture(size, exif=exif, comment=b"secret-place")


def flood(width=65500, height=65500) -> bytes:
    """A PNG of a few hundred bytes that claims four thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def receive(content: bytes, name="现场.jpg") -> files.Received:
    return files.receive([content], name=name)


def kept(received: files.Received) -> bytes:
    return files.path_of(received.file).read_bytes()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "LA"), ("WEBP", "RGB")],
)
def test_every_kind_of_picture_is_kept_as_a_jpeg(kind, mode):
    received = receive(picture(kind=kind, mode=mode), name=f"照片.{kind.lower()}")

    with Image.open(io.BytesIO(kept(received))) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (400, 300))
    assert (received.name, received.file.kind, received.file.width, received.file.height) == (
        "照片.jpg",
        "jpg",
        400,
        300,
    )


def test_nothing_hidden_stays_and_the_day_is_read():
    content = with_exif(taken="2021:09:20 08:30:00")
    assert b"secret-place" in content

    received = receive(content)

    assert received.taken_on == date(2021, 9, 20)
    with Image.open(io.BytesIO(kept(received))) as image:
        assert (dict(image.getexif()), "comment" in image.info) == ({}, False)
    assert b"secret" not in kept(received)
    assert b"Exif" not in kept(received)


@pytest.mark.parametrize("taken", [None, "0000:00:00 00:00:00", "yesterday", "2021:13:40 00:00:00"])
def test_without_a_usable_day_of_the_camera_none_is_known(taken):
    assert receive(with_exif(taken=taken) if taken else with_exif()).taken_on is None


def test_a_turned_photograph_stands_upright():
    assert (lambda file: (file.width, file.height))(receive(with_exif(turned=6)).file) == (300, 400)


@pytest.mark.parametrize(
    ("size", "kept_size"), [((4000, 3000), (2560, 1920)), ((1600, 1200), (1600, 1200)), ((1200, 5000), (614, 2560))]
)
def test_a_large_photograph_stays_legible(size, kept_size):
    file = receive(picture(size)).file

    assert (file.width, file.height) == kept_size


def test_the_same_content_is_kept_once_read_only_for_the_site(settings):
    first, again = receive(PDF, "甲.pdf"), receive(PDF, "乙.pdf")

    place = files.path_of(first.file)
    assert first.file == again.file
    assert StoredFile.objects.count() == 1
    assert (place.name, kept(first)) == (f"{hashlib.sha256(PDF).hexdigest()}.pdf", PDF)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert Path(settings.MEDIA_ROOT) in place.parents


# --- what is refused -------------------------------------------------------------------------------------------

GIFAR = b"GIF89a" + b"\0" * 20 + b"PK\x03\x04"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HOSTILE = {
    "nothing": (b"", "empty"),
    "html": (b"<html><script>alert(1)</script></html>", "unknown"),
    "svg as png": (SVG, "unknown"),
    "gif with a jar": (GIFAR, "unknown"),
    "html before a pdf": (b"<html>" + PDF, "unknown"),
    "pdf without end": (b"%PDF-1.4\n<script>", "unreadable"),
    "zip": (b"PK\x03\x04" + b"\0" * 100, "unknown"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 100, "heic"),
    "pixel flood": (flood(), "too_many_pixels"),
    "just too many pixels": (flood(10_000, 5_001), "too_many_pixels"),
    "half a jpeg": (picture((2000, 2000))[:3000], "unreadable"),
    "a jpeg of nothing": (b"\xff\xd8\xff\xe0" + b"\0" * 500, "unreadable"),
    "an empty webp": (b"RIFF\x08\0\0\0WEBPVP8 ", "unreadable"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_and_leaves_nothing(kind):
    content, code = HOSTILE[kind]
    before = sorted(files.folder().rglob("*"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    with pytest.raises(files.Refused) as refused:
        receive(content, "../../etc/passwd.jpg")

    assert (refused.value.code, str(refused.value)[-1]) == (code, "。")
    assert sorted(files.folder().rglob("*")) == before
    assert StoredFile.objects.count() == 0
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - used < 3


def test_what_is_appended_to_a_picture_goes():
    payload = b"PK\x03\x04<script>alert(1)</script>"

    assert payload not in kept(receive(picture() + payload))


def test_a_file_above_the_limit_is_not_read_to_its_end():
    def endless():
        while True:
            yield b"\xff\xd8\xff" + b"\0" * 1_000_000

    with pytest.raises(files.Refused, match="20MB"):
        files.receive(endless(), name="a.jpg")


def test_a_child_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(limits, "WALL", 0.2)
    monkeypatch.setattr(redrawing, "START", "import time; time.sleep(60)")

    with pytest.raises(files.Refused) as refused:
        receive(picture())

    assert refused.value.code == "too_large"


def test_the_child_knows_no_secrets_and_writes_no_file(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(redrawing, "START", "import os, json; print(json.dumps({'refused': ','.join(os.environ)}))")

    with pytest.raises(redrawing.UnreadableError) as refused:
        redrawing.redraw(Path("/dev/null"), kind="JPEG")

    assert "SECRET_KEY" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\备案证.pdf", "备案证.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie: x.pdf"),
        ("文" * 255 + ".pdf", "文" * 115 + ".pdf"),
        ("证.pdf.exe", "证.pdf.pdf"),
        ("...", "文件.pdf"),
    ],
)
def test_a_name_is_only_shown(name, shown):
    assert receive(PDF, name).name == shown
