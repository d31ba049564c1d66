"""What the demo shows: a pilot in every state that can coexist, before its collection is due."""

from __future__ import annotations

import datetime
from pathlib import Path

from innodex.portal.project.rehearsal import Rehearsal, days

# Whom one can sign in as, with the role that each shows. Locality 24 is one
# that is filling in its figures.
SHOWN = {
    "sysadmin": "sysadmin",
    "analyst": "i_analyst",
    "lead": "r_lead",
    "reviewer2": "r_review",
    "approver": "m_approve",
    "auditor": "auditor",
    "entry-24": "p_entry",
    "lead-24": "p_lead",
}

# How far the round has come when the demo begins: collection is open, and its soft date two weeks away.
TODAY = 101


def furnish(folder: Path, *, now: datetime.datetime, passwords: dict[str, str]) -> Rehearsal:
    """A rehearsal whose localities stand in every state; its calendar is relative to `now`."""
    show = Rehearsal(folder, start=now - days(TODAY), passwords=passwords)
    show.found().on(2).create_round()
    units = _Shares(show.units)
    show.on(10).open_call().open_consultation()
    _consult(show.on(14), units)
    _register(show.on(20), units)
    show.on(31)
    show.on(33).propose(units.chosen)
    show.on(36).decide(units.chosen)
    for unit in units.confirmed:
        show.confirm(unit)
    show.refuse(units.refused)
    show.on(45).answer()
    show.on(55).adopt()
    show.on(80).open_collection()
    show.on(84).bring_central()
    _collect(show, units)
    return show.move(now)


class _Shares:
    """Which localities stand where. The first ones are the ones that get accounts."""

    def __init__(self, units: list[str]) -> None:
        self.confirmed = units[:18]
        self.refused = units[18]
        self.unconfirmed = units[19]
        self.chosen = units[:20]
        self.not_chosen = units[20:34]
        self.declined = units[34:41]
        self.drafting = units[41:47]
        self.waiting = units[47:50]
        self.silent = units[50:]
        (
            self.approved,
            self.appraised,
            self.under_appraisal,
            self.returned,
            self.submitted,
            self.in_clearance,
            self.filling,
            self.untouched,
        ) = _cut(self.confirmed, (3, 2, 3, 2, 3, 1, 3, 1))


def _cut(units: list[str], sizes: tuple[int, ...]) -> list[list[str]]:
    cut, begin = [], 0
    for size in sizes:
        cut.append(units[begin : begin + size])
        begin += size
    return cut


def _consult(show: Rehearsal, units: _Shares) -> None:
    show.contribute("statistics", "statistics-entry", "statistics-lead", 0, number=3)
    show.comment("finance", "finance-entry", 3)
    for turn, unit in enumerate(units.chosen[:12] + units.not_chosen[:4]):
        show.contribute(show.department(unit), f"entry-{unit}", f"lead-{unit}", turn)
    for turn, unit in enumerate(units.not_chosen[4:8]):
        show.comment(show.department(unit), f"entry-{unit}", turn)
    waiting = units.not_chosen[8]
    show.comment(show.department(waiting), f"entry-{waiting}", 5)
    show.request_contribution(show.department(waiting), f"entry-{waiting}")


def _register(show: Rehearsal, units: _Shares) -> None:
    for unit in [*units.chosen, *units.not_chosen]:
        show.register(unit)
    for unit in units.declined:
        show.register(unit, decline=True)
    for unit in units.drafting:
        show.draft_registration(unit)
    for unit in units.waiting:
        show.draft_registration(unit)
        show.request_registration(unit)


def _collect(show: Rehearsal, units: _Shares) -> None:
    show.on(88)
    for unit in units.filling:
        show.fill(unit, share=0.5)
    sent = [*units.approved, *units.appraised, *units.under_appraisal, *units.returned, *units.submitted]
    for unit in [*sent, *units.in_clearance]:
        show.fill(unit)
        show.request_clearance(unit)
    show.on(92)
    for unit in sent:
        show.submit(unit)
    show.on(96)
    _appraise(show, units)


def _appraise(show: Rehearsal, units: _Shares) -> None:
    for place, unit in enumerate([*units.approved, *units.appraised]):
        show.start_appraisal(unit)
        show.decide_items(unit, adjust=place % 2)
        show.close_appraisal(unit)
    for unit in units.under_appraisal:
        show.start_appraisal(unit, reviewer="reviewer2")
    for unit in units.returned:
        show.start_appraisal(unit, reviewer="reviewer2")
        show.decide_items(unit, reviewer="reviewer2", ask=2)
        show.return_items(unit, reviewer="reviewer2", due=12)
    for unit in units.approved:
        show.approve(unit)
