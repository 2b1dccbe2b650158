"""The built front end suits the bureau's browsers and needs nothing from outside the house."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

DIST = settings.BASE_DIR / "static" / "dist"
TOO_NEW = ["oklch(", "light-dark(", "color-mix("]
OUTSIDE = re.compile(r"""(?:url\(|@import|src=|href=)\s*["']?(?:https?:)?//[^\s"')]+""")


@pytest.mark.parametrize("word", TOO_NEW)
def test_built_css_has_no_colour_function_that_old_chromium_lacks(word):
    assert [file.name for file in DIST.glob("*.css") if word in file.read_text()] == []


def test_built_css_loads_nothing_from_outside():
    assert [OUTSIDE.findall(file.read_text()) for file in DIST.glob("*.css")] == [[] for _ in DIST.glob("*.css")]
    assert all("@font-face" not in file.read_text() for file in DIST.glob("*.css"))


def test_templates_load_nothing_from_outside():
    pages = settings.BASE_DIR.joinpath("templates").rglob("*.html")

    assert {page.name: found for page in pages if (found := OUTSIDE.findall(page.read_text()))} == {}


def test_every_listed_icon_is_in_the_sprite():
    lines = (settings.BASE_DIR / "frontend" / "icons.txt").read_text().splitlines()
    listed = {line.strip() for line in lines if line.strip() and not line.startswith("#")}

    assert set(re.findall(r'<symbol id="([^"]+)"', (DIST / "icons.svg").read_text())) == listed


def test_production_static_files_are_collected_with_a_manifest(tmp_path):
    """The manifest storage fails on any reference to an absent file, such as a source map."""
    code = (
        "from django.conf import settings; import portal.settings as s;"
        f"s.STATIC_ROOT = {str(tmp_path)!r};"
        "import django; django.setup();"
        "from django.core.management import call_command; call_command('collectstatic', interactive=False, verbosity=0)"
    )
    environment = {"SECRET_KEY": "x" * 50, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("dist/app.*.css"))
    assert (tmp_path / "staticfiles.json").exists()
