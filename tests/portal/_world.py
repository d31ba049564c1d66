"""The people and the round that the portal's tests begin with: the rehearsal, brought to a stage by its acts.

world = founded()                   # people of every role, and as many departments as `staffed`
world.on(2).create_round()          # then step by step, day by day
collecting(3)                       # a pilot whose collection is open, with three localities in it
"""

from __future__ import annotations

import datetime

from _support import ROOT
from innodex.portal.project.rehearsal import Rehearsal

EXAMPLE = ROOT / "examples" / "provincial-innovation"
START = datetime.datetime(2025, 3, 3, 2, 0, tzinfo=datetime.UTC)  # a Monday morning in Hà Nội


def founded(*, staffed: int = 3, quota: int = 20) -> Rehearsal:
    """Organisations and people, no round yet."""
    return Rehearsal(EXAMPLE, start=START, staffed=staffed, quota=quota).found()


def calling(*, staffed: int = 3, quota: int = 20) -> Rehearsal:
    """A pilot on day 11: call and consultation are open."""
    return (
        founded(staffed=staffed, quota=quota)
        .on(2)
        .create_round()
        .on(10)
        .open_call()
        .open_consultation()
        .on(11)
    )


def chosen(*, staffed: int = 3) -> Rehearsal:
    """A pilot on day 60: the staffed localities have confirmed that they take part; a version is adopted."""
    world = calling(staffed=staffed).on(20)
    units = world.units[:staffed]
    for unit in units:
        world.register(unit)
    world.on(33).propose(units)
    world.on(36).decide(units)
    for unit in units:
        world.confirm(unit)
    return world.on(55).adopt().on(60)


def collecting(staffed: int = 3) -> Rehearsal:
    """A pilot on day 81: collection is open for every staffed locality."""
    return chosen(staffed=staffed).on(80).open_collection().on(81)


def submitted(staffed: int = 3) -> Rehearsal:
    """A pilot on day 85: every staffed locality has sent its figures."""
    world = collecting(staffed).on(84)
    for unit in world.units[:staffed]:
        world.fill(unit)
        world.request_clearance(unit)
        world.submit(unit)
    return world.on(85)


def approved(staffed: int = 3) -> Rehearsal:
    """A pilot on day 126: collection is over, every submission approved, the central figures confirmed."""
    world = submitted(staffed).on(90).bring_central()
    for unit in world.units[:staffed]:
        world.start_appraisal(unit)
        world.decide_items(unit)
        world.close_appraisal(unit)
        world.approve(unit)
    return world.on(126)
