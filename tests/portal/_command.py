"""The program as an operator runs it: a process of its own, with a home folder and a database of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

PASSWORD = "a mountain of salt"
_OURS = ("INNODEX_HOME", "INNODEX_DATABASE_URL", "INNODEX_TEST_SERVER", "INNODEX_TEST_CLOCK")


def environment(database: str = "", **more: str) -> dict[str, str]:
    """The environment of an operator: nothing of the tests but the database that is meant."""
    clean = {name: value for name, value in os.environ.items() if name not in _OURS}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    if database:
        clean["INNODEX_DATABASE_URL"] = database
    return {**clean, **more}


@dataclass(frozen=True)
class Operator:
    """Somebody who gives commands for one home folder."""

    home: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, typed: str = "", lang: str = "en") -> subprocess.CompletedProcess[str]:
        """One command, and what it said."""
        return subprocess.run(
            [sys.executable, "-m", "innodex", "--lang", lang, *words, "--home", str(self.home)],
            input=typed,
            capture_output=True,
            text=True,
            env=environment(self.database, **self.more),
            timeout=120,
        )

    def begin(self) -> Operator:
        """Make the home folder and its administrator."""
        done = self.run(
            "init", "--email", "an@example.com", "--name", "Nguyễn Thị An", "--password-stdin",
            typed=PASSWORD + "\n",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return self


@contextmanager
def fresh_database(name: str, *, like: str = "") -> Iterator[str]:
    """The address of a database beside that of the tests; empty for SQLite, which needs none.

    It has no table, or is a copy of the one whose address `like` is.
    """
    server = os.environ.get("INNODEX_DATABASE_URL", "")
    if not server:
        yield ""
        return
    import psycopg

    model = f' TEMPLATE "{urlsplit(like).path.strip("/")}"' if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{model}')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def started(words: list[str], portal: Operator) -> Iterator[subprocess.Popen[str]]:
    """A process that is asked to end, and does so in good order."""
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, env=environment(portal.database, **portal.more)
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


@contextmanager
def served(portal: Operator, *words: str) -> Iterator[str]:
    """The address of a running server, which is ended politely."""
    command = [sys.executable, "-m", "innodex", "serve", "--port", "0", "--home", str(portal.home), *words]
    with started(command, portal) as process:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, line
        yield found[0]
