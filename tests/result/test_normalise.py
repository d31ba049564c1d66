"""The step `normalise` through `build`, from recipe documents: methods, samples, flags and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from _arrays import NAN, close
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Flag, Result, build
from innodex.result import _build as stages
from innodex.result import _normalise as step

HIGHER, LOWER = Direction
UNITS, PERIODS = ("A", "B", "C", "D"), ("2020", "2021")
# Period, unit; more is better in x, less in y.
X = [[10.0, 20, 40, NAN], [20, 20, 80, 60]]
Y = [[4.0, 2, 1, 8], [2, 2, 0.5, 1]]
REST = """
[[steps]]
step = "weigh"
weight = 1

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""


def _node(code: str, parent: str | None, direction: Direction | None = None) -> Node:
    formula = None if direction is None else Direct(f"s{code}")
    return Node(code, code, parent, "", text(code), direction=direction, formula=formula)


FRAMEWORK = Framework(
    (_node("R", None), _node("x", "R", HIGHER), _node("y", "R", LOWER)),
    tuple(Series(series, text(series)) for series in ("sx", "sy")),
)
PANEL = Panel.of(np.stack([X, Y], axis=-1), periods=PERIODS, units=UNITS, series=("sx", "sy"))


def scaled(method: str, figures: Panel = PANEL) -> Result:
    document = f'schema = 1\n[[steps]]\nstep = "normalise"\n{method}\n{REST}'
    reading = read(document.encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return build(FRAMEWORK, figures, reading.recipe)


def refused(method: str, figures: Panel = PANEL) -> list[tuple[str, str | None, int | None]]:
    with pytest.raises(Faulty) as caught:
        scaled(method, figures)
    for fault in caught.value.faults:
        for lang in ("vi", "en"):
            assert "{" not in fault.text(lang)
    return [(fault.kind, fault.column, fault.row) for fault in caught.value.faults]


def faults_of(method: str) -> list[tuple[str, str | None]]:
    document = f'schema = 1\n[[steps]]\nstep = "normalise"\n{method}\n{REST}'
    return [(fault.kind, fault.column) for fault in read(document.encode()).faults]


def with_figure(period: int, unit: int, series: int, figure: float) -> Panel:
    values = PANEL.values.copy()
    values[period, unit, series] = figure
    return Panel.of(values, periods=PERIODS, units=UNITS, series=("sx", "sy"))


Wanted = list[list[float]]
THIRD = 100 / 3
BY_PERCENTILE = 'method = "bands"\nby = "percentile"\nties = "min"'
ABOUT_A = 'method = "mpi"\ncentre = 0\nspread = 1\nconstant = "missing"\nunit = "A"'
# Method, scores of x, scores of y: (period, unit), worked out by hand.
CASES: dict[str, tuple[str, Wanted, Wanted]] = {
    "minmax of one year": (
        'method = "minmax"\nlow = 0\nhigh = 100\nconstant = "missing"\nsample = "2020"',
        [[0, THIRD, 100, NAN], [THIRD, THIRD, 700 / 3, 500 / 3]],
        [[400 / 7, 600 / 7, 100, 0], [600 / 7, 600 / 7, 750 / 7, 100]],
    ),
    "minmax of all years": (
        'method = "minmax"\nlow = 0\nhigh = 70\nconstant = "missing"\nsample = "pooled"',
        [[0, 10, 30, NAN], [10, 10, 70, 50]],
        [[280 / 7.5, 420 / 7.5, 490 / 7.5, 0], [420 / 7.5, 420 / 7.5, 70, 490 / 7.5]],
    ),
    "mpi of one year": (  # mean 70/3, half-range 15; mean 3.75, half-range 3.5
        'method = "mpi"\ncentre = 100\nspread = 30\nconstant = "missing"\nsample = "2020"',
        [[100 - 80 / 3, 100 - 20 / 3, 100 + 100 / 3, NAN],
         [100 - 20 / 3, 100 - 20 / 3, 100 + 340 / 3, 100 + 220 / 3]],
        [[100 - 7.5 / 3.5, 100 + 52.5 / 3.5, 100 + 82.5 / 3.5, 100 - 127.5 / 3.5],
         [100 + 52.5 / 3.5, 100 + 52.5 / 3.5, 100 + 97.5 / 3.5, 100 + 82.5 / 3.5]],
    ),
    "mpi about a unit, range over all years": (  # half-range 35; 3.75
        'method = "mpi"\ncentre = 100\nspread = 35\nconstant = "missing"\nreach = "pooled"\nunit = "B"',
        [[90, 100, 120, NAN], [100, 100, 160, 140]],
        [[100 - 70 / 3.75, 100, 100 + 35 / 3.75, 100 - 210 / 3.75],
         [100, 100, 100 + 52.5 / 3.75, 100 + 35 / 3.75]],
    ),
    "rank": (
        'method = "rank"\nties = "mean"',
        [[1, 2, 3, NAN], [1.5, 1.5, 4, 3]],
        [[2, 3, 4, 1], [1.5, 1.5, 4, 3]],
    ),
    "rank among all years": (  # x: 10 20 20 20 40 60 80; y from the worst: 8 4 2 2 2 1 1 .5
        'method = "rank"\nties = "dense"\nsample = "pooled"',
        [[1, 2, 3, NAN], [2, 2, 5, 4]],
        [[2, 3, 4, 1], [3, 3, 5, 4]],
    ),
    "rank among one year": (  # 60 and 80 are beyond 40, the best of three
        'method = "rank"\nties = "min"\nsample = "2020"',
        [[1, 2, 3, NAN], [2, 2, 3, 3]],
        [[2, 3, 4, 1], [3, 3, 4, 4]],
    ),
    "borda": ('method = "borda"\nties = "min"', [[0, 1, 2, NAN], [0, 0, 3, 2]], [[1, 2, 3, 0], [0, 0, 3, 2]]),
    "percentile": (
        'method = "percentile"\nformula = "between"\nties = "min"\nlow = 0\nhigh = 100',
        [[0, 50, 100, NAN], [0, 0, 100, 200 / 3]],
        [[THIRD, 200 / 3, 100, 0], [0, 0, 100, 200 / 3]],
    ),
    "distance to the best": (
        'method = "distance-to-best"\nfactor = 1\nconstant = "missing"',
        [[0, 1 / 3, 1, NAN], [0, 0, 1, 2 / 3]],
        [[4 / 7, 6 / 7, 1, 0], [0, 0, 1, 2 / 3]],
    ),
    "distance to a unit": (
        'method = "distance-to-unit"\nunit = "C"\nfactor = 100\ncap = true\nsample = "2020"',
        [[0, THIRD, 100, NAN], [THIRD, THIRD, 100, 100]],
        [[400 / 7, 600 / 7, 100, 0], [600 / 7, 600 / 7, 100, 100]],
    ),
    "distance to a target": (
        'method = "distance-to-target"\ntarget = 4\nfactor = 1\ncap = false\nmet = "full"',
        [[1, 1, 1, NAN], [1, 1, 1, 1]],
        [[1, 1.5, 1.75, 0], [1, 1, 1, 1]],
    ),
    "share of the best": (
        'method = "ratio"\nto = "best"\nfactor = 100',
        [[25, 50, 100, NAN], [25, 25, 100, 75]],
        [[25, 50, 100, 12.5], [25, 25, 100, 50]],
    ),
    "relative difference from the mean": (
        'method = "ratio"\nto = "mean"\nfactor = 1\ndifference = true',
        [[-4 / 7, -1 / 7, 5 / 7, NAN], [-5 / 9, -5 / 9, 7 / 9, 3 / 9]],
        [[-0.25 / 3.75, 1.75 / 3.75, 2.75 / 3.75, -4.25 / 3.75],
         [-0.625 / 1.375, -0.625 / 1.375, 0.875 / 1.375, 0.375 / 1.375]],
    ),
    "share of a unit": (
        'method = "ratio"\nto = "unit"\nunit = "B"\nfactor = 1',
        [[0.5, 1, 2, NAN], [1, 1, 4, 3]],
        [[0.5, 1, 2, 0.25], [1, 1, 4, 2]],
    ),
    "about the mean": (
        'method = "about-mean"\nband = 0.2\nbelow = -1\nwithin = 0\nabove = 1',
        [[-1, 0, 1, NAN], [-1, -1, 1, 1]],
        [[0, 1, 1, -1], [-1, -1, 1, 1]],
    ),
    "bands of figures": (
        'method = "bands"\nby = "figure"\ncuts = [2, 20]\nscores = [0, 50, 100]\nedge = "better"',
        [[50, 100, 100, NAN], [100, 100, 100, 100]],
        [[50, 100, 100, 50], [100, 100, 100, 100]],
    ),
    "bands of percentiles": (
        f'{BY_PERCENTILE}\nformula = "share"\ncuts = [30, 75]\nscores = [1, 2, 3]\nedge = "worse"',
        [[2, 2, 3, NAN], [1, 1, 3, 2]],
        [[2, 2, 3, 1], [1, 1, 3, 2]],
    ),
    "change": (
        'method = "change"\nof = "before"\nfactor = 100',
        [[NAN] * 4, [100, 0, 100, NAN]],
        [[NAN] * 4, [50, 0, 50, 87.5]],
    ),
    "scaled": (
        'method = "scaled"\nlower = 0\nupper = 10\nfactor = 1',
        [[1, 2, 4, NAN], [2, 2, 8, 6]],
        [[0.6, 0.8, 0.9, 0.2], [0.8, 0.8, 0.95, 0.9]],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_scores_by_hand(name: str) -> None:
    method, x, y = CASES[name]

    result = scaled(method)

    close(result.normalised[:, :, 0], np.array(x), 1e-12)
    close(result.normalised[:, :, 1], np.array(y), 1e-12)


def _flags(result: Result, flag: Flag) -> list[tuple[int, int, int]]:
    return [tuple(map(int, at)) for at in np.argwhere(result.flags & flag)]  # type: ignore[misc]


def test_what_is_held_is_marked() -> None:
    found = _flags(scaled(CASES["distance to a unit"][0]), Flag.CAPPED)
    assert found == [(1, 2, 0), (1, 2, 1), (1, 3, 0)]
    assert _flags(scaled(CASES["rank among one year"][0]), Flag.CAPPED) == [(1, 2, 0), (1, 2, 1), (1, 3, 0)]
    assert _flags(scaled(CASES["rank"][0]), Flag.CAPPED) == []


@pytest.mark.parametrize(
    "name", [name for name in CASES if name not in ("scaled", "change", "bands of figures")]
)
def test_an_indicator_on_which_all_agree_is_marked_and_its_scores_agree(name: str) -> None:
    values = PANEL.values.copy()
    values[:, :, 0] = 7.0
    figures = Panel.of(values, periods=PERIODS, units=UNITS, series=("sx", "sy"))
    method = CASES[name][0]
    if 'unit = "C"' in method:
        assert {kind for kind, *_ in refused(method, figures)} == {"reference-worst"}
        return

    result = scaled(method, figures)

    column = result.normalised[:, :, 0]
    assert np.isnan(column).all() or (column == column[0, 0]).all()
    marked = {at[:2] for at in _flags(result, Flag.CONSTANT) if at[2] == 0}
    assert marked == {(p, u) for p in range(2) for u in range(4)}


def test_a_unit_screened_out_is_not_put_behind_its_equals() -> None:
    """Measured by another year, who counts may score beyond its ends, and so far who does not count too."""
    screen = '[[steps]]\nstep = "screen"\nmethod = "named"\nfail = "bracketed"\ndrop = ["D"]\n'
    method = 'method = "minmax"\nlow = 0\nhigh = 100\nconstant = "missing"\nsample = "2020"'
    recipe = read(f'schema = 1\n{screen}[[steps]]\nstep = "normalise"\n{method}\n{REST}'.encode()).recipe
    assert recipe is not None
    wanted = {60.0: 500 / 3, 80.0: 700 / 3, 90.0: 700 / 3, 5.0: 0.0}

    for figure, score in wanted.items():
        values = PANEL.values.copy()
        values[1, 3, 0] = figure
        result = build(FRAMEWORK, Panel.of(values, periods=PERIODS, units=UNITS, series=("sx", "sy")), recipe)
        close(result.normalised[1, :, 0], [100 / 3, 100 / 3, 700 / 3, score])
        assert bool(result.flags[1, 3, 0] & Flag.CAPPED) == (figure in (90.0, 5.0))


@pytest.mark.parametrize("name", CASES)
def test_units_that_are_screened_out_move_nobody(name: str) -> None:
    """Unit D is left out of the samples: the others score as if it were not there; it is scored by theirs."""
    document = f'schema = 1\n[[steps]]\nstep = "normalise"\n{CASES[name][0]}\n{REST}'
    recipe = read(document.encode()).recipe
    assert recipe is not None
    without = Panel.of(PANEL.values[:, :3], periods=PERIODS, units=UNITS[:3], series=("sx", "sy"))

    work = stages.begin(FRAMEWORK, PANEL, recipe)
    work.included[:, 3] = False
    step.apply(work)

    assert work.normalised is not None
    close(work.normalised[:, :3], build(FRAMEWORK, without, recipe).normalised, 1e-12)
    if "change" not in name:
        assert not np.isnan(work.normalised[1, 3]).any()
    if name in ("rank", "borda", "percentile"):
        assert work.normalised[1, 3, 0] <= work.normalised[1, 2, 0]


def test_a_period_of_which_nothing_is_known_is_no_sample() -> None:
    found = refused('method = "minmax"\nlow = 0\nhigh = 1\nconstant = "missing"\nsample = "2019"')
    assert found == [("unknown-sample", "sample", 4)]
    found = refused(
        'method = "mpi"\ncentre = 0\nspread = 1\nconstant = "missing"\nreach = "2019"\nunit = "Z"'
    )
    assert found == [("unknown-sample", "reach", 4), ("unknown-reference", "unit", 4)]


def test_a_reference_that_measures_nothing_is_refused() -> None:
    unit = 'method = "distance-to-unit"\nunit = "D"\nfactor = 1\ncap = false'
    assert refused(unit) == [("reference-missing", "x", 4), ("reference-worst", "y", 4)]
    assert refused(unit.replace('"D"', '"A"')) == [
        ("reference-worst", "x", 4), ("reference-worst", "x", 4), ("reference-worst", "y", 4),
    ]  # fmt: skip
    assert refused('method = "ratio"\nto = "unit"\nunit = "D"\nfactor = 1') == [("reference-missing", "x", 4)]
    assert refused('method = "mpi"\ncentre = 0\nspread = 1\nconstant = "missing"\nunit = "D"') == [
        ("reference-missing", "x", 4)
    ]


def test_a_ratio_to_nothing_is_refused() -> None:
    best = 'method = "ratio"\nto = "best"\nfactor = 1'
    assert refused(best, with_figure(0, 1, 1, 0.0)) == [("no-ratio", "y", 4)]
    worst = 'method = "ratio"\nto = "worst"\nfactor = 1'
    assert refused(worst, with_figure(1, 0, 0, -1.0)) == [("no-ratio", "x", 4)]
    result = scaled(best, with_figure(0, 0, 0, 0.0))
    assert result.normalised[0, 0, 0] == 0


@pytest.mark.parametrize(
    ("method", "wrong"),
    [
        (f'{ABOUT_A}\nsample = "pooled"', "sample"),
        ('method = "bands"\nby = "figure"\ncuts = [2, 2]\nscores = [0, 1, 2]\nedge = "better"', "cuts"),
        ('method = "bands"\nby = "figure"\ncuts = [2, 3]\nscores = [0, 1]\nedge = "better"', "scores"),
        ('method = "about-mean"\nband = 1\nbelow = 2\nwithin = 0\nabove = 1', "within"),
        ('method = "scaled"\nlower = 3\nupper = 3\nfactor = 1', "upper"),
        ('method = "percentile"\nformula = "share"\nties = "min"\nlow = 1\nhigh = 0', "high"),
        ('method = "ratio"\nto = "unit"\nfactor = 1', "unit"),
        (f'{BY_PERCENTILE}\ncuts = [2]\nscores = [0, 1]\nedge = "worse"', "formula"),
    ],
)  # fmt: skip
def test_policies_that_do_not_go_together(method: str, wrong: str) -> None:
    assert [column for _, column in faults_of(method)] == [wrong]


def test_years_in_another_order_have_the_same_scores() -> None:
    """Except under `change`, which looks back."""
    turned = Panel.of(PANEL.values[::-1], periods=PERIODS[::-1], units=UNITS, series=("sx", "sy"))
    for name, (method, *_) in CASES.items():
        if name != "change":
            there, back = scaled(method), scaled(method, turned)
            close(back.normalised[::-1], there.normalised, 1e-12)


def test_a_digest_knows_every_policy() -> None:
    recipe = read(
        f'schema = 1\n[[steps]]\nstep = "normalise"\n{CASES["bands of figures"][0]}\n{REST}'.encode()
    )
    assert recipe.recipe is not None
    other = replace(recipe.recipe, normalise=replace(recipe.recipe.normalise, edge="worse"))  # type: ignore[type-var, call-arg]
    assert other.digest != recipe.recipe.digest


def test_the_report_on_scales_says_what_they_were_taken_from() -> None:
    """Least, most, mean and deviation of each sample; two samples where the range is from another."""

    def rows(method: str) -> dict[tuple[object, object], tuple[object, ...]]:
        (report,) = [one for one in scaled(method).reports if one.name == "scales"]
        assert report.head == ("sample", "node", "units", "least", "most", "mean", "sd")
        return {(row[0], row[1]): row[2:] for row in report.rows}

    found = rows('method = "zscore"\nsd = "population"\ncentre = 0\nspread = 1\nconstant = "missing"')
    assert set(found) == {(period, node) for period in PERIODS for node in "xy"}
    assert found["2021", "x"] == (4, 20, 80, 45, pytest.approx(np.std([20, 20, 80, 60])))
    assert found["2020", "x"][:4] == (3, 10, 40, pytest.approx(70 / 3))
    found = rows(CASES["mpi about a unit, range over all years"][0])
    assert {key[0] for key in found} == {"2020", "2021", "pooled"}
    assert found["pooled", "y"][:3] == (8, 0.5, 8)
    found = rows(CASES["rank among one year"][0])
    assert set(found) == {("2020", "x"), ("2020", "y")}
    assert not [one for one in scaled(CASES["scaled"][0]).reports if one.name == "scales"]
