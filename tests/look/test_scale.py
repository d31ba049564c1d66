"""Axes cover their values with round ticks; classes of a map are of nearly equal size."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.look import CLASSES, Axis, axis_over, sixths

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_an_axis_covers_its_values_and_has_few_ticks(values: list[float]) -> None:
    axis = axis_over(values)

    slack = 1e-6 * max(1.0, max(map(abs, values)))
    assert axis.low <= min(values) + slack
    assert axis.high >= max(values) - slack
    assert 2 <= len(axis.ticks) <= 8
    assert list(axis.ticks) == sorted(set(axis.ticks))


@given(st.lists(NUMBERS, min_size=2, max_size=30))
def test_places_on_an_axis_keep_the_order(values: list[float]) -> None:
    axis = axis_over(values)
    places = [axis.at(value) for value in sorted(values)]

    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)


def test_missing_values_and_no_values_make_an_axis_too() -> None:
    assert axis_over([float("nan"), 3.0, 7.0]) == axis_over([3.0, 7.0])
    assert axis_over([]).high > axis_over([]).low
    assert axis_over([4.0]).low < 4 < axis_over([4.0]).high


@pytest.mark.parametrize(("value", "place"), [(0, 0), (25, 25), (-9, 0), (300, 100)])
def test_a_place_is_a_share_of_the_way(value: float, place: float) -> None:
    assert Axis(0, 100, ()).at(value) == place


@given(st.integers(1, 200))
def test_six_groups_differ_by_one_unit_at_most(count: int) -> None:
    classes = sixths({n: float(n + 1) for n in range(count)})
    sizes = Counter(classes.values())

    assert classes[0] == CLASSES
    assert min(classes.values()) >= 1
    assert max(sizes.values()) - min(sizes.get(n, 0) for n in range(1, CLASSES + 1)) <= 1


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60))
def test_equal_ranks_have_one_class_and_a_better_rank_never_a_lower_one(ranks: list[int]) -> None:
    classes = sixths(dict(enumerate(map(float, ranks))))

    pairs = sorted((rank, -classes[n]) for n, rank in enumerate(ranks))
    assert [level for _, level in pairs] == sorted(level for _, level in pairs)
    assert len({(rank, level) for rank, level in pairs}) == len(set(ranks))


def test_units_without_a_rank_have_no_class() -> None:
    assert sixths({0: 1.0, 1: math.nan}) == {0: 6}
