"""The step `normalise`."""

from __future__ import annotations

import numpy as np

from innodex.engine import normalise
from innodex.recipe import AsIs, Goalposts, MinMax, Normalisation, ZScore
from innodex.result._result import Flag, Floats
from innodex.result._work import Work


def apply(work: Work) -> None:
    """Scale `work.x` into `work.normalised`. Indicators that share a method and its policies go together."""
    groups: dict[Normalisation | None, list[int]] = {}
    for i, code in enumerate(work.codes):
        groups.setdefault(work.recipe.normalisation(code), []).append(i)
    scores = np.full(work.x.shape, np.nan)
    for method, columns in groups.items():
        scores[:, :, columns] = _scaled(work, method, columns)
    work.normalised = scores


def _scaled(work: Work, method: Normalisation | None, columns: list[int]) -> Floats:
    x, sign = work.x[:, :, columns], work.sign[columns]
    match method:
        case MinMax(low, high, policy, which):
            sample = work.sample(x, which)
            _mark_constant(work, x, sample, columns)
            constant = _constant(policy, (low + high) / 2)
            return normalise.minmax(x, sign, sample=sample, low=low, high=high, constant=constant)
        case ZScore(sd, centre, spread, policy, which):
            sample = work.sample(x, which)
            _mark_constant(work, x, sample, columns)
            ddof = 1 if sd == "sample" else 0
            flat = _constant(policy, centre)
            return normalise.zscore(
                x, sign, sample=sample, ddof=ddof, centre=centre, spread=spread, constant=flat
            )
        case Goalposts(lower, upper, scale, cap, low, high):
            scores, held = normalise.goalposts(
                x,
                sign,
                lower=lower,
                upper=upper,
                log=scale == "log",
                cap_low=cap in ("low", "both"),
                cap_high=cap in ("high", "both"),
                low=low,
                high=high,
            )
            work.mark(Flag.CAPPED, held, columns)
            return scores
        case AsIs() | None:
            return x


def _constant(policy: str, middle: float) -> float:
    return middle if policy == "middle" else float("nan")


def _mark_constant(work: Work, x: Floats, sample: Floats, columns: list[int]) -> None:
    most = np.fmax.reduce(sample, axis=-2, keepdims=True)
    equal = most == np.fmin.reduce(sample, axis=-2, keepdims=True)
    work.mark(Flag.CONSTANT, equal & ~np.isnan(x), columns)
