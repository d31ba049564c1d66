"""Shares of figures there, and groups that can be computed: by hand, against plain loops, and laws."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from _arrays import NAN, close, law, tables
from innodex.engine import screen

zeros = tables(units=(1, 6), columns=(1, 7), figures=st.sampled_from([0.0, 0.0, 1.0, 2.0]))
X = np.array([[1.0, NAN, 0, NAN], [0, 0, 5, 1]])
YES = np.ones(X.shape, bool)
HALVES = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])


def test_shares_by_hand() -> None:
    """Of the first unit's four cells two are filled, one with a zero; each half has one of two."""
    close(screen.availability(~np.isnan(X), YES, HALVES), [[0.5, 0.5], [1, 1]])
    close(screen.nonzero(X, YES, HALVES), [[1, 0], [0, 1]])
    close(screen.availability(~np.isnan(X), YES, np.ones((4, 1))), [[0.5], [1]])


def test_cells_that_do_not_apply_are_not_asked_for() -> None:
    asked = np.array([[True, False, True, False], [False, False, True, True]])

    close(screen.availability(~np.isnan(X), asked, HALVES), [[1, 1], [NAN, 1]])


def test_a_share_that_is_just_met_is_met() -> None:
    """33 of 50 is 0.66 to the last bit, as a threshold written in decimals needs it."""
    there = np.arange(50)[None, :] < 33

    assert screen.availability(there, np.ones((1, 50), bool), np.ones((50, 1)))[0, 0] >= 0.66


def enough(there: list[int], *, computable: float, groups: int, asked: list[int] | None = None) -> bool:
    """Of one pillar with three groups of two indicators."""
    under = np.kron(np.eye(3), np.ones((2, 1)))
    applies = np.ones((1, 6), bool) if asked is None else np.array([asked], bool)
    found = screen.groups_enough(
        np.array([there], bool), applies, under, np.ones((3, 1)), computable=computable, groups=groups
    )
    return bool(found[0, 0])


def test_two_groups_of_three_are_enough() -> None:
    assert enough([1, 1, 1, 0, 0, 0], computable=0.5, groups=2)
    assert not enough([1, 1, 1, 0, 0, 0], computable=0.6, groups=2)
    assert not enough([1, 1, 0, 0, 0, 0], computable=0, groups=2)


def test_one_figure_is_always_needed() -> None:
    """A group of which nothing is asked counts as one that can be computed only where it holds a figure."""
    assert enough([1, 0, 1, 0, 1, 0], computable=0, groups=3)
    assert not enough([1, 0, 1, 0, 0, 0], computable=0, groups=3)


def test_a_pillar_with_fewer_groups_needs_all_it_has() -> None:
    """The second group does not apply: of the two that do, both are needed, and no third."""
    assert enough([1, 0, 0, 0, 0, 1], computable=0.5, groups=3, asked=[1, 1, 0, 0, 1, 1])
    assert not enough([1, 0, 1, 0, 0, 0], computable=0.5, groups=2, asked=[1, 1, 0, 0, 1, 1])


@law(zeros, st.integers(0, 2**20))
def test_shares_against_plain_counting(x: np.ndarray, seed: int) -> None:  # type: ignore[type-arg]
    random = np.random.default_rng(seed)
    asked = random.random(x.shape) < 0.8
    under = (random.random((x.shape[1], 3)) < 0.6).astype(float)
    share = screen.availability(~np.isnan(x), asked, under)
    filled = screen.nonzero(x, asked, under)
    for u in range(len(x)):
        for b in range(3):
            cells = [x[u, i] for i in range(x.shape[1]) if under[i, b] and asked[u, i]]
            held = [value for value in cells if value == value]
            close(share[u, b], len(held) / len(cells) if cells else NAN)
            close(filled[u, b], sum(v != 0 for v in held) / len(held) if held else NAN)
