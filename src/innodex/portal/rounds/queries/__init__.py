"""Every shared read of rounds, and the doors to what not everybody may see."""

from innodex.portal.rounds.queries.rounds import (
    file_for,
    get_round,
    get_snapshot,
    get_version,
    own_localities,
    own_locality,
    rounds_for,
    sees_drafts,
)

__all__ = [
    "file_for",
    "get_round",
    "get_snapshot",
    "get_version",
    "own_localities",
    "own_locality",
    "rounds_for",
    "sees_drafts",
]
