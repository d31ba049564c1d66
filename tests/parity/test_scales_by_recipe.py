"""The scales of the reference set once more, this time from recipe documents through `build`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pytest

from innodex.documents import Text
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Result, build
from parity import _sets
from parity._sets import near

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(_sets.root("set_a") is None, reason="the large reference set is not beside"),
]
Floats = npt.NDArray[np.float64]
REST = """
[[steps]]
step = "weigh"
weight = 1
{weights}

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "all"

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""


def framework() -> Framework:
    """The tree of the set: indicators are taken as they stand."""
    nodes = []
    for code, row in _sets.meta("set_a").items():
        if row["Type"] == "Aggregate":
            nodes.append(Node(code, code, _parent(row), row["Level"], _text(code)))
        elif row["Type"] == "Indicator":
            way = Direction.LOWER if float(row["Direction"]) < 0 else Direction.HIGHER
            nodes.append(
                Node(code, code, _parent(row), "1", _text(code), direction=way, formula=Direct(f"s{code}"))
            )
    nodes.sort(key=lambda node: -int(node.level))
    return Framework(tuple(nodes), tuple(Series(f"s{code}", _text(code)) for code in codes()))


def codes() -> tuple[str, ...]:
    return _sets.indicators("set_a")


def _parent(row: dict[str, str]) -> str | None:
    return None if row["Parent"] in ("", "NA") else row["Parent"]


def _text(words: str) -> Text:
    return Text.of({"en": words})


def made(method: str, x: Floats, units: Iterable[str], periods: tuple[str, ...] = ("2024",)) -> Result:
    """The result of a recipe with this step, on indicators (period, unit, indicator)."""
    weights = "\n".join(
        f"{code} = {row['Weight']}"
        for code, row in _sets.meta("set_a").items()
        if row["Type"] in ("Indicator", "Aggregate") and _parent(row) is not None
    )
    rest = REST.format(weights=f"[steps.at]\n{weights}")
    document = f'schema = 1\n[[steps]]\nstep = "normalise"\n{method}\n{rest}'
    reading = read(document.encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    series = tuple(f"s{code}" for code in codes())
    panel = Panel.of(x, periods=periods, units=tuple(units), series=series)
    return build(framework(), panel, reading.recipe)


RANKED = 'formula = "between"\nties = "{}"\nlow = 0\nhigh = 1'
# The scales that need no parameter of the indicator, but those where the answer of the peer is a fault.
SCALES = {
    "minmax_0_100": 'method = "minmax"\nlow = 0\nhigh = 100\nconstant = "missing"',
    "minmax_1_100": 'method = "minmax"\nlow = 1\nhigh = 100\nconstant = "missing"',
    "zscore": 'method = "zscore"\nsd = "sample"\ncentre = 0\nspread = 1\nconstant = "missing"',
    "zscore_50_10": 'method = "zscore"\nsd = "sample"\ncentre = 50\nspread = 10\nconstant = "missing"',
    "dist2max": 'method = "distance-to-best"\nfactor = 1\nconstant = "missing"',
    "rank_min": 'method = "rank"\nties = "min"',
    "rank_average": 'method = "rank"\nties = "mean"',
    "borda_min": 'method = "borda"\nties = "min"',
    "prank_min": f'method = "percentile"\n{RANKED.format("min")}',
    "prank_average": f'method = "percentile"\n{RANKED.format("mean")}',
}


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_of_all_indicators(name: str) -> None:
    before = _sets.table("set_a/treat/default.csv")

    result = made(SCALES[name], before[codes()][None], before.units)

    agree(result, f"set_a/normalise/{name}.csv")


def agree(result: Result, path: str) -> None:
    wanted = _sets.table(path).only(result.units)[codes()]
    wrong = [
        (result.units[u], code)
        for (u, i), value in np.ndenumerate(result.normalised[0])
        for code in (codes()[i],)
        if not near(value, wanted[u, i])
    ]
    assert not wrong, wrong[:5]


def _minmax(row: dict[str, str]) -> str:
    return (
        f'method = "minmax"\nlow = {row["minmax_lower"]}\nhigh = {row["minmax_upper"]}\nconstant = "missing"'
    )


def _zscore(row: dict[str, str]) -> str:
    centre, spread = row["zscore_mean"], row["zscore_sd"]
    return f'method = "zscore"\nsd = "sample"\ncentre = {centre}\nspread = {spread}\nconstant = "missing"'


def _scaled(row: dict[str, str]) -> str:
    lower, upper = row["scaled_lower"], row["scaled_upper"]
    return f'method = "scaled"\nlower = {lower}\nupper = {upper}\nfactor = {row["scale_factor"]}'


def _target(row: dict[str, str]) -> str:
    cap = row["dist2targ_cap_max"].lower()
    target = row["Target"]
    return f'method = "distance-to-target"\ntarget = {target}\nfactor = 1\ncap = {cap}\nmet = "missing"'


def _goalposts(row: dict[str, str]) -> str:
    lower, upper, high = row["goalpost_lower"], row["goalpost_upper"], row["goalpost_scale"]
    cap = "both" if row["goalpost_trunc2posts"] == "TRUE" else "none"
    ends = f'scale = "linear"\ncap = "{cap}"\nlow = 0\nhigh = {high}'
    return f'method = "goalposts"\nlower = {lower}\nupper = {upper}\n{ends}'


OWN: dict[str, Callable[[dict[str, str]], str]] = {
    "minmax": _minmax, "zscore": _zscore, "scaled": _scaled, "dist2targ": _target, "goalposts": _goalposts,
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_a_scale_with_policies_for_each_indicator(name: str) -> None:
    before = _sets.table("set_a/impute/mean_grp.csv")
    meta = _sets.meta("set_a")
    exceptions = "\n".join(f"[steps.at.{code}]\n{OWN[name](meta[code])}" for code in codes())

    result = made(f'method = "rank"\nties = "min"\n{exceptions}', before[codes()][None], before.units)

    agree(result, f"set_a/normalise/iMeta_n_{name}.csv")


@pytest.mark.parametrize(("name", "sample"), [("global", "pooled"), ("yearly", "period")])
def test_years_on_one_scale_or_each_on_its_own(name: str, sample: str) -> None:
    """All nodes of three years in one build."""
    folder = _sets.root("set_a")
    assert folder is not None
    rows = _sets.rows(folder / f"panel/treated_{name}.csv")
    years, units = (tuple(sorted({row[key] for row in rows})) for key in ("Time", "uCode"))
    by_place = {(row["Time"], row["uCode"]): row for row in rows}
    x = np.array(
        [[[_sets.number(by_place[year, unit][code]) for code in codes()] for unit in units] for year in years]
    )

    scale = f'method = "minmax"\nlow = 0\nhigh = 100\nconstant = "missing"\nsample = "{sample}"'
    result = made(scale, x, units, years)

    compared = 0
    for row in _sets.rows(folder / f"panel/aggregated_{name}.csv"):
        place = years.index(row["Time"]), units.index(row["uCode"])
        for n, code in enumerate(result.nodes):
            assert near(result.score[(*place, n)], row[code]), (row["Time"], row["uCode"], code)
            compared += 1
    assert compared == len(rows) * len(result.nodes)
