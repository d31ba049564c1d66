"""The rows of the tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from innodex.look import bar
from innodex.result import Flag, strengths_and_weaknesses
from innodex.website._shown import Branch, Cell, Shown
from innodex.website._view import link, positions

_QUIET = Flag.NOT_APPLICABLE  # said in the cell of the value already


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit in the ranking; `order` is its place in every sortable column, `region` for the filter."""

    order: str
    region: str
    rank: Cell
    name: str
    href: str
    region_name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit in the table of a node."""

    order: str
    rank: Cell
    name: str
    href: str
    value: Cell
    score: Cell
    flags: str


@dataclass(frozen=True, slots=True)
class Line:
    """One node in the table of a unit."""

    branch: Branch
    raw: Cell
    score: Cell
    place: Cell
    notes: str


@dataclass(frozen=True, slots=True)
class Stand:
    """One indicator that stands out about a unit."""

    label: str
    href: str
    score: Cell
    place: Cell


def ranked(shown: Shown, columns: Sequence[int]) -> list[Ranked]:
    """The ranking by the first of these nodes, with the scores at all of them."""
    view = shown.view
    first, *others = columns
    order, axis = shown.orders[first], view.bar_axis(first)
    regions = [_region_place(shown, u) for u in order]
    keys = [[view.ranks[first][u] for u in order], [float(shown.alphabet[u]) for u in order]]
    keys += [regions] if view.has_regions else []
    keys += [[-view.scores[at][u] for u in order] for at in columns]
    places = _sortable(keys)
    rows = []
    for n, u in enumerate(order):
        total, value = shown.score(first, u), view.scores[first][u]
        if not math.isnan(value):
            total = Markup(f"{total}{bar(value, axis)}")
        rows.append(
            Ranked(
                order=places[n],
                region="" if math.isnan(regions[n]) else str(int(regions[n])),
                rank=shown.ranks[first][u],
                name=shown.names[u],
                href=f"units/{link(view.units[u])}.html",
                region_name=shown.region(u),
                cells=(total, *(shown.score(at, u) for at in others)),
            )
        )
    return rows


def _region_place(shown: Shown, u: int) -> float:
    region = shown.view.region_of(u)
    return float(shown.view.regions.index(region)) if region in shown.view.regions else math.nan


def _sortable(keys: Sequence[Sequence[float]]) -> list[str]:
    """For each row its places in all columns, as the script reads them."""
    columns = [positions(None if math.isnan(key) else key for key in column) for column in keys]
    return [" ".join(row) for row in zip(*columns, strict=True)]


def standings(shown: Shown, at: int) -> list[Standing]:
    """Who stands where at one node."""
    view, words = shown.view, shown.words
    order, i = shown.orders[at], view.indicator.get(at)
    keys = [[view.ranks[at][u] for u in order], [float(shown.alphabet[u]) for u in order]]
    keys += [[view.raw[i][u] for u in order]] if i is not None else []
    keys += [[-view.scores[at][u] for u in order]]
    places = _sortable(keys)
    rows = []
    for n, u in enumerate(order):
        flags = view.flags[i][u] if i is not None else 0
        rows.append(
            Standing(
                order=places[n],
                rank=shown.ranks[at][u],
                name=shown.names[u],
                href=f"../units/{link(view.units[u])}.html",
                value="" if i is None else _raw(shown, i, u),
                score=shown.score(at, u),
                flags=words.flags(flags & ~_QUIET),
            )
        )
    return rows


def _raw(shown: Shown, i: int, u: int) -> Cell:
    if shown.view.flags[i][u] & Flag.NOT_APPLICABLE:
        return shown.words.not_applicable
    return shown.raws[i][u] or shown.words.missing


def lines(shown: Shown, u: int) -> list[Line]:
    """Every node with what one unit has there."""
    rows = []
    for branch in shown.tree:
        i = shown.view.indicator.get(branch.at)
        flags = shown.view.flags[i][u] if i is not None else 0
        notes = (shown.words.flags(flags & ~_QUIET), branch.certainty)
        rows.append(
            Line(
                branch,
                raw="" if i is None else _raw(shown, i, u),
                score=shown.score(branch.at, u),
                place=shown.place(branch.at, u),
                notes="; ".join(note for note in notes if note),
            )
        )
    return rows


def standing_out(shown: Shown, u: int) -> dict[str, list[Stand]]:
    """What a unit is strong and weak in."""
    edition = shown.view.edition
    best, worst = strengths_and_weaknesses(
        edition.result,
        edition.framework,
        unit=shown.view.units[u],
        period=edition.period,
        rule=edition.recipe.profile,
        territory=edition.territory,
    )
    at = edition.result.node_at
    return {
        side: [
            Stand(
                label=shown.labels[at[code]],
                href=f"../indicators/{link(code)}.html",
                score=shown.score(at[code], u),
                place=shown.place(at[code], u),
            )
            for code in codes
        ]
        for side, codes in (("good", best), ("bad", worst))
    }


def history(shown: Shown, u: int) -> list[tuple[str, Cell, Cell]]:
    """(period, score, rank) of a unit, the newest first; nothing where there is one period only."""
    result, root, words = shown.view.edition.result, shown.view.root, shown.words
    if len(result.periods) == 1:
        return []
    rows: list[tuple[str, Cell, Cell]] = []
    for p in sorted(range(len(result.periods)), key=result.periods.__getitem__, reverse=True):
        score, rank = float(result.score[p, u, root]), float(result.rank[p, u, root])
        place: Cell = words.missing if math.isnan(rank) else f"{words.plain(rank)} / {result.ranked(p, root)}"
        rows.append((result.periods[p], words.score(score) or words.missing, place))
    return rows
