"""Array arithmetic: arrays in, arrays out; names stay outside. Each stage knows nothing of the others."""

from typing import TYPE_CHECKING

# `from innodex.engine import treat` loads the stage that is asked for, and no other.
if TYPE_CHECKING:
    from innodex.engine import (
        aggregate,
        classify,
        describe,
        formula,
        frontier,
        impute,
        normalise,
        outrank,
        profile,
        rank,
        screen,
        transform,
        treat,
        trend,
        weigh,
    )

__all__ = [
    "aggregate",
    "classify",
    "describe",
    "formula",
    "frontier",
    "impute",
    "normalise",
    "outrank",
    "profile",
    "rank",
    "screen",
    "transform",
    "treat",
    "trend",
    "weigh",
]
