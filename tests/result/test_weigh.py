"""The step `weigh` through `build`: weights that are found, by parent or for a whole branch."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import read
from innodex.result import Result, build

Floats = npt.NDArray[np.float64]
MEAN = 'method = "arithmetic"\nmissing = "available"\nminimum_share = 0.5'
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
{MEAN}
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""


def made(
    weigh: str,
    figures: Floats = FIGURES,
    *,
    tree: Framework = FRAMEWORK,
    mean: str = MEAN,
    before: str = "",
) -> Result:
    """The result of a recipe with this step."""
    words = recipe(weigh).replace(MEAN, mean).replace("[[steps]]", before + "[[steps]]", 1)
    found = read(words.encode())
    assert found.recipe is not None, [fault.text("en") for fault in found.faults]
    units = tuple(f"U{n}" for n in range(figures.shape[1]))
    panel = Panel.of(
        figures, periods=PERIODS[: len(figures)], units=units, series=tuple(f"s-{code}" for code in LEAVES)
    )
    return build(tree, panel, found.recipe)


def refused(
    weigh: str, figures: Floats = FIGURES, *, tree: Framework = FRAMEWORK, mean: str = MEAN
) -> list[tuple[str, str]]:
    """(kind, English sentence) of each fault."""
    with pytest.raises(Faulty) as caught:
        made(weigh, figures, tree=tree, mean=mean)
    for fault in caught.value.faults:
        assert "{" not in fault.text("vi") + fault.text("en")
        assert "faults." not in fault.text("vi") + fault.text("en")
    return [(fault.kind, fault.text("en")) for fault in caught.value.faults]


def share(result: Result, code: str, period: int = 0) -> float:
    """The share of a node within its parent."""
    return float(result.share[period, result.node_at[code]])


def report(result: Result, table: str, sample: str | None = "2022") -> dict[tuple[object, object], object]:
    """{(node, child): value} of one table of the report on weights."""
    (found,) = [one for one in result.reports if one.name == "weights"]
    return {(row[1], row[3]): row[5] for row in found.rows if row[0] == sample and row[2] == table}


def by_definition(x: Floats) -> float:
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


# ---- experts -----------------------------------------------------------------------------------------

BUDGET = """method = "budget"
total = 100
off_total = "refuse"
combine = "mean"
[steps.points.first]
A = 70
B = 30
a1 = 20
a2 = 80
b1 = 50
b2 = 50
[steps.points."second one"]
A = 50
B = 50
a1 = 40
a2 = 60
"""
PAIRS = """method = "ahp"
priorities = "eigenvector"
combine = "{combine}"
limit = 0.1
inconsistent = "{inconsistent}"
[steps.pairs.first]
"A:B" = 3
"a2:a1" = 4
"b1:b2" = 1
[steps.pairs.second]
"B:A" = 3
"a1:a2" = 4
"""


def test_points_of_experts_are_shares_of_each_parent() -> None:
    result = made(BUDGET)
    assert share(result, "A") == pytest.approx(0.6)
    assert share(result, "a1") == pytest.approx(0.3)
    assert share(result, "b1") == pytest.approx(0.5)
    assert report(result, "expert-weight", None)["A", "a2"] == pytest.approx(0.6)  # the last expert named
    assert report(result, "weight", None)["R", "A"] == pytest.approx(0.6)


def test_what_is_wrong_with_sheets_of_points() -> None:
    off = BUDGET.replace("A = 70", "A = 60").replace("b2 = 50\n", "").replace("B = 30", "zz = 1\nB = 30")
    found = refused(off)
    assert sorted(kind for kind, _ in found) == ["expert-gap", "points-off-total", "unknown-expert-node"]
    assert "90" in " ".join(words for kind, words in found if kind == "points-off-total")
    assert share(made(BUDGET.replace("A = 70", "A = 60").replace("refuse", "rescale")), "A") == pytest.approx(
        (60 / 90 + 0.5) / 2
    )
    without = BUDGET.replace("b1 = 50\nb2 = 50\n", "")
    assert [kind for kind, _ in refused(without)] == ["no-expert"]


def test_judgements_in_pairs() -> None:
    """Reciprocal judgements of two experts come to equal weights; a lone expert's stand."""
    for combine in ("judgements", "priorities"):
        result = made(PAIRS.format(combine=combine, inconsistent="refuse"))
        assert share(result, "A") == pytest.approx(0.5)
        assert share(result, "a1") == pytest.approx(0.5)
        assert share(result, "b1") == pytest.approx(0.5)
    assert ("R", None) in report(result, "consistency-ratio", None)


