"""What ours makes of statistics, correlations, reliability, and places."""

from __future__ import annotations

import numpy as np

from innodex.engine import describe, rank
from parity._sets import Cells, Edge, Floats, Table, call, children, file, table

AVAILABLE, NONZERO, UNIQUE = 2 / 3, 0.5, 0.5  # the peer's usual thresholds


def stats(x: Floats) -> dict[str, list[object]]:
    """The peer's table of statistics, a list for each of its columns."""
    found = describe.statistics(x)
    over = (np.abs(found.skew) > 2) & (found.kurt > 3.5)
    numbers = {
        "Min": found.least, "Max": found.most, "Mean": found.mean, "Median": found.median, "Std": found.sd,
        "Skew": found.skew, "Kurt": found.kurt, "N.Avail": found.there, "N.NonZero": found.nonzero,
        "N.Unique": found.distinct, "N.Same": found.same, "Frc.Avail": found.there_share,
        "Frc.NonZero": found.nonzero_share, "Frc.Unique": found.distinct_share, "Frc.Same": found.same_share,
    }  # fmt: skip
    return {name: list(values) for name, values in numbers.items()} | {
        "Flag.Avail": low(found.there_share, AVAILABLE),
        "Flag.NonZero": low(found.nonzero / len(x), NONZERO),
        "Flag.Unique": low(found.distinct / len(x), UNIQUE),
        "Flag.SkewKurt": [
            None if np.isnan(k) else "OUT" if o else "ok" for k, o in zip(found.kurt, over, strict=True)
        ],
    }


def low(share: Floats, limit: float) -> list[object]:
    return ["ok" if one >= limit else "LOW" for one in share]


@file("small/04_stats.csv")
def small_stats(path: str) -> Cells:
    x = table("small/03_impute_i_mean.csv")
    return {
        (code, name): value
        for name, values in stats(x.x).items()
        for code, value in zip(x.columns, values, strict=True)
    }


@call(r"\| get_stats\(data.frame\(x = x\)")
def stats_of_a_vector(edge: Edge) -> object:
    return {"iCode": ["x"], **stats(edge.x[:, None])}


@call(r"\| get_stats\(mk\(Xc\)")
def stats_of_a_table(edge: Edge) -> object:
    return {"iCode": list(edge.table.columns), **stats(edge.table.x)}


def pairs(x: Table, kind: str) -> dict[tuple[str, ...], object]:
    found = describe.correlation(x.x, kind=kind)  # type: ignore[arg-type]
    return {
        (one, other, "Correlation"): found[i, j]
        for j, other in enumerate(x.columns)
        for i, one in enumerate(x.columns)
    }


@file("small/11_corr_pearson.csv", "small/11_corr_spearman.csv", "small/11_corr_kendall.csv")
def small_correlations(path: str) -> Cells:
    return pairs(table("small/06_norm_minmax_1_100.csv"), path.removesuffix(".csv").rpartition("_")[2])


@call(r"\| get_corr\(")
def correlations(edge: Edge) -> object:
    order = edge.value["Var1"][: len(edge.table.columns)]
    x = edge.table
    found = pairs(x, "pearson")
    listed = [(one, other) for other in order for one in order]
    return {
        "Var1": [one for one, _ in listed],
        "Var2": [other for _, other in listed],
        "Correlation": [found[(*pair, "Correlation")] for pair in listed],
    }


@file("small/11_cronbach.csv")
def small_cronbach(path: str) -> Cells:
    x = table("small/06_norm_minmax_1_100.csv")
    return {(group, "alpha"): describe.cronbach(x[children("small", group)]).item() for group in ("PA", "PB")}


@call(r"\| get_cronbach\(")
def cronbach(edge: Edge) -> object:
    return describe.cronbach(edge.table.x).item()


@call(r"\| rank_df\(")
def ranks(edge: Edge) -> object:
    found = rank.ranks(edge.table.x, ties="min", axis=-2)
    return {column: found[:, at] for at, column in enumerate(edge.table.columns)}
