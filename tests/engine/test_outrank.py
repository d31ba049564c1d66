"""Outranking: laws, worked examples from the handbook, and what a missing comparison counts.

Sources: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, tables 25
to 30;
Condorcet (1785), Essai sur l'application de l'analyse; Moulin (1988), Axioms of Cooperative Decision Making,
chapter 9 (Copeland and Condorcet).
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from _arrays import NAN, Array, law, tables
from innodex.engine.outrank import borda, condorcet, copeland, cycle, matrix


def every(x: Array) -> np.ndarray:  # type: ignore[type-arg]
    return np.ones(len(x), bool)


def ballots(*orders: tuple[int, str]) -> tuple[Array, Array]:
    """(unit a, b, c …; ballot) places turned round, and the votes."""
    units = sorted(set(orders[0][1]))
    x = [[len(order) - order.index(unit) for _, order in orders] for unit in units]
    return np.array(x, dtype=np.float64), np.array([float(votes) for votes, _ in orders])


# Handbook, table 25: 21 indicators, four units. Table 28: Condorcet's 60 voters.
T25 = ballots((3, "abcd"), (5, "acbd"), (7, "bdca"), (6, "cbda"))
T28 = ballots((23, "abc"), (17, "bca"), (2, "bac"), (10, "cab"), (8, "cba"))


def test_borda_of_the_handbook() -> None:
    # a: 8 × 3; b: 7 × 3 + 9 × 2 + 5; c: 6 × 3 + 5 × 2 + 10; d: 7 × 2 + 6.
    np.testing.assert_array_equal(borda(*T25, sample=every(T25[0]))[0], [24, 44, 38, 20])
    assert np.argmax(borda(*T28, sample=every(T28[0]))[0]) == 1


def test_condorcet_of_the_handbook() -> None:
    classes, _ = condorcet(*T25, sample=every(T25[0]))

    np.testing.assert_array_equal(classes, [3, 1, 0, 2])  # c > b > d > a


def test_the_cycle_of_1785_is_one_class() -> None:
    classes, _ = condorcet(*T28, sample=every(T28[0]))

    np.testing.assert_array_equal(classes, [0, 0, 0])
    assert cycle(*T28) == [0, 1, 2]  # a beats b 33 : 27, b beats c 42 : 18, c beats a 35 : 25
    np.testing.assert_allclose(matrix(*T28)[[0, 1, 2], [1, 2, 0]] * 60, [33, 42, 35])


def test_a_missing_comparison_takes_its_weight_away_from_both() -> None:
    """Five units, three children, gaps. The peer gives the weight of a gap to the unit that stands lower.

    By hand, the shares of the rows over the children that both have: 1 and 2 have a and b in common
    (1 < 2, 3 = 3: a quarter with equal weights); 1 and 3 a and b (1 < 2, 3 > 1: a half); 4 and 5 nothing.
    """
    x = np.array([[1, 3, NAN], [2, 3, 1], [2, 1, 2], [NAN, 4, 3], [5, NAN, NAN]])
    wanted = np.array(
        [
            [NAN, 1 / 4, 1 / 2, 0, 0],
            [3 / 4, NAN, 1 / 2, 0, 0],
            [1 / 2, 1 / 2, NAN, 0, 0],
            [1, 1, 1, NAN, NAN],
            [1, 1, 1, NAN, NAN],
        ]
    )

    np.testing.assert_allclose(matrix(x, np.ones(3)), wanted)
    np.testing.assert_array_equal(copeland(x, np.ones(3), sample=every(x))[0], [-3, -1, -2, 3, 3])
    weights = np.array(
        [2.0, 1.0, 1.0]
    )  # 1 against 2: half of 1 of 3; 1 against 3: 1 of 3; 2 against 3: 2 of 4
    np.testing.assert_allclose(matrix(x, weights)[0, [1, 2]], [1 / 6, 1 / 3])
    np.testing.assert_allclose(matrix(x, weights)[1, 2], (0.5 * 2 + 1) / 4)


GAPPY = tables(units=(1, 7), columns=(1, 4), figures=st.integers(0, 3).map(float), gaps=True)
WEIGHTS = st.lists(st.sampled_from([0.5, 1.0, 2.0]), min_size=4, max_size=4).map(np.array)


def by_hand(x: Array, weights: Array, one: int, other: int) -> float:
    """The share of the weight, in plain Python."""
    won = total = 0.0
    for a, b, weight in zip(x[one].tolist(), x[other].tolist(), weights.tolist(), strict=False):
        if a == a and b == b:
            won += weight * (1.0 if a > b else 0.5 if a == b else 0.0)
            total += weight
    return won / total if total else NAN


@law(st.tuples(GAPPY, WEIGHTS))
def test_matrix_and_copeland_are_those_by_hand(case: tuple[Array, Array]) -> None:
    x, weights = case[0], case[1][: case[0].shape[1]]
    found = matrix(x, weights)
    points, _ = copeland(x, weights, sample=every(x))
    for one in range(len(x)):
        shares = [by_hand(x, weights, one, other) for other in range(len(x)) if other != one]
        np.testing.assert_allclose(np.delete(found[one], one), shares, atol=1e-12)
        wins = sum(share > 0.5 + 1e-9 for share in shares) - sum(share < 0.5 - 1e-9 for share in shares)
        if np.isnan(x[one]).all():
            assert np.isnan(points[one])
        else:
            assert points[one] == wins


@law(st.tuples(GAPPY, WEIGHTS))
def test_borda_is_the_sum_of_pairwise_points(case: tuple[Array, Array]) -> None:
    x, weights = case[0], case[1][: case[0].shape[1]]
    points, most = borda(x, weights, sample=every(x))
    field = ~np.isnan(x).all(axis=1)
    for one in np.flatnonzero(field):
        won = asked = 0.0
        for other in np.flatnonzero(field):
            for a, b, weight in zip(x[one], x[other], weights, strict=True):
                if other != one and a == a and b == b:
                    won += weight * (1.0 if a > b else 0.5 if a == b else 0.0)
                    asked += weight
        if asked:
            assert points[one] == pytest.approx(won / asked * weights.sum() * (field.sum() - 1))
        assert most[one] == weights.sum() * (field.sum() - 1)


@law(st.tuples(GAPPY, WEIGHTS))
def test_each_condorcet_class_beats_the_later_ones_and_cannot_be_split(case: tuple[Array, Array]) -> None:
    x, weights = case[0], case[1][: case[0].shape[1]]
    classes, _ = condorcet(x, weights, sample=every(x))
    field = np.flatnonzero(~np.isnan(x).all(axis=1))
    assert set(np.flatnonzero(~np.isnan(classes))) == set(field)
    beats = {
        (one, other): by_hand(x, weights, one, other) > 0.5 + 1e-9
        for one, other in itertools.permutations(field.tolist(), 2)
    }
    for (one, other), won in beats.items():
        assert won or classes[one] >= classes[other]
    for number in range(int(classes[field].max()) + 1 if field.size else 0):
        members = [unit for unit in field.tolist() if classes[unit] == number]
        assert members
        for size in range(1, len(members)):
            for top in itertools.combinations(members, size):
                rest = set(members) - set(top)
                assert not all(beats[one, other] for one in top for other in rest)


@law(st.tuples(GAPPY, WEIGHTS))
def test_a_cycle_is_a_chain_of_majorities_and_is_found_where_there_is_one(case: tuple[Array, Array]) -> None:
    x, weights = case[0], case[1][: case[0].shape[1]]
    chain = cycle(x, weights)
    beats = np.nan_to_num(matrix(x, weights), nan=0.5) > 0.5 + 1e-9
    for one, other in zip(chain, chain[1:] + chain[:1], strict=True):
        assert beats[one, other]
    assert len(set(chain)) == len(chain) != 1
    reach = beats.copy()
    for _ in range(len(x)):
        reach |= (reach.astype(int) @ beats.astype(int)) > 0
    assert bool(chain) == bool(reach.diagonal().any())


@given(st.permutations(range(4)))
def test_the_order_of_units_is_irrelevant(order: list[int]) -> None:
    x, weights = T25
    for rule in (borda, copeland, condorcet):
        whole = rule(x, weights, sample=every(x))[0]
        np.testing.assert_array_equal(rule(x[order], weights, sample=every(x))[0], whole[order])


def test_a_unit_outside_the_sample_moves_nobody_and_is_placed_by_the_others() -> None:
    x, weights = T25
    sample = np.array([False, True, True, True])
    for rule in (borda, copeland):
        within = rule(x[1:], weights, sample=np.ones(3, bool))[0]
        found, opponents = rule(x, weights, sample=sample)
        np.testing.assert_array_equal(found[1:], within)
        assert not np.isnan(found[0])
        assert opponents[0] > opponents[1]
    assert np.isnan(condorcet(x, weights, sample=sample)[0][0])


def test_a_field_of_one_has_no_opponents() -> None:
    x, weights = np.array([[1.0], [NAN]]), np.array([1.0])

    np.testing.assert_array_equal(copeland(x, weights, sample=every(x)), [[0, NAN], [0, NAN]])
    np.testing.assert_array_equal(borda(x, weights, sample=every(x)), [[0, NAN], [0, NAN]])
    np.testing.assert_array_equal(condorcet(x, weights, sample=every(x))[0], [0, NAN])


def test_weights_that_are_a_half_but_for_a_last_bit_are_a_tie() -> None:
    x = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]])

    np.testing.assert_array_equal(copeland(x, np.array([0.1, 0.2, 0.2, 0.1]), sample=every(x))[0], [0, 0])


def test_a_large_field_is_counted_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    x, weights = np.random.default_rng(5).integers(0, 9, (90, 4)).astype(float), np.arange(1.0, 5)
    whole = copeland(x, weights, sample=every(x))[0]
    monkeypatch.setattr("innodex.engine.outrank._CELLS", 700)

    np.testing.assert_array_equal(copeland(x, weights, sample=every(x))[0], whole)
