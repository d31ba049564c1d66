"""What ours makes of the treatment of outliers."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial

import numpy as np

from innodex.engine import treat
from innodex.engine.treat import Staged, Treatment
from parity._sets import (
    Cells,
    Edge,
    Floats,
    Refused,
    call,
    cells_of,
    data,
    file,
    indicators,
    meta,
    number,
    table,
)

LIMITS = {"skewness": 2.0, "kurtosis": 3.5}
LOGS = {
    "log_CT": treat.log_ct,
    "log_CT_orig": treat.log_ct_orig,
    "log_CT_plus": treat.log_ct_plus,
    "boxcox": partial(treat.boxcox, power=0.5),
}


def cut(limit: float, limits: dict[str, float] = LIMITS) -> Treatment:
    """Winsorising up to `limit` points."""
    return lambda x, sample, at: treat.winsorise(
        x, limit=limit, share=False, rule="both", sample=sample, **limits
    )


def logs(name: str) -> Treatment:
    """One of the second functions."""
    return lambda x, sample, at: (LOGS[name](x, sample=sample), None)


def run(x: Floats, first: Treatment, second: Treatment, limits: dict[str, float], combine: bool) -> Staged:
    return treat.staged(x, (first, second), rule="both", combine=combine, failed="last", **limits)


# How each file of set_a/treat was made: first, second, limits, combine.
MADE: dict[str, tuple[Treatment, Treatment, dict[str, float], bool]] = {
    "default": (cut(5), logs("log_CT"), LIMITS, False),
    "winmax3": (cut(3), logs("log_CT"), LIMITS, False),
    "winmax0_log": (cut(0), logs("log_CT"), LIMITS, False),
    "nolimit": (cut(1000), logs("log_CT"), LIMITS, False),
    "thresh_strict": (
        cut(5, {"skewness": 1, "kurtosis": 2}),
        logs("log_CT"),
        {"skewness": 1, "kurtosis": 2},
        False,
    ),
    "log_CT_orig": (cut(2), logs("log_CT_orig"), LIMITS, False),
    "log_CT_plus": (cut(2), logs("log_CT_plus"), LIMITS, False),
    "boxcox05": (cut(2), logs("boxcox"), LIMITS, False),
    "combine": (cut(2), logs("log_CT"), LIMITS, True),
}
SECOND = {"log_CT_orig": "log_CT_orig", "log_CT_plus": "log_CT_plus", "boxcox05": "boxcox"}


@dataclass(frozen=True)
class Made:
    """What was done to an indicator: with which treatments, by what names, and its column."""

    found: Staged
    at: int
    treatments: tuple[Treatment, Treatment]
    names: tuple[str, str]


def treated(name: str) -> dict[str, Made]:
    """{indicator: what was done} of a file of set_a."""
    x = table("set_a/impute/mean_grp.csv")
    codes = indicators("set_a")
    first, second, limits, combine = MADE.get(name, MADE["default"])
    names = ("winsorise", SECOND.get(name, "log_CT"))
    found = run(x[codes], first, second, limits, combine)
    made = {code: Made(found, at, (first, second), names) for at, code in enumerate(codes)}
    if name != "indiv":
        return made
    del made["I06"]
    others = {
        "I19": ((cut(1), logs("log_CT")), ("winsorise", "log_CT")),
        "I32": ((logs("log_CT"), cut(2)), ("log_CT", "winsorise")),
    }
    for code, (treatments, names) in others.items():
        found = run(x[codes], *treatments, LIMITS, False)
        made[code] = Made(found, codes.index(code), treatments, names)
    return made


NAMES = (*MADE, "indiv")


@file(*(f"set_a/treat/{name}.csv" for name in NAMES))
def treated_values(path: str) -> Cells:
    made = treated(path.removeprefix("set_a/treat/").removesuffix(".csv"))
    x = table("set_a/impute/mean_grp.csv")
    cells = dict(cells_of(x.units, x.columns, x.x))
    for code, one in made.items():
        cells |= cells_of(x.units, [code], one.found.x[:, [one.at]])
    return cells


@file(*(f"set_a/treat/{name}_details.csv" for name in NAMES))
def treated_details(path: str) -> Cells:
    made = treated(path.removeprefix("set_a/treat/").removesuffix("_details.csv"))
    return {
        (code, column): value
        for code, one in made.items()
        for column, value in details(one.found, one.at, one.names).items()
    }


def details(found: Staged, at: int, names: tuple[str, ...] = ("winsorise", "")) -> dict[str, object]:
    """The moments before and after each treatment of an indicator, as the peer writes them."""
    written: dict[str, object] = {}
    for n in range(len(found.skew)):
        skew, kurt = found.skew[n][0, at], found.kurt[n][0, at]
        passed = math.nan if np.isnan(skew) else not found.over[n][0, at]
        written |= {
            f"check_SkewKurt{n}.{what}": value
            for what, value in (("Pass", passed), ("Skew", skew), ("Kurt", kurt))
        }
    for n, name in enumerate(names):
        if name == "winsorise" and n < len(found.points):
            written["winsorise.nwin"] = found.points[n][0, at]
    return written


@file(*(f"set_a/treat/{name}_points.csv" for name in NAMES))
def treated_points(path: str) -> Cells:
    made = treated(path.removeprefix("set_a/treat/").removesuffix("_points.csv"))
    x = table("set_a/impute/mean_grp.csv")
    return {
        (unit, code): word
        for code, one in made.items()
        for unit, word in zip(x.units, marks_of(x[code], one), strict=True)
    }


def marks_of(x: Floats, one: Made) -> list[str]:
    """The marks of both treatments, the second after a plus: "winlo+log_CT"."""
    stage = int(one.found.stage[0, one.at])
    marks = [""] * len(x)
    for n in range(stage):
        y, _ = one.treatments[n](x[:, None], x[:, None], np.array([0]))
        own = mark(x, y[:, 0], one.names[n])
        marks = [m + ("+" if n and word else "") + word for m, word in zip(marks, own, strict=True)]
    return marks


def mark(x: Floats, y: Floats, name: str) -> list[str]:
    """How the peer marks each figure that a function has changed; Box–Cox it does not mark."""
    if name == "winsorise":
        return ["winhi" if b < a else "winlo" if b > a else "" for a, b in zip(x, y, strict=True)]
    if name == "log_CT_plus":
        name = "log_CT_neg" if treat.shape(x[:, None])[0] < 0 else "log_CT"
    return ["" if name == "boxcox" else name] * len(x)


@file("set_a/treat/default_on_unimputed.csv")
def treated_with_gaps(path: str) -> Cells:
    kept = table("set_a/impute/mean_grp.csv").units  # those that pass the screening
    x = table("set_a/denominate/denominated.csv").only(kept)
    return cells_of(x.units, x.columns, run(x.x, *MADE["default"]).x)


@file("set_a/panel/treated_global.csv", "set_a/panel/treated_yearly.csv")
def treated_by_year(path: str) -> Cells:
    """Every year by itself, the gaps of a year filled with the mean of the unit's region in it."""
    codes = indicators("set_a")
    years = sorted({row["Time"] for row in data("set_a", None)})
    cells: dict[tuple[str, ...], object] = {}
    units, x = [], []
    for year in years:
        rows = data("set_a", year)
        own = np.array([[denominated(row, code) for code in codes] for row in rows])
        regions = np.array([row["Region"] for row in rows])
        for region in set(regions):
            members = regions == region
            means = np.nanmean(own[members], axis=0)
            own[members] = np.where(np.isnan(own[members]), means, own[members])
        units = [row["uCode"] for row in rows]
        x.append(own)
    found = run(np.stack(x), *MADE["default"])  # the years are one axis of one array
    for year, own in zip(years, found.x, strict=True):
        cells |= {(year, *key): value for key, value in cells_of(units, codes, own).items()}
    return cells


