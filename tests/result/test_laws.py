"""Laws of `build`, on indices of any shape; and what is missing, not applicable and marked, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law
from _trees import Case, aggregations, all_posts, cases, frameworks, panels, recipes, territory_of, text
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel, Status
from innodex.recipe import Aggregation, AsIs, Goalposts, MinMax, Ranking, Recipe
from innodex.result import Flag, Result, build


def made(case: Case, panel: Panel | None = None) -> Result:
    return build(case.framework, panel or case.panel, case.recipe, territory=case.territory)


# ---- order and company -----------------------------------------------------------------------------------


@law(cases(), st.integers(0, 99))
def test_order_of_units_and_of_series_is_irrelevant(case: Case, seed: int) -> None:
    draw = np.random.default_rng(seed)
    panel = case.panel
    down, across = draw.permutation(len(panel.units)), draw.permutation(len(panel.series))
    at = np.ix_(range(len(panel.periods)), down, across)
    other = Panel(
        panel.periods,
        tuple(panel.units[u] for u in down),
        tuple(panel.series[s] for s in across),
        panel.values[at],
        panel.status[at],
        panel.source[at],
        panel.sources,
    )
    one, two = made(case), made(case, other)
    close(two.score, one.score[:, down])
    np.testing.assert_array_equal(two.flags, one.flags[:, down])
    np.testing.assert_array_equal(two.rank, one.rank[:, down])
    np.testing.assert_array_equal(two.group_rank, one.group_rank[:, :, down])


@law(cases(), st.integers(0, 99))
def test_order_of_nodes_is_irrelevant(case: Case, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(case.framework.nodes))
    shuffled = Framework(tuple(case.framework.nodes[n] for n in order), case.framework.series)
    one, two = made(case), build(shuffled, case.panel, case.recipe, territory=case.territory)
    close(two.score, one.score[:, :, order])
    close(two.effective, one.effective[:, order])


@law(cases())
def test_each_period_is_an_index_of_its_own(case: Case) -> None:
    whole = made(case)
    for p, period in enumerate(case.panel.periods):
        alone = made(case, case.panel.only(period))
        np.testing.assert_array_equal(alone.score[0], whole.score[p])
        np.testing.assert_array_equal(alone.rank[0], whole.rank[p])
        np.testing.assert_array_equal(alone.flags[0], whole.flags[p])


@st.composite
def cases_of_goalposts(draw: st.DrawFn) -> Case:
    """Every indicator is a series between fixed posts, and every figure is there."""
    framework = draw(frameworks(plain=True))
    panel = draw(panels(framework, gaps=False))
    recipe = draw(recipes(framework, scales=all_posts, means=aggregations))
    # A figure as it stands may be below zero, as may one beside its post: both are within the law.
    return Case(framework, panel, recipe, territory_of(panel))


@law(cases_of_goalposts(), st.integers(0, 999), st.integers(1, 200))
def test_better_data_never_lower_the_own_score(case: Case, seed: int, more: int) -> None:
    """Under fixed posts and means with given weights; nor do they change anybody else's score."""
    panel, draw = case.panel, np.random.default_rng(seed)
    leaves = [node for node in case.framework.nodes if node.formula is not None]
    leaf = leaves[draw.integers(len(leaves))]
    p, u = draw.integers(len(panel.periods)), draw.integers(len(panel.units))
    assert isinstance(leaf.formula, Direct)
    better = panel.values.copy()
    better[p, u, panel.series.index(leaf.formula.series)] += more * (
        1 if leaf.direction is Direction.HIGHER else -1
    )
    before, after = made(case), made(case, replace(panel, values=better))
    own = ~np.isnan(before.score[p, u])
    assert (after.score[p, u, own] >= before.score[p, u, own] - 1e-9).all()
    others = np.arange(len(panel.units)) != u
    np.testing.assert_array_equal(after.score[:, others], before.score[:, others])
    there = ~np.isnan(before.score[p, u]) & ~np.isnan(after.score[p, u])
    coarse = [case.recipe.rank_at.get(code, case.recipe.rank).significant for code in before.nodes]
    for n in np.flatnonzero(there):
        # Significant digits are those of the largest score, which may be the own: only decimals are fixed.
        if coarse[n] is None and case.recipe.rank_at.get(before.nodes[n], case.recipe.rank).ties != "dense":
            assert after.rank[p, u, n] <= before.rank[p, u, n]


