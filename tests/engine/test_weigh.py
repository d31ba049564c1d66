"""Weights: given, from experts, from the data, by search. Source: OECD/EU JRC (2008), Handbook, step 6."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import Array, close, column, law, quarters, tables
from innodex.engine import weigh
from innodex.engine.weigh import shares

siblings = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0, 12.0]), st.booleans()), min_size=1, max_size=6
)
Siblings = list[tuple[float, bool]]


def of(case: Siblings, factor: float = 1.0) -> list[float]:
    weights, applies = np.array([w for w, _ in case]), np.array([there for _, there in case])
    found: list[float] = shares(factor * weights, applies).tolist()
    return found


@law(siblings)
def test_a_share_is_the_weight_over_that_of_all_who_apply(case: Siblings) -> None:
    whole = math.fsum(weight for weight, there in case if there)
    wanted = [weight / whole if there and whole else 0.0 for weight, there in case]
    close(np.array(of(case)), wanted, 1e-12)


@law(siblings)
def test_shares_add_up_to_one_or_to_nothing(case: Siblings) -> None:
    anybody = any(weight > 0 and there for weight, there in case)
    assert math.isclose(sum(of(case)), 1.0 if anybody else 0.0, abs_tol=1e-12)


@law(siblings, st.sampled_from([0.01, 1 / 3, 100.0]))
def test_shares_do_not_depend_on_how_weights_are_written(case: Siblings, factor: float) -> None:
    close(np.array(of(case, factor)), of(case), 1e-12)


@law(siblings)
def test_nothing_is_given_to_weight_zero_or_to_who_does_not_apply(case: Siblings) -> None:
    for (weight, there), share in zip(case, of(case), strict=True):
        assert (share > 0) == (weight > 0 and there)


def test_by_hand_over_two_periods() -> None:
    weights = np.array([1.0, 1.0, 2.0])
    applies = np.array([[True, True, True], [True, False, True], [False, False, False]])
    close(shares(weights, applies), [[0.25, 0.25, 0.5], [1 / 3, 0, 2 / 3], [0, 0, 0]])


def even(figures: Array) -> Array:
    """Weights that sum to one."""
    return figures / figures.sum(axis=-1, keepdims=True)


positive = tables(units=(2, 8), columns=(1, 4), figures=quarters(1, 200), gaps=False)
gappy = tables(units=(2, 8), columns=(1, 4), figures=quarters(1, 200))


# ---- Gini --------------------------------------------------------------------------------------------


def test_gini_by_hand() -> None:
    """Scores 1, 2, 3, 6: the differences sum to 2 (1 + 2 + 5 + 1 + 4 + 3) = 32; 32 / (2 · 16 · 3) = 1/3."""
    close(weigh.gini(column(1, 2, 3, 6)), [1 / 3])
    close(weigh.gini_reciprocal(column(1, 2, 3, 6)), [3.0])


@law(gappy)
def test_gini_is_the_mean_difference_over_twice_the_mean(x: Array) -> None:
    for at, found in enumerate(weigh.gini(x)):
        there = x[~np.isnan(x[:, at]), at]
        if np.unique(there).size < 2:
            assert found == 0
            assert weigh.gini_reciprocal(x)[at] == 0
        else:
            wanted = np.abs(there[:, None] - there[None, :]).mean() / (2 * there.mean())
            assert math.isclose(found, wanted, rel_tol=1e-12)
            assert math.isclose(weigh.gini_reciprocal(x)[at], 1 / wanted, rel_tol=1e-12)


@law(gappy, st.sampled_from([0.001, 3.0, 1e6]))
def test_gini_and_entropy_do_not_depend_on_the_unit_of_measurement(x: Array, factor: float) -> None:
    close(weigh.gini(factor * x), weigh.gini(x))
    close(weigh.entropy(factor * x), weigh.entropy(x))


@law(gappy, st.randoms(use_true_random=False))
def test_no_weight_depends_on_the_order_of_units(x: Array, draw: random.Random) -> None:
    order = list(range(len(x)))
    draw.shuffle(order)
    for method in (weigh.gini, weigh.entropy, critic):
        close(method(x[order]), method(x))


@law(gappy)
def test_periods_side_by_side_are_periods_alone(x: Array) -> None:
    both = np.stack([x, x[::-1] * 2])
    for method in (weigh.gini, weigh.gini_reciprocal, weigh.entropy, critic):
        close(method(both)[0], method(x))
        close(method(both)[1], method(both[1]))


# ---- entropy and CRITIC ------------------------------------------------------------------------------


def critic(x: Array) -> Array:
    return weigh.critic(x, rescale=True, ddof=0, pairwise=True)


def test_entropy_by_hand() -> None:
    """Parts 1/2, 1/4, 1/4: the entropy is 1.5 ln 2, over ln 3; a part of zero adds nothing."""
    close(weigh.entropy(column(2, 1, 1)), [1 - 1.5 * math.log(2) / math.log(3)])
    close(weigh.entropy(column(0, 5)), [1.0])


@law(positive)
def test_entropy_as_pymcdm_has_it(x: Array) -> None:
    theirs = pytest.importorskip("pymcdm.weights").entropy_weights
    if weigh.varied(x).all() and np.ptp(x, axis=0).min() > 1e-3 * x.max():
        close(even(weigh.entropy(x)), theirs(x), 1e-7)


@law(tables(units=(3, 8), columns=(2, 4), figures=quarters(1, 200), gaps=False))
def test_critic_as_pymcdm_has_it(x: Array) -> None:
    theirs = pytest.importorskip("pymcdm.weights").critic_weights
    if (
        weigh.varied(x).all()
        and (found := weigh.critic(x, rescale=True, ddof=0, pairwise=False)).sum() > 1e-6
    ):
        close(even(found), theirs(x), 1e-9)


def test_critic_by_hand() -> None:
    """Two children that run against each other: r = −1, conflict 2; spreads 1 and 2 (n = 2, divisor n)."""
    x = np.array([[1.0, 7.0], [3.0, 3.0]])
    close(weigh.critic(x, rescale=False, ddof=0, pairwise=False), [2.0, 4.0])
    close(weigh.critic(x, rescale=True, ddof=0, pairwise=False), [1.0, 1.0])


def test_critic_leaves_out_a_child_without_spread() -> None:
    x = np.array([[1.0, 5.0, 7.0], [3.0, 5.0, 3.0]])
    close(weigh.critic(x, rescale=False, ddof=0, pairwise=True), [2.0, 0.0, 4.0])


# ---- correlations, components, factors ---------------------------------------------------------------


@law(tables(units=(3, 8), columns=(2, 4)))
def test_moments_over_pairs_and_over_all(x: Array) -> None:
    """Against NumPy on the rows that are there for both, or for all."""
    for pairwise in (True, False):
        for correlation in (True, False):
            found = weigh.moments(x, correlation=correlation, pairwise=pairwise)
            for a in range(x.shape[1]):
                for b in range(x.shape[1]):
                    used = x[:, [a, b]] if pairwise else x
                    rows = x[~np.isnan(used).any(axis=1)][:, [a, b]]
                    flat = (np.ptp(rows, axis=0) == 0).any() if len(rows) else True
                    if len(rows) < 2 or (correlation and flat):
                        assert np.isnan(found[a, b])
                    elif correlation:
                        assert math.isclose(found[a, b], np.corrcoef(rows.T)[0, 1], abs_tol=1e-9)
                    else:
                        wanted = np.cov(rows.T)[0, 1]
                        assert math.isclose(found[a, b], wanted, rel_tol=1e-9, abs_tol=1e-8)


def drawn(units: int, children: int, seed: int = 7) -> Array:
    """Scores with two dimensions behind them."""
    chance = np.random.default_rng(seed)
    behind = chance.normal(size=(units, 2))
    return behind @ chance.normal(size=(2, children)) + 0.6 * chance.normal(size=(units, children))


def test_components_as_scikit_learn_has_them() -> None:
    theirs = pytest.importorskip("sklearn.decomposition").PCA()
    x = drawn(40, 6)
    theirs.fit((x - x.mean(axis=0)) / x.std(axis=0, ddof=1))
    values, vectors = weigh.components(weigh.moments(x, correlation=True, pairwise=False))
    close(values, theirs.explained_variance_)
    close(np.abs((vectors * theirs.components_.T).sum(axis=0)), np.ones(6))
    assert (vectors.sum(axis=0) >= -1e-12).all()
    close(weigh.loadings(values, vectors) @ weigh.loadings(values, vectors).T, np.corrcoef(x.T))


def test_equal_loadings_of_two_children() -> None:
    """Of two children with r = 1/2 the components are sum and difference: 3/2 and 1/2."""
    values, vectors = weigh.components(np.array([[1, 0.5], [0.5, 1]]))
    close(values, [1.5, 0.5])
    close(vectors, np.array([[1, 1], [1, -1]]) / math.sqrt(2))


def criterion(loads: Array) -> float:
    """What varimax makes greatest."""
    squares = loads**2
    return float(((squares**2).mean(axis=0) - squares.mean(axis=0) ** 2).sum())


def by_variance(loads: Array) -> Array:
    """Without signs, the factor of the greatest variance first."""
    return np.abs(loads[:, np.argsort(-(loads**2).sum(axis=0))])


def test_varimax_as_statsmodels_has_it() -> None:
    """Without Kaiser's normalisation, which theirs does not have; with it, of rows brought to length 1."""
    rotation = pytest.importorskip("statsmodels.multivariate.factor_rotation")
    loads = weigh.loadings(*weigh.components(np.corrcoef(drawn(60, 8).T)))[:, :3]
    theirs, _ = rotation.rotate_factors(loads, "varimax")
    ours = weigh.varimax(loads, kaiser=False)
    assert criterion(ours) >= criterion(theirs) - 1e-10
    close(by_variance(ours), by_variance(theirs), 1e-4)
    length = np.sqrt((loads**2).sum(axis=1, keepdims=True))
    theirs, _ = rotation.rotate_factors(loads / length, "varimax")
    ours = weigh.varimax(loads, kaiser=True) / length
    assert criterion(ours) >= criterion(theirs) - 1e-10
    close(by_variance(ours), by_variance(theirs), 1e-4)


