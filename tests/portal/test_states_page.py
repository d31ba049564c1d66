"""The page of states says of every state what the portal says of it."""

from __future__ import annotations

import pytest

from _support import ROOT
from innodex.documents import say
from innodex.portal.collection.models import Item, Submission
from innodex.portal.consultation.models import Contribution
from innodex.portal.rounds.models import Registration

PAGE = (ROOT / "docs" / "reference" / "states.md").read_text(encoding="utf-8")
# Of a section: the states, and where the catalogue keeps their name, meaning and next step (or nowhere).
SECTIONS = {
    "## A registration": (
        Registration.State,
        "rounds.registration.state.{}",
        "rounds.registration.meaning.{}",
        "rounds.registration.next.{}",
    ),
    "## An official contribution": (
        Contribution.State,
        "consultation.state.{}",
        "consultation.meaning.{}",
        "consultation.next.{}",
    ),
    "## A submission": (
        Submission.State,
        "collection.state.{}",
        "collection.state.{}.meaning",
        "collection.state.{}.next",
    ),
    "## An item": (Item.State, "collection.item.{}", "", ""),
}


def rows(head: str) -> dict[str, list[str]]:
    """The cells of each row of the section's table, by the code of the state, in its order."""
    text = PAGE.partition(f"\n{head}\n")[2].partition("\n## ")[0]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if "|" in line]
    return {row[1].strip("`"): row for row in cells[2:]}


@pytest.mark.parametrize("head", SECTIONS)
def test_every_state_stands_there_once_in_its_order(head: str) -> None:
    assert list(rows(head)) == list(SECTIONS[head][0].values)


@pytest.mark.parametrize("head", SECTIONS)
def test_the_words_are_those_of_the_portal(head: str) -> None:
    _, *keys = SECTIONS[head]
    for state, (name, _, meaning, following) in rows(head).items():
        for key, found in zip(keys, (name, meaning, following), strict=True):
            # Nobody acts on a contribution that was sent; the analyst acts on its comments.
            if key and (key, state) != ("consultation.next.{}", "sent"):
                assert found == say("en", key.format(state)), (state, key)
            assert found, (state, key)
