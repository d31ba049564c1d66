"""The step `normalise`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from innodex.documents import Fault
from innodex.engine import _array as moments
from innodex.engine import normalise
from innodex.recipe import (
    PERIOD,
    AboutMean,
    AsIs,
    Bands,
    Borda,
    Goalposts,
    Growth,
    MinMax,
    Mpi,
    Normalisation,
    Percentile,
    Place,
    Scaled,
    Share,
    ToBest,
    ToTarget,
    ToUnit,
    ZScore,
)
from innodex.result._result import Flag, Floats, Report
from innodex.result._rows import Cells, Rows
from innodex.result._work import Mask, Work

Ranked = tuple[Floats, Mask]
_HEAD = ("sample", "node", "units", "least", "most", "mean", "sd")


def apply(work: Work) -> None:
    """Scale `work.x` into `work.normalised`. Indicators that share a method and its policies go together."""
    if any(hasattr(work.recipe.normalisation(code), "sample") for code in work.codes):
        work.reports.append(Report("scales", _HEAD, Rows(lambda: _bounds(work))))
    groups: dict[Normalisation | None, list[int]] = {}
    for i, code in enumerate(work.codes):
        groups.setdefault(work.recipe.normalisation(code), []).append(i)
    if len(groups) == 1:
        method, columns = next(iter(groups.items()))
        work.normalised = _scaled(work, method, columns)
        return
    scores = np.empty_like(work.x)
    for method, columns in groups.items():
        scores[:, :, columns] = _scaled(work, method, columns)
    work.normalised = scores


def _scaled(work: Work, method: Normalisation | None, columns: list[int]) -> Floats:
    whole = len(columns) == work.x.shape[2]
    x = work.x if whole else work.x[:, :, columns]
    sign = work.sign[columns]
    match method:
        case MinMax(low, high, policy, which):
            sample = _sample(work, x, which, columns)
            constant = _constant(policy, (low + high) / 2)
            scores = normalise.minmax(x, sign, sample=sample, low=low, high=high, constant=constant)
            return _inside(work, scores, low, high, columns)
        case ZScore(sd, centre, spread, policy, which):
            sample = _sample(work, x, which, columns)
            return normalise.zscore(
                x, sign, sample=sample, ddof=1 if sd == "sample" else 0, centre=centre, spread=spread,
                constant=_constant(policy, centre),
            )  # fmt: skip
        case Goalposts(lower, upper, scale, cap, low, high):
            x = _with_logarithms(work, method, x, columns)
            scores, held = normalise.goalposts(
                x, sign, lower=lower, upper=upper, log=scale == "log", cap_low=cap in ("low", "both"),
                cap_high=cap in ("high", "both"), low=low, high=high,
            )  # fmt: skip
            work.mark(Flag.CAPPED, held, columns)
            return scores
        case Scaled(lower, upper, factor):
            return normalise.scaled(x, sign, lower=lower, upper=upper, factor=factor)
        case Mpi():
            return _mpi(work, method, x, sign, columns)
        case ToBest(factor, policy, which):
            sample = _sample(work, x, which, columns)
            flat = _constant(policy, factor / 2)
            return normalise.distance_to_best(x, sign, sample=sample, factor=factor, constant=flat)
        case ToUnit():
            return _to_unit(work, method, x, sign, columns)
        case ToTarget(target, factor, cap, met, which):
            full = factor if met == "full" else float("nan")
            sample = _sample(work, x, which, columns)
            scores, held = normalise.distance_to_target(
                x, sign, sample=sample, target=target, factor=factor, cap=cap, met=full
            )
            work.mark(Flag.CAPPED, held, columns)
            return scores
        case Share():
            return _share(work, method, x, sign, columns)
        case AboutMean(band, below, within, above, which):
            sample = _sample(work, x, which, columns)
            return normalise.about_mean(
                x, sign, sample=sample, band=band, below=below, within=within, above=above
            )
        case Place() | Borda() | Percentile() | Bands():
            return _by_place(work, method, x, sign, columns)
        case Growth(of, factor):
            return normalise.change(x, sign, of=of, factor=factor)
        case AsIs() | None:
            return x.copy()


def _bounds(work: Work) -> Iterator[Cells]:
    """What each scale was taken from: for every indicator and sample, its figures in short."""
    for i, code in enumerate(work.codes):
        method = work.recipe.normalisation(code)
        which = getattr(method, "sample", "")
        for name in dict.fromkeys((which, getattr(method, "reach", "") or which)):
            sample = work.sample(work.x[:, :, [i]], name) if name else np.empty((0, 0, 1))
            ddof = 0 if isinstance(method, ZScore) and method.sd == "population" else 1
            columns = (
                moments.count(sample), np.fmin.reduce(sample, axis=-2, keepdims=True, initial=np.nan),
                np.fmax.reduce(sample, axis=-2, keepdims=True, initial=np.nan), moments.mean(sample),
                moments.deviation(sample, ddof=ddof),
            )  # fmt: skip
            for at, period in enumerate(work.panel.periods if name == PERIOD else (name,) * len(sample)):
                figures = [float(column[at, 0, 0]) for column in columns]
                if figures[0]:
                    yield (period, code, *(None if one != one else one for one in figures))


def _inside(work: Work, scores: Floats, low: float, high: float, columns: list[int]) -> Floats:
    """Scores of units that do not count, and set no bound, are held at the ends of the scale.

    Where units that count lie beyond them, as in a period that is not the sample, at theirs: of two units
    with the same figure the one that does not count is not put behind.
    """
    if work.included.all():
        return scores
    counted = np.where(work.included[:, :, None], scores, np.nan)
    least = np.fmin.reduce(counted, axis=1, keepdims=True, initial=low)
    most = np.fmax.reduce(counted, axis=1, keepdims=True, initial=high)
    away = ~work.included[:, :, None] & ((scores < least) | (scores > most))
    work.mark(Flag.CAPPED, away, columns)
    return np.where(away, np.clip(scores, least, most), scores)


def _constant(policy: str, middle: float) -> float:
    return middle if policy == "middle" else float("nan")


def _sample(work: Work, x: Floats, which: str, columns: list[int]) -> Floats:
    """The sample of some columns; indicators that do not vary in it are marked."""
    sample = work.sample(x, which)
    most = np.fmax.reduce(sample, axis=-2, keepdims=True)
    equal = most == np.fmin.reduce(sample, axis=-2, keepdims=True)
    if equal.any():
        work.mark(Flag.CONSTANT, equal & ~np.isnan(x), columns)
    return sample


# ---- by a reference -------------------------------------------------------------------------------------


def _mpi(work: Work, method: Mpi, x: Floats, sign: Floats, columns: list[int]) -> Floats:
    sample = work.sample(x, method.sample)
    reach = _sample(work, x, method.reach or method.sample, columns)
    reference = None
    if method.unit:
        reference = _figures_of(work, x, method.unit, method.sample)
        _refuse_missing(work, method.unit, x, reference, columns)
    return normalise.mpi(
        x, sign, sample=sample, reach=reach, reference=reference, centre=method.centre, spread=method.spread,
        constant=_constant(method.constant, method.centre),
    )  # fmt: skip


def _figures_of(work: Work, x: Floats, unit: str, which: str) -> Floats:
    """The figures of one unit, (P or 1, 1, columns): each period's own, or those of one period."""
    at = work.panel.units.index(unit)
    own = x[:, at : at + 1]
    if which == PERIOD:
        return own
    period = work.panel.periods.index(which)
    return own[period : period + 1]


