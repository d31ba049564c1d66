"""Registration, board and selection in a real browser, empty, full and faulty: axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from portal._look import Album, found
from portal._world import calling

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from innodex.portal.project.rehearsal import Rehearsal

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# One of each shape.
PARTS = ("answer", "focal", "readiness", "proposals")
FAULTY: dict[str, Any] = {
    "answer": "join",
    "focal": {
        "department": "Phòng Quản lý khoa học",
        "officer_email": "không phải thư",
        "letter_number": "7/SKHCN",
    },
    "readiness": {"rd_staff": {"available": "maybe", "latest_year": "năm kia", "earliest_date": "31/2/2026"}},
    "difficulties": [
        {"text": "Chưa rõ loại, nhưng rất dài: " + "số liệu nằm ở nhiều đơn vị khác nhau, " * 8}
    ],
}


def _play(lang: str, clock: Any) -> Album:
    """One pilot from an empty form to the confirmation, with every page on the way."""
    album, world = Album(lang), calling(staffed=5)
    clock(world.at)
    base = f"/portal/rounds/{world.round.code}/"
    own, board, selection = f"{base}registration/", f"{base}board/", f"{base}selection/"
    a = world.units[0]
    user = world.users
    album.take("board-empty", user["lead"], board)
    album.take("selection-empty", user["lead"], selection)
    album.take("own-empty", user[f"entry-{a}"], own)
    for part in PARTS:
        album.take(f"part-{part}-empty", user[f"entry-{a}"], f"{own}parts/{part}/")
    world.draft_registration(a, FAULTY)
    for part in ("focal", "readiness", "difficulties"):
        album.take(f"part-{part}-faulty", user[f"entry-{a}"], f"{own}parts/{part}/?check=1")
    album.take("own-drafting", user[f"entry-{a}"], own)
    stale = {"revision": "0", "department": "Văn phòng Sở", "leader": "Giám đốc"}
    album.take("part-focal-clash", user[f"entry-{a}"], f"{own}parts/focal/", stale)
    stale = {"revision": "0", "0-tag": "it", "0-text": "Chưa có phần mềm"}
    album.take("part-difficulties-clash", user[f"entry-{a}"], f"{own}parts/difficulties/", stale)
    world.draft_registration(a)
    for part in ("answer", "proposals"):
        album.take(f"part-{part}-full", user[f"entry-{a}"], f"{own}parts/{part}/")
    album.take("own-complete", user[f"entry-{a}"], own)
    world.request_registration(a)
    album.take("own-leader-faulty", user[f"lead-{a}"], f"{own}send/", {"password": ""})
    _after(album, world, clock)
    return album


def _after(album: Album, world: Rehearsal, clock: Any) -> None:
    from innodex.portal.rounds.actions import return_registration, send_registration

    base = f"/portal/rounds/{world.round.code}/"
    own, board, selection = f"{base}registration/", f"{base}board/", f"{base}selection/"
    a, b, c, d, silent = world.units[:5]
    user = world.users
    send_registration(registration=world.registration(a), by=world.as_(f"lead-{a}"), at=world.at)
    world.register(b)
    world.register(c)
    world.register(d, decline=True)
    album.take("own-sent", user[f"entry-{a}"], own)
    album.take("sent-faulty", user["lead"], f"{base}registrations/{a}/return/", {"reason": ""})
    album.take("unsent", user["auditor"], f"{base}registrations/{silent}/")
    album.take("board", user["lead"], f"{board}?order=-ready")
    album.take("propose", user["lead"], selection)
    album.take("propose-faulty", user["lead"], f"{selection}propose/", {})
    album.take("selection-undecided", user[f"entry-{a}"], selection)
    held = world.registration(c)
    return_registration(
        registration=held,
        reason="Thiếu đơn vị đang giữ số liệu về chi cho nghiên cứu.",
        by=world.as_("lead"),
        at=world.at,
    )
    album.take("own-returned", user[f"entry-{c}"], own)
    world.register(c)
    world.propose((a, c))
    world.on(36)
    clock(world.at)
    album.take("decide", user["approver"], selection)
    album.take("decide-faulty", user["approver"], f"{selection}decide/", {"date": "hôm qua"})
    world.decide((a, b))
    album.take("own-chosen", user[f"lead-{a}"], own)
    album.take("own-refuse-faulty", user[f"lead-{a}"], f"{own}refuse/", {"reason": ""})
    world.confirm(a)
    world.refuse(b)
    album.take("own-over", user[f"entry-{silent}"], own)
    album.take("chosen", user[f"entry-{c}"], selection)
    album.take("chosen-ministry", user["approver"], selection)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    chromium: Browser, clock: Any, lang: str
) -> None:
    assert found(chromium, _play(lang, clock)) == []
