"""One period of a result: every array of it, whatever arrays a result may come to have."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from innodex.recipe import read
from innodex.result import Derived, build, only
from result._prepare import AFTER, SERIES, TERRITORY, UNITS, framework, panel, step

YEARS = ("2022", "2023", "2024", "2025")
BEFORE = (
    step("screen", "availability", minimum=0.7, count="observed", fail="bracketed")
    + step("impute", "mean", sample="pooled")
    + step("treat", "sd", times=1, sd="sample", side="both")
)
DERIVED = """
[[steps]]
step = "derive"
[steps.nodes.twice]
formula = "2 * score(a1)"
better = "higher"
ties = "min"
significant = 9
"""
RANKED = '[[steps]]\nstep = "rank"'


@pytest.mark.parametrize("period", YEARS)
def test_one_period_has_what_it_had_among_the_others(period: str) -> None:
    random = np.random.default_rng(7)
    figures = {name: random.uniform(1, 99, (len(YEARS), len(UNITS))) for name in SERIES}
    for at in range(len(YEARS)):
        for name in ("a2", "b1"):
            figures[name][at, at] = np.nan  # another unit fails each year
    after = AFTER.replace("weight = 1", 'method = "entropy"\nconstant = "zero"')
    after = after.replace(RANKED, DERIVED + RANKED) + 'within = ["region"]\n'
    classes = step("classify", "quantiles", count=3, edge="above")
    reading = read(f'schema = 1\ntitle_en = "Test"\n{BEFORE}{after}{classes}'.encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    whole = build(framework(), panel(figures, periods=YEARS), reading.recipe, territory=TERRITORY)
    assert whole.bracketed is not None
    assert whole.classes is not None
    at = YEARS.index(period)

    alone = only(whole, period)

    assert alone.periods == (period,)
    for field in fields(whole):
        before, after_ = getattr(whole, field.name), getattr(alone, field.name)
        if isinstance(before, np.ndarray):
            axis = before.shape.index(len(YEARS))
            np.testing.assert_array_equal(after_, np.take(before, [at], axis=axis), err_msg=field.name)
    for one, other in zip(whole.derived, alone.derived, strict=True):
        assert isinstance(one, Derived)
        np.testing.assert_array_equal(other.value[0], one.value[at])
        np.testing.assert_array_equal(other.rank[0], one.rank[at])
