"""Denominating, screening and imputing, as the reference set has them."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from innodex.engine import impute, screen, transform
from parity import _sets
from parity._sets import Edge, Floats, Table, call, cells_of, children, data, file, indicators, number


def _column(name: str, column: str, time: str | None = "2024") -> Floats:
    return np.array([number(row[column]) for row in data(name, time)])


def _units(name: str, time: str | None = "2024") -> tuple[str, ...]:
    return tuple(row["uCode"] for row in data(name, time))


def _raw(name: str, time: str | None = "2024") -> Floats:
    return np.column_stack([_column(name, code, time) for code in indicators(name)])


def _denominated(name: str, scales: dict[str, float]) -> Floats:
    x = _raw(name)
    for at, code in enumerate(indicators(name)):
        by = _sets.meta(name)[code]["Denominator"]
        if by not in ("", "NA"):
            x[:, at] = transform.per(x[:, at], _column(name, by), scale=scales.get(code, 1.0))
    return x


@file("set_a/denominate/denominated.csv", "small/01_denominated.csv")
def denominated(path: str) -> _sets.Cells:
    name = path.partition("/")[0]
    return cells_of(_units(name), indicators(name), _denominated(name, {}))


@file("set_a/denominate/denominated_scaled.csv")
def denominated_scaled(path: str) -> _sets.Cells:
    scales = {row["iCode"]: number(row["ScaleFactor"]) for row in _scales()}
    return cells_of(_units("set_a"), indicators("set_a"), _denominated("set_a", scales))


@cache
def _scales() -> list[dict[str, str]]:
    folder = _sets.root("set_a")
    assert folder is not None
    return _sets.rows(folder / "denominate" / "denomby_scaled.csv")


@file("set_a/denominate/denomby_scaled.csv")
def scales(path: str) -> _sets.Cells:
    """An input of the next file: the denominators are those of iMeta, and the scales act as written."""
    found: dict[tuple[str, ...], object] = {}
    plain = _denominated("set_a", {})
    for row in _scales():
        code = row["iCode"]
        at = indicators("set_a").index(code)
        found[code, "Denominator"] = _sets.meta("set_a")[code]["Denominator"]
        scaled = _denominated("set_a", {code: number(row["ScaleFactor"])})
        found[code, "ScaleFactor"] = float(np.nanmax(scaled[:, at]) / np.nanmax(plain[:, at]))
    return found


# ---- screen ------------------------------------------------------------------------------------------------


def _summary(x: Floats) -> dict[str, Floats]:
    """What COINr's table of availability holds, from our shares and counts."""
    yes, whole = np.ones(x.shape, bool), np.ones((x.shape[1], 1))
    missing = screen.cells(np.isnan(x), whole)[:, 0]
    zero = screen.cells(x == 0, whole)[:, 0]
    return {
        "N_missing": missing,
        "N_zero": zero,
        "N_miss_or_zero": missing + zero,
        "Dat_Avail": screen.availability(~np.isnan(x), yes, whole)[:, 0],
        "Non_Zero": screen.nonzero(x, yes, whole)[:, 0],
    }


def _screened(x: Floats, *, least: float, nonzero: float, by: str) -> dict[str, Any]:
    found: dict[str, Any] = dict(_summary(x))
    few, zeros = found["Dat_Avail"] < least, found["Non_Zero"] < nonzero
    unknown = np.isnan(found["Non_Zero"])  # a share of nothing is neither high nor low
    low = {"byNA": few, "byzeros": zeros, "both": few | zeros}[by]
    flags = {"LowData": few, "LowNonZero": np.where(unknown, math.nan, zeros.astype(object))}
    return found | flags | {"LowDatOrZeroFlag": few | zeros, "Included": ~low}


def _by_unit(units: tuple[str, ...], found: dict[str, Any]) -> _sets.Cells:
    return {(unit, name): found[name][u] for u, unit in enumerate(units) for name in found}


@file("set_a/screen/availability_by_unit.csv", "small/02_availability.csv")
def availability_by_unit(path: str) -> _sets.Cells:
    name = path.partition("/")[0]
    return _by_unit(_units(name), _summary(_denominated(name, {})))


@file("set_a/screen/availability_by_group.csv")
def availability_by_group(path: str) -> _sets.Cells:
    x = _denominated("set_a", {})
    nodes = [code for code, row in _sets.meta("set_a").items() if row["Type"] == "Aggregate"]
    inside = np.array([[code in _leaves(node) for node in nodes] for code in indicators("set_a")], float)
    share = screen.availability(~np.isnan(x), np.ones(x.shape, bool), inside)
    return cells_of(_units("set_a"), nodes, share)


def _leaves(code: str) -> set[str]:
    below = children("set_a", code)
    return set().union(*map(_leaves, below)) if below else {code}


