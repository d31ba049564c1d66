"""Several processes write to one chain at the same time, on a database of their own: it stays whole."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from innodex.portal.project.home import make_home

EACH, PROCESSES = 24, 2

_BEGIN = """
import datetime, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from innodex.portal.people.actions import found
from innodex.portal.people.actor import Actor
body = {"code": "academy", "name": {"vi": "Học viện"}, "kind": "academy"}
found(email="an@example.com", name="An", password="a mountain of salt", organisation=body,
      by=Actor(route="command"), at=datetime.datetime.now(datetime.UTC))
"""

_WRITE = """
import datetime, sys, django
django.setup()
from innodex.portal.people.actions import invite
from innodex.portal.people.actor import Actor
from innodex.portal.people.models import Organisation, User
from innodex.portal.people.refused import Refused
user, body = User.objects.get(), Organisation.objects.get()
print("ready", flush=True)
sys.stdin.readline()
for number in range({each}):
    by = Actor(user=user, key=f"{{sys.argv[1]}}-{{number}}")
    at = datetime.datetime.now(datetime.UTC)
    # Every fourth attempt is refused, which is an event too.
    role = "p_entry" if number % 4 == 3 else "r_review"
    try:
        email = f"{{sys.argv[1]}}-{{number}}@b.vn"
        invite(organisation=body, email=email, name="N", role=role, by=by, at=at)
    except Refused:
        assert role == "p_entry"
"""

_JUDGE = """
import django
django.setup()
from innodex.portal.people import history
from innodex.portal.people.models import Chain, Event, Invitation
chain = Chain.objects.get()
refused = Event.objects.exclude(refused="")
print(chain.length, Event.objects.count(), Invitation.objects.count(), refused.count(), history.verify())
"""


@contextlib.contextmanager
def _database() -> Iterator[dict[str, str]]:
    """A PostgreSQL database of its own on the server of the tests; nothing on SQLite."""
    url = os.environ.get("INNODEX_DATABASE_URL", "")
    if not url:
        yield {}
        return
    import psycopg

    name = f"together_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"INNODEX_DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_processes_that_write_at_once_leave_an_unbroken_chain(tmp_path: Path) -> None:
    home = tmp_path / "home"
    make_home(home)
    with _database() as address:
        environment = {**os.environ, **address, "INNODEX_HOME": str(home)}
        _run(_BEGIN, environment)
        writers: list[subprocess.Popen[Any]] = [
            subprocess.Popen(
                [sys.executable, "-c", _WRITE.format(each=EACH), f"w{number}"],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for number in range(PROCESSES)
        ]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
        for writer in writers:
            _, errors = writer.communicate(timeout=120)
            assert writer.returncode == 0, errors
        length, events, made, refused, breaks = _run(_JUDGE, environment).split(maxsplit=4)

    total = EACH * PROCESSES
    assert (int(length), int(events)) == (total + 1, total + 1)
    assert int(refused) == total // 4
    assert int(made) == total - total // 4
    assert breaks.strip() == "[]"
