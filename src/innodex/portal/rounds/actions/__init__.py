"""Everything that changes a round, its versions, its registrations and its selection."""

from innodex.portal.rounds.actions.registration import (
    read_draft,
    request_registration,
    return_registration,
    save_registration,
    send_back_registration,
    send_registration,
)
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
from innodex.portal.rounds.actions.selection import (
    confirm_selection,
    decide_selection,
    propose_selection,
    refuse_selection,
)

__all__ = [
    "add_version",
    "adopt_version",
    "close_round",
    "confirm_selection",
    "create_round",
    "decide_selection",
    "move_clock",
    "open_call",
    "open_collection",
    "open_consultation",
    "propose_selection",
    "read_draft",
    "refuse_selection",
    "request_registration",
    "return_registration",
    "save_registration",
    "send_back_registration",
    "send_registration",
    "set_calendar",
]
