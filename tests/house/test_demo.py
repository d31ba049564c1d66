"""`make demo`, as a person at a terminal uses it."""

from __future__ import annotations

import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from _support import ROOT

# Takes the keyboard as the controlling terminal, then becomes the command.
TERMINAL = (
    "import fcntl, os, sys, termios; "
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
PATIENCE = 180
ROLES = {"sysadmin", "i_analyst", "r_lead", "r_review", "m_approve", "auditor", "p_entry", "p_lead"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _at_a_terminal(*command: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process whose keyboard is a terminal of its own; what it prints comes through a pipe."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", TERMINAL, *command],
        cwd=ROOT,
        # The tests may run below another make, which would have this one tell where it is.
        env={
            name: value
            for name, value in os.environ.items()
            if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
        },
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    os.close(theirs)
    deadline = threading.Timer(PATIENCE, process.kill)
    deadline.start()
    try:
        yield process, ours
    finally:
        deadline.cancel()
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
        os.close(ours)


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
@pytest.mark.skipif(
    not (ROOT / ".venv" / ".made").exists(), reason="needs the environment that `make env` makes"
)
def test_demo_names_an_account_for_each_role_serves_and_ends_well() -> None:
    port = _free_port()
    address = f"http://127.0.0.1:{port}/"

    with _at_a_terminal("make", "demo", f"PORT={port}") as (process, keyboard):
        assert process.stdout
        said = list(iter(process.stdout.readline, f"Innodex is ready at {address}\n"))
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            status = answer.status
        with urllib.request.urlopen(f"{address}portal/", timeout=PATIENCE) as answer:
            entrance = answer.status
        os.write(keyboard, b"\x03")
        rest = process.stdout.read()
        code = process.wait(PATIENCE)

    accounts = json.loads((ROOT / ".demo" / "accounts.json").read_text(encoding="utf-8"))
    assert {account["role"] for account in accounts} == ROLES
    assert all(any(account["email"] in line for line in said) for account in accounts)
    assert (status, entrance) == (200, 200)
    assert rest == ""
    assert code == 0


def test_the_rehearsal_keeps_to_its_own_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A machine that serves a real database names it in its environment; nothing is made up in that one."""
    pytest.importorskip("django")
    from importlib.util import module_from_spec, spec_from_file_location

    import innodex.portal

    spec = spec_from_file_location("demo", ROOT / "tools" / "demo.py")
    assert spec is not None
    assert spec.loader is not None
    demo = module_from_spec(spec)
    spec.loader.exec_module(demo)
    seen: list[str | None] = []

    def stop(home: object) -> None:
        seen.append(os.environ.get("INNODEX_DATABASE_URL"))
        raise KeyboardInterrupt

    monkeypatch.setenv("INNODEX_DATABASE_URL", "postgresql://elsewhere/real")
    monkeypatch.setattr(innodex.portal, "prepare", stop)
    monkeypatch.setattr(demo, "HOME", tmp_path_factory.mktemp("demo"))
    with pytest.raises(KeyboardInterrupt):
        demo.rehearse()
    assert seen == [None]
