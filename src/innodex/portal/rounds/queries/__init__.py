"""Every shared read of rounds, and the doors to what not everybody may see."""

from innodex.portal.rounds.queries.progress import (
    Step,
    Stretch,
    line,
    prolongations,
    steps,
    tallies,
    windows_of,
)
from innodex.portal.rounds.queries.rounds import (
    file_for,
    get_round,
    get_snapshot,
    get_version,
    own_localities,
    own_locality,
    round_in_view,
    rounds_for,
    sees_drafts,
)

__all__ = [
    "Step",
    "Stretch",
    "file_for",
    "get_round",
    "get_snapshot",
    "get_version",
    "line",
    "own_localities",
    "own_locality",
    "prolongations",
    "round_in_view",
    "rounds_for",
    "sees_drafts",
    "steps",
    "tallies",
    "windows_of",
]
