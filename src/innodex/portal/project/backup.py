"""A backup is one .zip: the database, evidence, uploads, editions, settings and secret, each with its digest.

SQLite is copied by its own online copy, so that a running server is no hindrance; PostgreSQL table by table,
all as of one moment. The database comes first and the files after it: files are added and never changed, so
every file that a row names is in the backup.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.db import connection, transaction

import innodex
from innodex.portal.project import state
from innodex.portal.project.home import DATABASE, KEPT, SECRET, SETTINGS, make_home

_LIST = "backup.json"
_FORMAT = 1
_TABLES = "tables"
_CHUNK = 1 << 20


class BadBackup(Exception):
    """No whole backup, or one that cannot be restored here. `kind` names the sentence, `values` fill it."""

    def __init__(self, kind: str, **values: Any) -> None:
        self.kind = kind
        self.values: dict[str, Any] = values
        super().__init__(kind, values)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds: how many files and bytes, and of which database."""

    files: int
    size: int
    database: str
    digest: str


def back_up(target: Path) -> Kept:
    """Write a backup of the home folder and its database, beside `target` and then renamed."""
    home = Path(settings.HOME)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    entries: dict[str, dict[str, Any]] = {}
    try:
        # It holds the secret and what officers entrusted to the portal.
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            tables = _put_database(archive, entries)
            for file in _files(home):
                with contextlib.suppress(FileNotFoundError):  # a temporary file that is gone by now
                    _put(archive, entries, file.relative_to(home).as_posix(), file)
            listed = {
                "format": _FORMAT,
                "version": innodex.__version__,
                "database": connection.vendor,
                "migrations": state.applied(),
                "tables": tables,
                "files": entries,
            }
            archive.writestr(_LIST, json.dumps(listed, indent=1, sort_keys=True))
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
    return _kept(listed, target)


def _kept(listed: dict[str, Any], file: Path) -> Kept:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    size = sum(entry["size"] for entry in listed["files"].values())
    return Kept(len(listed["files"]), size, listed["database"], digest.hexdigest())


def _files(home: Path) -> Iterator[Path]:
    yield from (home / name for name in (SETTINGS, SECRET) if (home / name).is_file())
    for name in KEPT:
        yield from sorted(
            path for path in (home / name).rglob("*") if path.is_file() and not path.is_symlink()
        )


def _put(archive: zipfile.ZipFile, entries: dict[str, dict[str, Any]], name: str, file: Path) -> None:
    """Copy one file into the archive and remember its digest."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as written:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
    entries[name] = {"sha256": digest.hexdigest(), "size": size}


def _put_database(archive: zipfile.ZipFile, entries: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    with tempfile.TemporaryDirectory() as place:
        if connection.vendor == "sqlite":
            copy = Path(place, DATABASE)
            _copy_sqlite(copy)
            _put(archive, entries, DATABASE, copy)
            return {}
        tables = _copy_postgresql(Path(place))
        for table in tables:
            _put(archive, entries, f"{_TABLES}/{table}", Path(place, table))
        return tables


def _copy_sqlite(copy: Path) -> None:
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
    written = sqlite3.connect(copy)
    try:
        source.backup(written)
    finally:
        written.close()
        source.close()


def _copy_postgresql(place: Path) -> dict[str, list[str]]:
    """Every table as PostgreSQL writes it itself, all as of one moment: {table: its columns}."""
    tables: dict[str, list[str]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for table in sorted(connection.introspection.table_names(cursor)):
            tables[table] = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            names = ", ".join(map(_quoted, tables[table]))
            with (
                (place / table).open("wb") as written,
                cursor.copy(f"COPY {_quoted(table)} ({names}) TO STDOUT") as rows,
            ):
                for block in rows:
                    written.write(block)
    return tables


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


# ---- restore


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that has been read through: every file is there, and each has its digest."""

    file: Path
    listed: dict[str, Any]

    @property
    def database(self) -> str:
        """`sqlite` or `postgresql`."""
        return str(self.listed["database"])


def read_backup(file: Path) -> Backup:
    """Read a backup through and compare every digest. Raises BadBackup."""
    try:
        with zipfile.ZipFile(file) as archive:
            listed = json.loads(archive.read(_LIST))
            if listed.get("format") != _FORMAT:
                raise BadBackup("newer", version=listed.get("version", "?"))
            _compare(archive, listed["files"])
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BadBackup("unreadable", path=file) from error
    except zipfile.zlib.error as error:  # type: ignore[attr-defined]
        raise BadBackup("unreadable", path=file) from error
    return Backup(file, listed)


def _compare(archive: zipfile.ZipFile, entries: dict[str, dict[str, Any]]) -> None:
    there = set(archive.namelist()) - {_LIST}
    for name in sorted(there ^ set(entries)):
        raise BadBackup("incomplete", name=name)
    for name, entry in entries.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name:
            raise BadBackup("foreign", name=name)
        digest = hashlib.sha256()
        with archive.open(name) as opened:
            while chunk := opened.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != entry["sha256"]:
            raise BadBackup("altered", name=name)


def unpack(backup: Backup, home: Path) -> None:
    """Make the home folder from a backup; a SQLite database comes with it. Raises BadBackup where one stands.

    Nothing half-made remains: the folder is filled beside and renamed.
    """
    if home.exists() and any(home.iterdir()):
        raise BadBackup("occupied", path=home)
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix=f".{home.name}-") as place:
        fresh = Path(place, "home")
        make_home(fresh)
        with zipfile.ZipFile(backup.file) as archive:
            for name in backup.listed["files"]:
                if name.startswith(f"{_TABLES}/"):
                    continue
                target = fresh / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as source, target.open("wb") as written:
                    while chunk := source.read(_CHUNK):
                        written.write(chunk)
                target.chmod(0o600)
        if home.exists():
            home.rmdir()
        fresh.replace(home)


def fill_database(backup: Backup) -> None:
    """Put the rows of a backup into an empty PostgreSQL database. Raises BadBackup.

    One transaction: with a fault, the database stays empty.
    """
    if backup.database != connection.vendor:
        raise BadBackup("other-database", theirs=backup.database, ours=connection.vendor)
    if connection.vendor == "sqlite":
        return
    if sorted(backup.listed["migrations"]) != state.known():
        raise BadBackup("other-version", version=backup.listed["version"])
    if connection.introspection.table_names():
        raise BadBackup("database-not-empty")
    with transaction.atomic():
        state.migrate()
        with connection.cursor() as cursor, zipfile.ZipFile(backup.file) as archive:
            # What making the tables has put into them is in the backup as well.
            for table in ("django_migrations", "auth_permission", "django_content_type"):
                cursor.execute(f"DELETE FROM {_quoted(table)}")
            for table, columns in backup.listed["tables"].items():
                names = ", ".join(map(_quoted, columns))
                with (
                    archive.open(f"{_TABLES}/{table}") as source,
                    cursor.copy(f"COPY {_quoted(table)} ({names}) FROM STDIN") as rows,
                ):
                    while chunk := source.read(_CHUNK):
                        rows.write(chunk)
            _count_on(cursor)


def _count_on(cursor: Any) -> None:
    """New rows get numbers after the restored ones."""
    for table in connection.introspection.table_names(cursor):
        for sequence in connection.introspection.get_sequences(cursor, table):
            column = sequence["column"]
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), coalesce(max({_quoted(column)}), 1), "
                f"max({_quoted(column)}) IS NOT NULL) FROM {_quoted(table)}",
                [_quoted(table), column],
            )
