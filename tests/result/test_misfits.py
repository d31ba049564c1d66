"""What does not fit together is refused, every misfit at once and each by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from _arrays import NAN
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Criterion, Direct, Direction, Framework, Node, Ratio, Rubric, Series
from innodex.panel import Panel
from innodex.recipe import Aggregation, AsIs, Goalposts, MinMax, Ranking, Recipe
from innodex.result import build
from innodex.territory import Territory, Unit

HIGHER, LOWER = Direction


def node(code: str, parent: str | None, formula: object = None, direction: Direction | None = None) -> Node:
    return Node(code, code, parent, "", text(code), direction=direction, formula=formula)  # type: ignore[arg-type]


FRAMEWORK = Framework(
    (
        node("R", None),
        node("A", "R"),
        node("a1", "A", Direct("s1"), HIGHER),
        node("a2", "A", Ratio("s2", "s3"), HIGHER),
        node("B", "R"),
        node("b1", "B", Rubric((Criterion("c1", 2), Criterion("c2", 1))), HIGHER),
        node("b2", "B", Direct("s4"), LOWER),
    ),
    tuple(Series(series, text(series)) for series in ("s1", "s2", "s3", "s4", "c1", "c2")),
)
SERIES = ("s1", "s2", "s3", "s4", "c1", "c2")
RECIPE = Recipe(
    title=text("Recipe"),
    normalise=MinMax(0, 100, "missing"),
    normalise_at={"a1": Goalposts(1, 100, "log", "none", 0, 100)},
    weight=1,
    weight_at={"A": 2},
    aggregate=Aggregation("arithmetic", "available"),
    aggregate_at={},
    rank=Ranking("min", significant=12),
    rank_at={},
)
FIGURES = np.array([[[10.0, 1, 2, 5, 2, 0], [20.0, NAN, 4, 6, 1, 1]]])


def panel(figures: np.ndarray = FIGURES, series: tuple[str, ...] = SERIES) -> Panel:  # type: ignore[type-arg]
    return Panel.of(figures, periods=("2022",), units=("U", "V"), series=series)


def kinds(
    framework: Framework = FRAMEWORK,
    figures: Panel | None = None,
    recipe: Recipe = RECIPE,
    territory: Territory | None = None,
) -> list[tuple[str, str | None]]:
    with pytest.raises(Faulty) as refused:
        build(framework, figures or panel(), recipe, territory=territory)
    for fault in refused.value.faults:
        for lang in ("vi", "en"):
            assert fault.text(lang)
            assert "{" not in fault.text(lang)
    return sorted((fault.kind, fault.column) for fault in refused.value.faults)


def test_what_fits_is_built() -> None:
    assert build(FRAMEWORK, panel(), RECIPE).score.shape == (1, 2, 7)


def test_every_misfit_at_once() -> None:
    wrong = replace(
        RECIPE,
        normalise=AsIs(),
        normalise_at={"A": AsIs(), "a1": Goalposts(1, 100, "log", "high", 0, 1), "zz": AsIs()},
        weight_at={"R": 2, "a1": 0, "a2": 0},
        aggregate_at={"a2": Aggregation("sum", "all")},
        rank_at={"a3": Ranking("min", significant=3)},
        within=("region",),
    )
    figures = np.array([[[0.0, 1, 0, 5, 2, 0], [-2.0, 1, 4, 6, 3, -1]]])
    assert kinds(figures=panel(figures), recipe=wrong) == sorted(
        [
            ("lower-unscaled", "method"),
            ("only-indicators", "A"),
            ("unknown-node", "zz"),
            ("weight-of-root", "R"),
            ("zero-weights", "a1"),
            ("only-parents", "a2"),
            ("unknown-node", "a3"),
            ("no-territory", "within"),
            ("zero-denominator", "s3"),
            ("points-off-scale", "c1"),
            ("points-off-scale", "c2"),
            ("log-of-nonpositive", "s1"),
            ("log-of-nonpositive", "s1"),
        ]
    )


def test_series_and_units_that_are_not_there() -> None:
    territory = Territory("made-up", (Unit("U", text("U")),))
    figures = panel(FIGURES[:, :, :4], SERIES[:4])
    assert kinds(figures=figures, territory=territory) == [
        ("series-without-data", "c1"),
        ("series-without-data", "c2"),
        ("unknown-unit", "unit"),
    ]


def test_one_fault_for_all_that_owe_it_to_the_default_weight() -> None:
    with pytest.raises(Faulty) as refused:
        build(FRAMEWORK, panel(), replace(RECIPE, weight=0, weight_at={}))
    (fault,) = refused.value.faults
    assert (fault.kind, fault.values["found"]) == ("zero-weights", "R, A, B")


@pytest.mark.parametrize("cap", ["low", "both"])
def test_a_figure_held_at_its_lower_post_may_be_zero(cap: str) -> None:
    scale = Goalposts(1, 100, "log", cap, 0, 100)  # type: ignore[arg-type]
    figures = FIGURES.copy()
    figures[0, :, 0] = [0, -5]
    result = build(FRAMEWORK, panel(figures), replace(RECIPE, normalise_at={"a1": scale}))
    assert result.normalised[0, :, 0].tolist() == [0, 0]


def test_figures_outside_the_validity_of_an_indicator_are_nobody_s_fault() -> None:
    later = [
        replace(one, valid_from="2023") if one.code in ("a1", "a2", "b1") else one for one in FRAMEWORK.nodes
    ]
    figures = np.array([[[0.0, 1, 0, 5, 9, 0], [-2.0, 1, 4, 6, 3, -1]]])
    result = build(Framework(tuple(later), FRAMEWORK.series), panel(figures), RECIPE)
    assert result.normalised[0, :, -1].tolist() == [100, 0]
    assert np.isnan(result.normalised[0, :, :-1]).all()
