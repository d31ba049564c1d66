"""The portal's tests: skipped as a whole where Django is not installed.

The database is SQLite, or the PostgreSQL of INNODEX_DATABASE_URL.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

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


@pytest.fixture
def _triggers_back(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """Make again what `committed` takes away, once the tables have been emptied."""
    again: list[str] = []
    yield again
    with django_db_blocker.unblock():
        _run(again)


@pytest.fixture
def committed(_triggers_back: list[str], transactional_db: None) -> Iterator[None]:
    """A database where transactions are real: other connections see them, and they run into each other.

    Its tables are emptied afterwards, which append-only rows refuse; so their triggers rest meanwhile.
    """
    yield
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = cursor.fetchall()
            rest, again = [f'DROP TRIGGER "{name}"' for name, _ in found], [sql for _, sql in found]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [table for (table,) in cursor.fetchall()]
            rest = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            again = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
    _triggers_back.extend(again)
    _run(rest)


def _run(statements: list[str]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
