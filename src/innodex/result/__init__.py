"""Applies a recipe: `build(framework, panel, recipe, territory=…) -> Result`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from innodex.result._build import build
from innodex.result._check import (
    BadCell,
    Known,
    bad_cells,
    check_recipe,
    check_regions,
    check_samples,
    series_without_data,
)
from innodex.result._periods import looks_across, only
from innodex.result._profile import strengths_and_weaknesses
from innodex.result._result import Derived, Flag, Floats, Report, Result

if TYPE_CHECKING:
    from innodex.result._compare import Comparison, Movement, Scored, Scores, bridge, compare_results
    from innodex.result._screen import availability
    from innodex.result._sets import imputed_sets
    from innodex.result._trend import Trends, times_of, trend_report, trends

# Name -> the module that has it: what a build does not need is loaded when it is first asked for.
_SELDOM = {
    "Comparison": "_compare",
    "Movement": "_compare",
    "Scored": "_compare",
    "Scores": "_compare",
    "bridge": "_compare",
    "compare_results": "_compare",
    "imputed_sets": "_sets",
    "availability": "_screen",
    "Trends": "_trend",
    "times_of": "_trend",
    "trend_report": "_trend",
    "trends": "_trend",
}

__all__ = [
    "BadCell",
    "Comparison",
    "Derived",
    "Flag",
    "Floats",
    "Known",
    "Movement",
    "Report",
    "Result",
    "Scored",
    "Scores",
    "Trends",
    "availability",
    "bad_cells",
    "bridge",
    "build",
    "check_recipe",
    "check_regions",
    "check_samples",
    "compare_results",
    "imputed_sets",
    "looks_across",
    "only",
    "series_without_data",
    "strengths_and_weaknesses",
    "times_of",
    "trend_report",
    "trends",
]


def __getattr__(name: str) -> object:
    if name not in _SELDOM:
        raise AttributeError(f"module 'innodex.result' has no attribute {name!r}")
    found = getattr(import_module(f"innodex.result.{_SELDOM[name]}"), name)
    globals()[name] = found
    return found
