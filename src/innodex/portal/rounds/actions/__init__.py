"""Everything that changes a round, its versions, its registrations and its selection."""

from innodex.portal.rounds.actions.rounds import (
    add_version,
    adopt_version,
    close_round,
    create_round,
    move_clock,
    open_call,
    open_collection,
    open_consultation,
    set_calendar,
)

__all__ = [
    "add_version",
    "adopt_version",
    "close_round",
    "create_round",
    "move_clock",
    "open_call",
    "open_collection",
    "open_consultation",
    "set_calendar",
]
