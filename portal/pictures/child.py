"""The limited process that draws one picture anew: `redrawing` starts it; whatever happens here is a refusal there.

Writes one line of JSON to standard output, {"width", "height", "taken"} or {"refused": code}, then the bytes of a JPEG.
"""

import json
import resource
import sys
import warnings
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from portal.pictures import limits

EXIF, TAKEN, DIGITISED = 0x8769, 0x9003, 0x9004


def main() -> None:
    """Read the picture named by the arguments: path of the package, path of the file, format."""
    _limit(resource.RLIMIT_AS, limits.MEMORY)
    _limit(resource.RLIMIT_CPU, limits.CPU)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    warnings.simplefilter("ignore")
    try:
        header, content = _redraw(Path(sys.argv[2]), sys.argv[3])
    except MemoryError:
        header, content = {"refused": "too_large"}, b""
    except Exception as error:  # a broken picture makes Pillow raise nearly anything
        sys.stderr.write(f"{type(error).__name__}\n")
        header, content = {"refused": "unreadable"}, b""
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def _limit(what: int, amount: int) -> None:
    """Lower a limit; one that is lower already stays."""
    hard = resource.getrlimit(what)[1]
    amount = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(what, (amount, amount))


def _redraw(path: Path, kind: str) -> tuple[dict[str, Any], bytes]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # our own limit is stricter and has its own sentence
    with Image.open(path, formats=[kind]) as file:
        if file.width * file.height > limits.PIXELS:
            return {"refused": "too_many_pixels"}, b""
        taken = _taken(file)
        file.draft("RGB", (limits.LONG_SIDE, limits.LONG_SIDE))  # decodes a large JPEG smaller at once
        image: Image.Image = file
        if image.mode not in ("RGB", "RGBA", "L"):
            image = image.convert("RGBA" if "transparency" in image.info or "A" in image.mode else "RGB")
        image.thumbnail((limits.LONG_SIDE, limits.LONG_SIDE))
        image = ImageOps.exif_transpose(image)
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A") if "A" in image.mode else None)
    content = BytesIO()
    paper.save(content, "JPEG", quality=limits.QUALITY, optimize=True)
    return {"width": paper.width, "height": paper.height, "taken": taken}, content.getvalue()


def _taken(image: Any) -> str:
    """The day the photograph was taken, from what the camera wrote; the day of a later change does not count."""
    try:
        written = image.getexif().get_ifd(EXIF)
        text = str(written.get(TAKEN) or written.get(DIGITISED) or "")
        return datetime.strptime(text[:10], "%Y:%m:%d").date().isoformat()  # noqa: DTZ007 — a day without a time
    except Exception:
        return ""