def denominated(row: dict[str, str], code: str) -> float:
    below = meta("set_a")[code]["Denominator"]
    return number(row[code]) / (1.0 if below in ("", "NA") else number(row[below]))


# ---- the small set -------------------------------------------------------------------------------------


def small(limit: float) -> tuple[tuple[str, ...], tuple[str, ...], Floats, Staged]:
    x = table("small/03_impute_i_mean.csv")
    return x.units, x.columns, x.x, run(x.x, cut(limit), logs("log_CT"), LIMITS, False)


@file(*(f"small/05_treat_winmax{n}.csv" for n in range(4)))
def small_values(path: str) -> Cells:
    units, columns, _, found = small(int(path[-5]))
    return cells_of(units, columns, found.x)


@file(*(f"small/05_treat_winmax{n}_details.csv" for n in range(4)))
def small_details(path: str) -> Cells:
    _, columns, _, found = small(int(path.removesuffix("_details.csv")[-1]))
    return {(c, key): v for at, c in enumerate(columns) for key, v in details(found, at).items()}


@file("small/05_treat_default.csv")
def small_default(path: str) -> Cells:
    x = table("small/03_impute_i_mean.csv")
    return cells_of(x.units, x.columns, run(x.x, *MADE["default"]).x)


# ---- single calls --------------------------------------------------------------------------------------