@law(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_turning_keeps_communalities_and_the_best_cannot_be_turned_further(
    seed: int, factors: int, kaiser: bool
) -> None:
    loads = np.random.default_rng(seed).normal(size=(6, factors))
    turned = weigh.varimax(loads, kaiser=kaiser)
    close(turned @ turned.T, loads @ loads.T)
    close(weigh.varimax(turned, kaiser=kaiser), turned, 1e-6)
    assert (np.diff((turned**2).sum(axis=0)) <= 1e-9).all()
    both = weigh.varimax(np.stack([loads, loads[::-1]]), kaiser=kaiser)
    close(both[0], turned, 1e-6)


def test_factor_shares_by_hand() -> None:
    """Squares .64 .04 | .36 0 | 0 1, in all 2.04; the greatest of each child over it."""
    close(
        weigh.factor_shares(np.array([[0.8, -0.2], [-0.6, 0], [0, 1]])), [0.64 / 2.04, 0.36 / 2.04, 1 / 2.04]
    )


def test_how_many_factors_are_kept() -> None:
    values = np.array([3.0, 1.0, 0.6, 0.4])
    kept = weigh.count_kept
    assert kept(values, number=2, least=None, explained=None) == 2
    assert kept(values, number=9, least=None, explained=None) == 4
    assert kept(values, number=None, least=1.0, explained=None) == 2
    assert kept(values, number=None, least=4.0, explained=None) == 1
    assert kept(values, number=None, least=None, explained=0.8) == 2
    assert kept(values, number=None, least=None, explained=0.81) == 3
    assert kept(values, number=None, least=None, explained=1.0) == 4


# ---- experts -----------------------------------------------------------------------------------------


def test_points_of_experts_are_joined() -> None:
    points = np.array([[60.0, 40, 0], [30, 30, 40], [5, 1, 4]])
    close(weigh.budget(points, combine="mean"), [1.4 / 3, 0.8 / 3, 0.8 / 3])
    close(weigh.budget(points, combine="median"), np.array([0.5, 0.3, 0.4]) / 1.2)
    close(weigh.budget(points, combine="geometric")[2:], [0.0])
    close(weigh.budget(points[1:], combine="geometric"), even(np.sqrt([0.3 * 0.5, 0.3 * 0.1, 0.4 * 0.4])))


def reciprocal(*above: float) -> Array:
    """A matrix of judgements from those above the diagonal, row by row."""
    n = int((1 + math.sqrt(1 + 8 * len(above))) / 2)
    found = np.eye(n)
    found[np.triu_indices(n, 1)] = above
    return np.where(np.tri(n, k=-1) > 0, 1 / np.where(found.T > 0, found.T, 1.0), found)


def test_the_eigenvalue_of_three_children_by_hand() -> None:
    """Of three, λ = 1 + s^(1/3) + s^(−1/3) with s = a12 a23 / a13 (Saaty 1980); RI = 0.58."""
    s = 3 * 2 / 9
    root = 1 + s ** (1 / 3) + s ** (-1 / 3)
    close(weigh.consistency_ratio(reciprocal(3, 9, 2)), (root - 3) / 2 / 0.58)
    close(weigh.consistency_ratio(reciprocal(7.0)), 0.0)
    close(weigh.priorities(reciprocal(7.0), geometric=False), [7 / 8, 1 / 8])
    for geometric in (True, False):  # of three children both are the same
        close(
            weigh.priorities(reciprocal(3, 9, 2), geometric=geometric),
            even(np.array([27, 2 / 3, 1 / 18]) ** (1 / 3)),
        )


def test_the_choice_of_a_school() -> None:
    """Saaty (1990), How to make a decision: the analytic hierarchy process, European Journal of Operational
    Research 48, 9–26: six criteria; weights .32 .14 .03 .13 .24 .14. The judgements contradict each
    other more than is allowed by custom.
    """
    matrix = reciprocal(4, 3, 1, 3, 4, 7, 3, 1 / 5, 1, 1 / 5, 1 / 5, 1 / 6, 1, 1 / 3, 3)
    close(weigh.priorities(matrix, geometric=False), [0.32, 0.14, 0.03, 0.13, 0.24, 0.14], 0.006)
    vector = np.ones(6)
    for _ in range(200):  # the eigenvalue once more, by the power method
        vector = matrix @ vector / vector.sum()
    close(weigh.consistency_ratio(matrix), (vector.sum() - 6) / 5 / 1.24)
    assert float(weigh.consistency_ratio(matrix)) > 0.1


@law(st.lists(st.floats(0.1, 10), min_size=1, max_size=20))
def test_consistent_judgements_give_back_their_weights(figures: list[float]) -> None:
    w = np.array(figures)
    matrix = w[:, None] / w[None, :]
    for geometric in (True, False):
        close(weigh.priorities(matrix, geometric=geometric), even(w), 1e-8)
    assert float(weigh.consistency_ratio(matrix)) < 1e-7
    close(weigh.joined_judgements(np.stack([matrix, matrix])), matrix)


# ---- optimised weights -------------------------------------------------------------------------------


def linear(x: Array) -> Callable[[Array], Array]:
    return lambda weights: even(weights) @ x.T


@pytest.mark.parametrize("seed", range(4))
def test_information_without_bounds_makes_deviations_equal(seed: int) -> None:
    """Σ cor(x_j, y) is greatest where y is the sum of the standardised children: w ∝ 1/sd."""
    x = drawn(30, 5, seed) * [1, 5, 0.2, 30, 2]
    found = weigh.information(x, linear(x), groups=np.zeros(5, int), low=0, high=1)
    close(found, even(1 / x.std(axis=0)), 1e-5)


def test_balance_of_two_children_is_that_of_their_deviations() -> None:
    x = drawn(30, 2) * [1, 8]
    found = weigh.balance(x, linear(x), target=np.ones(2), groups=np.zeros(2, int), low=0, high=1)
    close(found, even(1 / x.std(axis=0)), 1e-6)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("target", [(1, 1, 1, 1), (4, 3, 2, 1)])
def test_the_best_weights_are_those_of_another_search(seed: int, target: tuple[int, ...]) -> None:
    """Differential evolution over the whole simplex finds nothing better; bounds are kept."""
    optimize = pytest.importorskip("scipy.optimize")
    x, wanted = drawn(30, 4, seed), np.array(target, float)
    for low, high in ((0, 1), (0.15, 0.4)):
        found = weigh.balance(x, linear(x), target=wanted, groups=np.zeros(4, int), low=low, high=high)

        def missed(part: Array, low: float = low, high: float = high) -> float:
            weights = np.array(part)
            if weights.sum() <= 0 or not ((even(weights) >= low) & (even(weights) <= high)).all():
                return 9.0
            return min(
                9.0, float(weigh.imbalance(weigh.correlations(x, linear(x)(weights[None])[0]), wanted))
            )

        other = optimize.differential_evolution(missed, [(0, 1)] * 4, seed=1, tol=1e-8, maxiter=150)
        assert math.isclose(found.sum(), 1, abs_tol=1e-9)
        assert found.min() >= low - 1e-12
        assert found.max() <= high + 1e-12
        assert missed(np.clip(found, low, high)) <= other.fun + 1e-9


def test_groups_share_one_among_them() -> None:
    x = drawn(30, 5)
    groups = np.array([0, 1, 1, 2, 2])

    def index(weights: Array) -> Array:
        parts = [even(weights[..., groups == one]) @ x[:, groups == one].T for one in range(3)]
        return parts[0] + 2 * parts[1] + parts[2]

    for found in (
        weigh.balance(x, index, target=np.ones(5), groups=groups, low=0.1, high=0.9),
        weigh.information(x, index, groups=groups, low=0.1, high=0.9),
    ):
        close(np.array([found[groups == one].sum() for one in range(3)]), [1, 1, 1])
        assert found[1:].min() >= 0.1 - 1e-12


def test_correlations_with_gaps_are_those_of_the_pairs() -> None:
    x = np.array([[1.0, 5], [2, np.nan], [4, 7], [8, 1]])
    y = np.array([1.0, 2, 2, np.nan])
    close(weigh.correlations(x, y), [np.corrcoef([1, 2, 4], [1, 2, 2])[0, 1], 1.0])


@pytest.mark.parametrize("seed", range(8))
def test_where_all_weights_do_as_well_equal_ones_are_kept(seed: int) -> None:
    """A parent that does not answer to the weights but by the last bit, in whatever order the units stand."""
    x = np.random.default_rng(seed).normal(50, 10, (12, 3))
    parent = x @ [0.2, 0.3, 0.5]
    together = np.zeros(3, np.int64)

    def index(weights: Array) -> Array:
        return parent * weights.sum(axis=-1, keepdims=True) / 3.0

    even = weigh.balance(x, index, target=np.ones(3), groups=together, low=0, high=1)
    most = weigh.information(x, index, groups=together, low=0, high=1)

    close(even, [1 / 3] * 3, 1e-6)
    close(most, [1 / 3] * 3, 1e-6)


def test_a_narrow_valley_beyond_level_ground_is_found() -> None:
    """Two children that run against each other, joined by steps: most starts have nowhere to go down."""
    x = np.array([[1.0, 9.0], [2.0, 7.5], [3.0, 8.0], [4.0, 5.0], [5.0, 6.0], [6.0, 1.0], [7.0, 2.0]])

    def index(weights: Array) -> Array:
        share = weights[:, :1]
        good = x[:, 0] + x[:, 1] + (share - 0.83) * (x[:, 0] - x[:, 1])
        return np.where((share > 0.79) & (share < 0.87), good, -x[:, 0] - x[:, 1])

    found = weigh.balance(x, index, target=np.ones(2), groups=np.zeros(2, np.int64), low=0.02, high=0.98)

    assert 0.79 < found[0] < 0.87
    reached = weigh.imbalance(weigh.correlations(x, index(found[None])), np.ones(2))[0]
    about = np.linspace(0.8, 0.86, 601)
    least = weigh.imbalance(weigh.correlations(x, index(np.stack([about, 1 - about], axis=-1))), np.ones(2))
    assert reached <= least.min() + 1e-9
