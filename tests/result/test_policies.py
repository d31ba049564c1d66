"""The table of policies (docs/reference/policies.md): what becomes of awkward figures. Each row is a test.

A row is named by the words in its first column; the last test holds page and tests together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isnan, nan

import numpy as np
import pytest

from _support import ROOT
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import Recipe, read
from innodex.result import Flag, Result, build

PAGE = ROOT / "docs" / "reference" / "policies.md"
ROWS: dict[str, Callable[[], None]] = {}
MINMAX = {"method": '"minmax"', "low": "0", "high": "100", "constant": '"missing"'}
AS_IT_IS = {"method": '"none"'}


def row(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """A row of the table."""

    def keep(test: Callable[[], None]) -> Callable[[], None]:
        assert name not in ROWS, name
        ROWS[name] = test
        return test

    return keep


def _step(name: str, policies: dict[str, str]) -> str:
    return f'[[steps]]\nstep = "{name}"\n' + "".join(f"{key} = {value}\n" for key, value in policies.items())


def made(
    figures: list[list[float]],
    *,
    scale: dict[str, str] = AS_IT_IS,
    mean: dict[str, str] | None = None,
    before: str = "",
    weights: str = "",
    ties: str = "min",
    lower: tuple[str, ...] = (),
) -> Result:
    """An index of indicators a, b, c directly under the top; figures by unit."""
    codes = "abc"[: len(figures[0])]
    leaves = [
        Node(
            code, code, "R", "indicator", text(code), formula=Direct(f"x{code}"),
            direction=Direction.LOWER if code in lower else Direction.HIGHER,
        )
        for code in codes
    ]  # fmt: skip
    framework = Framework(
        (Node("R", "R", None, "index", text("R")), *leaves), tuple(Series(f"x{c}", text(c)) for c in codes)
    )
    panel = Panel.of(
        np.array([figures]), periods=("2024",), units=tuple(f"u{at}" for at in range(len(figures))),
        series=tuple(f"x{code}" for code in codes),
    )  # fmt: skip
    return build(framework, panel, written(scale, mean, before, weights, ties))


def written(
    scale: dict[str, str], mean: dict[str, str] | None, before: str, weights: str, ties: str
) -> Recipe:
    mean = mean or {"method": '"arithmetic"', "missing": '"available"', "minimum_share": "0"}
    document = "schema = 1\n" + before + _step("normalise", scale)
    document += weights or _step("weigh", {"weight": "1"})
    document += _step("aggregate", mean) + _step("rank", {"ties": f'"{ties}"', "significant": "12"})
    reading = read(document.encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return reading.recipe


def top(result: Result) -> list[float]:
    """The scores of the index."""
    return result.score[0, :, 0].tolist()


def same(found: list[float], wanted: list[float]) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12, equal_nan=True)


def kinds(make: Callable[[], object]) -> set[str]:
    """The kinds of the faults with which a build is refused."""
    with pytest.raises(Faulty) as refused:
        make()
    return {fault.kind for fault in refused.value.faults}


def mean(method: str, **policies: str) -> dict[str, str]:
    return {"method": f'"{method}"', "missing": '"available"', "minimum_share": "0", **policies}


# ---- one missing cell ----------------------------------------------------------------------------------


@row("one missing cell, missing = available")
def _() -> None:
    same(top(made([[1, nan, 5], [2, 4, 6]])), [3, 4])
    same(top(made([[1, nan, 5], [2, 4, 6]], mean=mean("arithmetic", minimum_share="0.7"))), [nan, 4])


@row("one missing cell, missing = all")
def _() -> None:
    result = made([[1, nan, 5], [2, 4, 6]], mean={"method": '"arithmetic"', "missing": '"all"'})

    same(top(result), [nan, 4])
    assert isnan(result.rank[0, 0, 0])
    assert result.ranked(0, 0) == 1


@row("one missing cell, sum")
def _() -> None:
    same(top(made([[1, nan, 5], [2, 4, 6]], mean=mean("sum"))), [6, 12])


@row("one missing cell, imputed")
def _() -> None:
    result = made([[1, nan], [2, 4], [3, 6]], before=_step("impute", {"method": '"mean"'}))

    same(result.imputed[0, :, 1].tolist(), [5, 4, 6])
    assert isnan(result.raw[0, 0, 1])
    assert result.flags[0, 0, 1] & Flag.IMPUTED
    assert result.flags[0, 0, 1] & Flag.MISSING
    assert not result.flags[0, 1, 1] & Flag.IMPUTED


# ---- a missing column ----------------------------------------------------------------------------------


@row("a missing column, missing = available")
def _() -> None:
    same(top(made([[1, nan], [3, nan]], scale=MINMAX)), [0, 100])


@row("a missing column, missing = all")
def _() -> None:
    same(top(made([[1, nan], [3, nan]], mean={"method": '"arithmetic"', "missing": '"all"'})), [nan, nan])


@row("a missing column, imputed")
def _() -> None:
    """There is nothing to take a mean of: nothing is made up."""
    result = made([[1, nan], [3, nan]], before=_step("impute", {"method": '"mean"'}))

    assert np.isnan(result.imputed[0, :, 1]).all()
    assert not (result.flags & Flag.IMPUTED).any()


# ---- a constant column ---------------------------------------------------------------------------------


@row("a constant column, constant = missing")
def _() -> None:
    result = made([[1, 7], [3, 7]], scale=MINMAX)

    assert np.isnan(result.normalised[0, :, 1]).all()
    assert (result.flags[0, :, 1] & Flag.CONSTANT).all()
    same(top(result), [0, 100])


@row("a constant column, constant = middle")
def _() -> None:
    same(top(made([[1, 7], [3, 7]], scale={**MINMAX, "constant": '"middle"'})), [25, 75])
    zscore = {
        "method": '"zscore"', "sd": '"sample"', "centre": "50", "spread": "10", "constant": '"middle"',
    }  # fmt: skip
    assert made([[1, 7], [3, 7]], scale=zscore).normalised[0, :, 1].tolist() == [50, 50]


@row("a constant column, posts fixed beforehand")
def _() -> None:
    posts = {
        "method": '"goalposts"', "lower": "0", "upper": "10", "scale": '"linear"', "cap": '"both"',
        "low": "0", "high": "100",
    }  # fmt: skip
    same(made([[1, 7], [3, 7]], scale=posts).normalised[0, :, 1].tolist(), [70, 70])


@row("a constant column, rank")
def _() -> None:
    """All are level: all have the place that the rule for ties gives."""
    scores = made([[1, 7], [3, 7]], scale={"method": '"rank"', "ties": '"mean"'}).normalised[0]

    same(scores[:, 1].tolist(), [1.5, 1.5])


# ---- two equal units -----------------------------------------------------------------------------------


@row("two equal units, scores")
def _() -> None:
    result = made([[1, 2], [5, 6], [5, 6], [9, 9]], scale=MINMAX)

    assert (result.score[0, 1] == result.score[0, 2]).all()
    assert (result.rank[0, 1] == result.rank[0, 2]).all()


@row("two equal units, ties")
def _() -> None:
    for ties, wanted in {
        "min": [4, 2, 2, 1],
        "max": [4, 3, 3, 1],
        "mean": [4, 2.5, 2.5, 1],
        "dense": [3, 2, 2, 1],
    }.items():
        assert made([[1], [5], [5], [9]], ties=ties).rank[0, :, 0].tolist() == wanted


# ---- zeros and negatives -------------------------------------------------------------------------------


@row("zero, arithmetic")
def _() -> None:
    same(top(made([[0, 4], [2, 4]])), [2, 3])


@row("negative, arithmetic")
def _() -> None:
    same(top(made([[-2, 4], [2, 4]])), [1, 3])


@row("zero or negative, geometric, nonpositive = missing")
def _() -> None:
    same(top(made([[0, 4], [-1, 4], [1, 4]], mean=mean("geometric", nonpositive='"missing"'))), [nan, nan, 2])


@row("zero or negative, geometric, nonpositive = zero")
def _() -> None:
    same(top(made([[0, 4], [-1, 4], [1, 4]], mean=mean("geometric", nonpositive='"zero"'))), [0, 0, 2])


@row("zero or negative, geometric, nonpositive = refuse")
def _() -> None:
    assert kinds(lambda: made([[0, 4], [1, 4]], mean=mean("geometric", nonpositive='"refuse"')))


@row("zero, harmonic")
def _() -> None:
    same(top(made([[0, 4], [2, 6]], mean=mean("harmonic", nonpositive='"missing"'))), [nan, 3])
    same(top(made([[0, 4], [2, 6]], mean=mean("harmonic", nonpositive='"zero"'))), [0, 3])


@row("negative, harmonic")
def _() -> None:
    same(top(made([[-2, 4], [2, 6]], mean=mean("harmonic", nonpositive='"missing"'))), [nan, 3])


@row("zero, power")
def _() -> None:
    """A zero is an ordinary value under a positive exponent, and has no reciprocal under a negative one."""
    policies = {"nonpositive": '"missing"'}
    same(top(made([[0, 4], [3, 3]], mean=mean("power", exponent="2", **policies))), [8**0.5, 3])
    same(top(made([[0, 4], [3, 3]], mean=mean("power", exponent="-1", **policies))), [nan, 3])


@row("negative, power")
def _() -> None:
    same(top(made([[-1, 4], [3, 3]], mean=mean("power", exponent="2", nonpositive='"missing"'))), [nan, 3])


@row("zero or negative, sum, minimum and median")
def _() -> None:
    for method, wanted in {"sum": 3.0, "minimum": -1.0, "median": 0.0}.items():
        same(top(made([[-1, 0, 4], [1, 1, 1]], mean=mean(method)))[:1], [wanted])


# ---- less is better ------------------------------------------------------------------------------------


@row("less is better, minmax")
def _() -> None:
    same(made([[1], [2], [5]], scale=MINMAX, lower=("a",)).normalised[0, :, 0].tolist(), [100, 75, 0])


@row("less is better, zscore")
def _() -> None:
    scale = {
        "method": '"zscore"',
        "sd": '"population"',
        "centre": "0",
        "spread": "1",
        "constant": '"missing"',
    }
    same(made([[1], [3]], scale=scale, lower=("a",)).normalised[0, :, 0].tolist(), [1, -1])


@row("less is better, goalposts")
def _() -> None:
    scale = {
        "method": '"goalposts"', "lower": "0", "upper": "10", "scale": '"linear"', "cap": '"both"',
        "low": "0", "high": "100",
    }  # fmt: skip
    same(made([[1], [12]], scale=scale, lower=("a",)).normalised[0, :, 0].tolist(), [90, 0])


@row("less is better, rank")
def _() -> None:
    scale = {"method": '"rank"', "ties": '"min"'}
    same(made([[1], [2], [5]], scale=scale, lower=("a",)).normalised[0, :, 0].tolist(), [3, 2, 1])


@row("less is better, none")
def _() -> None:
    assert kinds(lambda: made([[1], [2]], lower=("a",))) == {"lower-unscaled"}


# ---- who is screened out -------------------------------------------------------------------------------


@row("too few figures")
def _() -> None:
    """The third unit keeps its scores, sets no bound and has no rank."""
    before = _step(
        "screen",
        {"method": '"availability"', "count": '"observed"', "minimum": "1", "fail": '"unranked"'},
    )
    result = made([[1, 2], [3, 4], [9, nan]], before=before, scale=MINMAX)

    assert result.included[0].tolist() == [True, True, False]
    same(result.normalised[0, :, 0].tolist(), [0, 100, 100])
    assert result.flags[0, 2, 0] & Flag.CAPPED
    assert isnan(result.rank[0, 2, 0])
    assert not isnan(result.score[0, 2, 0])
    assert result.ranked(0, 0) == 2


# ---- the page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_the_table(name: str) -> None:
    ROWS[name]()


def test_page_and_tests_name_the_same_rows() -> None:
    listed = re.findall(r"^\| ([a-z][^|]*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert listed == list(ROWS)