THREE = Framework(
    (node("R", None, "index"), *(node(code, "R", "indicator") for code in ("a1", "a2", "b1"))),
    FRAMEWORK.series,
)
SPLIT = """method = "ahp"
priorities = "geometric"
combine = "judgements"
limit = 0.1
inconsistent = "{policy}"
[steps.pairs.steady]
"a1:a2" = 2
"a2:b1" = 2
"a1:b1" = 4
[steps.pairs.wavering]
"a1:a2" = 9
"a2:b1" = 9
"b1:a1" = 9
"""


def test_experts_who_contradict_themselves() -> None:
    assert [kind for kind, _ in refused(SPLIT.format(policy="refuse"), tree=THREE)] == ["inconsistent-expert"]
    heard = made(SPLIT.format(policy="leave-out"), tree=THREE)
    np.testing.assert_allclose([share(heard, code) for code in ("a1", "a2", "b1")], np.array([4, 2, 1]) / 7)
    both = made(SPLIT.format(policy="keep"), tree=THREE)
    # Means of rows: (2·4·9/9)^(1/6), (1/2·2·1/9·9)^(1/6), (1/4·1/2·1/9·9)^(1/6).
    wanted = np.array([8, 1, 1 / 8]) ** (1 / 6)
    np.testing.assert_allclose(
        [share(both, code) for code in ("a1", "a2", "b1")], wanted / wanted.sum(), rtol=1e-12
    )
    gap = SPLIT.format(policy="keep").replace('"a1:b1" = 4\n', "")
    ((kind, words),) = refused(gap, tree=THREE)
    assert (kind, "a1:b1" in words) == ("expert-gap", True)


@pytest.mark.parametrize(
    "pairs", ['"a1:a2" = 0', '"a1" = 2', '"a1:a1" = 2', '"a1:a2" = 2\n"a2:a1" = 2', '"a1:a2" = "much"']
)
def test_judgements_that_are_none(pairs: str) -> None:
    document = PAIRS.format(combine="priorities", inconsistent="keep")
    found = read(recipe(document + "[steps.pairs.third]\n" + pairs).encode())
    assert [fault.kind for fault in found.faults] == ["bad-policy"]


# ---- from the data -----------------------------------------------------------------------------------

PCA = """method = "pca"
matrix = "correlation"
negative = "{negative}"
constant = "zero"
missing = "complete"
"""
FACTORS = 'method = "factors"\nconstant = "zero"\nmissing = "complete"\n'


def drawn(units: int = 40, seed: int = 3) -> Floats:
    """Figures (1, unit, leaf), all going with one thing behind them."""
    chance = np.random.default_rng(seed)
    behind = chance.normal(size=(units, 1))
    return 50 + (5 * behind + chance.normal(size=(units, 4)) * [1, 3, 5, 8])[None]


def test_first_component_over_all_indicators() -> None:
    figures = drawn()
    result = made(PCA.format(negative="refuse") + 'over = "indicators"', figures)
    values, vectors = np.linalg.eigh(np.corrcoef(figures[0].T))
    wanted = np.abs(vectors[:, -1])
    leaves = [result.node_at[code] for code in LEAVES]
    np.testing.assert_allclose(result.effective[0, leaves], wanted / wanted.sum(), rtol=1e-9)
    rows = [row for one in result.reports for row in one.rows if row[2] == "eigenvalue"]
    np.testing.assert_allclose([row[5] for row in rows], values[::-1], rtol=1e-9)


def test_a_child_that_runs_against_the_others() -> None:
    figures = drawn()
    figures[:, :, 1] = 100 - figures[:, :, 1]
    over = 'over = "indicators"'
    ((kind, words),) = refused(PCA.format(negative="refuse") + over, figures)
    assert (kind, "a2" in words) == ("weights-not-found", True)
    assert share(made(PCA.format(negative="zero") + over, figures), "a2") == 0
    assert share(made(PCA.format(negative="absolute") + over, figures), "a2") > 0.3


