"""The product's settings, made quick: no manifest of static files, and a password hash that costs nothing."""

import os
from pathlib import Path

from portal.settings import *  # noqa: F403

FOLDER = Path(os.environ["PORTAL_TEST_FOLDER"])
VAR_DIR = FOLDER
STATIC_ROOT = FOLDER / "static"
STATIC_ROOT.mkdir(exist_ok=True)
MEDIA_ROOT = FOLDER / "files"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # a file, so that a worker process can open it too
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}  # noqa: F405
