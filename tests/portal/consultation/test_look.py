"""Every page of a consultation in a real browser: axe finds nothing, in both languages, wide and narrow.

With INNODEX_PICTURES=FOLDER every page is kept as a picture, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

BASE = "/portal/rounds/trial/consultation/"
WIDTHS = {"wide": 1280, "narrow": 390}
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
RUN = """async options => {
  const outcome = await axe.run(document, options);
  return {
    passes: outcome.passes.length,
    violations: outcome.violations.map(v => [v.id, ...v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))]),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


@dataclass
class Shot:
    """A page as the server wrote it."""

    name: str
    path: str
    content: bytes


class Pages:
    """Pages of one person, collected before a browser looks at them."""

    def __init__(self, stage: Any, lang: str) -> None:
        self.stage, self.lang = stage, lang
        self.shots: list[Shot] = []

    def take(self, name: str, who: str, path: str, data: dict[str, Any] | None = None) -> None:
        """Keep the page at `path`, or what answers to a form."""
        browser = Client(headers={"host": "localhost"})
        browser.force_login(self.stage.people[who])
        browser.cookies["innodex_language"] = self.lang
        answer = browser.get(BASE + path) if data is None else browser.post(BASE + path, data)
        assert answer.status_code in (200, 409, 422), (name, answer.status_code)
        self.shots.append(Shot(name, BASE + path, answer.content))


def _serve(shots: dict[str, bytes], route: Route) -> None:
    path = urlsplit(route.request.url).path
    if path in shots:
        route.fulfill(body=shots[path], content_type="text/html; charset=utf-8")
        return
    file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if not file:
        route.fulfill(status=404, body="")
        return
    kinds = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript", "woff2": "font/woff2"}
    route.fulfill(body=Path(str(file)).read_bytes(), content_type=kinds[path.rpartition(".")[2]])


@pytest.fixture(scope="module")
def axe_source() -> str:
    """The accessibility rules."""
    from axe_playwright_python import base

    return (Path(base.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def shots(stage: Any, clock: Callable[..., None]) -> Callable[[str], list[Shot]]:
    """A function that plays the consultation once and gives its pages, empty, full and faulty."""
    return lambda lang: _play(stage, clock, lang)


LONG = "Đề nghị làm rõ cách tính " + "đối với đơn vị sự nghiệp và doanh nghiệp có nhiều cơ sở; " * 6


def _play(stage: Any, clock: Callable[..., None], lang: str) -> list[Shot]:
    pages = Pages(stage, lang)
    clock(stage.now)
    pages.take("overview-before", "leader", "")
    stage.open()
    clock(stage.now)
    north, south, office = (stage.bodies[one].code for one in ("north", "south", "statistics"))
    pages.take("overview-empty", "leader", "")
    pages.take("answers-empty", "analyst", "answers/")
    pages.take("synthesis-empty", "minister", "synthesis/")
    pages.take("own-empty", "north-entry", f"of/{north}/")
    pages.take("write-empty", "north-entry", f"of/{north}/write/")
    first = stage.comment("north", node="staff", aspect="unit", text=LONG, proposed="Người (toàn thời gian)")
    stage.comment("north", node="spending", stance="remove", text="")
    pages.take("own-drafts", "north-entry", f"of/{north}/")
    pages.take("write-node", "north-entry", f"of/{north}/write/?node=staff")
    pages.take("edit", "north-entry", f"of/{north}/drafts/{first.pk}/")
    faulty = {"node": "*", "aspect": "unit", "text": "?"}
    pages.take("write-faulty", "north-entry", f"of/{north}/write/", faulty)
    stale = {"node": "staff", "aspect": "unit", "stance": "amend", "text": "Bản khác", "revision": "0"}
    pages.take("conflict", "north-entry", f"of/{north}/drafts/{first.pk}/", stale)
    unfinished = stage.contribution("north").comments.get(node="spending")
    stage.comment("north", comment=unfinished, node="spending", stance="remove", text=LONG, revision=1)
    stage.comment("north", node="people", stance="question", text="Vì sao gộp hai nhóm?\n\nXin giải thích.")
    pages.take("request", "north-entry", f"of/{north}/request/")
    stage.request("north", remark="Nhìn chung nhất trí.")
    pages.take("send", "north-lead", f"of/{north}/send/")
    pages.take("send-faulty", "north-lead", f"of/{north}/send/", {"password": "wrong"})
    pages.take("send-back-faulty", "north-lead", f"of/{north}/send-back/", {"reason": ""})
    stage.send("north")
    pages.take("own-sent", "north-entry", f"of/{north}/")
    stage.contribute("south", {"stance": "agree", "text": ""})
    stage.comment("statistics", node="staff", stance="agree", text="")
    stage.request("statistics")
    from innodex.portal.consultation import actions

    stage.do(
        actions.send_back_contribution,
        "statistics-lead",
        contribution=stage.contribution("statistics"),
        reason="Bổ sung căn cứ pháp lý.",
    )
    pages.take("own-back", "statistics-entry", f"of/{office}/")
    changed = stage.version(stage.changed())
    comments = list(stage.contribution("north").comments.order_by("number"))
    pages.take("answer-empty", "analyst", "answers/1/")
    stage.answer(comments[0], "not_accepted", reason="Trái với quy định hiện hành.\nXem Điều 5.")
    pages.take("answer-faulty", "analyst", "answers/2/", {"kind": "partly", "reason": "", "revision": "0"})
    stale = {"kind": "noted", "reason": "Một ý khác", "revision": "0"}
    number = comments[0].number
    pages.take("answer-conflict", "analyst", f"answers/{number}/", stale)
    stage.answer(comments[1], "accepted", changed_in=changed, changed_node="staff")
    stage.answer(comments[2], "partly", reason="Đã sửa phần đầu.")
    pages.take("answers", "analyst", "answers/")
    pages.take("answers-nothing", "analyst", "answers/?stance=add")
    pages.take("answer", "analyst", f"answers/{comments[1].number}/")
    pages.take("answer-read", "auditor", f"answers/{comments[1].number}/")
    pages.take("overview", "leader", "")
    pages.take("synthesis", "minister", "synthesis/")
    pages.take("own-answered", "north-entry", f"of/{north}/")
    assert south
    return pages.shots


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, axe_source: str, shots: Callable[[str], list[Shot]], lang: str
) -> None:
    kept = os.environ.get("INNODEX_PICTURES", "")
    found: list[object] = []

    for shot in shots(lang):
        pages = {urlsplit(shot.path).path: shot.content}
        for width, pixels in WIDTHS.items():
            context = chromium.new_context(viewport={"width": pixels, "height": 900})
            page = context.new_page()
            page.route("**/*", partial(_serve, pages))
            page.goto(f"http://localhost{shot.path}")
            if kept:
                page.screenshot(path=Path(kept) / f"{shot.name}-{lang}-{width}.png", full_page=True)
            page.evaluate(axe_source)
            outcome = page.evaluate(RUN, OPTIONS)
            assert outcome["passes"] > 8, shot.name
            found += [(shot.name, width, *one) for one in outcome["violations"]]
            if outcome["overflow"] > 0:
                found.append((shot.name, width, "wider than the screen", outcome["overflow"]))
            context.close()

    assert found == []