def _to_unit(work: Work, method: ToUnit, x: Floats, sign: Floats, columns: list[int]) -> Floats:
    sample = _sample(work, x, method.sample, columns)
    reference = _figures_of(work, x, method.unit, method.sample)
    _refuse_missing(work, method.unit, x, reference, columns)
    with np.errstate(invalid="ignore"):
        worst = np.fmin.reduce(sample * sign, axis=-2, keepdims=True)
        last = (reference * sign <= worst) & ~np.isnan(reference)
    _refuse(work, "reference-worst", last, x, columns, unit=method.unit)
    scores, held = normalise.distance_to_reference(
        x, sign, sample=sample, reference=reference, factor=method.factor, cap=method.cap
    )
    work.mark(Flag.CAPPED, held, columns)
    return scores


def _share(work: Work, method: Share, x: Floats, sign: Floats, columns: list[int]) -> Floats:
    reference = None
    if method.to == "unit":
        reference = _figures_of(work, x, method.unit, method.sample)
        _refuse_missing(work, method.unit, x, reference, columns)
    scores = normalise.ratio(
        x, sign, sample=_sample(work, x, method.sample, columns), reference=reference, factor=method.factor,
        difference=method.difference, to="best" if method.to == "unit" else method.to,
    )  # fmt: skip
    # A figure of a unit that counts in no sample spoils nothing: it has no score.
    lost = np.isnan(scores) & ~np.isnan(x) & work.included[:, :, None]
    known = np.ones((1, 1, len(columns)), bool) if reference is None else ~np.isnan(reference)
    _refuse(work, "no-ratio", (lost & known).any(axis=1, keepdims=True), x, columns)
    return scores