@law(cases())
def test_a_unit_without_data_is_missing_everywhere_and_moves_nobody(case: Case) -> None:
    panel = case.panel
    more = Panel(
        panel.periods,
        (*panel.units, "nobody"),
        panel.series,
        np.concatenate([panel.values, np.full((len(panel.periods), 1, len(panel.series)), NAN)], axis=1),
        np.concatenate(
            [panel.status, np.full((len(panel.periods), 1, len(panel.series)), Status.MISSING, np.uint8)], 1
        ),
        np.concatenate([panel.source, np.zeros((len(panel.periods), 1, len(panel.series)), np.int32)], 1),
        panel.sources,
    )
    without = made(case)
    found = build(case.framework, more, case.recipe, territory=territory_of(more))
    assert np.isnan(found.score[:, -1]).all()
    assert np.isnan(found.rank[:, -1]).all()
    assert np.isin(found.flags[:, -1], (Flag.MISSING, Flag.NOT_APPLICABLE)).all()
    close(found.score[:, :-1], without.score)
    np.testing.assert_array_equal(found.rank[:, :-1], without.rank)


@law(cases(), st.sampled_from([0.1, 3.0, 1000.0]))
def test_weights_scale_freely(case: Case, factor: float) -> None:
    scaled = replace(
        case.recipe,
        weight=factor * case.recipe.weight,
        weight_at={code: factor * weight for code, weight in case.recipe.weight_at.items()},
    )
    one, two = made(case), build(case.framework, case.panel, scaled, territory=case.territory)
    close(two.score, one.score)
    close(two.share, one.share)


@law(cases(), st.integers(0, 99))
def test_a_node_with_weight_zero_does_not_move_its_parent(case: Case, seed: int) -> None:
    """Whatever stands in it, as long as it is there: a mean without it is the same mean."""
    # Beside a sibling that keeps its weight, under a mean: a sum knows no weights.
    fit = [
        node
        for node in case.framework.nodes
        if node.parent is not None
        and case.recipe.aggregation(node.parent).method != "sum"
        and any(
            case.recipe.weight_of(one.code) > 0
            for one in case.framework.children(node.parent)
            if one.code != node.code
        )
    ]
    assume(fit)
    node = fit[seed % len(fit)]
    code = node.code
    case = replace(case, recipe=replace(case.recipe, weight_at={**case.recipe.weight_at, code: 0.0}))
    result = made(case)
    at, above = result.nodes.index(code), result.nodes.index(node.parent or "")
    assert (result.share[:, at] == 0).all()
    assert (result.effective[:, at] == 0).all()
    changed = replace(case.recipe, aggregate_at={
        **case.recipe.aggregate_at,
        node.parent: replace(case.recipe.aggregate_at.get(node.parent, case.recipe.aggregate),
                             missing="available", minimum_share=0.0),
    })  # fmt: skip
    whole = build(case.framework, case.panel, changed, territory=case.territory)
    codes = {one.code for one in case.framework.nodes}
    below = {code}
    while more := {c.code for c in case.framework.nodes if c.parent in below} - below:
        below |= more
    kept = tuple(one for one in case.framework.nodes if one.code not in below)
    assert len(kept) < len(codes)
    pruned = replace(
        changed,
        normalise_at={c: s for c, s in changed.normalise_at.items() if c not in below},
        weight_at={c: w for c, w in changed.weight_at.items() if c not in below},
        aggregate_at={c: a for c, a in changed.aggregate_at.items() if c not in below},
        rank_at={c: r for c, r in changed.rank_at.items() if c not in below},
    )
    without = build(Framework(kept, case.framework.series), case.panel, pruned, territory=case.territory)
    there = whole.applicable[:, above]
    close(without.score[there][:, :, without.nodes.index(node.parent or "")], whole.score[there][:, :, above])


# ---- missing, not applicable, marked ---------------------------------------------------------------------

OBSERVED, ESTIMATED = Status.OBSERVED, Status.ESTIMATED


def leaf(code: str, direction: Direction = Direction.HIGHER, **other: str | None) -> Node:
    return Node(code, code, "R", "", text(code), direction=direction, formula=Direct(code), **other)  # type: ignore[arg-type]


def flat(*leaves: Node) -> Framework:
    return Framework(
        (Node("R", "R", None, "", text("R")), *leaves),
        tuple(Series(node.code, text(node.code)) for node in leaves),
    )


def recipe(
    scale: MinMax | Goalposts | AsIs | None = None, mean: Aggregation | None = None, *, within: bool = False
) -> Recipe:
    return Recipe(
        title=text("Recipe"),
        normalise=scale or AsIs(),
        normalise_at={},
        weight=1,
        weight_at={},
        aggregate=mean or Aggregation("arithmetic", "available", 0.0),
        aggregate_at={},
        rank=Ranking("min", significant=12),
        rank_at={},
        within=("region",) if within else (),
    )


def panel_of(
    *figures: Array, periods: tuple[str, ...] = ("2022",), series: tuple[str, ...] = ("a", "b")
) -> Panel:
    values = np.array(figures, np.float64)
    return Panel.of(values, periods=periods, units=tuple("UVWXYZ"[: values.shape[1]]), series=series)


