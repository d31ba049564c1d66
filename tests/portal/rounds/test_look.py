"""Every page of rounds in a real browser: axe finds nothing, in both languages, wide and narrow.

With INNODEX_PICTURES=FOLDER every page is kept as a picture, to be looked at.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from _support import ROOT
from portal.rounds.conftest import NODES, Stage, folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

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
KINDS = {"css": "text/css", "svg": "image/svg+xml", "js": "text/javascript", "woff2": "font/woff2"}
NEW = {
    "title_vi": "Kỳ đánh giá thử nghiệm năm 2026", "title_en": "Pilot of 2026", "code": "pilot-2026",
    "kind": "pilot", "reference_date": "2024-06-01", "period": "2026", "quota": "20", "synthetic": "on",
}  # fmt: skip


def example(**changed: tuple[str, str]) -> bytes:
    """The example of a whole framework, packed; `changed` replaces words in a file."""
    place, packed = ROOT / "examples" / "provincial-innovation", io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(place.rglob("*")):
            if file.is_file():
                name, text = file.relative_to(place).as_posix(), file.read_text(encoding="utf-8")
                archive.writestr(name, text.replace(*changed.get(name.replace(".", "_"), ("", ""))))
    return packed.getvalue()


class Pages:
    """Pages of a stage, collected before a browser looks at them."""

    def __init__(self, stage: Stage, lang: str) -> None:
        self.stage, self.lang = stage, lang
        self.shots: list[tuple[str, str, bytes]] = []

    def take(self, name: str, who: str, path: str, data: dict[str, Any] | None = None) -> str:
        """Keep the page at `path`, or what answers to a form."""
        browser = self.stage.log_in(Client(headers={"host": "localhost"}), who)
        browser.cookies["innodex_language"] = self.lang
        answer = browser.get(path) if data is None else browser.post(path, data)
        assert answer.status_code in (200, 409, 422), (name, answer.status_code)
        self.shots.append((name, path, answer.content))
        return answer.content.decode()


def play(stage: Stage, lang: str) -> list[tuple[str, str, bytes]]:
    """A pilot from nothing to its adoption; its pages empty, full and faulty."""
    from innodex.portal.rounds import actions

    pages, base, new = Pages(stage, lang), "/portal/rounds/pilot-2026/", "/portal/rounds/new/"
    pages.take("home-first", "analyst", "/portal/")
    pages.take("rounds-empty", "analyst", "/portal/rounds/")
    pages.take("new-empty", "analyst", new)
    pages.take("new-wrong", "analyst", new, {"code": "Kỳ 1", "period": "nay", "kind": "pilot"})
    faulty = folder(framework_csv=NODES.replace("higher", "upwards"), rubric_csv=None, recipe_toml="x")
    pages.take("new-faulty", "analyst", new, {**NEW, "upload": _file(faulty)})
    text = pages.take("new-preview", "analyst", new, {**NEW, "upload": _file(example())})
    assert "pilot-2026" in text
    stage.make_round(
        upload=example(), code="pilot-2026", quota=20, title={"vi": NEW["title_vi"], "en": NEW["title_en"]}
    )
    pages.take("round-draft", "leader", base)
    pages.take("calendar-empty", "leader", f"{base}calendar/")
    pages.take("window-empty", "leader", f"{base}calendar/call/")
    backwards = {
        "opens_at": "2026-03-09T08:00",
        "due_at": "2026-03-08T08:00",
        "closes_at": "2026-03-20T08:00",
    }
    pages.take("window-wrong", "leader", f"{base}calendar/call/", backwards)
    stage.open("call")
    stage.window("consultation")
    pages.take("window-open", "leader", f"{base}calendar/call/")
    pages.take("calendar", "leader", f"{base}calendar/")
    stage.do(actions.open_consultation, "leader", round=stage.round)
    pages.take("home-leader", "leader", "/portal/")
    pages.take("home-entry", "north-entry", "/portal/")
    pages.take("rounds", "leader", "/portal/rounds/")
    pages.take("round", "leader", base)
    pages.take("round-locality", "north-entry", base)
    pages.take("version", "north-entry", f"{base}versions/1/")
    nodes = _nodes(stage)
    pages.take("sheet", "north-entry", f"{base}versions/1/sheets/{nodes[0]}/")
    pages.take("sheet-parent", "north-entry", f"{base}versions/1/sheets/{nodes[1]}/")
    pages.take("handbook", "north-entry", f"{base}versions/1/sheets/")
    changed = example(series_csv=("Dân số trung bình,Average population", "Dân số bình quân,Mean population"))
    pages.take("version-new", "analyst", f"{base}versions/new/")
    pages.take("version-faulty", "analyst", f"{base}versions/new/", {"upload": _file(faulty)})
    note = "Sửa tên một số liệu theo ý kiến góp ý."
    pages.take("version-preview", "analyst", f"{base}versions/new/", {"upload": _file(changed), "note": note})
    pages.take("version-same", "analyst", f"{base}versions/new/", {"upload": _file(example())})
    stage.do(
        actions.add_version, "analyst", round=stage.round, upload=changed, filename="index.zip", note=note
    )
    pages.take("compare", "north-entry", f"{base}versions/compare/1/2/")
    stage.wait(days=31)
    pages.take("adopt", "minister", f"{base}versions/2/adopt/")
    pages.take(
        "adopt-wrong", "minister", f"{base}versions/2/adopt/", {"decision_number": "", "decision_date": ""}
    )
    stage.adopt()
    pages.take("versions", "minister", f"{base}versions/")
    pages.take("receipt", "north-lead", _receipt(stage))
    return pages.shots


def _file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("Bo chi so.zip", content)


def _nodes(stage: Stage) -> tuple[str, str]:
    """The indicator with the longest sheet, and a pillar."""
    from innodex.portal.rounds import documents

    framework = documents.framework_of(stage.round.versions.get())
    longest = max(framework.indicators, key=lambda node: len(framework.sheets.get((node.code, "vi"), "")))
    return longest.code, framework.children(framework.root.code)[0].code


def _receipt(stage: Stage) -> str:
    """A receipt, of a letter handed over without the pages of the call."""
    from innodex.portal.people.gate import acting
    from innodex.portal.rounds import handover

    stage.window("collection")
    registration = stage.registration("north")
    from innodex.portal.rounds.models import Snapshot

    # The call is over: what is handed over here belongs to a selection that is being confirmed.
    with acting("rounds.set_calendar", on=stage.round, by=stage.by("leader"), at=stage.now) as act:
        handover.request(act, registration)
        act.by = stage.by("north-lead")
        handover.send(
            act, registration, kind="registration", organisation=stage.bodies["north"], state="sent",
            content={"evidence": [{"number": "12/BC", "digest": "0" * 64}]}, due_at=stage.now,
        )  # fmt: skip
    return f"/portal/receipts/{Snapshot.objects.get().pk}/"


def _serve(shots: list[tuple[str, str, bytes]], route: Route) -> None:
    """The page of `?shot=`, and the files that it loads."""
    address = urlsplit(route.request.url)
    if address.query.startswith("shot="):
        content = shots[int(address.query.removeprefix("shot="))][2]
        route.fulfill(body=content, content_type="text/html; charset=utf-8")
        return
    path = address.path
    file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if not file:
        route.fulfill(status=404, body="")
        return
    route.fulfill(body=Path(str(file)).read_bytes(), content_type=KINDS[path.rpartition(".")[2]])


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, axe_source: str, stage: Stage, lang: str
) -> None:
    kept = os.environ.get("INNODEX_PICTURES", "")
    shots, found = play(stage, lang), []

    for width, pixels in WIDTHS.items():
        context = chromium.new_context(viewport={"width": pixels, "height": 900})
        page = context.new_page()
        page.route("**/*", partial(_serve, shots))
        for place, (name, path, content) in enumerate(shots):
            assert not re.search(rb"<(script(?! src)|style)|\sstyle=|\son\w+=", content), name
            page.goto(f"http://localhost{path}?shot={place}")
            if kept:
                picture = Path(kept) / f"{name}-{lang}-{width}.png"
                page.screenshot(path=picture, full_page=len(content) < 100_000, timeout=120_000)
            page.evaluate(axe_source)
            outcome = page.evaluate(RUN, OPTIONS)
            assert outcome["passes"] > 8, name
            found += [(name, width, *one) for one in outcome["violations"]]
            if outcome["overflow"] > 0:
                found.append((name, width, "wider than the screen", outcome["overflow"]))
        context.close()

    assert found == []