def column(x: Floats) -> Floats:
    return x[:, None]


@call(r"\| skew\(x")
def skew(edge: Edge) -> object:
    return treat.shape(column(edge.x))[0].item()


@call(r"\| kurt\(x")
def kurt(edge: Edge) -> object:
    return treat.shape(column(edge.x))[1].item()


@call(r"\| check_SkewKurt\(")
def check(edge: Edge) -> object:
    skew, kurt = treat.shape(column(edge.x))
    over = treat.suspect(skew, kurt, rule="both", **LIMITS)
    passed = None if np.isnan(skew).any() else not over.item()
    return {"Pass": passed, "Skew": skew.item(), "Kurt": kurt.item()}


@call(r"\| winsorise\(")
def winsorise(edge: Edge) -> object:
    x = column(edge.x)
    if np.isnan(treat.shape(x)[1]).any():
        raise Refused  # without a test the step leaves such an indicator as it is
    limit = math.inf if "winmax = NULL" in edge.call else float(re.findall(r"winmax = (\d+)", edge.call)[0])
    rule = "always" if "force_win" in edge.call else "both"
    y, count = treat.winsorise(x, limit=limit, share=False, rule=rule, **LIMITS)  # type: ignore[arg-type]
    return {"x": y[:, 0], "nwin": count.item(), "treated": mark(x[:, 0], y[:, 0], "winsorise")}


@call(r"\| log_CT\(")
def log_ct(edge: Edge) -> object:
    return treat.log_ct(column(edge.x))[:, 0]


@call(r"\| log_CT_orig\(")
def log_ct_orig(edge: Edge) -> object:
    return treat.log_ct_orig(column(edge.x))[:, 0]


@call(r"\| log_CT_plus\(")
def log_ct_plus(edge: Edge) -> object:
    x = column(edge.x)
    if np.isnan(treat.shape(x)[0]).any():
        raise Refused
    return treat.log_ct_plus(x)[:, 0]


@call(r"\| log_GII\(")
def log_gii(edge: Edge) -> object:
    """As a treatment: of an indicator that is suspect."""
    x = column(edge.x)

    def second(x: Floats, sample: Floats, at: object) -> tuple[Floats, None]:
        return treat.log_gii(x, treat.shape(sample)[0] < 0, factor=1, sample=sample), None

    return treat.staged(x, (second,), rule="both", combine=False, failed="last", **LIMITS).x[:, 0]


@call(r"\| boxcox\(")
def boxcox(edge: Edge) -> object:
    power = float(re.findall(r"lambda = ([0-9.]+)", edge.call)[0])
    return treat.boxcox(column(edge.x), power=power)[:, 0]


@call(r"vector:\w+ \| Treat\(")
def treat_vector(edge: Edge) -> object:
    limit = math.inf if "winmax = NULL" in edge.call else 5
    second = logs("log_CT_plus" if "log_CT_plus" in edge.call else "log_CT")
    x = column(edge.x)
    found = run(x, cut(limit), second, LIMITS, "combine_treat" in edge.call)
    if not edge.call.endswith("Dets_Table"):
        return found.x[:, 0]
    if np.isnan(found.skew[0]).any():
        return {"iCode": []}
    return {"iCode": ["x"], **{key: [value] for key, value in details(found, 0).items()}}


@call(r"get_dset\(Treat\(mk\(Xc\), dset = 'Raw'\), 'Treated'\)")
def treat_table(edge: Edge) -> object:
    x = edge.table
    found = run(x.x, *MADE["default"])
    return {"uCode": list(x.units)} | {c: found.x[:, at] for at, c in enumerate(x.columns)}
