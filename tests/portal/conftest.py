"""The portal's tests: skipped as a whole where Django is not installed.

The database is SQLite, or the PostgreSQL of INNODEX_DATABASE_URL.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from _portal import WITH_PORTAL

if TYPE_CHECKING:
    from django.test import Client

if not WITH_PORTAL:
    collect_ignore_glob = ["*"]

SetClock = Callable[[datetime.datetime], None]


@pytest.fixture(scope="session")
def home() -> Path:
    """The home folder of the tests."""
    from django.conf import settings

    return Path(settings.HOME)


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set what time it is for the portal, from then on."""
    file = tmp_path / "clock"

    def set_clock(moment: datetime.datetime) -> None:
        file.write_text(moment.isoformat(), encoding="utf-8")
        monkeypatch.setenv("INNODEX_TEST_CLOCK", str(file))

    return set_clock


@pytest.fixture
def client() -> Client:
    """A browser without script that speaks Vietnamese, as by default, and shows faults of the program."""
    from django.test import Client

    return Client(headers={"host": "localhost"})
