"""Who may do what, in which state, to whose contribution, and until when: every combination there is."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from innodex.portal.consultation import actions
from innodex.portal.consultation.models import Comment
from innodex.portal.people.actor import Actor
from innodex.portal.people.refused import Refused

STATES = ("not_started", "drafting", "in_clearance", "sent")
WHO = (
    "north-entry",
    "north-lead",
    "south-entry",
    "south-lead",
    "statistics-entry",
    "statistics-lead",
    "analyst",
    "leader",
    "reviewer",
    "minister",
    "auditor",
    "sysadmin",
    "system",
    "nobody",
)
WHEN = ("open", "late", "closed", "adopted")
ACTIONS = ("save", "withdraw", "request", "send_back", "send", "answer")

# The contribution is the one of `north`. All that is not here is refused.
_OPEN = ("open", "late")
ALLOWED = {
    *product(["save"], ["not_started", "drafting"], ["north-entry"], _OPEN),
    *product(["withdraw"], ["drafting"], ["north-entry"], _OPEN),
    *product(["request"], ["drafting"], ["north-entry"], _OPEN),
    *product(["send_back"], ["in_clearance"], ["north-lead"], _OPEN),
    *product(["send"], ["in_clearance"], ["north-lead"], _OPEN),
    *product(["answer"], ["sent"], ["analyst"], ("open", "late", "closed")),
}


class Back(Exception):
    """Take back what was tried."""


def _bring(stage: Any, state: str) -> None:
    if state == "not_started":
        return
    stage.comment("north", node="staff")
    if state == "drafting":
        return
    stage.request("north")
    if state == "sent":
        stage.send("north")


def _moment(stage: Any, when: str) -> datetime.datetime:
    window = stage.round.window("consultation")
    if when == "open":
        return stage.now
    if when == "late":
        return window.closes_at  # its last moment
    return window.closes_at + datetime.timedelta(seconds=1)


def _adopt(stage: Any, state: str) -> None:
    if state == "sent":
        stage.answer(Comment.objects.get(state="sent"), "noted")
    stage.adopt(stage.round.versions.get())


def _try(stage: Any, action: str, who: str, at: datetime.datetime) -> bool:
    """True when the action went through; everything is as it was afterwards."""
    by = Actor() if who == "nobody" else stage.by(who)
    own = stage.contribution("north")
    comment = own.comments.first()
    tried: dict[str, Callable[[], object]] = {
        "save": lambda: actions.save_comment(
            contribution=own, stance="amend", node="money", text="Một ý", by=by, at=at
        ),
        "withdraw": lambda: actions.withdraw_comment(comment=comment, by=by, at=at),
        "request": lambda: actions.request_contribution(contribution=own, by=by, at=at),
        "send_back": lambda: actions.send_back_contribution(contribution=own, reason="Sửa", by=by, at=at),
        "send": lambda: actions.send_contribution(contribution=own, by=by, at=at),
        "answer": lambda: actions.answer_comment(
            comment=comment, kind="noted", revision=1 if hasattr(comment, "answer") else 0, by=by, at=at
        ),
    }
    try:
        with transaction.atomic():
            tried[action]()
            raise Back
    except Back:
        return True
    except Refused:
        return False


@pytest.mark.parametrize("state", STATES)
def test_exactly_what_the_table_allows_succeeds(opened: Any, state: str) -> None:
    _bring(opened, state)
    wrong = []

    for when in WHEN:
        if when == "adopted":
            _adopt(opened, state)
        at = max(_moment(opened, when), opened.now)
        for action, who in product(ACTIONS, WHO):
            if state == "not_started" and action in ("withdraw", "answer"):
                continue  # there is nothing to withdraw or to answer
            if _try(opened, action, who, at) != ((action, state, who, when) in ALLOWED):
                wrong.append((action, who, when))

    assert wrong == []


def test_the_table_lets_every_action_succeed_somewhere() -> None:
    assert {action for action, *_ in ALLOWED} == set(ACTIONS)


@pytest.mark.parametrize("action", ["request", "send", "save"])
def test_a_refused_attempt_is_an_event_and_changes_nothing(opened: Any, action: str) -> None:
    from innodex.portal.people.models import Event

    _bring(opened, "drafting")
    before = Event.objects.count()

    tried: Callable[..., object] = {
        "request": actions.request_contribution,
        "send": actions.send_contribution,
        "save": actions.save_comment,
    }[action]
    more = {"stance": "amend", "text": "x"} if action == "save" else {}

    with pytest.raises(Refused):
        tried(contribution=opened.contribution("north"), by=opened.by("south-entry"), at=opened.now, **more)

    event = Event.objects.order_by("-pk").first()
    assert Event.objects.count() == before + 1
    assert event.refused == "not-allowed"
    assert opened.contribution("north").state == "drafting"
    assert opened.contribution("north").comments.count() == 1