SCREENS = {
    "byNA_default": {"least": 2 / 3, "nonzero": 0.05, "by": "byNA"},
    "byNA_065": {"least": 0.65, "nonzero": 0.05, "by": "byNA"},
    "byNA_090": {"least": 0.9, "nonzero": 0.05, "by": "byNA"},
    "byzeros_095": {"least": 2 / 3, "nonzero": 0.95, "by": "byzeros"},
    "both": {"least": 0.9, "nonzero": 0.95, "by": "both"},
    "force": {"least": 0.9, "nonzero": 0.05, "by": "byNA"},
}


@file(*(f"set_a/screen/{name}.csv" for name in SCREENS))
def screens(path: str) -> _sets.Cells:
    found = _screened(_denominated("set_a", {}), **SCREENS[path.split("/")[-1][:-4]])  # type: ignore[arg-type]
    units = np.array(_units("set_a"))
    if path.endswith("force.csv"):
        for unit, included in _forced().items():
            found["Included"][units == unit] = included
    return _by_unit(tuple(units), found)


@cache
def _forced() -> dict[str, bool]:
    """Units whose `Included` is not what their shares say: forced in or out."""
    folder = _sets.root("set_a")
    assert folder is not None
    listed = _sets.rows(folder / "screen" / "force.csv")
    return {
        row["uCode"]: row["Included"] == "TRUE"
        for row in listed
        if row["Included"] == row["LowDatOrZeroFlag"]
    }


@call(r"Screen\(mk\(Xc\), dset = 'Raw', unit_screen = 'byNA', out2 = 'list'\)\$DataSummary")
def screened_table(edge: Edge) -> object:
    return {"uCode": edge.table.units, **_screened(edge.table.x, least=2 / 3, nonzero=0.05, by="byNA")}


@call(r"get_data_avail\(X\)")
def availability_table(edge: Edge) -> object:
    return _summary(edge.table.x)


# ---- impute ------------------------------------------------------------------------------------------------