def test_factors_are_kept_by_each_rule() -> None:
    figures = drawn()
    values = np.linalg.eigvalsh(np.corrcoef(figures[0].T))[::-1]
    share_of_two = float(values[:2].sum() / 4)
    for keep in (
        'keep = "number"\nnumber = 2',
        f'keep = "eigenvalue"\neigenvalue = {values[1] - 1e-9:.12f}',
        f'keep = "explained"\nexplained = {share_of_two - 1e-6:.9f}',
    ):
        for rotation in ("varimax", "varimax-raw", "none"):
            weigh = f'{FACTORS}{keep}\nrotation = "{rotation}"\nover = "indicators"'
            result = made(weigh, figures)
            rows = [row for one in result.reports for row in one.rows]
            turned = {row[4] for row in rows if row[2] == "rotated-loading"}
            assert turned == (set() if rotation == "none" else {1, 2})
            communality = sum(row[5] for row in rows if row[2] == "communality")
            assert communality == pytest.approx(values[:2].sum())
            assert result.effective[0, [result.node_at[code] for code in LEAVES]].sum() == pytest.approx(1)


def test_a_rule_of_factors_asks_for_its_own_figure_only() -> None:
    def kinds(words: str) -> list[str]:
        return sorted(fault.kind for fault in read(recipe(words).encode()).faults)

    rest = FACTORS + 'rotation = "none"\n'
    assert kinds(rest + 'keep = "number"') == ["missing-policy"]
    assert kinds(rest + 'keep = "number"\nnumber = 2\nexplained = 0.5') == ["unknown-policy"]
    assert kinds(rest + 'keep = "numbr"\nnumber = 2') == ["bad-policy"]
    assert kinds(rest + 'keep = "number"\nnumber = 0') == ["bad-policy"]


def test_too_few_units_for_a_correlation() -> None:
    figures = FIGURES[:1].copy()
    figures[0, 1:, 0] = np.nan
    figures[0, :1, 1] = np.nan
    figures[0, 0, 0], figures[0, 1, 0] = 1, 2
    figures[0, 1, 1] = np.nan
    assert [kind for kind, _ in refused(PCA.format(negative="zero"), figures)] == ["weights-not-found"]


def test_entropy_and_critic_through_the_tree() -> None:
    """By hand: entropy of two columns; CRITIC of two children is their spreads, whatever they correlate."""
    result = made('method = "entropy"\nconstant = "zero"')
    part = FIGURES[0, :, :2] / FIGURES[0, :, :2].sum(axis=0)
    wanted = 1 + (part * np.log(part)).sum(axis=0) / np.log(5)
    assert share(result, "a1") == pytest.approx(wanted[0] / wanted.sum())
    critic = 'method = "critic"\nspread = "scores"\nsd = "sample"\nconstant = "zero"\nmissing = "pairwise"'
    spread = FIGURES[0, :, :2].std(axis=0, ddof=1)
    assert share(made(critic), "a1") == pytest.approx(spread[0] / spread.sum())


def test_a_child_without_scores_leaves_its_weight_to_the_others() -> None:
    figures = FIGURES[:1].copy()
    figures[0, :, 0] = np.nan
    for weigh in (PCA.format(negative="refuse"), 'method = "entropy"\nconstant = "refuse"'):
        result = made(weigh, figures)
        assert (share(result, "a1"), share(result, "a2")) == (0, 1)
        np.testing.assert_array_equal(result.score[0, :, result.node_at["A"]], figures[0, :, 1])


# ---- optimised ---------------------------------------------------------------------------------------


def test_balanced_children_correlate_equally_with_their_parent() -> None:
    figures = drawn()
    result = made('method = "balance"\ntarget = "equal"\nlow = 0\nhigh = 1\nconstant = "refuse"', figures)
    for parent, pair in (("A", (0, 1)), ("B", (2, 3))):
        y = result.score[0, :, result.node_at[parent]]
        one, other = (np.corrcoef(figures[0, :, at], y)[0, 1] for at in pair)
        assert one == pytest.approx(other, abs=1e-6)
    y = result.score[0, :, 0]
    one, other = (np.corrcoef(result.score[0, :, result.node_at[code]], y)[0, 1] for code in "AB")
    assert one == pytest.approx(other, abs=1e-6)
    assert report(result, "correlation", "2022")["R", "A"] == pytest.approx(one, abs=1e-9)


def test_given_weights_are_the_target() -> None:
    figures = drawn()
    weigh = 'method = "balance"\ntarget = "given"\nlow = 0\nhigh = 1\nconstant = "refuse"\nweight = 1\n'
    weigh += "[steps.at]\nA = 1.2"
    result = made(weigh, figures)
    one, other = (report(result, "correlation")["R", code] for code in "AB")
    assert one / other == pytest.approx(1.2, abs=1e-5)  # type: ignore[operator]
    assert report(result, "target")["R", "A"] == pytest.approx(1.2 / 2.2)


