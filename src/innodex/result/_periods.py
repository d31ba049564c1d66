"""One period of a result, whatever the recipe looks at in the others."""

from __future__ import annotations

from dataclasses import replace

from innodex.recipe import PERIOD, Growth, HoldFill, LatestFill, LineFill, Recipe
from innodex.result._check import methods_of
from innodex.result._result import Result

_BY_TIME = (Growth, HoldFill, LatestFill, LineFill)


def looks_across(recipe: Recipe) -> bool:
    """True where a period's numbers depend on other periods: a sample beyond it, a figure taken from it."""
    for _, _, method in methods_of(recipe):
        samples = {getattr(method, "sample", PERIOD) or PERIOD, getattr(method, "reach", "") or PERIOD}
        judged_together = getattr(method, "periods", "each") == "all"
        if isinstance(method, _BY_TIME) or samples != {PERIOD} or judged_together:
            return True
    return False


def only(result: Result, period: str) -> Result:
    """The same result with one period. Reports stay as they are: they tell of the whole computation."""
    at = result.periods.index(period)
    there = slice(at, at + 1)
    by_period = (
        "raw", "denominated", "imputed", "treated", "normalised", "flags", "score", "rank", "applicable",
        "weight", "share", "effective", "included",
    )  # fmt: skip
    bracketed = None if result.bracketed is None else result.bracketed[there]
    classes = None if result.classes is None else result.classes[there]
    derived = (replace(one, value=one.value[there], rank=one.rank[there]) for one in result.derived)
    return replace(
        result,
        periods=(period,),
        bracketed=bracketed,
        classes=classes,
        derived=tuple(derived),
        group_rank=result.group_rank[:, there],
        **{name: getattr(result, name)[there] for name in by_period},
    )