def _groups(words: list[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    names = sorted({word for word in words if word not in ("", "NA")})
    return np.array([names.index(word) if word in names else -1 for word in words])


def _grouped(x: Floats, words: list[str], average: Any) -> Floats:
    return impute.by_group(x, _groups(words), average=average, empty="missing")


def _rows_filled(x: Floats, signs: Floats, branches: list[list[int]], average: Any) -> Floats:
    result = x.copy()
    for columns in branches:
        one = x[:, columns]
        result[:, columns] = impute.row(one, signs[columns], average=average, scale=True, sample=one)
    return result


def _branches(name: str, codes: tuple[str, ...]) -> list[list[int]]:
    parents = [_sets.meta(name)[code]["Parent"] for code in codes]
    return [[at for at, one in enumerate(parents) if one == parent] for parent in dict.fromkeys(parents)]


def _screened_in(name: str) -> tuple[tuple[str, ...], Floats, list[str]]:
    """Units, figures and groups that imputation begins with."""
    x = _denominated(name, {})
    units, group = _units(name), "Region" if name == "set_a" else "Area3"
    words = [row[group] for row in data(name)]
    if name == "small":
        return units, x, words
    kept = np.flatnonzero(_screened(x, least=0.65, nonzero=0.05, by="byNA")["Included"])
    return tuple(units[u] for u in kept), x[kept], [words[u] for u in kept]


KINDS = ("mean", "median", "mean_grp", "median_grp", "row_mean_level2", "row_mean_all", "row_median_level2")
SMALL = {
    "03_impute_i_mean": "mean", "03_impute_i_median": "median", "03_impute_i_mean_grp": "mean_grp",
    "03_impute_i_median_grp": "median_grp", "03_impute_row_mean_level2": "row_mean_level2",
}  # fmt: skip


@file(*(f"set_a/impute/{kind}.csv" for kind in KINDS), *(f"small/{name}.csv" for name in SMALL))
def imputed(path: str) -> _sets.Cells:
    name, word = path.partition("/")[0], path.split("/")[-1][:-4]
    kind = SMALL.get(word, word)
    units, x, words = _screened_in(name)
    codes = indicators(name)
    average = "median" if "median" in kind else "mean"
    if kind.startswith("row"):
        branches = [list(range(len(codes)))] if kind.endswith("all") else _branches(name, codes)
        found = _rows_filled(x, _sets.directions(name), branches, average)
    elif kind.endswith("grp"):
        found = _grouped(x, words, average)
    else:
        found = impute.mean(x) if average == "mean" else impute.median(x)
    return cells_of(units, codes, found)


@call(r"\| i_mean\(x\)$", r"\| Impute\(data\.frame\(x = x\)\)\$x")
def vector_mean(edge: Edge) -> object:
    return impute.mean(edge.x[:, None])[:, 0]


@call(r"\| i_median\(x\)$")
def vector_median(edge: Edge) -> object:
    return impute.median(edge.x[:, None])[:, 0]


@call(r"groups \| i_(mean|median)_grp\(")
def vector_grouped(edge: Edge) -> object:
    rows = _sets.rows(_sets.HERE / "edge" / "grouped.csv")
    x = np.array([number(row["x"]) for row in rows])
    if "c(1, NA, NA, 2, 3, NA, 4, NA)" in edge.call:
        x = np.array([1, math.nan, math.nan, 2, 3, math.nan, 4, math.nan])
    average = "median" if "median" in edge.call else "mean"
    return _grouped(x[:, None], [row["f"] for row in rows], average)[:, 0]


@call(r"matrix5x3 \| Impute\(X, impute_by = 'row'")
def matrix_rows(edge: Edge) -> object:
    x = edge.table.x
    scale = "normalise_first = FALSE" not in edge.call
    sign = np.array([1.0, -1.0, 1.0])
    found = impute.row(x, sign, average="mean", scale=scale, sample=x)
    return {name: found[:, at] for at, name in enumerate(edge.table.columns)}


@call(r"get_dset\(Impute\(mk\(Xc\), dset = 'Raw', f_i = 'i_mean'\), 'Imputed'\)")
def coin_mean(edge: Edge) -> object:
    one: Table = edge.table
    found = impute.mean(one.x)
    return {"uCode": one.units, **{name: found[:, at] for at, name in enumerate(one.columns)}}


# ---- over time ---------------------------------------------------------------------------------------------

Series = tuple[tuple[str, ...], tuple[str, ...], Floats]  # units, periods, (period, unit, column)


def _panel(listed: list[dict[str, str]], columns: tuple[str, ...]) -> Series:
    units = tuple(dict.fromkeys(row["uCode"] for row in listed))
    times = tuple(sorted({row["Time"] for row in listed}))
    at = {(row["Time"], row["uCode"]): [number(row[column]) for column in columns] for row in listed}
    return units, times, np.array([[at[time, unit] for unit in units] for time in times])


def _over_time(one: Series, kind: str) -> tuple[Floats, np.ndarray[Any, np.dtype[np.int64]] | None]:
    _, times, x = one
    when = np.array([float(time) for time in times])
    if kind.startswith("latest"):
        return impute.latest(x, when, max_age=1 if kind.endswith("max1") else math.inf)
    if kind == "constant":
        return impute.hold(x)
    return impute.interpolate(x, when, ends="hold", single="hold"), None


@cache
def _years() -> Series:
    return _panel(data("set_a", None), indicators("set_a"))


@file(
    *(f"set_a/panel/impute_{kind}.csv" for kind in ("latest", "latest_max1", "constant", "linear-constant"))
)
def panel_imputed(path: str) -> _sets.Cells:
    units, times, _ = _years()
    found, _ = _over_time(_years(), path.split("impute_")[1][:-4])
    codes = indicators("set_a")
    return {
        (unit, time, code): float(found[t, u, c])
        for t, time in enumerate(times)
        for u, unit in enumerate(units)
        for c, code in enumerate(codes)
    }


@file("set_a/panel/impute_latest_source_year.csv", "set_a/panel/impute_latest_max1_source_year.csv")
def panel_sources(path: str) -> _sets.Cells:
    units, times, _ = _years()
    _, place = _over_time(_years(), "latest_max1" if "max1" in path else "latest")
    assert place is not None
    found = {}
    for t, time in enumerate(times):
        for u, unit in enumerate(units):
            for c, code in enumerate(indicators("set_a")):
                at = place[t, u, c]
                found[time, unit, code] = float(times[at]) if at >= 0 else math.nan
    return found


@file("set_a/panel/impute_linear_ERROR.json")
def panel_linear(path: str) -> _sets.Cells:
    """COINr stops at a series of one figure; ours goes by the policy `single`."""
    found, _ = _over_time(_years(), "linear")
    assert np.isfinite(found).sum() > np.isfinite(_years()[2]).sum()
    return {("error",): "", ("messages", "0"): ""}


@call(r"panel \| impute_panel\(P")
def edge_panel(edge: Edge) -> object:
    columns = ("y", "z")
    one = _panel(_sets.rows(_sets.HERE / "edge" / "panel.csv"), columns)
    units, times, _ = one
    kind = "latest_max1" if "max_time" in edge.call else "latest"
    for word in ("constant", "linear", "linear-constant"):
        if f"'{word}'" in edge.call:
            kind = word
    found, place = _over_time(one, kind)
    if edge.value is None:
        return found.tolist()
    answer: dict[str, Any] = {}
    for part, shown in (("iData_imp", found), ("DataT", None if place is None else _times(times, place))):
        table_ = edge.value[part]
        if table_ is None:
            answer[part] = None
            continue
        assert shown is not None
        rows = [
            (times.index(str(time)), units.index(unit))
            for time, unit in zip(table_["Time"], table_["uCode"], strict=True)
        ]
        answer[part] = {"uCode": table_["uCode"], "Time": table_["Time"]}
        answer[part] |= {name: [shown[t, u, c] for t, u in rows] for c, name in enumerate(columns)}
    return answer


def _times(times: tuple[str, ...], place: np.ndarray[Any, np.dtype[np.int64]]) -> Floats:
    years = np.array([float(time) for time in times])
    return np.where(place >= 0, years[np.maximum(place, 0)], np.nan)
