"""The home folder: settings.toml, the secret, the database, evidence, editions, uploads."""

from __future__ import annotations

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

from innodex.documents import languages

SETTINGS, SECRET, DATABASE, TEMPORARY = "settings.toml", "secret", "db.sqlite3", "temporary"
# Folders whose files belong to the round; a backup holds them all.
KEPT = ("evidence", "editions", "runs", "uploads")
_FOLDERS = (*KEPT, TEMPORARY)
_KNOWN: dict[str, dict[str, type]] = {
    "server": {"host": str, "port": int, "hosts": list, "address": str, "proxy": str, "threads": int},
    "database": {"url": str},
    "portal": {"language": str, "time_zone": str},
}


class BadSettings(Exception):
    """settings.toml holds something that cannot be. `kind` names the sentence, `values` fill it."""

    def __init__(self, kind: str, **values: Any) -> None:
        self.kind = kind
        self.values: dict[str, Any] = values
        super().__init__(kind, values)


@dataclass(frozen=True, slots=True)
class Home:
    """What settings.toml says, with what holds where it says nothing.

    `hosts` are the names by which the portal may be called; `address` is the public one, with its scheme;
    `proxy` the address of a server in front whose word about the caller is believed.
    """

    place: Path
    host: str = "127.0.0.1"
    port: int = 8000
    hosts: tuple[str, ...] = ()
    address: str = ""
    proxy: str = ""
    threads: int = 8
    database: str = ""
    language: str = "vi"
    time_zone: str = "Asia/Ho_Chi_Minh"

    @property
    def encrypted(self) -> bool:
        """True when the public address is https: cookies then travel encrypted only."""
        return self.address.startswith("https://")

    @property
    def called(self) -> list[str]:
        """Every host name that is answered to."""
        names = [*self.hosts, "localhost", "127.0.0.1", "[::1]"]
        if self.address and (host := urlsplit(self.address).hostname):
            names.append(host)
        return sorted(set(names))


def place_of(environment: dict[str, str] | os._Environ[str] = os.environ) -> Path:
    """Where the home folder is: INNODEX_HOME, else `innodex-home` where the command was given."""
    return Path(environment.get("INNODEX_HOME") or "innodex-home").absolute()


def is_home(place: Path) -> bool:
    """True for a folder that `innodex init` made."""
    return (place / SETTINGS).is_file()


def read_home(place: Path) -> Home:
    """Read settings.toml; an absent file is an empty one. Raises BadSettings."""
    file = place / SETTINGS
    try:
        text = file.read_text(encoding="utf-8-sig") if file.exists() else ""
        found = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSettings("unreadable", path=file, reason=error) from error
    for table, entries in found.items():
        if table not in _KNOWN or not isinstance(entries, dict):
            known = ", ".join(f"[{name}]" for name in _KNOWN)
            raise BadSettings("unknown", path=file, name=table, known=known)
        for key, value in entries.items():
            _check(file, table, key, value)
    server, portal = found.get("server", {}), found.get("portal", {})
    values = {**server, **portal, "hosts": tuple(server.get("hosts", ()))}
    home = Home(place, database=found.get("database", {}).get("url", ""), **values)
    _judge(file, home)
    return home


def _check(file: Path, table: str, key: str, value: Any) -> None:
    known = _KNOWN[table]
    if key not in known:
        raise BadSettings("unknown", path=file, name=f"{table}.{key}", known=", ".join(known))
    if not isinstance(value, known[key]) or isinstance(value, bool):
        raise BadSettings("kind", path=file, name=f"{table}.{key}", wanted=known[key].__name__)


def _judge(file: Path, home: Home) -> None:
    if home.language not in languages():
        raise BadSettings("language", path=file, found=home.language, known=", ".join(languages()))
    if home.address and urlsplit(home.address).scheme not in ("http", "https"):
        raise BadSettings("address", path=file, found=home.address)
    try:
        ZoneInfo(home.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadSettings("zone", path=file, found=home.time_zone) from error


def make_home(place: Path) -> None:
    """Make the folder with its settings, secret and empty folders. What exists is left as it is."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _FOLDERS:
        (place / name).mkdir(exist_ok=True)
        # Evidence is nobody's but the portal's.
        (place / name).chmod(0o700)
    if not (place / SETTINGS).exists():
        (place / SETTINGS).write_text(_TEMPLATE, encoding="utf-8")
        # It may come to hold the password of a database.
        (place / SETTINGS).chmod(0o600)
    secret_of(place)


def secret_of(place: Path) -> str:
    """The secret that signs sessions and links; made on first use, readable by the owner alone.

    Where there is no home folder yet it lasts as long as the process.
    """
    file = place / SECRET
    if file.exists():
        return file.read_text(encoding="ascii").strip()
    fresh = secrets.token_urlsafe(64)
    if not place.is_dir():
        return fresh
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process was faster
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(fresh + "\n")
    return fresh


def database(home: Home, url: str = "") -> dict[str, Any]:
    """Django's settings of the database: `url`, else the home folder's own, else SQLite in the folder.

    Raises BadSettings for anything but a PostgreSQL address.
    """
    url = url or home.database
    if not url:
        return _sqlite(home.place / DATABASE)
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise BadSettings("database", path=home.place / SETTINGS)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # A transaction that will write takes its turn when it begins: without it, two thirds of
            # concurrent writes fail.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
                "PRAGMA busy_timeout=20000;"
            ),
        },
    }


_TEMPLATE = """\
# Settings of this home folder. A line that begins with # is switched off and shows what holds without it.

[server]
# host = "127.0.0.1"            # where `innodex serve` listens; 0.0.0.0 opens it to the network
# port = 8000
# hosts = ["portal.example"]    # names by which the portal may be called, beside localhost
# address = "https://portal.example"   # the public one, for links; with https cookies travel encrypted only
# proxy = "127.0.0.1"           # a server in front whose X-Forwarded-For and X-Forwarded-Proto are believed
# threads = 8

[database]
# url = "postgresql://name:password@host:5432/innodex"   # without it: SQLite in this folder

[portal]
# language = "vi"               # of a visitor who has not chosen
# time_zone = "Asia/Ho_Chi_Minh"
"""
