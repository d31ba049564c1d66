"""Pages of appraisal, central figures and results in a real browser: axe finds nothing, nothing is too wide.

With INNODEX_PICTURES=FOLDER every page is kept as a picture, to be looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innodex.portal.collection import actions as collection
from innodex.portal.runs import actions as runs
from portal._look import Album, found
from portal.runs._client import BASE
from portal.runs._stage import UNITS, Stage, table

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
HEAD = ["code", "year", "population", "income"]


class Play:
    """One round from its first central figures to its publication."""

    def __init__(self, stage: Stage, album: Album, clock: Any) -> None:
        self.stage, self.album, self.clock = stage, album, clock
        self.people = stage.everybody()

    def take(self, name: str, who: str, path: str, data: dict[str, Any] | None = None) -> None:
        """Keep the page as it stands now."""
        self.clock(self.stage.now)
        self.album.take(f"results-{name}", self.people[who], BASE + path, data)

    def collected(self) -> None:
        stage = self.stage.to_collection()
        self.take("queue-empty", "reviewer", "appraisal/")
        self.take("central-empty", "analyst", "central/")
        self.take("too-early", "lead", "results/")
        faulty = table([[*HEAD, "staff"], ["01", "2024", "#N/A", "1", "2"], ["99", "2023", "1", "1", "1"]])
        self.take(
            "central-faulty", "analyst", "central/new/", {"upload": SimpleUploadedFile("f.csv", faulty)}
        )
        good = table([HEAD, ["01", "2024", "100500", "61.5"], ["02", "2023", "1", "1"]])
        self.take("central-sources", "analyst", "central/new/", {"upload": SimpleUploadedFile("g.csv", good)})
        stage.with_central()
        stage.import_central([HEAD, ["01", "2024", "100500", "61.5"], ["10", "2024", "1", ""]])
        self.take("central", "analyst", "central/")
        self.take("central-import", "second", "central/2/")
        self.take("central-own", "entry", "central/")

    def appraised(self) -> None:
        stage = self.stage
        stage.send("01", "02", "04").start("01", "02")
        stage.decide("01", "staff", "adjusted", value="118", reason="Khác minh chứng", source="Niên giám")
        stage.decide("01", "plan", "not_applicable", reason="Không có khu công nghiệp")
        stage.decide("02", "filings", "return_asked", reason="Thiếu minh chứng", expected="Danh sách đơn")
        item = f"appraisal/02/items/{stage.item('02', 'staff').pk}/"
        for name, who, path in (
            ("queue", "lead", "appraisal/"), ("assignment", "lead", "assignment/"),
            ("submission", "reviewer", "appraisal/02/"), ("unsent", "lead", "appraisal/06/"),
            ("item", "reviewer", item), ("countersign", "approver", "countersign/"),
        ):  # fmt: skip
            self.take(name, who, path)
        self.take("item-wrong", "reviewer", item, {"decision": "adjusted", "value": "1.234", "revision": "1"})
        self.take("return-wrong", "reviewer", "appraisal/02/return/", {})
        collection.countersign_item(item=stage.item("01", "plan"), **stage.by(stage.approver))
        stage.decide("02", "filings")
        stage.close_collection()
        self.take("before", "approver", "results/")
        self.take("freeze-waits", "approver", "results/freeze/")

    def published(self) -> None:
        stage = self.stage
        stage.approve("01", "02", "04")
        self.take("freeze", "approver", "results/freeze/")
        self.take("freeze-wrong", "approver", "results/freeze/", {"number": ""})
        decided = {"decision_number": "2/QĐ", "decision_date": stage.now.date()}
        runs.freeze(round=stage.fresh(), **decided, **stage.by(stage.approver))
        self.take("frozen", "analyst", "results/")
        run = runs.compute(round=stage.fresh(), **stage.by(stage.analyst))
        self.take("computed", "approver", "results/")
        self.take("publish-wrong", "approver", "results/1/publish/", {"audience": "participants"})
        runs.publish(run=run, audience="participants", **decided, **stage.by(stage.approver))
        self.take("published", "approver", "results/")
        self.take("own", "entry", "results/")
        self.take("own-none", "stranger", "results/")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing(chromium: Browser, clock: Any, settings: Any, tmp_path: Any, lang: str) -> None:
    for name in ("editions", "evidence", "uploads"):
        (tmp_path / name).mkdir()
    settings.HOME = tmp_path
    play = Play(Stage(units=UNITS), Album(lang), clock)
    play.collected()
    play.appraised()
    play.published()
    assert found(chromium, play.album) == []
