"""A portal of its own in a process of its own, and people in front of their browsers.

Nobody types an address: from the entrance on, every page is reached by a link that the page before shows.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 60
# A person would click on the heading that a field is folded away under.
_UNFOLD = """one => {
    for (let up = one.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
}"""


@dataclass
class Server:
    """A test server: its home folder, its clock, its address."""

    home: Path
    address: str
    clock: Path
    environment: dict[str, str] = field(repr=False, default_factory=dict)

    def at(self, moment: datetime.datetime) -> None:
        """Set the server's clock, and let the clock do what is due, as the operator's timer would."""
        self.clock.write_text(moment.isoformat(), encoding="utf-8")
        self.command("tick")

    def command(self, *words: str, text: str = "") -> str:
        """Run a command of the operator on the home folder; it must succeed."""
        return self.command_on(*words, "--home", str(self.home), text=text)

    def command_on(self, *words: str, text: str = "") -> str:
        """Run a command; it must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "innodex", *words, "--lang", "en"],
            env=self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def environment_of_test() -> dict[str, str]:
    """The environment of a test server, without what configures the tests themselves."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "INNODEX_"))}
    return own | {"INNODEX_TEST_SERVER": "1"}


@contextlib.contextmanager
def serving(
    home: Path, *, email: str, name: str, password: str, start: datetime.datetime
) -> Iterator[Server]:
    """`innodex init` and `innodex serve` for a new home folder, with a clock that can be set."""
    clock = home.with_name("clock")
    clock.write_text(start.isoformat(), encoding="utf-8")
    environment = environment_of_test() | {"INNODEX_TEST_CLOCK": str(clock)}
    new = Server(home, "", clock, environment)
    new.command("init", "--email", email, "--name", name, "--password-stdin", text=password + "\n")
    with running(home, environment) as server:
        yield server


@contextlib.contextmanager
def running(home: Path, environment: dict[str, str]) -> Iterator[Server]:
    """`innodex serve` for a home folder that is there."""
    port = _free_port()
    server = Server(home, f"http://127.0.0.1:{port}", home.with_name("clock"), environment)
    process = subprocess.Popen(
        [sys.executable, "-m", "innodex", "serve", "--home", str(home), "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(server.address, process)
        yield server
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=PATIENCE)
    assert b"Traceback" not in said, said.decode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/portal/", timeout=5):
            return
        time.sleep(0.2)
    raise AssertionError("the server did not begin to answer")


class Person:
    """Somebody in front of a browser of their own."""

    def __init__(self, browser: Browser, server: Server, *, email: str, password: str) -> None:
        self.server = server
        self.email, self.password = email, password
        self.context = browser.new_context(accept_downloads=True, locale="vi-VN")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.mistakes: list[str] = []
        self.page.on(
            "console", lambda said: self.mistakes.append(said.text) if said.type == "error" else None
        )
        self.page.on("pageerror", lambda error: self.mistakes.append(str(error)))

    def enter(self) -> Person:
        """Sign in at the entrance."""
        self.page.goto(f"{self.server.address}/portal/")
        self.fill(login=self.email, password=self.password).press(main="form")
        assert self.path == "/portal/", self.text
        return self

    def home(self) -> Person:
        """Back to the first page."""
        self.page.goto(f"{self.server.address}/portal/")
        return self

    @property
    def path(self) -> str:
        """Where the browser is, without the server."""
        return self.page.url.removeprefix(self.server.address).partition("?")[0]

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def links(self) -> list[str]:
        """The addresses of all links of the page."""
        found: list[str] = self.page.eval_on_selector_all(
            "a[href]", "all => all.map(one => one.getAttribute('href'))"
        )
        return found

    def follow(self, *addresses: str) -> Person:
        """Follow links one after the other, each named by the end of its address; it must be on the page."""
        for address in addresses:
            pattern = re.compile(re.escape(address) + "$")
            known = [
                link
                for link in self.links()
                if pattern.search(link.partition("#")[0].partition("?")[0]) or pattern.search(link)
            ]
            assert known, f"{self.email}: {self.path} has no link to {address}: {sorted(set(self.links()))}"
            link = self.page.locator(f'a[href="{known[0]}"]').first
            if link.is_visible():
                link.click()
            else:  # in a menu that is folded away
                self.page.goto(self.server.address + known[0])
            self.page.wait_for_load_state()
        return self

    def fill(self, **values: Any) -> Person:
        """Fill in fields by their names; a truth value ticks or clears."""
        for name, value in values.items():
            self.put(name.removesuffix("_"), value)
        return self

    def put(self, name: str, value: Any) -> Person:
        """Fill in one field of whatever kind."""
        box = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
        kind = box.first.evaluate("one => one.tagName + ':' + one.type")
        box.first.evaluate(_UNFOLD)
        if kind.startswith("SELECT"):
            box.first.select_option(str(value))
        elif kind == "INPUT:radio":
            self.page.locator(f'main [name="{name}"][value="{value}"]').check()
        elif kind == "INPUT:checkbox":
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, bool):
                    box.first.set_checked(one)
                else:
                    self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind == "INPUT:file":
            box.first.set_input_files(value)
        else:
            box.first.fill(str(value))
        return self

    def press(self, action: str = "", *, main: str = "", value: str = "", refused: bool = False) -> Person:
        """Press the button of the form whose address ends so (of the first form without one)."""
        form = f'main form[action$="{action}"]' if action else "main form[method=post]"
        button = f"{form} button" + (f'[value="{value}"]' if value else "")
        with self.page.expect_navigation():
            self.page.locator(button).first.click()
        failed = self.page.locator("main .errors, .message.error")
        if not refused:
            assert failed.count() == 0, f"{self.email} {self.path}: {failed.first.inner_text()}"
        return self

    def sees(self, *words: str) -> Person:
        """The page says this."""
        for word in words:
            assert word in self.text, f"{word!r} is not on {self.path}: {self.text[:2000]}"
        return self

    def misses(self, *words: str) -> Person:
        """The page does not say this, in what is shown or in its source."""
        source = self.page.content()
        for word in words:
            assert word not in source, f"{word!r} is on {self.path}"
        return self

    def may_not(self, *paths: str) -> Person:
        """Typed addresses of others lead nowhere, and no link of the page leads there."""
        for path in paths:
            status = self.context.request.get(self.server.address + path, max_redirects=0).status
            assert status in (403, 404), f"{self.email} gets {status} from {path}"
        return self
