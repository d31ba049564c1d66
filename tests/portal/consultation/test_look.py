"""Every page of a consultation in a real browser: axe finds nothing, in both languages, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from _look import Album, found

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

BASE = "/portal/rounds/trial/consultation/"
LONG = "Đề nghị làm rõ cách tính " + "đối với đơn vị sự nghiệp và doanh nghiệp có nhiều cơ sở; " * 6


class Pages:
    """An album of the people of a stage."""

    def __init__(self, stage: Any, lang: str) -> None:
        self.stage, self.album = stage, Album(lang)

    def take(self, name: str, who: str, path: str, data: dict[str, Any] | None = None) -> None:
        """Keep the page at `path`, or what answers to a form."""
        self.album.take(f"consultation-{name}", self.stage.people[who], BASE + path, data)


def _play(stage: Any, clock: Callable[..., None], lang: str) -> Album:
    pages = Pages(stage, lang)
    clock(stage.now)
    pages.take("overview-before", "leader", "")
    stage.open()
    clock(stage.now)
    north, office = (stage.bodies[one].code for one in ("north", "statistics"))
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
    return pages.album


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, stage: Any, clock: Callable[..., None], lang: str
) -> None:
    assert found(chromium, _play(stage, clock, lang)) == []