def test_a_level_is_weighed_at_once() -> None:
    """All four indicators against the top; each parent's weights sum to one, those between are as written."""
    figures = drawn()
    weigh = 'method = "information"\nlow = 0\nhigh = 1\nconstant = "refuse"\nover = "indicator"\nweight = 1'
    result = made(weigh, figures)
    assert share(result, "A") == 0.5

    def together(a1: float, b1: float) -> float:
        y = (figures[0] @ np.array([a1, 1 - a1, b1, 1 - b1])) / 2
        return float(sum(np.corrcoef(figures[0, :, at], y)[0, 1] for at in range(4)))

    reached = together(share(result, "a1"), share(result, "b1"))
    assert reached >= max(together(a, b) for a in np.linspace(0, 1, 41) for b in np.linspace(0, 1, 41)) - 1e-9


def test_bounds_are_kept_or_refused() -> None:
    weigh = 'method = "information"\nlow = {low}\nhigh = {high}\nconstant = "refuse"'
    result = made(weigh.format(low=0.45, high=0.55), drawn())
    for code in ("A", "a1", "b1"):
        assert 0.45 - 1e-12 <= share(result, code) <= 0.55 + 1e-12
    assert {kind for kind, _ in refused(weigh.format(low=0.6, high=0.9))} == {"impossible-bounds"}


def test_samples_of_optimised_weights() -> None:
    figures = np.concatenate([drawn(), drawn(seed=4)])
    weigh = 'method = "information"\nlow = 0\nhigh = 1\nconstant = "refuse"'
    apart, named, pooled = (
        made(weigh + more, figures) for more in ("", '\nsample = "2023"', '\nsample = "pooled"')
    )
    assert share(apart, "a1", 0) != pytest.approx(share(apart, "a1", 1))
    assert share(named, "a1", 0) == share(named, "a1", 1) == pytest.approx(share(apart, "a1", 1))
    sd = figures.reshape(-1, 4).std(axis=0)
    assert share(pooled, "a1") == pytest.approx(sd[1] / (sd[0] + sd[1]), abs=1e-5)


def test_a_geometric_mean_is_searched_as_it_is() -> None:
    figures = drawn()
    weigh = 'method = "balance"\ntarget = "equal"\nlow = 0\nhigh = 1\nconstant = "refuse"'
    mean = 'method = "geometric"\nmissing = "available"\nminimum_share = 0.5\nnonpositive = "missing"'
    result = made(weigh, figures, mean=mean)
    a = np.exp(np.log(figures[0, :, :2]) @ [share(result, "a1"), share(result, "a2")])
    np.testing.assert_allclose(result.score[0, :, result.node_at["A"]], a, rtol=1e-9)
    assert np.corrcoef(figures[0, :, 0], a)[0, 1] == pytest.approx(
        np.corrcoef(figures[0, :, 1], a)[0, 1], abs=1e-6
    )


