"""Pages as the server writes them, put before a real browser: what axe finds, what is too wide, and pictures.

With INNODEX_PICTURES=FOLDER every page is kept as a picture, to be looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

    from innodex.portal.people.models import User

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
_KINDS = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript", "woff2": "font/woff2"}


@dataclass(frozen=True)
class Shot:
    """A page as the server wrote it."""

    name: str
    path: str
    content: bytes


@dataclass
class Album:
    """Pages of several people in one language, collected before a browser looks at them."""

    lang: str
    shots: list[Shot] = field(default_factory=list)

    def take(self, name: str, user: User, path: str, data: dict[str, Any] | None = None) -> bytes:
        """Keep the page at `path`, or what answers to a form that is sent there."""
        from django.conf import settings
        from django.test import Client

        browser = Client(headers={"host": "localhost"})
        browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        browser.cookies["innodex_language"] = self.lang
        answer = browser.get(path) if data is None else browser.post(path, data)
        assert answer.status_code in (200, 409, 422), (name, answer.status_code)
        self.shots.append(Shot(name, urlsplit(path).path, answer.content))
        return bytes(answer.content)


def found(chromium: Browser, album: Album) -> list[object]:
    """What axe finds on each page, wide and narrow, and pages wider than the screen."""
    from axe_playwright_python import base

    source = (Path(base.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    kept = os.environ.get("INNODEX_PICTURES", "")
    faults: list[object] = []
    for width, pixels in WIDTHS.items():
        context = chromium.new_context(viewport={"width": pixels, "height": 900}, reduced_motion="reduce")
        page = context.new_page()
        for shot in album.shots:
            page.unroute_all()
            page.route("**/*", partial(_serve, shot))
            page.goto(f"http://localhost{shot.path}")
            if kept:
                page.evaluate("document.fonts.ready.then(() => true)")
                page.screenshot(path=Path(kept) / f"{shot.name}-{album.lang}-{width}.png", full_page=True)
            page.evaluate(source)
            outcome = page.evaluate(RUN, OPTIONS)
            assert outcome["passes"] > 8, shot.name
            faults += [(shot.name, width, *one) for one in outcome["violations"]]
            if outcome["overflow"] > 0:
                faults.append((shot.name, width, "wider than the screen", outcome["overflow"]))
        context.close()
    return faults


def _serve(shot: Shot, route: Route) -> None:
    from django.contrib.staticfiles import finders

    path = urlsplit(route.request.url).path
    if path == shot.path:
        route.fulfill(body=shot.content, content_type="text/html; charset=utf-8")
        return
    file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if not file:
        route.fulfill(status=404, body="")
        return
    route.fulfill(body=Path(str(file)).read_bytes(), content_type=_KINDS[path.rpartition(".")[2]])