def test_missing_is_asked_for_and_not_applicable_is_not() -> None:
    """Of two indicators one began in 2022: before, one figure is all there is; then, half is missing."""
    framework = flat(leaf("a"), leaf("b", valid_from="2022"))
    panel = panel_of([[4, 6]], [[4, NAN]], periods=("2021", "2022"))
    result = build(framework, panel, recipe(mean=Aggregation("arithmetic", "all")))
    close(result.score[:, 0, 0], [4, NAN])
    assert result.flags[:, 0, 1].tolist() == [Flag.NOT_APPLICABLE, Flag.MISSING]
    assert np.isnan(result.raw[0, 0, 1])  # a figure from before its time is not used
    assert result.share[:, 1:].tolist() == [[1, 0], [0.5, 0.5]]
    assert result.applicable.tolist() == [[True, True, False], [True, True, True]]
    lenient = build(framework, panel, recipe(mean=Aggregation("arithmetic", "available", 0.5)))
    close(lenient.score[:, 0, 0], [4, 4])


def test_a_branch_applies_while_something_in_it_does() -> None:
    branch = Node("B", "B", "R", "", text("B"))
    inner = replace(leaf("b", valid_to="2021"), parent="B")
    framework = Framework(
        (Node("R", "R", None, "", text("R")), leaf("a"), branch, inner),
        (Series("a", text("a")), Series("b", text("b"))),
    )
    panel = panel_of([[4, 6]], [[4, 6]], periods=("2021", "2022"))
    result = build(framework, panel, recipe(mean=Aggregation("arithmetic", "all")))
    close(result.score[:, 0, 0], [5, 4])
    assert result.applicable[:, 2].tolist() == [True, False]
    close(result.score[:, 0, 2], [6, NAN])


def test_statuses_are_told_and_only_figures_count() -> None:
    values = np.array([[[1.0], [2.0], [NAN], [NAN], [NAN]]])
    status = np.array([[[status] for status in Status]], np.uint8)
    panel = Panel(("2022",), tuple("UVWXY"), ("a",), values, status, np.zeros(values.shape, np.int32))
    result = build(flat(leaf("a")), panel, recipe(MinMax(0, 100, "missing")))
    assert result.flags[0, :, 0].tolist() == [
        Flag.NONE, Flag.ESTIMATED, Flag.MISSING, Flag.NOT_APPLICABLE, Flag.CONFIDENTIAL,
    ]  # fmt: skip
    close(result.score[0, :, 0], [0, 100, NAN, NAN, NAN])
    assert result.ranked(0, 0) == 2


def test_estimated_and_held_at_a_post_at_once() -> None:
    panel = Panel(
        ("2022",), ("U", "V"), ("a",), np.array([[[99.0], [5.0]]]),
        np.array([[[ESTIMATED], [OBSERVED]]], np.uint8), np.zeros((1, 2, 1), np.int32),
    )  # fmt: skip
    result = build(flat(leaf("a")), panel, recipe(Goalposts(0, 10, "linear", "high", 0, 1)))
    assert result.flags[0, :, 0].tolist() == [Flag.ESTIMATED | Flag.CAPPED, Flag.NONE]
    assert Flag(int(result.flags[0, 0, 0])).word == "estimated capped"
    close(result.raw[0, :, 0], [99, 5])


@pytest.mark.parametrize(("policy", "score"), [("missing", NAN), ("middle", 50.5)])
def test_a_constant_is_told_whatever_becomes_of_it(policy: str, score: float) -> None:
    panel = panel_of([[3, 1], [3, 2], [NAN, 3]])
    result = build(flat(leaf("a"), leaf("b")), panel, recipe(MinMax(1, 100, policy)))  # type: ignore[arg-type]
    assert result.flags[0, :, 0].tolist() == [Flag.CONSTANT, Flag.CONSTANT, Flag.MISSING]
    close(result.normalised[0, :, 0], [score, score, NAN])


def test_ranks_within_regions_are_of_scores_rounded_over_the_whole_field() -> None:
    panel = panel_of([[1000.0], [1.2], [1.3], [7.0], [NAN]], series=("a",))
    territory = territory_of(panel, ("N", "S", "S", None, "S"))
    coarse = replace(recipe(within=True), rank=Ranking("min", significant=4))
    result = build(flat(leaf("a")), panel, coarse, territory=territory)
    # Four digits of 1000 are whole numbers: 1.2 and 1.3 are level.
    close(result.group_rank[0, 0, :, 0], [1, 1, 1, NAN, NAN])
    close(result.rank[0, :, 0], [1, 3, 3, 2, NAN])
