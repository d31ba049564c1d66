"""Applies a recipe: `build(framework, panel, recipe, territory=…) -> Result`."""

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
from innodex.result._profile import strengths_and_weaknesses
from innodex.result._result import Derived, Flag, Floats, Report, Result

__all__ = [
    "BadCell",
    "Derived",
    "Flag",
    "Floats",
    "Known",
    "Report",
    "Result",
    "bad_cells",
    "build",
    "check_recipe",
    "check_regions",
    "check_samples",
    "series_without_data",
    "strengths_and_weaknesses",
]
