"""The step `treat` through `build`, from recipe documents: methods, samples, flags, reports and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from _arrays import NAN, close
from _trees import text
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Flag, Report, Result, build

UNITS = tuple("ABCDEFGH")
PERIODS = ("2020", "2021")
# Period, unit: one high outlier in x in the first year, one low in y in the second; less is better in y.
X = [[1.0, 2, 3, 4, 5, 6, NAN, 90], [1, 2, 3, 4, 5, 6, 7, 8]]
Y = [[8.0, 7, 6, 5, 4, 3, 2, 1], [-99, 7, 6, 5, 4, 3, 2, 1]]
REST = """
[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"

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
WINSORISE = """
method = "outliers"
suspect = "both"
skewness = 2
kurtosis = 3.5
first = "winsorise"
limit = "points"
points = 5
then = "nothing"
failed = "last"
"""


def _node(code: str, parent: str | None, direction: Direction | None = None) -> Node:
    formula = None if direction is None else Direct(f"s{code}")
    return Node(code, code, parent, "", text(code), direction=direction, formula=formula)


FRAMEWORK = Framework(
    (_node("R", None), _node("x", "R", Direction.HIGHER), _node("y", "R", Direction.LOWER)),
    tuple(Series(series, text(series)) for series in ("sx", "sy")),
)
PANEL = Panel.of(np.stack([X, Y], axis=-1), periods=PERIODS, units=UNITS, series=("sx", "sy"))


def document(method: str, before: str = "") -> bytes:
    return f'schema = 1\n{before}\n[[steps]]\nstep = "treat"\n{method}\n{REST}'.encode()


def treated(method: str, before: str = "") -> Result:
    reading = read(document(method, before))
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return build(FRAMEWORK, PANEL, reading.recipe)


def report(result: Result, name: str = "treat") -> Report:
    return next(one for one in result.reports if one.name == name)


def limits(result: Result) -> list[tuple[float, float]]:
    """Least and most of x and y in each period."""
    least, most = np.nanmin(result.treated, axis=1), np.nanmax(result.treated, axis=1)
    return [(least[p, i], most[p, i]) for p in range(2) for i in range(2)]


# Method, then (least, most) of x and of y in the first year, and of both in the second.
CASES = {
    'method = "none"': [(1, 90), (1, 8), (1, 8), (-99, 7)],
    WINSORISE: [(1, 6), (1, 8), (1, 8), (1, 7)],
    WINSORISE + 'sample = "2021"': [(1, 90), (1, 7), (1, 8), (1, 7)],
    WINSORISE + 'sample = "pooled"': [(1, 8), (1, 8), (1, 8), (1, 7)],
    WINSORISE.replace('"points"', '"share"').replace("points = 5", "share = 0.1"): [
        (1, 90), (1, 8), (1, 8), (-99, 7),
    ],
    WINSORISE.replace("points = 5", "points = 1"): [(1, 6), (1, 8), (1, 8), (1, 7)],
    'method = "percentiles"\nlow = 0\nhigh = 50\nside = "both"': [(1, 4), (1, 4.5), (1, 4.5), (-99, 3.5)],
    'method = "percentiles"\nlow = 50\nhigh = 100\nside = "low"': [(4, 90), (4.5, 8), (4.5, 8), (3.5, 7)],
    'method = "percentiles"\nlow = 40\nhigh = 50\nside = "high"': [(1, 4), (1, 4.5), (1, 4.5), (-99, 3.5)],
    'method = "iqr"\ntimes = 1.5\nside = "both"': [(1, 10), (1, 8), (1, 8), (-3.5, 7)],
    'method = "sd"\ntimes = 2\nsd = "population"\nside = "both"': [
        (1, 111 / 7 + 2 * np.sqrt((91 + 8100) / 7 - (111 / 7) ** 2)), (1, 8), (1, 8),
        (-71 / 8 - 2 * np.sqrt((99**2 + 140) / 8 - (71 / 8) ** 2), 7),
    ],
    'method = "caps"\nhigh = 6.5': [(1, 6.5), (1, 6.5), (1, 6.5), (-99, 6.5)],
    'method = "caps"\nlow = 2\nhigh = 7': [(2, 7), (2, 7), (2, 7), (2, 7)],
}  # fmt: skip


@pytest.mark.parametrize("method", CASES)
def test_by_hand(method: str) -> None:
    result = treated(method)
    close(np.array(limits(result)), np.array(CASES[method]))
    changed = ~np.isnan(result.raw) & (result.treated != result.raw)
    np.testing.assert_array_equal((result.flags & Flag.TREATED) > 0, changed)
    assert len(report(result).rows) == changed.sum()


def test_the_report_lists_every_changed_figure() -> None:
    result = treated(WINSORISE)
    assert report(result).head == ("period", "unit", "node", "before", "after", "how")
    assert list(report(result).rows) == [
        ("2020", "H", "x", 90.0, 6.0, "winsorise-high"),
        ("2021", "A", "y", -99.0, 1.0, "winsorise-low"),
    ]
    tests = {row[:2]: row for row in report(result, "treat-tests").rows}
    assert set(tests) == {(period, node) for period in PERIODS for node in "xy"}
    assert tests["2020", "x"][2] == "winsorise"
    assert tests["2020", "x"][5] == 1
    assert tests["2020", "x"][-1] == "no"
    assert tests["2021", "x"][2:] == ("", 0.0, pytest.approx(-1.2), None, None, None, None, None, "no")


SECOND = WINSORISE.replace("points = 5", "points = 0").replace('"nothing"', '"{}"\non = "original"')


@pytest.mark.parametrize(
    ("function", "extra", "wanted"),
    [
        ("log-ct", "", lambda x: np.log(x - 1 + 0.89)),
        ("log-ct-orig", "", lambda x: np.log(x)),
        ("log-ct-plus", "", lambda x: np.log(x - 1 + 0.89)),
        ("log-gii", 'factor = 1\nmirror = "direction"', lambda x: np.log(89 * (x - 1) / 89 + 1)),
        ("boxcox", 'lambda = "given"\npower = 0.5', lambda x: (np.sqrt(x) - 1) / 0.5),
    ],
)
def test_second_functions(function: str, extra: str, wanted: object) -> None:
    result = treated(SECOND.format(function) + extra)
    close(result.treated[0, :, 0], wanted(np.array(X[0])))  # type: ignore[operator]
    close(result.treated[1, :, 0], X[1])
    assert {row[-1] for row in report(result).rows} == {function}
    # Better stays better: y is still turned round by the scaling alone.
    assert (np.diff(result.normalised[1, 1:, 1]) > 0).all()


def test_the_mirrored_form_goes_by_direction_or_by_skewness() -> None:
    base = SECOND.format("log-gii") + "factor = 1\n"
    by_direction, by_tail = (treated(base + f'mirror = "{how}"') for how in ("direction", "skewness"))
    close(by_direction.treated, by_tail.treated)  # the tail of y is low, and less is better in it
    close(by_direction.treated[1, :, 1], -np.log(6 * (7 - np.array(Y[1])) / 106 + 1))


def test_the_power_of_greatest_likelihood_is_below_one_for_a_long_tail() -> None:
    result = treated(SECOND.format("boxcox") + 'lambda = "likelihood"')
    x = result.treated[0, ~np.isnan(result.treated[0, :, 0]), 0]
    assert x.max() < 5  # 90 as a logarithm is 4.5
    assert (np.diff(x) > 0).all()


def test_what_is_suspect_to_the_end() -> None:
    """log-ct lengthens the low tail of y: it may be kept, or taken back."""
    base = SECOND.format("log-ct").replace("points = 0", "points = 0")
    kept, back = (treated(base.replace('"last"', f'"{how}"')) for how in ("last", "original"))
    row = next(r for r in report(kept, "treat-tests").rows if r[:2] == ("2021", "y"))
    assert (row[2], row[-1]) == ("log-ct", "yes")
    close(back.treated[1, :, 1], Y[1])
    row = next(r for r in report(back, "treat-tests").rows if r[:2] == ("2021", "y"))
    assert (row[2], row[-1]) == ("", "yes")


def test_without_a_test_the_function_is_always_taken() -> None:
    result = treated('method = "outliers"\nsuspect = "always"\nfirst = "log-ct-orig"\nthen = "nothing"')
    close(result.treated[:, :, 0], np.log(np.array(X) - 1 + 1))


def test_exceptions_by_indicator_and_by_branch() -> None:
    result = treated(WINSORISE + '[steps.at.y]\nmethod = "none"')
    assert [row[2] for row in report(result).rows] == ["x"]
    result = treated('method = "none"\n[steps.at.R]\nmethod = "caps"\nhigh = 3')
    assert np.nanmax(result.treated) == 3


def test_several_steps_follow_one_another() -> None:
    first = 'method = "caps"\nhigh = 50\n[[steps]]\nstep = "treat"\n' + WINSORISE
    result = treated(first)
    assert [one.name for one in result.reports if one.name.startswith("treat")] == [
        "treat", "treat-2", "treat-tests-2",
    ]  # fmt: skip
    assert list(report(result).rows) == [("2020", "H", "x", 90.0, 50.0, "cap-high")]
    assert next(iter(report(result, "treat-2").rows)) == ("2020", "H", "x", 50.0, 6.0, "winsorise-high")


def test_a_unit_that_is_screened_out_moves_no_limit_and_is_held_by_it() -> None:
    """H holds the outlier of x in 2020, A that of y in 2021."""
    drop = '[[steps]]\nstep = "screen"\nmethod = "named"\nfail = "unranked"\ndrop = ["A"]\n'
    result = treated(WINSORISE, drop)
    assert not result.included[:, 0].any()
    close(result.treated[1, :, 1], Y[1])  # without A nothing is suspect: its figure is left to the scaling
    assert np.isnan(result.rank[:, 0]).all()
    close(result.treated[0, :, 0], [2, 2, 3, 4, 5, 6, NAN, 6])  # A's 1 is held at the lowest that counts
    held = treated(
        WINSORISE.replace("points = 5", "points = 0").replace('"nothing"', '"log-ct"\non = "original"'), drop
    )
    low = np.log(0.01 * 88)  # A's 1 is held at the lowest figure of the sample, 2
    close(held.treated[0, :2, 0], [low, low])


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        (WINSORISE.replace('suspect = "both"\n', ""), ("missing-policy", "suspect")),
        (WINSORISE.replace("points = 5\n", ""), ("missing-policy", "points")),
        (WINSORISE.replace('limit = "points"\npoints = 5\n', ""), ("missing-policy", "limit")),
        (WINSORISE + "share = 0.1", ("unknown-policy", "share")),
        (WINSORISE.replace('"nothing"', '"log-ct"'), ("missing-policy", "on")),
        (SECOND.format("boxcox"), ("missing-policy", "lambda")),
        (SECOND.format("boxcox") + 'lambda = "given"', ("missing-policy", "power")),
        (SECOND.format("log-gii") + 'mirror = "direction"', ("missing-policy", "factor")),
        (WINSORISE.replace('"points"', '"point"'), ("bad-policy", "limit")),
        (WINSORISE.replace('"points"', '["points"]'), ("bad-policy", "limit")),
        (WINSORISE.replace('"nothing"', '["log-ct"]'), ("bad-policy", "then")),
        (SECOND.format("boxcox") + 'lambda = "guess"\npower = 0.5', ("bad-policy", "lambda")),
        ('method = "caps"', ("bad-policy", "low")),
        ('method = "caps"\nlow = 3\nhigh = 2', ("bad-order", "high")),
        ('method = "percentiles"\nlow = 60\nhigh = 40\nside = "both"', ("bad-order", "high")),
        ('method = "sd"\ntimes = 0\nsd = "sample"\nside = "both"', ("bad-policy", "times")),
        ('method = "winsorize"', ("unknown-method", "method")),
    ],
)
def test_policies_are_asked_for(method: str, fault: tuple[str, str]) -> None:
    reading = read(document(method))
    assert [(one.kind, one.column) for one in reading.faults] == [fault]
    for one in reading.faults:
        for lang in ("vi", "en"):
            assert "{" not in one.text(lang)
