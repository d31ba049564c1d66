"""The board: every locality of a pilot with its state, and what it says in the copy that it sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from innodex.portal.rounds import documents
from innodex.portal.rounds import registration as form
from innodex.portal.rounds.models import Registration, Round, Snapshot
from innodex.portal.rounds.queries.registration import content_of, newest_sent

STATES = tuple(Registration.State.values)


@dataclass(frozen=True, slots=True)
class Row:
    """One locality. What it says is None and empty until it has sent something."""

    registration: Registration
    snapshot: Snapshot | None
    ready: form.Ready | None
    tags: Mapping[str, int]
    advantages: int
    proposals: int

    @property
    def unit(self) -> str:
        """The locality's code."""
        return self.registration.locality.unit

    @property
    def name(self) -> dict[str, str]:
        """The locality's name {vi, en}."""
        return self.registration.locality.name

    @property
    def region(self) -> dict[str, str]:
        """The region's name {vi, en}; empty where the territory has none."""
        return self.registration.locality.region

    @property
    def state(self) -> str:
        """Where the registration stands."""
        return self.registration.state

    @property
    def difficulties(self) -> int:
        """How many difficulties are named."""
        return sum(self.tags.values())

    @property
    def sent_at(self) -> datetime.datetime | None:
        """When the newest copy was sent."""
        return self.snapshot.sent_at if self.snapshot is not None else None


@dataclass(frozen=True, slots=True)
class Board:
    """Every locality in the order of names, and how many stand in each state: together all of them."""

    rows: tuple[Row, ...]
    asked: int  # series that a locality would supply

    @property
    def counts(self) -> dict[str, int]:
        """{state: localities}, every state named."""
        found = dict.fromkeys(STATES, 0)
        for row in self.rows:
            found[row.state] += 1
        return found

    @property
    def regions(self) -> list[dict[str, str]]:
        """The regions, in the order of their first locality's name."""
        found: dict[str, dict[str, str]] = {}
        for row in self.rows:
            if row.region:
                found.setdefault(region_key(row.region), row.region)
        return list(found.values())


def region_key(region: Mapping[str, str]) -> str:
    """A region has no code of its own in a round; its first name tells it apart."""
    return next(iter(region.values()), "")


def board(round: Round) -> Board:
    """The board of a pilot; only what was sent is read, never a draft."""
    version = documents.in_force(round)
    series = [one.id for one in documents.local_series(documents.framework_of(version))]
    held = Registration.objects.filter(locality__round=round).defer("content")
    rows = held.select_related("locality__round").order_by("locality__position")
    copies = newest_sent(round)
    made = [_row(row, copies.get(row.pk), series) for row in rows]
    return Board(tuple(made), len(series))


def _row(registration: Registration, snapshot: Snapshot | None, series: list[str]) -> Row:
    if snapshot is None:
        return Row(registration, None, None, form.by_tag({}), 0, 0)
    content = content_of(snapshot)
    if form.is_declined(content):
        return Row(registration, snapshot, None, form.by_tag({}), 0, 0)
    return Row(
        registration,
        snapshot,
        form.readiness(content, series),
        form.by_tag(content),
        len(content["advantages"]),
        len(content["proposals"]),
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader asks of the table: filters (empty for all) and an order (`-key` for downwards)."""

    state: str = ""
    region: str = ""
    tag: str = ""
    order: str = "name"

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Wish:
        """Read from an address; what is not known there counts as not said."""
        state, region, tag, order = (str(query.get(key, "")) for key in ("state", "region", "tag", "order"))
        return cls(
            state if state in STATES else "",
            region,
            tag if tag in form.TAGS else "",
            order if order.removeprefix("-") in ORDERS else "name",
        )

    def query(self) -> dict[str, str]:
        """The filters as an address holds them."""
        held = {"state": self.state, "region": self.region, "tag": self.tag}
        return {key: value for key, value in held.items() if value}


# (is unknown, value): what is unknown comes last, whichever way the rest is sorted.
_Key = tuple[bool, Any]


def _said(row: Row, value: Any) -> _Key:
    return (row.ready is None, value)


def _by_tag(tag: str) -> Callable[[Row], _Key]:
    return lambda row: _said(row, row.tags[tag])


ORDERS: dict[str, Callable[[Row], _Key]] = {
    "name": lambda row: (False, row.registration.locality.position),
    "region": lambda row: (not row.region, region_key(row.region)),
    "state": lambda row: (False, STATES.index(row.state)),
    "sent": lambda row: (row.sent_at is None, row.sent_at),
    "ready": lambda row: _said(row, row.ready.percent if row.ready else None),
    "difficulties": lambda row: _said(row, row.difficulties),
    **{tag: _by_tag(tag) for tag in form.TAGS},
}


def arranged(board: Board, wish: Wish) -> list[Row]:
    """The rows asked for, in the order asked for; who said nothing comes last, names break ties."""
    kept = [row for row in board.rows if _fits(row, wish)]
    key = ORDERS[wish.order.removeprefix("-")]
    known = [row for row in kept if not key(row)[0]]
    silent = [row for row in kept if key(row)[0]]
    return sorted(known, key=lambda row: key(row)[1], reverse=wish.order.startswith("-")) + silent


def _fits(row: Row, wish: Wish) -> bool:
    return (
        (not wish.state or row.state == wish.state)
        and (not wish.region or region_key(row.region) == wish.region)
        and (not wish.tag or row.tags[wish.tag] > 0)
    )
