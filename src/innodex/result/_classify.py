"""The step `classify`: a few classes of scores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from innodex.engine import classify
from innodex.recipe import Quantiles, Thresholds
from innodex.result._result import Floats, Report
from innodex.result._rows import Rows
from innodex.result._work import Work

Classes = npt.NDArray[np.int64]
HEAD = ("period", "unit", "node", "class", "name")


def classes(work: Work) -> Classes | None:
    """(P, U, N): the class of each score, 1 the lowest, 0 where there is none; None without the step."""
    methods = [_method(work, node.code) for node in work.framework.nodes]
    if not any(methods):
        return None
    assert work.score is not None
    score = np.where(work.included[:, :, None], work.score, np.nan)
    found = np.zeros(score.shape, np.int64)
    for at, method in enumerate(methods):
        if method is not None:
            found[:, :, [at]] = _classed(method, score[:, :, [at]])
    names = [method.labels if method is not None else () for method in methods]
    work.reports.append(Report("classes", HEAD, Rows(lambda: _rows(work, found, names))))
    return found


def _method(work: Work, code: str) -> Any:
    return work.recipe.classify_at.get(code, work.recipe.classify)


def _classed(method: Thresholds | Quantiles, score: Floats) -> Classes:
    above = method.edge == "above"
    if isinstance(method, Thresholds):
        return classify.by_thresholds(score, method.limits, above=above)
    return classify.by_quantiles(score, count=method.count, above=above)


def _rows(
    work: Work, found: Classes, names: list[tuple[str, ...]]
) -> Iterator[tuple[str | float | int | None, ...]]:
    codes = [node.code for node in work.framework.nodes]
    for p, u, n in zip(*(axis.tolist() for axis in np.nonzero(found)), strict=True):
        number = int(found[p, u, n])
        name = names[n][number - 1] if names[n] else None
        yield work.panel.periods[p], work.panel.units[u], codes[n], number, name
