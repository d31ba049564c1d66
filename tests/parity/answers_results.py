"""What ours makes of results: scores, places, places within groups, what stands out, a weight at nought."""

from __future__ import annotations

import json

import numpy as np

from innodex.engine import aggregate, profile, rank
from parity._sets import (
    SHARED,
    Cells,
    Floats,
    Table,
    cells_of,
    children,
    data,
    directions,
    file,
    indicators,
    meta,
    number,
    root,
    table,
)


def places(x: Floats) -> Floats:
    """Scores are compared to twelve digits, as the peer rounds them to twelve decimals."""
    return rank.ranks(x, ties="min", decimals=12, axis=-2)


def within(x: Floats, groups: tuple[str, ...]) -> Floats:
    """Places among the units of the same group."""
    found = np.full(x.shape, np.nan)
    own = np.array(groups)
    for group in set(groups):
        found[own == group] = places(x[own == group])
    return found


def results(path: str, scores: Table, group: str, groups: dict[str, str], top: str) -> Cells:
    """All cells that a table of results may hold: scores, ranks or ranks within groups."""
    units, columns = scores.units, scores.columns
    listed = tuple(groups[unit] for unit in units)
    if path.endswith(("groupranks.csv", "group_ranks.csv")):
        x = within(scores.x, listed)
    elif path.endswith("ranks.csv"):
        x = places(scores.x)
    else:
        x = rank.to_decimals(scores.x, decimals=12, half_up=False)
    cells = dict(cells_of(units, columns, x))
    cells |= cells_of(units, ["Rank"], places(scores[[top]]))
    return cells | {(unit, group): own for unit, own in groups.items()}


@file(
    *(
        f"set_a/results/{table}_{use}.csv"
        for table in ("Summ", "Aggs", "Full")
        for use in ("scores", "ranks", "groupranks")
    )
)
def large_results(path: str) -> Cells:
    groups = {row["uCode"]: row["Region"] for row in data("set_a")}
    return results(path, table("set_a/aggregate/PIPELINE.csv"), "Region", groups, "Index")


@file("small/09_results_full_scores.csv", "small/09_results_ranks.csv", "small/09_results_group_ranks.csv")
def small_results(path: str) -> Cells:
    groups = {row["uCode"]: row["Area3"] for row in data("small")}
    return results(path, table("small/07_a_amean.csv"), "Area3", groups, "Index")


@file("set_a/results/ranks_all_columns.csv")
def every_column(path: str) -> Cells:
    x = table("set_a/aggregate/PIPELINE.csv")
    return cells_of(x.units, x.columns, rank.ranks(x.x, ties="min", axis=-2))


@file("set_a/results/unit_summaries.csv")
def summaries(path: str) -> Cells:
    x = table("set_a/aggregate/PIPELINE.csv")
    ranked = places(x.x)
    cells: dict[tuple[str, ...], object] = {}
    for u, unit in enumerate(x.units):
        for c, code in enumerate(x.columns):
            cells |= {
                (unit, code, "Name"): meta("set_a")[code]["iName"],
                (unit, code, "Score"): x.x[u, c],
                (unit, code, "Rank"): ranked[u, c],
            }
    return cells


# ---- strengths and weaknesses --------------------------------------------------------------------------


def figures(name: str) -> Table:
    """The figures as they came, turned so that more is better."""
    codes, listed = indicators(name), data(name)
    x = np.array([[number(row[code]) for code in codes] for row in listed]) * directions(name)
    return Table(tuple(row["uCode"] for row in listed), codes, x)


def scaled(name: str, path: str) -> Table:
    x = table(path)
    return Table(x.units, indicators(name), x[indicators(name)])


def standing(name: str, x: Table, unit: str, shown: Table, **rule: object) -> dict[str, object]:
    """The rows of a unit's sheet: code, name, pillar, rank, figure (three digits) and unit of measure."""
    ranked = rank.ranks(x.x, ties="min", axis=-2)
    best, worst = profile.extremes(ranked, x.units.index(unit), **rule)  # type: ignore[arg-type]
    sheet = {}
    # The peer lists the weaknesses by rank as well: the worst last.
    for side, columns in (("Strengths", best), ("Weaknesses", worst[::-1])):
        codes = [x.columns[at] for at in columns]
        rows = [meta(name)[code] for code in codes]
        at = shown.units.index(unit)
        sheet[side] = {
            "Code": codes,
            "Name": [row["iName"] for row in rows],
            "Level_2": [row["Parent"] for row in rows],
            "Rank": [ranked[x.units.index(unit), c] for c in columns],
            "Value": [float(f"{shown[code][at]:.3g}") for code in codes],
            "Unit": [row.get("Unit", "") for row in rows],
        }
    return {"value": sheet, "warnings": [], "messages": []}


def flat(value: object, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], object]:
    if isinstance(value, dict):
        return {k: v for key, one in value.items() for k, v in flat(one, (*at, key)).items()}
    if isinstance(value, list):
        return {k: v for n, one in enumerate(value) for k, v in flat(one, (*at, str(n))).items()}
    return {at: value}


def as_shown(name: str, x: Table) -> Table:
    """Figures in their own direction."""
    return Table(x.units, x.columns, x.x * directions(name))


@file("set_a/results/strengths_weaknesses.json")
def large_standing(path: str) -> Cells:
    raw, scores = figures("set_a"), scaled("set_a", "set_a/normalise/PIPELINE.csv")
    sheets = {}
    for unit in json.loads((SHARED / path).read_text()):
        sheets[unit] = {
            "raw_default": standing("set_a", raw, unit, as_shown("set_a", raw), most=5, drop_last=True),
            "normalised_top3_unq": standing(
                "set_a", scores, unit, scores, most=3, drop_last=True, distinct=0.2
            ),
        }
    return flat(sheets)


@file("small/12_strengths_weaknesses.json")
def small_standing(path: str) -> Cells:
    raw, scores = figures("small"), scaled("small", "small/06_norm_minmax_1_100.csv")
    folder = root("small")
    assert folder is not None
    sheets = {}
    for unit in json.loads((folder / "12_strengths_weaknesses.json").read_text()):
        sheets[unit] = {
            "raw": standing("small", raw, unit, as_shown("small", raw), most=2, drop_last=True),
            "normalised": standing("small", scores, unit, scores, most=2, drop_last=False),
        }
    return flat(sheets)


# ---- one weight at nought ------------------------------------------------------------------------------


def index_without(x: Table, left_out: str) -> Floats:
    """The top of the small tree with the weight of one indicator at zero."""

    def weight(code: str) -> float:
        return 0.0 if code == left_out else float(meta("small")[code]["Weight"])

    def joined(code: str) -> Floats:
        below = children("small", code)
        if not below:
            return x[code]
        own = np.stack([joined(child) for child in below], axis=-1)
        weights = np.array([weight(child) for child in below])
        return aggregate.arithmetic(own, weights, np.ones((1, len(below)), np.bool_))

    return joined("Index")


@file("small/13_remove_level1_scores.csv")
def without_one(path: str) -> Cells:
    x = scaled("small", "small/06_norm_minmax_1_100.csv")
    columns = ["Nominal", *x.columns]
    return cells_of(x.units, columns, np.stack([index_without(x, code) for code in columns], axis=1))
