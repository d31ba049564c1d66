"""The steps `denominate` and `transform`."""

from __future__ import annotations

import numpy as np

from innodex.documents import Fault
from innodex.engine import transform
from innodex.recipe import (
    BASES,
    Asinh,
    Gap,
    Linear,
    Logarithm,
    Logit,
    Per,
    Power,
    Prepare,
    Transformation,
)
from innodex.result._branches import by_method, written_at
from innodex.result._indicators import FLAG_OF_STATUS
from innodex.result._result import Flag, Floats
from innodex.result._work import Mask, Work


def apply(work: Work, step: Prepare) -> None:
    """Divide or transform `work.x`. A denominator's status is seen on every indicator divided by it."""
    x = work.x.copy()
    for method, columns in by_method(work.framework, step).items():
        match method:
            case None:
                continue
            case Per():
                x[:, :, columns] = _per(work, method, columns)
            case _:
                found = _transformed(method, x[:, :, columns])
                _refuse_outside(work, step, method, np.isnan(found) & ~np.isnan(x[:, :, columns]), columns)
                x[:, :, columns] = found
    work.x = x


def _per(work: Work, method: Per, columns: list[int]) -> Floats:
    x = work.x[:, :, columns]
    place = work.panel.series.index(method.series)
    applies = (work.flags[:, :, columns] & Flag.NOT_APPLICABLE) == 0
    for status, flag in FLAG_OF_STATUS.items():
        if (found := work.panel.status[:, :, place, None] == status).any():
            work.mark(flag, found & applies, columns)
    return transform.per(x, work.panel.values[:, :, place, None], scale=method.scale)


def _transformed(method: Transformation, x: Floats) -> Floats:
    match method:
        case Logarithm(base, shift, _):
            return transform.log(x, base=np.e if base == "e" else BASES[base], shift=shift)
        case Power(exponent, _):
            return transform.power(x, exponent=exponent)
        case Logit(whole, _):
            return transform.logit(x, whole=whole)
        case Asinh(unit):
            return transform.asinh(x, unit=unit)
        case Linear(factor, shift):
            return transform.linear(x, factor=factor, shift=shift)
        case Gap(target):
            return transform.gap(x, target=target)


def _refuse_outside(
    work: Work, step: Prepare, method: Transformation, where: Mask, columns: list[int]
) -> None:
    """A fault for every figure outside the domain of its transformation, where the recipe refuses it."""
    if getattr(method, "outside", "missing") != "refuse":
        return
    for p, u, c in zip(*np.nonzero(where), strict=True):
        code = work.codes[columns[c]]
        line = work.recipe.lines.get((step.place, written_at(work.framework, step, code)))
        values = {"code": code, "unit": work.panel.units[u], "period": work.panel.periods[p]}
        work.faults.append(Fault("outside-domain", work.recipe.file, line, "outside", values))
