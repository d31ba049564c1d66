"""Normalise and everything over time: each answer comes from the engine, fed with the peer's stage before."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from innodex.engine import aggregate, normalise, trend
from parity import _sets
from parity._sets import Edge, Table, call, cells_of, file

Floats = npt.NDArray[np.float64]
Scale = Callable[[Floats, Floats], Floats]
NAN = float("nan")


def _minmax(low: float, high: float) -> Scale:
    return lambda x, sign: normalise.minmax(x, sign, low=low, high=high, constant=NAN)


def _zscore(centre: float, spread: float) -> Scale:
    return lambda x, sign: normalise.zscore(x, sign, ddof=1, centre=centre, spread=spread, constant=NAN)


def _prank(ties: normalise.Ties) -> Scale:
    return lambda x, sign: normalise.percentile(x, sign, ties=ties, formula="between", low=0, high=1)[0]


def _to_unit(row: int, *, cap: bool) -> Scale:
    """Distance to the unit of one row (1 is the first)."""
    return lambda x, sign: normalise.distance_to_reference(
        x, sign, reference=x[row - 1 : row], factor=1, cap=cap
    )[0]


def _mirrored(scale: Scale) -> Scale:
    """The peer turns a column where less is better into its negative first; then more is better."""
    return lambda x, sign: scale(x * sign, np.abs(sign))


def _of_best(x: Floats, sign: Floats) -> Floats:
    return normalise.ratio(x, sign, to="best", difference=False, factor=1)


SCALES: Mapping[str, Scale] = {
    "minmax_0_100": _minmax(0, 100),
    "minmax_1_100": _minmax(1, 100),
    "PIPELINE": _minmax(1, 100),
    "zscore": _zscore(0, 1),
    "zscore_50_10": _zscore(50, 10),
    "scaled_0_100": _mirrored(lambda x, sign: normalise.scaled(x, sign, lower=0, upper=100, factor=100)),
    "dist2max": lambda x, sign: normalise.distance_to_best(x, sign, factor=1, constant=NAN),
    "dist2ref_unit3": _to_unit(3, cap=False),
    "dist2ref_unit3_cap": _to_unit(3, cap=True),
    "fracmax": _of_best,
    "prank": _prank("min"),
    "prank_min": _prank("min"),
    "prank_average": _prank("mean"),
    "rank": lambda x, sign: normalise.rank(x, sign, ties="min")[0],
    "rank_min": lambda x, sign: normalise.rank(x, sign, ties="min")[0],
    "rank_average": lambda x, sign: normalise.rank(x, sign, ties="mean")[0],
    "borda": lambda x, sign: normalise.borda(x, sign, ties="min")[0],
    "borda_min": lambda x, sign: normalise.borda(x, sign, ties="min")[0],
    "none": _mirrored(lambda x, sign: x.copy()),
}


def _answered(before: Table, columns: tuple[str, ...], y: Floats) -> _sets.Cells:
    return cells_of(before.units, columns, y)


@file(*(f"set_a/normalise/{name}.csv" for name in SCALES if name not in ("prank", "rank", "borda")))
def normalised(path: str) -> _sets.Cells:
    columns = _sets.indicators("set_a")
    before = _sets.table("set_a/treat/default.csv")
    name = path.rsplit("/", 1)[1].removesuffix(".csv")
    return _answered(before, columns, SCALES[name](before[columns], _sets.directions("set_a")))


@file(
    *(
        f"small/06_norm_{name}.csv"
        for name in (
            "borda",
            "dist2max",
            "fracmax",
            "minmax_0_100",
            "minmax_1_100",
            "prank",
            "rank",
            "zscore",
        )
    )
)
def small(path: str) -> _sets.Cells:
    columns = _sets.indicators("small")
    before = _sets.table("small/05_treat_default.csv")
    name = path.rsplit("06_norm_", 1)[1].removesuffix(".csv")
    return _answered(before, columns, SCALES[name](before[columns], _sets.directions("small")))


@file("set_a/normalise/prank_min_unimputed.csv")
def unimputed(path: str) -> _sets.Cells:
    columns = _sets.indicators("set_a")
    kept = _sets.table("set_a/impute/mean_grp.csv").units
    before = _sets.table("set_a/denominate/denominated.csv").only(kept)
    return _answered(before, columns, _prank("min")(before[columns], _sets.directions("set_a")))


@file(
    *(
        f"set_a/normalise/iMeta_n_{name}.csv"
        for name in ("minmax", "scaled", "zscore", "dist2targ", "goalposts")
    )
)
def by_indicator(path: str) -> _sets.Cells:
    """Each indicator with the policies of its own row of the table of indicators."""
    columns = _sets.indicators("set_a")
    before = _sets.table("set_a/impute/mean_grp.csv")
    own = _OWN[path.rsplit("iMeta_n_", 1)[1].removesuffix(".csv")]
    found = [own(before[(code,)], _sets.meta("set_a")[code]) for code in columns]
    return _answered(before, columns, np.concatenate(found, axis=1))


def _sign(row: Mapping[str, str]) -> Floats:
    return np.array([float(row["Direction"])])


def _own_minmax(x: Floats, row: Mapping[str, str]) -> Floats:
    return _minmax(float(row["minmax_lower"]), float(row["minmax_upper"]))(x, _sign(row))


def _own_zscore(x: Floats, row: Mapping[str, str]) -> Floats:
    return _zscore(float(row["zscore_mean"]), float(row["zscore_sd"]))(x, _sign(row))


def _own_scaled(x: Floats, row: Mapping[str, str]) -> Floats:
    lower, upper = float(row["scaled_lower"]), float(row["scaled_upper"])
    return normalise.scaled(x, _sign(row), lower=lower, upper=upper, factor=float(row["scale_factor"]))


def _own_target(x: Floats, row: Mapping[str, str]) -> Floats:
    cap = row["dist2targ_cap_max"] == "TRUE"
    target = float(row["Target"])
    return normalise.distance_to_target(x, _sign(row), target=target, factor=1, cap=cap, met=NAN)[0]


def _own_goalposts(x: Floats, row: Mapping[str, str]) -> Floats:
    cut = row["goalpost_trunc2posts"] == "TRUE"
    lower, upper = float(row["goalpost_lower"]), float(row["goalpost_upper"])
    return normalise.goalposts(
        x, _sign(row), lower=lower, upper=upper, log=False, cap_low=cut, cap_high=cut, low=0,
        high=float(row["goalpost_scale"]),
    )[0]  # fmt: skip


_OWN: Mapping[str, Callable[[Floats, Mapping[str, str]], Floats]] = {
    "minmax": _own_minmax, "scaled": _own_scaled, "zscore": _own_zscore, "dist2targ": _own_target,
    "goalposts": _own_goalposts,
}  # fmt: skip


# ---- over time -------------------------------------------------------------------------------------------


def _panel(path: str) -> tuple[list[str], list[str], Floats]:
    """Years, units, and (year, unit, indicator) of a table with a row for each year and unit."""
    folder = _sets.root("set_a")
    assert folder is not None
    rows = _sets.rows(folder / path)
    years, units = (sorted({row[key] for row in rows}) for key in ("Time", "uCode"))
    by_place = {(row["Time"], row["uCode"]): row for row in rows}
    columns = _sets.indicators("set_a")
    x = [[[_sets.number(by_place[year, unit][code]) for code in columns] for unit in units] for year in years]
    return years, units, np.array(x)


def _levels(y: Floats) -> dict[str, Floats]:
    """{code: (year, unit)} of all nodes by weighted means, from (year, unit, indicator)."""
    meta = _sets.meta("set_a")
    found = {code: y[:, :, at] for at, code in enumerate(_sets.indicators("set_a"))}
    for level in sorted({row["Level"] for row in meta.values()} - {"1", "NA", ""}):
        for code in (code for code, row in meta.items() if row["Level"] == level):
            children = _sets.children("set_a", code)
            x = np.stack([found[child] for child in children], axis=-1)
            weights = np.array([[[float(meta[child]["Weight"]) for child in children]]])
            found[code] = aggregate.arithmetic(x, weights, np.ones((1, 1, len(children)), bool))
    return found


def _scores(name: str) -> tuple[list[str], list[str], dict[str, Floats]]:
    years, units, x = _panel(f"panel/treated_{name}.csv")
    sample = x.reshape(1, -1, x.shape[-1]) if name == "global" else x
    sign = _sets.directions("set_a")
    y = normalise.minmax(x, sign, low=0, high=100, constant=NAN, sample=sample)
    return years, units, _levels(y)


@file("set_a/panel/aggregated_global.csv", "set_a/panel/aggregated_yearly.csv")
def over_time(path: str) -> _sets.Cells:
    years, units, scores = _scores("global" if "global" in path else "yearly")
    return {
        (year, unit, code): float(column[t, u])
        for code, column in scores.items()
        for t, year in enumerate(years)
        for u, unit in enumerate(units)
    }


@file("set_a/panel/trends_CAGR.csv", "set_a/panel/trends_prc_change.csv")
def trends(path: str) -> _sets.Cells:
    years, units, scores = _scores("yearly")
    times = np.array([float(year) for year in years])
    name = "CAGR" if "CAGR" in path else "prc_change"
    measure = {"CAGR": trend.growth, "prc_change": trend.percent_change}[name]
    found: dict[tuple[str, ...], object] = {}
    for code, row in _sets.meta("set_a").items():
        if row["Level"] == "3":
            change, ends = measure(scores[code], times), trend.ends(scores[code], times)
            for u, unit in enumerate(units):
                found[unit, code, name] = float(change[u])
                found[unit, code, "Avail"] = float(ends.share[u])
                found[unit, code, "t_first"] = float(ends.start[u])
                found[unit, code, "t_latest"] = float(ends.end[u])
    return found


# ---- single calls ----------------------------------------------------------------------------------------

HIGHER, LOWER = np.array([1.0]), np.array([-1.0])


def _direction(edge: Edge) -> Floats:
    return LOWER if "direction = -1" in edge.call else HIGHER


@call(r"\| n_minmax\(")
def n_minmax(edge: Edge) -> object:
    low, high = (1, 100) if "l_u = c(1, 100)" in edge.call else (0, 100)
    sign = LOWER if "(-x" in edge.call else HIGHER
    return _minmax(low, high)(edge.x[:, None], sign)[:, 0]


@call(r"\| n_(zscore|dist2max|fracmax|prank|borda)\(x\)$")
def n_plain(edge: Edge) -> object:
    name = re.search(r"n_(\w+)", edge.call)
    assert name is not None
    return SCALES[name[1]](edge.x[:, None], HIGHER)[:, 0]


@call(r"\| n_rank\(")
def n_rank(edge: Edge) -> object:
    name = "rank_average" if "average" in edge.call else "rank_min"
    return SCALES[name](edge.x[:, None], HIGHER)[:, 0]


@call(r"\| n_scaled\(x, c\(0, 10\)\)")
def n_scaled(edge: Edge) -> object:
    return normalise.scaled(edge.x[:, None], HIGHER, lower=0, upper=10, factor=100)[:, 0]


@call(r"\| n_dist2ref\(x, 3")
def n_dist2ref(edge: Edge) -> object:
    return _to_unit(3, cap="cap_max = TRUE" in edge.call)(edge.x[:, None], HIGHER)[:, 0]


@call(r"\| n_dist2targ\(x, 4")
def n_dist2targ(edge: Edge) -> object:
    cap = "cap_max = TRUE" in edge.call
    return normalise.distance_to_target(
        edge.x[:, None], _direction(edge), target=4, factor=1, cap=cap, met=NAN
    )[0][:, 0]


@call(r"\| n_goalposts\(x, c\(1, 4, 100\)")
def n_goalposts(edge: Edge) -> object:
    cut = "trunc2posts = FALSE" not in edge.call
    return normalise.goalposts(
        edge.x[:, None], _direction(edge), lower=1, upper=4, log=False, cap_low=cut, cap_high=cut, low=0,
        high=100,
    )[0][:, 0]  # fmt: skip


@call(r"^trend \| (CAGR|prc_change)\(")
def over_years(edge: Edge) -> object:
    vectors = re.findall(r"c\(([^)]*)\)", edge.call)
    x, times = (np.array([_sets.number(word.strip()) for word in one.split(",")]) for one in vectors)
    measure = trend.growth if "CAGR" in edge.call else trend.percent_change
    return float(measure(x, times))
