"""What holds for every way of screening and imputing: order, samples, figures that are there."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _arrays import NAN, Array, close, law
from innodex.documents import Faulty
from innodex.panel import Panel
from innodex.recipe import METHODS
from innodex.result import Flag, imputed_sets
from result._prepare import SERIES, TERRITORY, UNITS, framework, made, recipe, step

INSIDE = st.sampled_from(["parent", "P", "pillar", "index"])
SAMPLE = st.sampled_from([{}, {"sample": "pooled"}, {"sample": "2023"}])
GROUPS = st.sampled_from(
    [{}, {"groups": ["region"], "empty": "all"}, {"groups": ["large", "small"], "empty": "missing"}]
)


def _with(*drawn: st.SearchStrategy[dict[str, Any]], **named: Any) -> st.SearchStrategy[dict[str, Any]]:
    plain = {
        key: one if isinstance(one, st.SearchStrategy) else st.sampled_from(one) for key, one in named.items()
    }
    return st.tuples(st.fixed_dictionaries(plain), *drawn).map(
        lambda parts: {key: value for part in parts for key, value in part.items()}
    )


WAYS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "value": st.just({"value": 3}),
    "mean": _with(GROUPS, SAMPLE),
    "median": _with(GROUPS, SAMPLE),
    "row": _with(SAMPLE, inside=INSIDE, average=["mean", "median"], scale=["minmax", "none"]),
    "nearest": _with(
        k=[1, 2, 5],
        inside=INSIDE,
        distance=["euclidean", "manhattan"],
        scale=["minmax", "zscore", "none"],
        average=["mean", "median", "nearness"],
    ),
    "regression": _with(SAMPLE, predictors=[["a2"], ["b1", "c1"]]),
    "em": _with(SAMPLE, inside=INSIDE, ridge=[0.05, 0.5], nothing=["missing", "mean"]),
    "latest": _with(max_age=[1, 2]),
    "hold": st.just({}),
    "linear": _with(ends=["hold", "missing", "extend"], single=["hold", "missing"]),
}
every_way = pytest.mark.parametrize("name", WAYS)


@st.composite
def panels(draw: st.DrawFn) -> Panel:
    """Figures of three years with many gaps."""
    random = np.random.default_rng(draw(st.integers(0, 2**20)))
    x = np.round(random.standard_normal((3, len(UNITS), len(SERIES))) * draw(st.sampled_from([1, 50])), 2)
    x[random.random(x.shape) < draw(st.sampled_from([0.1, 0.3, 0.6]))] = NAN
    return Panel.of(x, periods=("2022", "2023", "2024"), units=UNITS, series=SERIES)


def _changed(given: Panel, values: Array, units: tuple[str, ...] = UNITS) -> Panel:
    return Panel.of(values, periods=given.periods, units=units, series=given.series)


def _imputed(steps: str, given: Panel) -> Any:
    """What `build` makes of it; an example that cannot be estimated is passed over."""
    try:
        return made(steps, given)
    except Faulty as faulty:
        if {fault.kind for fault in faulty.faults} - {"too-few-units", "dependent-figures"}:
            raise
        assume(False)


def test_every_way_is_here() -> None:
    assert set(WAYS) == set(METHODS["impute"]) - {"none"}


@every_way
@law(panels(), st.data())
def test_figures_stay_and_gaps_are_marked(name: str, given: Panel, data: st.DataObject) -> None:
    result = _imputed(step("impute", name, **data.draw(WAYS[name])), given)
    there = ~np.isnan(result.raw)

    assert (result.imputed[there] == result.raw[there]).all()
    assert (((result.flags & Flag.IMPUTED) != 0) == (~there & ~np.isnan(result.imputed))).all()


@every_way
@law(panels(), st.permutations(range(len(UNITS))), st.data())
def test_the_order_of_units_is_irrelevant(
    name: str, given: Panel, order: list[int], data: st.DataObject
) -> None:
    steps = step("impute", name, **data.draw(WAYS[name]))
    turned = _changed(given, given.values[:, order], tuple(UNITS[at] for at in order))

    close(_imputed(steps, turned).imputed, _imputed(steps, given).imputed[:, order], 1e-6)


@every_way
@law(panels(), st.sampled_from(UNITS), st.data())
def test_who_is_screened_out_moves_nobody(name: str, given: Panel, out: str, data: st.DataObject) -> None:
    """Whatever the unit's figures, the others are filled alike."""
    steps = step("screen", "named", fail="unranked", drop=[out]) + step(
        "impute", name, **data.draw(WAYS[name])
    )
    other = given.values.copy()
    other[:, UNITS.index(out)] = 1e6
    rest = [at for at, unit in enumerate(UNITS) if unit != out]

    moved, plain = _imputed(steps, _changed(given, other)), _imputed(steps, given)

    close(moved.imputed[:, rest], plain.imputed[:, rest])
    assert np.isnan(plain.rank[:, UNITS.index(out)]).all()


@every_way
@law(panels(), st.permutations(range(len(UNITS))), st.data())
def test_sets_keep_what_is_there_in_any_order(
    name: str, given: Panel, order: list[int], data: st.DataObject
) -> None:
    steps = recipe(step("impute", name, **data.draw(WAYS[name])))
    turned = _changed(given, given.values[:, order], tuple(UNITS[at] for at in order))
    try:
        plain = imputed_sets(framework(), given, steps, sets=3, seed=11, territory=TERRITORY)
    except Faulty:
        assume(False)
    again = imputed_sets(framework(), turned, steps, sets=3, seed=11, territory=TERRITORY)

    there = ~np.isnan(given.values[:, :, :8])
    assert (plain[:, there] == given.values[:, :, :8][there]).all()
    close(again, plain[:, :, order], 1e-6)


@law(panels(), st.sampled_from(["availability", "nonzero"]), st.floats(0, 1), st.floats(0, 1))
def test_a_stricter_share_lets_fewer_in(given: Panel, name: str, one: float, other: float) -> None:
    count = {"count": "observed"} if name == "availability" else {}
    low, high = sorted([one, other])
    loose = made(step("screen", name, minimum=low, fail="unranked", **count), given).included
    strict = made(step("screen", name, minimum=high, fail="unranked", **count), given).included

    assert (loose | ~strict).all()