def _with_logarithms(work: Work, method: Goalposts, x: Floats, columns: list[int]) -> Floats:
    """The figures; a fault for each that an earlier step has left without a logarithm where one is taken."""
    if method.scale != "log" or method.cap in ("low", "both"):
        return x
    outside = x <= 0
    recipe = work.recipe
    for period, unit, column in zip(*np.nonzero(outside), strict=True):
        code = work.codes[columns[column]]
        line = recipe.lines.get(("normalise", code)) or recipe.lines.get(("normalise", ""))
        told = {"code": code, "unit": work.panel.units[unit], "period": work.panel.periods[period]}
        work.faults.append(Fault("log-of-nonpositive", recipe.file, line, code, told))
    return np.where(outside, np.nan, x)


def _refuse_missing(work: Work, unit: str, x: Floats, reference: Floats, columns: list[int]) -> None:
    _refuse(work, "reference-missing", np.isnan(reference), x, columns, unit=unit)


def _refuse(work: Work, kind: str, where: Mask, x: Floats, columns: list[int], **values: object) -> None:
    """A fault for each indicator of a period in which something stands that cannot be scaled.

    `where` is (P or 1, 1, columns); periods without any figure are passed over.
    """
    asked = np.broadcast_to(where, (x.shape[0], 1, x.shape[2]))[:, 0] & ~np.isnan(x).all(axis=1)
    recipe = work.recipe
    for period, column in zip(*np.nonzero(asked), strict=True):
        code = work.codes[columns[column]]
        line = recipe.lines.get(("normalise", code)) or recipe.lines.get(("normalise", ""))
        told = {"found": code, "period": work.panel.periods[period], **values}
        work.faults.append(Fault(kind, recipe.file, line, code, told))


# ---- by places -------------------------------------------------------------------------------------------


def _by_place(
    work: Work, method: Place | Borda | Percentile | Bands, x: Floats, sign: Floats, columns: list[int]
) -> Floats:
    if isinstance(method, Bands) and method.by == "figure":
        return _band(method, x, sign)
    shape = x.shape
    sample = _sample(work, x, method.sample, columns)
    if sample.shape[0] != shape[0]:
        # Periods that share one sample are one long field; sorting it once is enough.
        x = x.reshape(1, -1, shape[2])
    own = sample if sample.shape == x.shape and np.array_equal(sample, x, equal_nan=True) else None
    scores, held = _PLACED[type(method)](method, x, sign, None if own is not None else sample)
    if isinstance(method, Bands):
        scores = _band(method, scores, np.ones(len(columns)))
    work.mark(Flag.CAPPED, held.reshape(shape), columns)
    return scores.reshape(shape)


def _band(method: Bands, x: Floats, sign: Floats) -> Floats:
    upper = method.edge == "better"
    return normalise.bands(x, sign, cuts=method.cuts, scores=method.scores, upper=upper)


def _place(method: Place, x: Floats, sign: Floats, sample: Floats | None) -> Ranked:
    return normalise.rank(x, sign, ties=method.ties, sample=sample)


def _points(method: Borda, x: Floats, sign: Floats, sample: Floats | None) -> Ranked:
    return normalise.borda(x, sign, ties=method.ties, sample=sample)


def _percentile(method: Percentile, x: Floats, sign: Floats, sample: Floats | None) -> Ranked:
    return normalise.percentile(
        x, sign, ties=method.ties, formula=method.formula, low=method.low, high=method.high, sample=sample
    )


def _hundredth(method: Bands, x: Floats, sign: Floats, sample: Floats | None) -> Ranked:
    assert method.ties is not None
    assert method.formula is not None
    return normalise.percentile(
        x, sign, ties=method.ties, formula=method.formula, low=0, high=100, sample=sample
    )


_PLACED: dict[type, Callable[..., Ranked]] = {
    Place: _place, Borda: _points, Percentile: _percentile, Bands: _hundredth,
}  # fmt: skip
