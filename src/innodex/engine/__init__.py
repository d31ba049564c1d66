"""Array arithmetic: arrays in, arrays out; names stay outside. Each stage knows nothing of the others."""

from __future__ import annotations

from importlib import import_module
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


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'innodex.engine' has no attribute {name!r}")
    return import_module(f"innodex.engine.{name}")
