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
from innodex.website._words import Words


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
    klass: Cell
    imputed: str
    out: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit in the table of a node."""

    order: str
    rank: Cell
    name: str
    href: str
    value: Cell
    compared: Cell
    score: Cell
    klass: Cell
    notes: str


@dataclass(frozen=True, slots=True)
class Line:
    """One node in the table of a unit."""

    branch: Branch
    raw: Cell
    score: Cell
    place: Cell
    klass: Cell
    notes: str


@dataclass(frozen=True, slots=True)
class Stand:
    """One indicator that stands out about a unit."""

    label: str
    href: str
    score: Cell
    place: Cell
    note: str


def ranked(shown: Shown, columns: Sequence[int]) -> list[Ranked]:
    """The ranking by the first of these nodes, with the scores at all of them."""
    view = shown.view
    first, *others = columns
    order, axis = shown.orders[first], view.bar_axis(first)
    regions = [_region_place(shown, u) for u in order]
    keys = [[view.ranks[first][u] for u in order], [float(shown.alphabet[u]) for u in order]]
    keys += [regions] if view.has_regions else []
    keys += [[-view.scores[first][u] for u in order]]
    keys += [_class_keys(shown, first, order)] if view.classes is not None else []
    keys += [[float(view.imputed(first, u)[0]) for u in order]] if view.is_imputed else []
    keys += [[-view.scores[at][u] for u in order] for at in others]
    places = _sortable(keys)
    rows = []
    for n, u in enumerate(order):
        total, value = shown.score(first, u), view.scores[first][u]
        if not math.isnan(value):
            total = Markup(f"{total}{bar(value, axis, hollow=view.is_hollow(first, u))}")
        rows.append(
            Ranked(
                order=places[n],
                region="" if math.isnan(regions[n]) else str(int(regions[n])),
                rank=shown.ranks[first][u],
                name=shown.names[u],
                href=f"units/{link(view.units[u])}.html",
                region_name=shown.region(u),
                cells=(total, *(shown.score(at, u) for at in others)),
                klass=shown.klass(first, u) if view.classes is not None else "",
                imputed=_count(*view.imputed(first, u)),
                out=math.isnan(view.ranks[first][u]),
            )
        )
    return rows


def _count(number: int, of: int) -> str:
    return f"{number} / {of}" if number else ""


def _class_keys(shown: Shown, at: int, order: Sequence[int]) -> list[float]:
    """The highest class first; those without one last."""
    classes = shown.view.classes[at] if shown.view.classes is not None else []
    return [-float(classes[u]) if classes[u] else math.nan for u in order]


def _region_place(shown: Shown, u: int) -> float:
    region = shown.view.region_of(u)
    return float(shown.view.regions.index(region)) if region in shown.view.regions else math.nan


def _sortable(keys: Sequence[Sequence[float]]) -> list[str]:
    """For each row its places in all columns, as the script reads them."""
    columns = [positions(None if math.isnan(key) else key for key in column) for column in keys]
    return [" ".join(row) for row in zip(*columns, strict=True)]


def standings(shown: Shown, at: int) -> list[Standing]:
    """Who stands where at one node."""
    view = shown.view
    order, i = shown.orders[at], view.indicator.get(at)
    keys = [[view.ranks[at][u] for u in order], [float(shown.alphabet[u]) for u in order]]
    keys += [[view.raw[i][u] for u in order]] if i is not None else []
    keys += [[view.treated[i][u] for u in order]] if i is not None and view.rescaled[i] else []
    keys += [[-view.scores[at][u] for u in order]]
    keys += [_class_keys(shown, at, order)] if has_classes(shown, at) else []
    places = _sortable(keys)
    rows = []
    for n, u in enumerate(order):
        rows.append(
            Standing(
                order=places[n],
                rank=shown.ranks[at][u],
                name=shown.names[u],
                href=f"../units/{link(view.units[u])}.html",
                value="" if i is None else _raw(shown, i, u),
                compared=shown.words.figure(view.treated[i][u]) or shown.words.missing
                if i is not None
                else "",
                score=shown.score(at, u),
                klass=shown.klass(at, u),
                notes=shown.notes_at(at, u),
            )
        )
    return rows


def has_classes(shown: Shown, at: int) -> bool:
    """True where a unit has a class at a node."""
    return shown.view.classes is not None and any(shown.view.classes[at])


def _raw(shown: Shown, i: int, u: int) -> Cell:
    if shown.view.flags[i][u] & Flag.NOT_APPLICABLE:
        return shown.words.not_applicable
    return shown.raws[i][u] or shown.words.missing


def lines(shown: Shown, u: int) -> list[Line]:
    """Every node with what one unit has there."""
    rows = []
    for branch in shown.tree:
        i = shown.view.indicator.get(branch.at)
        notes = (shown.notes_at(branch.at, u), branch.certainty)
        rows.append(
            Line(
                branch,
                raw="" if i is None else _raw(shown, i, u),
                score=shown.score(branch.at, u),
                place=shown.place(branch.at, u),
                klass=shown.klass(branch.at, u) if has_classes(shown, branch.at) else "",
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
                note=_filled_in(shown, at[code], u),
            )
            for code in codes
        ]
        for side, codes in (("good", best), ("bad", worst))
    }


def _filled_in(shown: Shown, at: int, u: int) -> str:
    """That a figure was filled in, where it was: what stands out may not have been observed."""
    i = shown.view.indicator.get(at)
    there = i is not None and shown.view.flags[i][u] & Flag.IMPUTED
    return shown.words.t("site.flag.imputed") if there else ""


def history(shown: Shown, u: int) -> list[tuple[str, Cell, Cell]]:
    """(period, score, rank) of a unit, the newest first; nothing where there is one period only."""
    result, root, words = shown.view.edition.result, shown.view.root, shown.words
    if len(result.periods) == 1:
        return []
    rows: list[tuple[str, Cell, Cell]] = []
    for p in sorted(range(len(result.periods)), key=result.periods.__getitem__, reverse=True):
        score, rank = float(result.score[p, u, root]), float(result.rank[p, u, root])
        bracket = math.nan if result.bracketed is None else float(result.bracketed[p, u, root])
        rows.append(
            (
                result.periods[p],
                words.score(score) or words.missing,
                _place(words, score, rank, bracket, result.ranked(p, root)),
            )
        )
    return rows


def _place(words: Words, score: float, rank: float, bracket: float, of: int) -> Cell:
    if not math.isnan(bracket):
        return f"({words.plain(bracket)})"
    if math.isnan(rank):
        return words.missing if math.isnan(score) else words.unranked
    return f"{words.plain(rank)} / {of}"


@dataclass(frozen=True, slots=True)
class Made:
    """A derived figure of one unit."""

    name: str
    value: Cell
    place: Cell


def derived(shown: Shown, u: int) -> list[Made]:
    """The figures that formulas make of the scores of a unit."""
    words, view = shown.words, shown.view
    how = {one.code: one for one in view.edition.recipe.derive}
    rows = []
    for one in view.edition.result.derived:
        value, rank = float(one.value[view.p, u]), float(one.rank[view.p, u])
        decimals = how[one.code].decimals if one.code in how else None
        said = words.figure(value) if decimals is None or math.isnan(value) else words.number(value, decimals)
        of = sum(1 for other in one.rank[view.p].tolist() if not math.isnan(other))
        place: Cell = f"{words.plain(rank)} / {of}" if not math.isnan(rank) else words.unranked
        rows.append(Made(words.name(one.name), said or words.missing, place if of else ""))
    return rows
