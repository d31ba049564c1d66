"""Array arithmetic: arrays in, arrays out; names stay outside. Each stage knows nothing of the others."""

from innodex.engine import (
    aggregate,
    formula,
    frontier,
    impute,
    normalise,
    outrank,
    rank,
    screen,
    transform,
    trend,
    weigh,
)

__all__ = [
    "aggregate",
    "formula",
    "frontier",
    "impute",
    "normalise",
    "outrank",
    "rank",
    "screen",
    "transform",
    "trend",
    "weigh",
]
