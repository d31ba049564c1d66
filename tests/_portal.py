"""Django for the tests: a home folder of its own, and a database that nobody else uses."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

WITH_PORTAL = all(importlib.util.find_spec(name) for name in ("django", "allauth", "pytest_django"))


def prepare() -> None:
    """Configure Django before the first test; nothing where the portal is not installed."""
    if not WITH_PORTAL or os.environ.get("DJANGO_SETTINGS_MODULE"):
        return
    home = Path(tempfile.mkdtemp(prefix="innodex-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["INNODEX_HOME"] = str(home)
    # The clock of a test can be set, and many log-ins from one address are no attack.
    os.environ["INNODEX_TEST_SERVER"] = "1"
    # The browser of other tests keeps a loop running in this thread; the database is this thread's alone.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "innodex.portal.project.settings"

    from innodex.portal.project.home import TEMPORARY, make_home

    make_home(home)
    (home / TEMPORARY / "static").mkdir()

    from django.conf import settings

    # A file, as in life: in memory there is neither WAL nor a second connection.
    settings.DATABASES["default"]["TEST"] = {"NAME": str(home / "test.sqlite3")} if _on_sqlite() else {}
    # An empty database beside it, in which rows are made again from the log alone; always SQLite.
    settings.DATABASES["rebuilt"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(home / "rebuilt.sqlite3"),
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        "TEST": {"NAME": str(home / "rebuilt-test.sqlite3")},
    }
    # Real hashing is made slow on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _on_sqlite() -> bool:
    return not os.environ.get("INNODEX_DATABASE_URL")
