"""The home folder: what settings.toml says, what holds without it, and the secret."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from innodex.portal.project.home import (
    BadSettings,
    Home,
    database,
    is_home,
    make_home,
    place_of,
    read_home,
    secret_of,
)


def test_what_is_written_first_changes_nothing(tmp_path: Path) -> None:
    make_home(tmp_path / "home")

    assert read_home(tmp_path / "home") == Home(tmp_path / "home")


def test_every_setting_is_listed_with_what_holds_without_it(tmp_path: Path) -> None:
    make_home(tmp_path)
    text = (tmp_path / "settings.toml").read_text(encoding="utf-8")
    on = "\n".join(line.removeprefix("# ") if "=" in line else line for line in text.splitlines()[1:])
    (tmp_path / "settings.toml").write_text(on, encoding="utf-8")
    home = read_home(tmp_path)
    default = Home(tmp_path)

    for name in ("host", "port", "threads", "language", "time_zone"):
        assert getattr(home, name) == getattr(default, name), name
    for name in ("hosts", "address", "proxy", "database"):
        assert getattr(home, name), name


def test_making_it_again_leaves_it_as_it_is(tmp_path: Path) -> None:
    make_home(tmp_path)
    (tmp_path / "settings.toml").write_text("[server]\nport = 9000\n")
    before = secret_of(tmp_path)
    make_home(tmp_path)

    assert read_home(tmp_path).port == 9000
    assert secret_of(tmp_path) == before
    assert is_home(tmp_path)


def test_the_secret_is_long_random_and_its_owners_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    first.mkdir()
    second.mkdir()

    assert len(secret_of(first)) > 60
    assert secret_of(first) == secret_of(first)
    assert secret_of(first) != secret_of(second)
    assert stat.S_IMODE((first / "secret").stat().st_mode) == 0o600


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    assert secret_of(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_the_public_address_brings_its_name_and_its_encryption(tmp_path: Path) -> None:
    home = Home(tmp_path, hosts=("inner",), address="https://portal.example:8443")

    assert home.encrypted
    assert {"inner", "portal.example", "localhost"} <= set(home.called)
    assert not Home(tmp_path).encrypted


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://an:b%40d@db.example:5433/innodex", ("innodex", "an", "b@d", "db.example", "5433")),
        ("postgres:///innodex?host=/run/postgresql", ("innodex", "", "", "/run/postgresql", "")),
    ],
)
def test_the_address_of_a_database_is_taken_apart(
    tmp_path: Path, url: str, expected: tuple[str, ...]
) -> None:
    found = database(Home(tmp_path), url)

    assert tuple(found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected
    assert found["ENGINE"].endswith("postgresql")


def test_options_of_a_database_are_handed_on(tmp_path: Path) -> None:
    assert database(Home(tmp_path), "postgresql://h/d?sslmode=require")["OPTIONS"] == {"sslmode": "require"}


def test_without_an_address_the_database_is_a_file_that_takes_turns(tmp_path: Path) -> None:
    found = database(Home(tmp_path))

    assert found["NAME"] == str(tmp_path / "db.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "recursive_triggers=ON"):
        assert pragma in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize("url", ["mysql://h/d", "postgresql://h/", "sqlite:///x"])
def test_another_database_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadSettings):
        database(Home(tmp_path), url)


def test_the_environment_names_the_home_folder(tmp_path: Path) -> None:
    assert place_of({"INNODEX_HOME": str(tmp_path)}) == tmp_path
    assert place_of({}) == Path("innodex-home").absolute()


def test_the_database_of_the_tests_has_these_settings(db: None) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        assert connection.pg_version >= 150000
        return
    with connection.cursor() as cursor:
        told = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "foreign_keys", "recursive_triggers", "busy_timeout")
        }
    assert told == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 20000,
    }
