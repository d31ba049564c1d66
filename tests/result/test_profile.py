"""Strengths and weaknesses of a unit, against the rule as it is written."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from _arrays import NAN, Array, law, tables
from _trees import Case, cases, text
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import Aggregation, AsIs, Ranking, Recipe
from innodex.result import Result, build, strengths_and_weaknesses

Ties = ("min", "max", "dense", "mean")


def flat(x: Array, ties: str = "min") -> tuple[Framework, Result]:
    """An index of as many indicators as `x` has columns, taken as they are; more is better."""
    codes = [f"i{n}" for n in range(x.shape[1])]
    framework = Framework(
        (
            Node("R", "R", None, "", text("R")),
            *(Node(c, c, "R", "", text(c), direction=Direction.HIGHER, formula=Direct(c)) for c in codes),
        ),
        tuple(Series(c, text(c)) for c in codes),
    )
    recipe = Recipe(
        text("Recipe"), AsIs(), {}, 1, {}, Aggregation("arithmetic", "available"), {},
        Ranking(ties, significant=12), {},  # type: ignore[arg-type]
    )  # fmt: skip
    units = tuple(f"U{n}" for n in range(len(x)))
    return framework, build(
        framework, Panel.of(x[None], periods=("2022",), units=units, series=tuple(codes)), recipe
    )


def by_rule(x: Array, unit: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(units above + half of those level) / (units − 1): up to a quarter, from three quarters."""
    found = []
    for n in range(x.shape[1]):
        own, field = x[unit, n], [v for v in x[:, n].tolist() if not np.isnan(v)]
        if np.isnan(own) or len(set(field)) < 2:
            continue
        above = sum(v > own for v in field)
        level = sum(v == own for v in field) - 1
        # Four times the place, over whole numbers.
        found.append(((2 * above + level) / 2 / (len(field) - 1), n))
    best = sorted((place, n) for place, n in found if place <= 0.25)[:5]
    worst = sorted((-place, n) for place, n in found if place >= 0.75)[:5]
    return tuple(f"i{n}" for _, n in best), tuple(f"i{n}" for _, n in worst)


@law(tables(units=(1, 9), columns=(1, 9)), st.sampled_from(Ties))
def test_the_rule_whatever_the_rule_for_ties(x: Array, ties: str) -> None:
    framework, result = flat(x, ties)
    for u, unit in enumerate(result.units):
        assert strengths_and_weaknesses(result, framework, unit=unit, period="2022") == by_rule(x, u)


@law(cases())
def test_only_indicators_with_a_rank_and_nothing_is_both(case: Case) -> None:
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    leaves = {node.code for node in case.framework.nodes if node.formula is not None}
    for p, period in enumerate(result.periods):
        for u, unit in enumerate(result.units):
            best, worst = strengths_and_weaknesses(result, case.framework, unit=unit, period=period)
            assert len(best) <= 5
            assert len(worst) <= 5
            assert not set(best) & set(worst)
            for code in (*best, *worst):
                assert code in leaves
                assert not np.isnan(result.rank[p, u, result.nodes.index(code)])


def test_by_hand() -> None:
    """Five units: the second of five ends the best quarter, the fourth begins the worst."""
    x = np.array([[5.0, 1, 3, 7, NAN], [4, 2, 3, 7, 2], [3, 3, 3, 7, 1], [2, 4, 1, 7, 3], [1, 5, 1, 7, 4]])
    framework, result = flat(x)
    found = [strengths_and_weaknesses(result, framework, unit=unit, period="2022") for unit in result.units]
    assert found == [
        (("i0", "i2"), ("i1",)),  # level with two others at the top of i2: (0 + 1) / 4
        (("i0", "i2"), ("i1",)),
        (("i2",), ("i4",)),
        (("i1",), ("i2", "i0")),  # last of i2, shared: 3.5 / 4, worse than 3 / 4
        (("i1", "i4"), ("i0", "i2")),
    ]


def test_five_at_most_best_first_then_in_framework_order() -> None:
    x = np.vstack([np.full(8, 9.0), np.arange(8.0), np.zeros(8), np.zeros(8)])
    x[1, 6] = 99
    framework, result = flat(x)
    best, worst = strengths_and_weaknesses(result, framework, unit="U0", period="2022")
    assert best == ("i0", "i1", "i2", "i3", "i4")
    assert worst == ()
    assert strengths_and_weaknesses(result, framework, unit="U1", period="2022")[0] == ("i6",)
