"""Every page that a link leads to, as every role: it answers, axe finds nothing, and it fits 390 px."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest

from portal._browser import Person, Server, environment_of_test, running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

FURNISH = Path(__file__).with_name("_furnish.py")
# What stands for any locality, organisation, node, number or edition in an address.
_ANY = re.compile(r"/(?:\d[\w.]*|demo\d+-\d+|[A-Z]+)(?=/|$)")

# The rules of WCAG 2.2 at the levels A and AA.
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass
class Crawl:
    """What has been found so far, over all roles."""

    server: Server
    axe: str
    seen: set[str] = field(default_factory=set)  # kinds of page that axe has looked at, by language
    faults: list[str] = field(default_factory=list)

    def as_role(self, person: Person, role: str) -> int:
        """Follow every link from the first page on, one of a kind; how many pages there were."""
        kinds: set[str] = set()
        waiting = ["/portal/"]
        while waiting:
            address = waiting.pop(0)
            kind = _ANY.sub("/*", urlsplit(address).path)
            if kind in kinds or "log-out" in address:
                continue
            kinds.add(kind)
            waiting += self._links(person, role, address, kind)
        return len(kinds)

    def _links(self, person: Person, role: str, address: str, kind: str) -> list[str]:
        answer = person.context.request.get(self.server.address + address)
        if answer.status != 200:
            self.faults.append(f"{role}: {address} answers {answer.status}")
        if "html" not in answer.headers.get("content-type", ""):
            return []
        person.page.goto(self.server.address + address)
        if kind not in self.seen:
            self.seen.add(kind)
            self._look(person, role, address)
        own = urlsplit(self.server.address).netloc
        links = [urljoin(person.page.url, link) for link in person.links()]
        inside = [urlsplit(link) for link in links if urlsplit(link).netloc == own]
        return [f"{one.path}?{one.query}".rstrip("?") for one in inside if one.path.startswith("/portal/")]

    def _look(self, person: Person, role: str, address: str) -> None:
        page = person.page
        page.evaluate(self.axe)
        found: dict[str, Any] = page.evaluate("only => axe.run(document, {runOnly: only})", _RULES)
        for fault in found["violations"]:
            places = [node["target"] for node in fault["nodes"]][:3]
            self.faults.append(f"{role}: {address}: {fault['id']}: {fault['help']} {places}")
        page.set_viewport_size({"width": 390, "height": 844})
        over = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            self.faults.append(f"{role}: {address} is {over} px too wide for 390 px")
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, list[dict[str, str]]]]:
    """A server of the demo's home folder, and an account for each role."""
    home = tmp_path_factory.mktemp("crawl") / "home"
    environment = environment_of_test()
    made = subprocess.run(
        [sys.executable, str(FURNISH), str(home)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    with running(home, environment) as server:
        yield server, json.loads(made.stdout)


def test_every_page_of_every_role_is_sound(
    chromium: Browser, axe_source: str, furnished: tuple[Server, list[dict[str, str]]]
) -> None:
    server, accounts = furnished
    crawl = Crawl(server, axe_source)
    pages = {}
    for account in accounts:
        person = Person(chromium, server, email=account["email"], password=account["password"]).enter()
        pages[account["role"]] = crawl.as_role(person, account["role"])
        crawl.faults += [f"{account['role']}: {said}" for said in person.mistakes]
        person.context.close()

    assert crawl.faults == []
    assert min(pages.values()) > 8, pages
    assert len(crawl.seen) > 50
