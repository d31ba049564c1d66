"""The Benefit of the Doubt: against a solver fed with the programme of the papers, laws, worked numbers.

Cherchye, Moesen, Rogge and Van Puyenbroeck (2007), An introduction to "benefit of the doubt" composite
indicators, Social Indicators Research 82(1).
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law
from innodex.engine.frontier import benefit


def limits(count: int, **some: float) -> dict[str, Array]:
    """No limits but those named."""
    free = {"weight_low": 0.0, "weight_high": 1.0, "share_low": 0.0, "share_high": 1.0}
    return {name: np.full(count, value) for name, value in {**free, **some}.items()}


def solved(x: Array, peers: Array, bounds: dict[str, Array]) -> Array:
    """The programme of each unit in its own words, by SciPy: maximise w·x under all constraints on w."""
    linprog = pytest.importorskip("scipy.optimize").linprog
    own = np.eye(x.shape[1])
    found = []
    for row in x:
        rows, right = list(peers), [1.0] * len(peers)
        for i in range(x.shape[1]):
            rows += [bounds["weight_low"][i] - own[i], own[i] - bounds["weight_high"][i]]
            rows += [
                bounds["share_low"][i] * row - own[i] * row,
                own[i] * row - bounds["share_high"][i] * row,
            ]
            right += [0.0] * 4
        done = linprog(-row, A_ub=np.array(rows), b_ub=right)
        # Nothing but zero weights keeps limits that contradict each other for this unit.
        found.append(-done.fun if done.status == 0 and -done.fun > 1e-9 else NAN)
    return np.array(found)


@st.composite
def fields(draw: st.DrawFn) -> tuple[Array, dict[str, Array]]:
    """Units by children, all above zero, and limits that can be held."""
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    seed = draw(st.integers(0, 10_000))
    x = np.random.default_rng(seed).integers(1, 40, (n, m)).astype(float)
    some = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "weight_low": st.sampled_from([0.05, 0.2 / m]),
                "weight_high": st.sampled_from([min(1.0, 1.5 / m), 0.9 if m > 1 else 1.0]),
                "share_low": st.sampled_from([0.1 / m, 0.9 / m]),
                "share_high": st.sampled_from([min(1.0, 1.2 / m), min(1.0, 2 / m)]),
            },
        )
    )
    return x, limits(m, **some)


@law(fields())
def test_scores_are_those_of_the_programme(case: tuple[Array, dict[str, Array]]) -> None:
    x, bounds = case
    close(benefit(x, x, **bounds)[0], solved(x, x, bounds), 1e-9)


@law(fields())
def test_the_weights_give_the_score_and_keep_every_limit(case: tuple[Array, dict[str, Array]]) -> None:
    x, bounds = case
    score, weights = benefit(x, x, **bounds)
    there = ~np.isnan(score)
    weights, x_there = weights[there], x[there]

    assert (weights >= 0).all()
    close((weights * x_there).sum(axis=1), score[there])
    assert (x @ weights.T <= 1 + 1e-9).all()
    part = weights / weights.sum(axis=1, keepdims=True)
    share = weights * x_there / score[there][:, None]
    for low, found, high in (
        (bounds["weight_low"], part, bounds["weight_high"]),
        (bounds["share_low"], share, bounds["share_high"]),
    ):
        assert (found >= low - 1e-9).all()
        assert (found <= high + 1e-9).all()


def test_by_hand() -> None:
    """Two children. (2, 8) and (6, 6) span the frontier; with free weights (3, 3) is half-way to (6, 6).

    (1, 7): under w = (0, 1/8) it has 7/8; under w = (1/18, 1/9), where both are 1, only 15/18.
    With weights of equal size only the sum counts: 10, 12, 6 and 8 of 12.
    """
    x = np.array([[2.0, 8], [6, 6], [3, 3], [1, 7]])

    close(benefit(x, x, **limits(2))[0], [1, 1, 0.5, 7 / 8])
    score, weights = benefit(x, x, **limits(2, weight_low=0.5, weight_high=0.5))
    close(score, [10 / 12, 1, 0.5, 8 / 12])
    close(weights, np.full((4, 2), 1 / 12))


def test_equal_shares_are_the_harmonic_way_of_weighing() -> None:
    """With shares of a half, w_i = T / (2 x_i): for (2, 8), T (6/4 + 6/16) ≤ 1 and T ≤ 1 give 8/15."""
    x = np.array([[2.0, 8], [6, 6]])

    close(benefit(x, x, **limits(2, share_low=0.5, share_high=0.5))[0], [8 / 15, 1])


@law(fields())
def test_limits_cost_and_never_help(case: tuple[Array, dict[str, Array]]) -> None:
    x, bounds = case
    score, free = benefit(x, x, **bounds)[0], benefit(x, x, **limits(x.shape[1]))[0]
    there = ~np.isnan(score)
    assert (score[there] <= free[there] + 1e-9).all()
    assert free.max() == pytest.approx(1)


@law(fields(), st.permutations(range(12)), st.sampled_from([0.01, 3.0, 1000.0]))
def test_the_order_of_units_and_the_unit_of_all_are_irrelevant(
    case: tuple[Array, dict[str, Array]], order: list[int], factor: float
) -> None:
    x, bounds = case
    order = [at for at in order if at < len(x)]
    score = benefit(x, x, **bounds)[0]
    close(benefit(x[order], x, **bounds)[0], score[order])
    close(benefit(x, x[order], **bounds)[0], score)
    close(benefit(factor * x, factor * x, **bounds)[0], score)


@law(fields(), st.sampled_from([0.125, 50.0]))
def test_without_limits_on_weights_the_unit_of_a_child_is_irrelevant(
    case: tuple[Array, dict[str, Array]], factor: float
) -> None:
    x, bounds = case
    bounds = {**bounds, **{k: v for k, v in limits(x.shape[1]).items() if k.startswith("weight")}}
    scaled = x * np.where(np.arange(x.shape[1]) == 0, factor, 1.0)
    close(benefit(scaled, scaled, **bounds)[0], benefit(x, x, **bounds)[0])


def test_a_gap_leaves_the_child_out_of_the_units_own_programme() -> None:
    x = np.array([[2.0, 8], [6, 6], [3, NAN], [NAN, NAN]])
    score, weights = benefit(x, x, **limits(2))

    close(score, [1, 1, 0.5, NAN])
    close(weights[2], [1 / 6, 0])
    close(benefit(x, x, **limits(2, share_high=0.6))[0][2:], [NAN, NAN])  # one child cannot give 60 % of all


def test_a_unit_that_is_no_peer_may_lie_beyond_the_frontier_or_have_no_bound() -> None:
    peers = np.array([[2.0, 0.0], [4.0, 0.0]])

    close(benefit(np.array([[6.0, 0.0], [1.0, 0.0], [1.0, 1.0]]), peers, **limits(2))[0], [1.5, 0.25, NAN])


def test_limits_that_contradict_each_other_for_a_unit_leave_it_missing() -> None:
    """For (32, 4), shares up to 60 % ask for w_2 ≥ 5.3 w_1, a part of 84 % of the weights."""
    x = np.array([[32.0, 4.0], [8.0, 8.0]])
    score, weights = benefit(x, x, **limits(2, share_high=0.6, weight_high=0.75))

    assert np.isnan(score).tolist() == [True, False]
    assert np.isnan(weights[0]).all()
    close(benefit(np.array([[5.0, 0.0]]), x, **limits(2, share_low=0.1))[0], [NAN])


def test_a_field_of_zeros_gives_zero_and_no_bound() -> None:
    zeros = np.zeros((2, 2))

    close(benefit(zeros, zeros, **limits(2))[0], [0, 0])
    close(benefit(np.ones((1, 2)), zeros, **limits(2))[0], [NAN])
    close(benefit(np.ones((1, 2)), np.full((1, 2), NAN), **limits(2))[0], [NAN])


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    x = np.random.default_rng(2).uniform(1, 9, (20, 4))
    benefit(x, x, **limits(4, share_low=0.1))

    assert capfd.readouterr() == ("", "")
