"""The step `weigh` through `build`: weights that are found, by parent or for a whole branch."""

from __future__ import annotations

import numpy as np
import pytest

from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Result, build

LEAVES = ("a1", "a2", "b1", "b2")
PERIODS = ("2022", "2023")


def node(code: str, parent: str | None, level: str) -> Node:
    leaf = level == "indicator"
    return Node(
        code, code, parent, level, text(code), direction=Direction.HIGHER if leaf else None,
        formula=Direct(f"s-{code}") if leaf else None,
    )  # fmt: skip


FRAMEWORK = Framework(
    (
        node("R", None, "index"),
        node("A", "R", "pillar"),
        node("a1", "A", "indicator"),
        node("a2", "A", "indicator"),
        node("B", "R", "pillar"),
        node("b1", "B", "indicator"),
        node("b2", "B", "indicator"),
    ),
    tuple(Series(f"s-{code}", text(code)) for code in LEAVES),
)
FIGURES = np.array(
    [
        [[1, 2, 4, 10], [3, 2, 1, 20], [2, 8, 3, 40], [6, 4, 2, 30], [4, 7, 5, 90]],
        [[5, 1, 4, 10], [3, 3, 1, 20], [2, 7, 3, 70], [6, 4, 9, 30], [1, 6, 5, 50]],
    ],
    float,
)


def recipe(weigh: str) -> str:
    """A recipe with figures taken as they stand."""
    return f"""
schema = 1
title_en = "Made up"
[[steps]]
step = "normalise"
method = "none"
[[steps]]
step = "weigh"
{weigh}
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0.5
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""


def made(weigh: str, figures: np.ndarray = FIGURES) -> Result:  # type: ignore[type-arg]
    """The result of a recipe with this step."""
    found = read(recipe(weigh).encode())
    assert found.recipe is not None, [fault.text("en") for fault in found.faults]
    units = tuple(f"U{n}" for n in range(figures.shape[1]))
    panel = Panel.of(
        figures, periods=PERIODS[: len(figures)], units=units, series=tuple(f"s-{code}" for code in LEAVES)
    )
    return build(FRAMEWORK, panel, found.recipe)


def refused(weigh: str, figures: np.ndarray = FIGURES) -> list[tuple[str, str]]:  # type: ignore[type-arg]
    """(kind, English sentence) of each fault."""
    with pytest.raises(Faulty) as caught:
        made(weigh, figures)
    for fault in caught.value.faults:
        assert "{" not in fault.text("vi") + fault.text("en")
        assert "faults." not in fault.text("vi") + fault.text("en")
    return [(fault.kind, fault.text("en")) for fault in caught.value.faults]


def share(result: Result, code: str, period: int = 0) -> float:
    """The share of a node within its parent."""
    return float(result.share[period, result.node_at[code]])


def report(result: Result, table: str, sample: str = "2022") -> dict[tuple[object, object], object]:
    """{(node, child): value} of one table of the report on weights."""
    (found,) = [one for one in result.reports if one.name == "weights"]
    return {(row[1], row[3]): row[5] for row in found.rows if row[0] == sample and row[2] == table}


def by_definition(x: np.ndarray) -> float:  # type: ignore[type-arg]
    """Gini's coefficient as the mean of all differences over twice the mean."""
    return float(np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean()))


def test_gini_weights_within_each_parent_and_in_each_period() -> None:
    result = made('method = "gini"\nconstant = "refuse"')
    for p in range(2):
        a1, a2 = (by_definition(FIGURES[p, :, i]) for i in (0, 1))
        assert share(result, "a1", p) == pytest.approx(a1 / (a1 + a2), abs=1e-12)
        a = FIGURES[p, :, :2] @ [a1, a2] / (a1 + a2)
        np.testing.assert_allclose(result.score[p, :, result.node_at["A"]], a, rtol=1e-12)
        b1, b2 = (by_definition(FIGURES[p, :, i]) for i in (2, 3))
        pillars = by_definition(a), by_definition(FIGURES[p, :, 2:] @ [b1, b2] / (b1 + b2))
        assert share(result, "A", p) == pytest.approx(pillars[0] / sum(pillars), abs=1e-12)
    assert report(result, "gini")["A", "a1"] == pytest.approx(by_definition(FIGURES[0, :, 0]))


def test_weights_from_one_period_hold_in_all() -> None:
    result = made('method = "gini-reciprocal"\nconstant = "refuse"\nsample = "2023"')
    a1, a2 = (1 / by_definition(FIGURES[1, :, i]) for i in (0, 1))
    for p in range(2):
        assert share(result, "a1", p) == pytest.approx(a1 / (a1 + a2), abs=1e-12)
    assert ("A", "a1") in report(result, "weight", "2023")


def test_pooled_weights_go_by_all_periods_together() -> None:
    result = made('method = "gini"\nconstant = "refuse"\nsample = "pooled"')
    a1, a2 = (by_definition(FIGURES[:, :, i].ravel()) for i in (0, 1))
    assert share(result, "a1", 1) == pytest.approx(a1 / (a1 + a2), abs=1e-12)


def test_over_indicators_the_effective_weights_are_those_found() -> None:
    result = made('method = "gini"\nconstant = "refuse"\nover = "indicators"')
    found = np.array([by_definition(FIGURES[1, :, i]) for i in range(4)])
    leaves = [result.node_at[code] for code in LEAVES]
    np.testing.assert_allclose(result.effective[1, leaves], found / found.sum(), rtol=1e-12)
    np.testing.assert_allclose(result.score[1, :, 0], FIGURES[1] @ (found / found.sum()), rtol=1e-12)


def test_a_method_for_one_parent_leaves_the_others_to_their_numbers() -> None:
    result = made('weight = 1\n[steps.at]\nb1 = 3\n[steps.at.A]\nmethod = "gini"\nconstant = "zero"')
    assert share(result, "b1") == pytest.approx(0.75)
    assert share(result, "A") == pytest.approx(0.5)
    assert share(result, "a1") != pytest.approx(0.5)


def test_a_child_without_spread_gets_no_weight_or_is_refused() -> None:
    figures = FIGURES.copy()
    figures[0, :, 0] = 7
    assert share(made('method = "gini"\nconstant = "zero"', figures), "a1") == 0
    assert share(made('method = "gini-reciprocal"\nconstant = "zero"', figures), "a2") == 1
    ((kind, words),) = refused('method = "gini"\nconstant = "refuse"', figures)
    assert kind == "weights-not-found"
    assert "a1" in words
    figures[0, :, 1] = 2
    ((_, words),) = refused('method = "gini"\nconstant = "zero"', figures)
    assert "a1, a2" in words


def test_scores_below_zero_have_no_gini_weight() -> None:
    figures = FIGURES.copy()
    figures[1, 2, 3] = -1
    ((kind, words),) = refused('method = "gini"\nconstant = "zero"', figures)
    assert (kind, "b2" in words, "2023" in words) == ("weights-not-found", True, True)


def test_a_named_sample_must_know_every_child() -> None:
    figures = FIGURES.copy()
    figures[0, :, 2] = np.nan
    ((kind, words),) = refused('method = "gini"\nconstant = "zero"\nsample = "2022"', figures)
    assert (kind, "b1" in words) == ("weights-not-found", True)
