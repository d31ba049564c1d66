"""Two results side by side, trends within one, and the bridge year, through `build` or by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, close, law
from _trees import Case, cases
from innodex.result import (
    Scores,
    bridge,
    build,
    compare_results,
    times_of,
    trend_report,
    trends,
)


def scores(score: object, rank: object = None, **axes: tuple[str, ...]) -> Scores:
    """Of (period, unit, node); places are counted where they are not given."""
    x = np.array(score, float)
    if rank is None:
        better = np.array(
            [[(column > v).sum() + 1 if v == v else NAN for v in column] for column in _columns(x)]
        )
        place = better.reshape(x.shape[0], x.shape[2], x.shape[1]).transpose(0, 2, 1)
    else:
        place = np.array(rank, float)
    periods = axes.get("periods", tuple(str(2020 + p) for p in range(x.shape[0])))
    units = axes.get("units", tuple("ABCDEFGH"[: x.shape[1]]))
    return Scores(periods, units, axes.get("nodes", tuple("RST"[: x.shape[2]])), x, place)


def _columns(x: np.ndarray) -> list[np.ndarray]:  # type: ignore[type-arg]
    return [x[p, :, n] for p in range(x.shape[0]) for n in range(x.shape[2])]


def test_who_moved_by_how_much() -> None:
    old = scores([[[9], [7], [5], [3], [NAN]]])
    new = scores([[[5], [7], [9], [NAN], [1]]])

    found = compare_results(old, new)

    close(found.shift[0, :, 0], np.array([-2, 0, 2, NAN, NAN]))
    close(found.change[0, :, 0], np.array([-4, 0, 4, NAN, NAN]))
    moved = found.movement(0, 0)
    assert (moved.ranked, moved.kept, moved.risen, moved.fallen) == (3, 1, 1, 1)
    assert (moved.mean_shift, moved.mean_size) == (0, pytest.approx(4 / 3))
    assert moved.quantiles == (-2, -1, 0, 1, 2)
    assert moved.correlation == pytest.approx(-1)
    assert (moved.entered, moved.left) == (("E",), ("D",))
    assert found.differs()
    assert found.movement(0, 0, among=[0]).mean_shift == -2


def test_axes_are_those_that_both_have() -> None:
    old = scores([[[1, 2], [3, 4]]], periods=("2020",), units=("A", "B"), nodes=("R", "x"))
    new = scores([[[4, 6], [3, 5]]], periods=("2021",), units=("C", "A"), nodes=("R", "y"))

    plain = compare_results(old, new)
    named = compare_results(old, new, codes={"x": "y"})

    assert (plain.pairs, plain.units, plain.nodes) == ((("2020", "2021"),), ("A",), ("R",))
    assert plain.units_only == (("B",), ("C",))
    assert plain.nodes_only == (("x",), ("y",))
    assert (named.nodes, named.was, named.nodes_only) == (("R", "y"), ("R", "x"), ((), ()))
    close(named.change[0, 0], np.array([2, 3]))
    with pytest.raises(KeyError):
        compare_results(old, new, pairs=[("2019", "2021")])


def test_nothing_in_common_is_no_movement() -> None:
    moved = compare_results(scores([[[1]]]), scores([[[1]]], units=("Z",))).movement(0, 0)
    assert (moved.ranked, moved.entered, moved.left) == (0, (), ())
    assert np.isnan([moved.mean_size, moved.correlation, *moved.quantiles]).all()


@law(cases())
def test_nothing_moves_between_a_result_and_itself(case: Case) -> None:
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    found = compare_results(result, result)
    assert not found.differs()
    assert found.pairs == tuple((period, period) for period in result.periods)
    for n in range(len(result.nodes)):
        moved = found.movement(0, n)
        assert (moved.risen, moved.fallen, moved.entered, moved.left) == (0, 0, (), ())
        assert moved.kept == moved.ranked == result.ranked(0, n)


@law(st.lists(st.integers(0, 9), min_size=2, max_size=6), st.integers(0, 99))
def test_the_way_back_mirrors_the_way_there(values: list[int], seed: int) -> None:
    other = np.random.default_rng(seed).permutation(values)
    old, new = (
        (scores([[[v] for v in side]]) for side in (values, other)) if len(values) < 9 else (None, None)
    )
    there, back = compare_results(old, new).movement(0, 0), compare_results(new, old).movement(0, 0)
    assert (there.risen, there.fallen, there.kept) == (back.fallen, back.risen, back.kept)
    assert there.mean_shift == -back.mean_shift
    assert there.mean_size == back.mean_size


# ---- over the years --------------------------------------------------------------------------------------


@law(cases())
def test_trends_of_a_result(case: Case) -> None:
    result = build(case.framework, case.panel, case.recipe, territory=case.territory)
    found = trends(result)
    for u in range(len(result.units)):
        for n in range(len(result.nodes)):
            known = [p for p in range(len(result.periods)) if not np.isnan(result.score[p, u, n])]
            if not known:
                assert np.isnan(found.first[u, n])
                continue
            order = sorted(known, key=lambda p: times_of(result.periods)[p])
            first, last = result.score[order[0], u, n], result.score[order[-1], u, n]
            assert (found.first[u, n], found.last[u, n]) == (first, last)
            assert found.share[u, n] == pytest.approx(len(known) / len(result.periods))
            assert found.change[u, n] == last - first
            assert np.isfinite(found.growth[u, n]) <= (first > 0)
    report = trend_report(result)
    assert report.name == "trends"
    assert len(report.rows) == len(result.units) * len(result.nodes)
    assert {len(row) for row in report.rows} == {len(report.head)}
    assert {row[2] for row in report.rows} <= {*result.periods, None}


# ---- the bridge year -------------------------------------------------------------------------------------

OLD = scores([[[10], [20], [30]], [[20], [30], [40]]])  # 2020, 2021: mean 20, then 30
NEW = scores([[[60], [70], [110]], [[1], [2], [3]]], periods=("2021", "2022"))


def test_a_bridge_links_two_scales_by_level() -> None:
    """2021: 30 on the old scale is 80 on the new; 50 are added to every year."""
    linked = bridge(OLD, NEW, period="2021", link="level")
    close(linked.score[:, :, 0], np.array([[60, 70, 80], [70, 80, 90]]))
    assert linked.periods == ("2020", "2021")
    close(linked.rank, OLD.rank)


def test_a_bridge_by_spread_has_mean_and_deviation_of_the_new_scale() -> None:
    """Sums of squares about the means: 200 and 1400, so that distances grow by √7."""
    linked = bridge(OLD, NEW, period="2021", link="spread").score[:, :, 0]
    close(linked[1], 80 + np.array([-10, 0, 10]) * np.sqrt(7), 1e-12)
    close(linked[0], 80 + np.array([-20, -10, 0]) * np.sqrt(7), 1e-12)


def test_a_bridge_by_unit_makes_each_unit_s_series_meet() -> None:
    linked = bridge(OLD, NEW, period="2021", link="unit").score[:, :, 0]
    close(linked, np.array([[50, 60, 100], [60, 70, 110]]))


def test_a_bridge_needs_somebody_on_both_sides() -> None:
    alone = scores([[[NAN], [NAN], [5]]], periods=("2021",))
    old = scores([[[1], [2], [NAN]]], periods=("2021",))
    for link in ("level", "spread", "unit"):
        assert np.isnan(bridge(old, alone, period="2021", link=link).score).all()  # type: ignore[arg-type]
