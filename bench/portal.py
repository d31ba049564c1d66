"""Thirty officers at work: each saves one figure every two seconds for a minute, on SQLite and on PostgreSQL.

The portal runs as `innodex serve` runs it, in a process of its own, on a home folder whose thirty localities
are filling in their forms. Printed are how many saves were made, how many were refused or failed, and how
long the slowest five in a hundred took. It ends by itself; the exit code is 1 when a save went wrong.
"""

from __future__ import annotations

import argparse
import datetime
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
POSTGRES = ROOT / "tests" / "portal" / "_postgres.py"
OFFICERS, EVERY, LASTS = 30, 2.0, 60.0  # people, seconds between two saves, seconds
PASSWORD = "mười-hai-chữ-cái"
CODE = "rehearsal"
_FIELD = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"')
_RAW = re.compile(r'name="raw-(\d+)"')


def furnish(home: Path) -> list[str]:
    """A home folder with thirty localities whose collection is open; the officers' addresses."""
    from innodex.portal import prepare
    from innodex.portal.project.home import make_home

    make_home(home)
    prepare(home)
    from innodex.portal.project import state
    from innodex.portal.project.rehearsal import Rehearsal, days
    from innodex.territory import builtin

    state.migrate()
    units = sorted(unit.code for unit in builtin("demo63").units)[:OFFICERS]
    start = datetime.datetime.now(datetime.UTC) - days(90)
    passwords = {f"entry-{unit}": PASSWORD for unit in units}
    example = ROOT / "examples" / "provincial-innovation"
    show = Rehearsal(example, start=start, staffed=OFFICERS, passwords=passwords, quota=OFFICERS).found()
    show.on(2).create_round().on(10).open_call().open_consultation().on(20)
    for unit in units:
        show.register(unit)
    show.on(33).propose(units).on(36).decide(units)
    for unit in units:
        show.confirm(unit)
    show.on(55).adopt().on(80).open_collection()
    return [show.users[key].email for key in passwords]


@dataclass
class Officer:
    """One person with a form: what the page gave, and how long each save took."""

    email: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    hidden: dict[str, str] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """One request; its status and what came back."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = urllib.parse.urlencode(data) if data is not None else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if data is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            headers |= {"HX-Request": "true"} if path.endswith("/save/") else {}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def enter(self) -> None:
        """Sign in and open the form."""
        _, page = self.ask("GET", "/portal/account/log-in/")
        data = {"login": self.email, "password": PASSWORD} | self._token(page)
        status, _ = self.ask("POST", "/portal/account/log-in/", data)
        assert status == 302, f"{self.email} cannot sign in: {status}"
        status, page = self.ask("GET", f"/portal/rounds/{CODE}/submission/")
        assert status == 200, f"{self.email} gets {status} for the form"
        self.items = _RAW.findall(page)
        self.hidden = dict(_FIELD.findall(page))

    def _token(self, page: str) -> dict[str, str]:
        return {"csrfmiddlewaretoken": dict(_FIELD.findall(page))["csrfmiddlewaretoken"]}

    def save(self, turn: int) -> None:
        """Type a figure into one item; the form of the page saves it."""
        item = self.items[turn % len(self.items)]
        data = {f"raw-{item}": str(100 + turn), f"missing-{item}": "", f"explanation-{item}": ""}
        data |= {name: value for name, value in self.hidden.items() if name.endswith(f"-{item}")}
        data["csrfmiddlewaretoken"] = self.hidden["csrfmiddlewaretoken"]
        begun = time.perf_counter()
        status, page = self.ask("POST", f"/portal/rounds/{CODE}/submission/items/{item}/save/", data)
        self.seconds.append(time.perf_counter() - begun)
        if status != 200 or f"raw-{item}" in page:
            self.wrong.append(f"{item}: {status}")
        self.hidden |= dict(_FIELD.findall(page))

    def work(self, end: float, offset: float) -> None:
        """Save every two seconds, whatever the one before took."""
        turn, due = 0, time.monotonic() + offset
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                self.save(turn)
            except (OSError, http.client.HTTPException, KeyError) as error:
                self.wrong.append(repr(error))
            turn, due = turn + 1, due + EVERY


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(home: Path) -> Iterator[int]:
    """`innodex serve` on 127.0.0.1; its port."""
    port = _free_port()
    command = [sys.executable, "-m", "innodex", "serve", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def measure(lasts: float) -> int:
    """Furnish, serve, let them work, print one line."""
    vendor = "PostgreSQL" if os.environ.get("INNODEX_DATABASE_URL") else "SQLite"
    with tempfile.TemporaryDirectory(prefix="innodex-bench-") as place:
        home = Path(place, "home")
        emails = furnish(home)
        with serving(home) as port:
            officers = [Officer(email, port) for email in emails]
            for officer in officers:
                officer.enter()
            end = time.monotonic() + lasts
            threads = [
                threading.Thread(target=officer.work, args=(end, EVERY * place / len(officers)))
                for place, officer in enumerate(officers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    return _tell(vendor, officers, lasts)


def _tell(vendor: str, officers: list[Officer], lasts: float) -> int:
    seconds = [second for officer in officers for second in officer.seconds]
    wrong = [said for officer in officers for said in officer.wrong]
    middle, slow = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    print(
        f"{vendor:<11} {len(officers)} officers, {lasts:.0f} s: {len(seconds)} saves, {len(wrong)} wrong, "
        f"median {middle * 1000:.0f} ms, p95 {slow * 1000:.0f} ms, slowest {max(seconds) * 1000:.0f} ms",
        flush=True,
    )
    for said in wrong[:10]:
        print("  " + said)
    return 1 if wrong else 0


def main() -> int:
    """Both databases, one after the other; PostgreSQL is left out, visibly, where it is not installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=LASTS)
    parser.add_argument(
        "--here", action="store_true", help="only the database of INNODEX_DATABASE_URL, or SQLite"
    )
    options = parser.parse_args()
    if options.here:
        return measure(options.seconds)
    own = [sys.executable, str(Path(__file__)), "--here", "--seconds", str(options.seconds)]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("INNODEX_")}
    codes = [
        subprocess.run(command, env=plain, check=False).returncode
        for command in (own, [sys.executable, str(POSTGRES), *own])
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
