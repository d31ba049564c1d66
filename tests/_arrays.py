"""Small arrays of figures for laws. Figures are quarters, so that sums and differences of them are exact."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st

Array = npt.NDArray[np.float64]
NAN = math.nan
EXAMPLES = int(os.environ.get("INNODEX_EXAMPLES", "30"))


def law(*drawn: Any, **named: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """`given`, with few examples: there are many laws. INNODEX_EXAMPLES asks for a longer search."""
    return lambda test: settings(max_examples=EXAMPLES)(given(*drawn, **named)(test))


def quarters(low: int = -1000, high: int = 1000) -> st.SearchStrategy[float]:
    """A figure between `low` and `high` that a float holds exactly."""
    return st.integers(4 * low, 4 * high).map(lambda n: n / 4)


@st.composite
def tables(
    draw: st.DrawFn,
    *,
    units: tuple[int, int] = (1, 8),
    columns: tuple[int, int] = (1, 4),
    figures: st.SearchStrategy[float] | None = None,
    gaps: bool = True,
) -> Array:
    """An array (unit, column) of figures, some of them missing; few distinct ones, so that ties occur."""
    shape = draw(st.integers(*units)), draw(st.integers(*columns))
    figure = quarters() | st.integers(0, 3).map(float) if figures is None else figures
    cell = st.one_of(figure, figure, figure, st.just(NAN)) if gaps else figure
    size = shape[0] * shape[1]
    return np.array(draw(st.lists(cell, min_size=size, max_size=size)), np.float64).reshape(shape)


def column(*figures: float) -> Array:
    """One indicator over units, as (unit, 1)."""
    return np.array(figures, np.float64)[:, None]


def close(found: Array, wanted: Array | Sequence[float], tolerance: float = 1e-9) -> None:
    """Equal up to rounding errors, and missing in the same places."""
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