@pytest.mark.parametrize("aim", ['"information"', '"balance"\ntarget = "given"'])
def test_plain_means_are_searched_in_brief(aim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many rows as covariances need, or with all units: the same weights and correlations."""
    from innodex.result import _weigh

    figures = np.concatenate([drawn(300), drawn(300, seed=4)])
    for more in ("", '\nover = "indicator"', '\nsample = "pooled"\nover = "indicator"'):
        weigh = f'method = {aim}\nlow = 0.1\nhigh = 0.9\nconstant = "zero"{more}'
        brief = made(weigh, figures)
        with monkeypatch.context() as patch:
            patch.setattr(_weigh._Tree, "_brief", lambda _self, rows, _used: rows)
            full = made(weigh, figures)
        np.testing.assert_allclose(brief.share, full.share, atol=1e-6)
        (one,), (other,) = (
            [table for table in result.reports if table.name == "weights"] for result in (brief, full)
        )
        assert [row[:5] for row in one.rows] == [row[:5] for row in other.rows]
        np.testing.assert_allclose([row[5] for row in one.rows], [row[5] for row in other.rows], atol=1e-6)


def test_an_only_child_needs_no_search() -> None:
    figures = drawn()
    figures[:, :, 0] = np.nan
    figures[:, :, 1] = 5.0
    weigh = 'method = "information"\nlow = 0\nhigh = 1\nconstant = "zero"'
    result = made(weigh + '\nover = "indicator"', figures)
    assert (share(result, "a1"), share(result, "a2")) == (0, 1)
    figures[:, :, 0] = 4.0
    ((kind, words),) = refused(weigh + '\nover = "indicator"', figures)
    assert (kind, "a1, a2" in words) == ("weights-not-found", True)


def test_a_branch_of_its_own_in_an_uneven_tree() -> None:
    """The branch A has parents of two heights; the weights of its indicators are found all at once."""
    uneven = Framework(
        (
            *FRAMEWORK.nodes[:3],  # R, A, a1
            node("C", "A", "pillar"),
            *(replace(one, parent="C") if one.code == "a2" else one for one in FRAMEWORK.nodes[3:4]),
            *(replace(one, parent="C") if one.code == "b1" else one for one in FRAMEWORK.nodes[5:6]),
            *(replace(one, parent="R") if one.code == "b2" else one for one in FRAMEWORK.nodes[6:]),
        ),
        FRAMEWORK.series,
    )
    weigh = 'weight = 1\n[steps.at.A]\nmethod = "gini"\nconstant = "zero"\nover = "indicators"'
    result = made(weigh, tree=uneven)
    found = np.array([by_definition(FIGURES[0, :, at]) for at in range(3)])
    found /= found.sum()
    assert share(result, "A") == share(result, "b2") == 0.5
    leaves = [result.node_at[code] for code in ("a1", "a2", "b1")]
    np.testing.assert_allclose(result.effective[0, leaves], found / 2, rtol=1e-12)
    np.testing.assert_allclose(result.score[0, :, result.node_at["A"]], FIGURES[0, :, :3] @ found, rtol=1e-12)


CRITIC = 'method = "critic"\nspread = "rescaled"\nsd = "population"\nconstant = "zero"\nmissing = "complete"'


@pytest.mark.parametrize(
    "weigh",
    [
        'method = "gini"\nconstant = "zero"', 'method = "entropy"\nconstant = "zero"', CRITIC,
        PCA.format(negative="absolute"), FACTORS + 'keep = "number"\nnumber = 1\nrotation = "none"',
    ],
)  # fmt: skip
def test_the_only_child_with_spread_has_all_the_weight(weigh: str) -> None:
    """Under CRITIC too: it is in conflict with nobody, which is no reason to have no parent at all."""
    figures = drawn()
    figures[:, :, 0] = 7.0
    result = made(weigh, figures)
    assert (share(result, "a1"), share(result, "a2")) == (0, 1)
    np.testing.assert_allclose(result.score[0, :, result.node_at["A"]], figures[0, :, 1])


def test_children_that_repeat_each_other_have_no_weight_by_conflict() -> None:
    """1 − r is zero between any two: refused, not a parent without scores."""
    figures = drawn()
    figures[:, :, 1] = 3.0 + 2.0 * figures[:, :, 0]
    faults = [words for kind, words in refused(CRITIC, figures) if kind == "weights-not-found"]
    assert any("below A" in words and "a1, a2: they repeat each other" in words for words in faults)


# ---- units and periods -------------------------------------------------------------------------------

METHODS_OF_ALL = (
    'method = "gini"\nconstant = "zero"',
    'method = "entropy"\nconstant = "zero"\nover = "indicators"',
    PCA.format(negative="absolute"),
    'method = "critic"\nspread = "rescaled"\nsd = "population"\nconstant = "zero"\nmissing = "pairwise"',
    FACTORS + 'keep = "number"\nnumber = 1\nrotation = "none"',
    'method = "information"\nlow = 0\nhigh = 1\nconstant = "zero"',
    'method = "balance"\ntarget = "equal"\nlow = 0\nhigh = 1\nconstant = "zero"\nsample = "pooled"',
)


@pytest.mark.parametrize("weigh", METHODS_OF_ALL)
def test_units_screened_out_have_no_say(weigh: str) -> None:
    """Weights are those of the panel without them; they are scored with these weights all the same."""
    figures = drawn(12)
    screen = '[[steps]]\nstep = "screen"\nmethod = "named"\nfail = "unranked"\ndrop = ["U3"]\n'
    out = made(weigh, figures, before=screen)
    kept = made(weigh, np.delete(figures, 3, axis=1))
    assert not out.included[0, 3]
    np.testing.assert_allclose(out.share, kept.share, atol=1e-9)
    np.testing.assert_allclose(np.delete(out.score, 3, axis=1), kept.score, atol=1e-9)
    assert not np.isnan(out.score[0, 3]).any()
    assert np.isnan(out.rank[0, 3]).all()


@pytest.mark.parametrize("weigh", METHODS_OF_ALL)
def test_a_child_out_of_its_validity_leaves_its_weight_to_its_siblings(weigh: str) -> None:
    figures = np.concatenate([drawn(), drawn(seed=4)])
    later = replace(FRAMEWORK.nodes[2], valid_from="2023")
    tree = Framework((*FRAMEWORK.nodes[:2], later, *FRAMEWORK.nodes[3:]), FRAMEWORK.series)
    result = made(weigh, figures, tree=tree)
    assert (share(result, "a1", 0), share(result, "a2", 0)) == (0, 1)
    assert 0 < share(result, "a1", 1) < 1
    leaves = [result.node_at[code] for code in LEAVES]
    np.testing.assert_allclose(result.effective[:, leaves].sum(axis=1), 1, rtol=1e-9)
    np.testing.assert_allclose(result.score[0, :, result.node_at["A"]], figures[0, :, 1])


@pytest.mark.parametrize("weigh", [one for one in METHODS_OF_ALL if "pooled" not in one])
def test_a_period_alone_has_the_weights_it_has_among_others(weigh: str) -> None:
    figures = np.concatenate([drawn(), drawn(seed=4)])
    both, one = made(weigh, figures), made(weigh, figures[:1])
    np.testing.assert_allclose(both.weight[0], one.weight[0], rtol=1e-12)
    np.testing.assert_allclose(both.score[0], one.score[0], rtol=1e-12)


# ---- what does not go together -----------------------------------------------------------------------


def test_what_the_recipe_says_in_vain() -> None:
    gini = 'method = "gini"\nconstant = "zero"\n'
    assert refused(gini + "[steps.at]\na1 = 2")[0][0] == "weight-overruled"
    over = gini + 'over = "indicators"\n'
    assert refused(over + "[steps.at]\nA = 2")[0][0] == "weight-overruled"
    assert refused(over + '[steps.at.A]\nmethod = "equal"')[0][0] == "weight-overruled"
    assert refused(gini + '[steps.at.a1]\nmethod = "equal"')[0][0] == "only-parents"
    best = 'method = "information"\nlow = 0\nhigh = 1\nconstant = "refuse"\n'
    assert refused(best + 'over = "pilar"')[0][0] == "unknown-level"
    assert refused(best, mean='method = "sum"\nmissing = "all"')[0][0] == "unweighable-mean"
    deep = Framework(
        (
            node("R", None, "index"), node("M", "R", "group"),
            *(replace(one, parent="M") if one.parent == "R" else one for one in FRAMEWORK.nodes[1:]),
        ),
        FRAMEWORK.series,
    )  # fmt: skip
    down = best + 'over = "indicator"\n'
    assert share(made(down, tree=deep), "M") == 1
    assert (
        refused(down + '[steps.at.M]\nmethod = "entropy"\nconstant = "zero"', tree=deep)[0][0]
        == "weight-overruled"
    )


def test_a_node_with_a_method_may_have_a_weight_of_its_own() -> None:
    result = made('weight = 1\n[steps.at.A]\nmethod = "gini"\nconstant = "zero"\nweight = 3')
    assert share(result, "A") == pytest.approx(0.75)


def test_given_asks_for_its_weight() -> None:
    assert [fault.kind for fault in read(recipe('method = "given"').encode()).faults] == ["missing-policy"]
    assert share(made('method = "given"\nweight = 1'), "A") == 0.5
    assert share(made('method = "equal"'), "A") == 0.5


@pytest.mark.parametrize(
    "weigh",
    [
        'method = "entropy"\nconstant = "zero"',
        PCA.format(negative="absolute"),
        'method = "critic"\nspread = "rescaled"\nsd = "population"\nconstant = "zero"\nmissing = "complete"',
        'method = "information"\nlow = 0\nhigh = 1\nconstant = "zero"',
    ],
)
def test_the_order_of_units_is_irrelevant(weigh: str) -> None:
    figures = drawn(12)
    order = np.random.default_rng(5).permutation(12)
    one, other = made(weigh, figures), made(weigh, figures[:, order])
    np.testing.assert_allclose(other.share, one.share, atol=1e-6)
