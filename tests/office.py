"""Whether LibreOffice can open a Word file here: its program alone cannot without Writer."""

import shutil
from pathlib import Path

import pytest

SOFFICE = shutil.which("soffice")
HAS_WRITER = bool(SOFFICE and (Path(SOFFICE).resolve().parent / "libswlo.so").exists() and shutil.which("pdftotext"))
needs_writer = pytest.mark.skipif(
    not HAS_WRITER, reason="needs LibreOffice Writer (apt install libreoffice-writer-nogui poppler-utils)"
)
