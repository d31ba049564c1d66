"""Weights: shares within a parent. Source: OECD/EU JRC (2008), Handbook, step 6."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from _arrays import close, law
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
