"""What the round's overview counts of collection: every locality, in one state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from innodex.portal.collection import queries
from innodex.portal.collection.lines import TONES
from innodex.portal.collection.models import Submission
from innodex.portal.rounds.hooks import Count, Tally
from innodex.portal.rounds.models import Round
from innodex.portal.rounds.queries import sees_drafts


def tallies(round: Round, user: Any) -> Iterator[Tally]:
    """How many localities stand in each state, for those whose work the round is; nothing before it opens."""
    if not sees_drafts(user):
        return
    rows = queries.overview(round)
    if all(row.submission is None for row in rows):
        return
    found = Counter(row.submission.state if row.submission is not None else "" for row in rows)
    counts = [Count("collection.tally.none", found[""])] if found[""] else []
    counts += [
        Count(f"collection.state.{state}", found[state], tone=TONES[state])
        for state in Submission.State.values
    ]
    yield Tally("collection.tally", tuple(counts), len(rows))
