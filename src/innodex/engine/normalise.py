"""Normalise: put indicators of different units on one scale.

Axes are (..., unit, indicator); NaN is missing and stays missing. `sample` (..., unit, indicator), `x`
itself if left out, is what minimum, maximum, mean and deviation are taken from; its leading axes may have
length 1 where all periods share one sample. `sign` (indicator) is 1 where more is better, −1 where less is:
every function turns the direction itself, so that a higher score is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from innodex.engine._array import Array, Mask, count, deviation, mean

Ties = Literal["min", "max", "mean", "dense"]


def _ends(sample: Array, sign: Array) -> tuple[Array, Array]:
    """The worst and the best figure of each indicator, (..., 1, indicator)."""
    least = np.fmin.reduce(sample, axis=-2, keepdims=True)
    most = np.fmax.reduce(sample, axis=-2, keepdims=True)
    lower = sign < 0
    return np.where(lower, most, least), np.where(lower, least, most)


def _or_constant(scores: Array, x: Array, varied: Mask, constant: float, some: Array) -> Array:
    """The scores; `constant` for every figure of an indicator that does not vary.

    `some` is any figure of the sample: where there is none (NaN), the indicator is missing.
    """
    if varied.all():
        return scores
    return np.where(varied, scores, np.where(np.isnan(x) | np.isnan(some), np.nan, constant))


def minmax(
    x: Array, sign: Array, *, low: float, high: float, constant: float, sample: Array | None = None
) -> Array:
    """Scores from `low` for the worst unit of the sample to `high` for the best, in proportion between.

    An indicator on which all units agree scores `constant` (NaN: missing). A figure outside the sample's
    range scores outside `low` … `high`.

    Formula:
        $$ y = l + (h - l) \\frac{x - x_{worst}}{x_{best} - x_{worst}} $$
    Use: figures without far outliers, or treated ones, when only the order of magnitude between the units
    matters and a score from worst to best is easy to explain.
    Avoid: years that are to be compared with each other, unless the sample is one year or all of them: the
    ends move with the field. One outlier presses all others together.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, min-max.

    >>> minmax(np.array([[1.0], [2.0], [5.0]]), np.array([1.0]), low=0, high=100, constant=np.nan).ravel()
    array([  0.,  25., 100.])
    """
    worst, best = _ends(x if sample is None else sample, sign)
    varied = best != worst
    scores = x - worst
    scores /= np.where(varied, best - worst, 1.0)
    scores *= high - low
    scores += low
    return _or_constant(scores, x, varied & ~np.isnan(worst), constant, worst)


def goalposts(
    x: Array,
    sign: Array,
    *,
    lower: float,
    upper: float,
    log: bool,
    cap_low: bool,
    cap_high: bool,
    low: float,
    high: float,
) -> tuple[Array, Mask]:
    """Scores from fixed posts onto `low` to `high`; second result: where a value was held at a post.

    `log` measures the way between the posts in logarithms. A figure below `lower` (above `upper`) is held
    there when `cap_low` (`cap_high`). Where less is better, `lower` scores `high`.

    Formula:
        $$ y = l + (h - l) \\, w, \\quad w = \\frac{x - x_{lower}}{x_{upper} - x_{lower}}
           \\text{ or } \\frac{\\ln (x / x_{lower})}{\\ln (x_{upper} / x_{lower})};
           \\quad w \\to 1 - w \\text{ where less is better} $$
    Use: scores that are to be compared over years and do not depend on who takes part; figures with natural
    ends, as shares.
    Avoid: when nobody can say where the posts should stand.
    Source: UNDP, Human Development Report 2023/24, technical note 1.

    >>> y, _ = goalposts(np.array([[20.0], [52.5], [99.0]]), np.array([1.0]), lower=20, upper=85, log=False,
    ...                  cap_low=True, cap_high=True, low=0, high=1)
    >>> y.ravel()
    array([0. , 0.5, 1. ])
    """
    held = (cap_low & (x < lower)) | (cap_high & (x > upper))
    x = np.where(cap_low & (x < lower), lower, x)
    x = np.where(cap_high & (x > upper), upper, x)
    way = np.log(x / lower) / np.log(upper / lower) if log else (x - lower) / (upper - lower)
    share = np.where(sign < 0, 1.0 - way, way)
    return low + (high - low) * share, held


def scaled(x: Array, sign: Array, *, lower: float, upper: float, factor: float) -> Array:
    """Scores by one straight line through 0 and `factor`, at fixed figures; nothing is held at either.

    Where more is better, `lower` scores 0 and `upper` scores `factor`; where less is better the other way
    round.

    Formula:
        $$ y = f \\, \\frac{x - x_{lower}}{x_{upper} - x_{lower}}, \\quad
           y = f \\, \\frac{x_{upper} - x}{x_{upper} - x_{lower}} \\text{ where less is better} $$
    Use: figures that already have a scale of their own (0 to 10, per cent) and only need another one.
    Avoid: figures without fixed ends.
    Source: COINr handbook (W. Becker, 2022), normalisation, n_scaled.

    >>> scaled(np.array([[2.0], [12.0]]), np.array([1.0]), lower=0, upper=10, factor=100).ravel()
    array([ 20., 120.])
    """
    start, end = np.where(sign < 0, upper, lower), np.where(sign < 0, lower, upper)
    scores: Array = (x - start) / (end - start) * factor
    return scores


def zscore(
    x: Array,
    sign: Array,
    *,
    ddof: int,
    centre: float,
    spread: float,
    constant: float,
    sample: Array | None = None,
) -> Array:
    """Distance from the mean in standard deviations (divisor n − `ddof`), times `spread`, plus `centre`.

    An indicator on which all units agree, or with too few units for a deviation, scores `constant`.

    Formula:
        $$ y = c + s \\, \\frac{x - \\bar x}{\\sigma_x}, \\quad
           y = c - s \\, \\frac{x - \\bar x}{\\sigma_x} \\text{ where less is better} $$
    Use: every indicator is to have the same spread, and an exceptional result may count as exceptional.
    Avoid: geometric means (about half the scores are below the centre), and readers who expect a ceiling.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, standardisation.

    >>> zscore(np.array([[1.0], [3.0]]), np.array([1.0]), ddof=0, centre=0, spread=1, constant=np.nan).ravel()
    array([-1.,  1.])
    """
    sample = x if sample is None else sample
    # Equal figures may leave a last-bit deviation from their own mean: compare the figures, not the sd.
    most, least = (end.reduce(sample, axis=-2, keepdims=True) for end in (np.fmax, np.fmin))
    sd = deviation(sample, ddof=ddof)
    varied = (most > least) & ~np.isnan(sd)
    scores = spread * sign * (x - mean(sample))
    scores /= np.where(varied, sd, 1.0)
    scores += centre
    return _or_constant(scores, x, varied, constant, most)


def mpi(
    x: Array,
    sign: Array,
    *,
    centre: float,
    spread: float,
    constant: float,
    sample: Array | None = None,
    reach: Array | None = None,
    reference: Array | None = None,
) -> Array:
    """Scores of `centre` at the reference and `spread` more or less at half the range on either side.

    The reference is the mean of `sample`, or `reference` (..., 1, indicator); the range, largest less
    smallest figure, that of `reach` (`sample` if left out). With centre 100 and spread 30 the scores of the
    sample lie about 70 to 130. An indicator without range scores `constant`.

    Formula:
        $$ y = c \\pm s \\, \\frac{x - x_{ref}}{(x_{max} - x_{min}) / 2} $$
    Use: the (adjusted) Mazziotta–Pareto index, and whenever years are compared against a base year: the
    reference scores 100 whatever the others do.
    Avoid: outliers, which stretch the range and press the others towards the centre.
    Source: Mazziotta and Pareto (2016), On a generalized non-compensatory composite index for measuring
    socio-economic phenomena, Social Indicators Research 127, 983–1003.

    >>> mpi(np.array([[0.0], [1.0], [5.0]]), np.array([1.0]), centre=100, spread=30, constant=np.nan).ravel()
    array([ 76.,  88., 136.])
    """
    sample = x if sample is None else sample
    reach = sample if reach is None else reach
    most, least = (end.reduce(reach, axis=-2, keepdims=True) for end in (np.fmax, np.fmin))
    varied = most > least
    middle = mean(sample) if reference is None else reference
    scores = (x - middle) / np.where(varied, (most - least) / 2, 1.0)
    scores *= spread * sign
    scores += centre
    return _or_constant(scores, x, varied, constant, most)


def _places(x: Array, sign: Array, ties: Ties, sample: Array | None) -> tuple[Array, Array, Mask]:
    """Places from 1 (the worst); the highest there can be; where one was held at either end."""
    stack = _rows(x * sign)
    member = ~np.isnan(stack)
    if sample is not None and sample is not x:
        lead, units = np.broadcast_shapes(sample.shape[:-2], x.shape[:-2]), x.shape[-2]
        both = (stack, _rows(sample * sign))
        stack = np.concatenate([np.broadcast_to(one, (*lead, *one.shape[-2:])) for one in both], axis=-1)
        member = ~np.isnan(stack)
        member[..., :units] = False
    order = np.argsort(stack, axis=-1)
    found, top = _sorted_places(
        np.take_along_axis(stack, order, axis=-1), np.take_along_axis(member, order, axis=-1), ties
    )
    back = np.empty(found.shape)
    np.put_along_axis(back, order, found, axis=-1)
    places, top = _rows(back[..., : x.shape[-2]]), _rows(top)
    there = ~np.isnan(x) & (top > 0)
    held = there & ((places > top) | (places < 1))
    return np.where(there, np.clip(places, 1.0, np.maximum(top, 1.0)), np.nan), top, held


def _sorted_places(figures: Array, member: Mask, ties: Ties) -> tuple[Array, Array]:
    """The place of each of the ascending figures (..., n) among those that are members; the highest place."""
    # A run of equal figures begins where the figure differs from the one before; NaN stand at the end.
    begins = np.ones(figures.shape, bool)
    begins[..., 1:] = figures[..., 1:] != figures[..., :-1]
    n = figures.shape[-1]
    at = np.arange(n)
    counted = np.cumsum(member, axis=-1)
    first = np.maximum.accumulate(np.where(begins, at, 0), axis=-1)
    worse = np.where(first > 0, np.take_along_axis(counted, np.maximum(first - 1, 0), axis=-1), 0)
    if ties == "min":
        return worse + 1.0, counted[..., -1:].astype(np.float64)
    ends = np.ones(figures.shape, bool)
    ends[..., :-1] = begins[..., 1:]
    last = np.minimum.accumulate(np.where(ends, at, n)[..., ::-1], axis=-1)[..., ::-1]
    level = np.take_along_axis(counted, last, axis=-1)
    if ties == "dense":
        # Only runs with a member count; a figure beside the sample stands after the runs below it.
        kinds = np.cumsum(begins & (level > worse), axis=-1)
        return kinds + (level == worse), kinds[..., -1:].astype(np.float64)
    found = level.astype(np.float64) if ties == "max" else (worse + level + 1) / 2
    return found, counted[..., -1:].astype(np.float64)


def _rows(x: Array) -> Array:
    """Units beside each other in memory, (..., indicator, unit); or back again."""
    return np.ascontiguousarray(np.swapaxes(x, -1, -2))


def rank(x: Array, sign: Array, *, ties: Ties, sample: Array | None = None) -> tuple[Array, Mask]:
    """Places counted from the worst, which is 1; second result: where a place was held at an end.

    Equal figures share the lowest of their places ("min"), the highest ("max"), their mean ("mean"), or are
    one place ("dense"). A figure that is not in the sample has the place it would take there, at most that
    of the best unit.

    Formula:
        $$ y = 1 + \\#\\{ j : x_j \\text{ worse than } x \\} $$
    Use: only the order of the units is trusted, not the distances; outliers do no harm.
    Avoid: when it matters by how much one unit is ahead, or over years: a place says nothing of progress.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, ranking.

    >>> rank(np.array([[5.0], [9.0], [5.0]]), np.array([1.0]), ties="min")[0].ravel()
    array([1., 3., 1.])
    """
    places, _, held = _places(x, sign, ties, sample)
    return places, held


def borda(x: Array, sign: Array, *, ties: Ties, sample: Array | None = None) -> tuple[Array, Mask]:
    """Points: how many units a unit beats; second result: where a place was held at an end.

    It is the place of `rank` less one, with the same `ties`: the worst unit alone has 0 points, the best of n
    has n − 1.

    Formula:
        $$ y = \\#\\{ j : x_j \\text{ worse than } x \\} $$
    Use: with the sum as aggregation it is Borda's count over the indicators.
    Avoid: as `rank`; and indicators with different numbers of missing values, which give unequal points.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6, Borda.

    >>> borda(np.array([[5.0], [9.0], [5.0]]), np.array([1.0]), ties="mean")[0].ravel()
    array([0.5, 2. , 0.5])
    """
    places, _, held = _places(x, sign, ties, sample)
    return places - 1, held


def percentile(
    x: Array,
    sign: Array,
    *,
    ties: Ties,
    formula: Literal["between", "share", "middle"],
    low: float,
    high: float,
    sample: Array | None = None,
) -> tuple[Array, Mask]:
    """The share of the field that a unit has reached, on `low` to `high`; second: where it was held.

    With r the place from the worst as `rank` counts it, of n: "between" is (r − 1)/(n − 1), from 0 to 1;
    "share" r/n, never 0; "middle" (r − ½)/n, neither 0 nor 1. With one unit, "between" is missing. Under
    `ties` = "dense", n is the number of different figures.

    Formula:
        $$ y = l + (h - l) \\frac{r - 1}{n - 1} \\quad \\text{or} \\quad \\frac{r}{n}, \\;
           \\frac{r - 1/2}{n} \\text{ in place of the fraction} $$
    Use: as `rank`, where indicators have different numbers of missing values.
    Avoid: as `rank`.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, table 15, percentile; COINr
    handbook (W. Becker, 2022), n_prank.

    >>> percentile(np.array([[1.0], [3.0], [2.0]]), np.array([1.0]), ties="min", formula="between", low=0,
    ...            high=100)[0].ravel()
    array([  0., 100.,  50.])
    """
    places, top, held = _places(x, sign, ties, sample)
    with np.errstate(invalid="ignore", divide="ignore"):
        match formula:
            case "between":
                share = np.where(top > 1, (places - 1) / (top - 1), np.nan)
            case "share":
                share = places / top
            case "middle":
                share = (places - 0.5) / top
    return low + (high - low) * share, held


def distance_to_best(
    x: Array, sign: Array, *, factor: float, constant: float, sample: Array | None = None
) -> Array:
    """`factor` for the best unit of the sample, less its distance from it in shares of the whole range.

    An indicator on which all units agree scores `constant`.

    Formula:
        $$ y = f \\left( 1 - \\frac{x_{best} - x}{x_{best} - x_{worst}} \\right) $$
    Use: the story is the way still to go to the leader; the numbers are those of `minmax` from 0.
    Avoid: as `minmax`.
    Source: COINr handbook (W. Becker, 2022), normalisation, n_dist2max.

    >>> distance_to_best(np.array([[1.0], [2.0], [5.0]]), np.array([-1.0]), factor=1, constant=np.nan).ravel()
    array([1.  , 0.75, 0.  ])
    """
    worst, best = _ends(x if sample is None else sample, sign)
    varied = best != worst
    scores = factor * (1 - (best - x) / np.where(varied, best - worst, 1.0))
    return _or_constant(scores, x, varied & ~np.isnan(worst), constant, worst)


def distance_to_reference(
    x: Array, sign: Array, *, reference: Array, factor: float, cap: bool, sample: Array | None = None
) -> tuple[Array, Mask]:
    """`factor` for whoever stands level with a reference unit, 0 for the worst of the sample.

    `reference` (..., 1, indicator) are the reference unit's figures. With `cap`, who is ahead of it scores
    `factor` too (second result: where). Where the reference is missing, or no better than the worst, an
    indicator cannot be measured so and is missing for all.

    Formula:
        $$ y = f \\left( 1 - \\frac{x_{ref} - x}{x_{ref} - x_{worst}} \\right) $$
    Use: a unit, as the capital or the country as a whole, is the natural measure of the others.
    Avoid: a reference that stands near the worst on some indicator: small differences become huge scores.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, distance to a
    reference; COINr handbook (W. Becker, 2022), n_dist2ref.

    >>> distance_to_reference(np.array([[1.0], [3.0], [6.0]]), np.array([1.0]), reference=np.array([[3.0]]),
    ...                       factor=1, cap=False)[0].ravel()
    array([0. , 1. , 2.5])
    """
    worst, _ = _ends(x if sample is None else sample, sign)
    way = (reference - worst) * sign
    usable = way > 0
    share = 1 - (reference - x) / np.where(usable, reference - worst, np.nan)
    held = cap & (share > 1)
    return factor * np.where(held, 1.0, share), held


def distance_to_target(
    x: Array,
    sign: Array,
    *,
    target: float,
    factor: float,
    cap: bool,
    met: float,
    sample: Array | None = None,
) -> tuple[Array, Mask]:
    """`factor` at the target, 0 for the worst unit of the sample, in proportion between.

    With `cap`, who is past the target scores `factor` (second result: where). Where even the worst unit of
    the sample has met the target, there is no way left to measure: every figure scores `met` (NaN: missing).

    Formula:
        $$ y = f \\, \\frac{x - x_{worst}}{x_{target} - x_{worst}} $$
    Use: a target is set by law or plan, and the question is how much of the way has been gone.
    Avoid: comparing years, unless the worst is taken from one year (`sample`).
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, distance to a
    reference; COINr handbook (W. Becker, 2022), n_dist2targ.

    >>> distance_to_target(np.array([[1.0], [3.0], [9.0]]), np.array([1.0]), target=5, factor=100, cap=True,
    ...                    met=np.nan)[0].ravel()
    array([  0.,  50., 100.])
    """
    worst, _ = _ends(x if sample is None else sample, sign)
    ahead = (target - worst) * sign > 0
    share = (x - worst) / np.where(ahead, target - worst, 1.0)
    held = cap & (share > 1) & ahead
    scores = factor * np.where(held, 1.0, share)
    return _or_constant(scores, x, ahead, met, worst), held


def ratio(
    x: Array,
    sign: Array,
    *,
    to: Literal["best", "worst", "mean", "median", "sum", "length"],
    difference: bool,
    factor: float,
    sample: Array | None = None,
    reference: Array | None = None,
) -> Array:
    """Each figure in shares of one figure of the sample: its best, worst, mean, median, sum or length.

    "length" is the root of the sum of squares; `reference` (..., 1, indicator), if given, takes the place of
    them all. `difference` takes the relative difference from it instead of the ratio. Where less is better,
    the ratio is that of 1/x (so that the best is still the largest) and the difference changes its sign. A
    reference that is not above zero, or a figure that is not where less is better, gives no ratio: missing.

    Formula:
        $$ y = f \\, \\frac{x}{x_{ref}} \\quad \\text{or} \\quad y = f \\, \\frac{x - x_{ref}}{x_{ref}} $$
    Use: figures with a true zero (amounts, rates), when "half as much as the best" is what is to be said.
    Avoid: figures with an arbitrary zero, as temperatures or figures in logarithms; figures below zero.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, distance to a
    reference, and table 15.

    >>> x = np.array([[1.0], [2.0], [4.0]])
    >>> ratio(x, np.array([-1.0]), to="best", difference=False, factor=1).ravel()
    array([1.  , 0.5 , 0.25])
    """
    turned = (sign < 0) & (not difference)
    sample = x if sample is None else sample
    if reference is None:
        reference = _reference(_reciprocal(sample, turned), np.where(turned, 1.0, sign), to)
    else:
        reference = _reciprocal(reference, turned)
    usable = np.where(reference > 0, reference, np.nan)
    own = _reciprocal(x, turned)
    if difference:
        return factor * sign * (own - usable) / usable
    return factor * own / usable


def _reciprocal(x: Array, turned: Array | Mask) -> Array:
    """1/x in the columns that are turned round, missing at zero and below."""
    if not np.any(turned):
        return x
    return np.where(turned, 1.0 / np.where(x > 0, x, np.nan), x)


def _reference(sample: Array, sign: Array, to: str) -> Array:
    match to:
        case "best":
            return _ends(sample, sign)[1]
        case "worst":
            return _ends(sample, sign)[0]
        case "mean":
            return mean(sample)
        case "median":
            return median(sample)
        case "sum":
            total: Array = np.nansum(sample, axis=-2, keepdims=True)
            return total
        case _:
            root: Array = np.sqrt(np.nansum(sample**2, axis=-2, keepdims=True))
            return root


def median(x: Array) -> Array:
    """The middle figure of each indicator, (..., 1, indicator); NaN where there is none."""
    ordered = np.sort(x, axis=-2)
    n = count(x).astype(np.intp)
    below, above = np.maximum(n - 1, 0) // 2, np.minimum(n // 2, x.shape[-2] - 1)
    found = [np.take_along_axis(ordered, at, axis=-2) for at in (below, above)]
    middle: Array = (found[0] + found[1]) / 2
    return middle


def about_mean(
    x: Array,
    sign: Array,
    *,
    band: float,
    below: float,
    within: float,
    above: float,
    sample: Array | None = None,
) -> Array:
    """`above` for figures better than the mean by more than `band` of it, `below` for worse, else `within`.

    A figure exactly on the edge counts as `within`. The width of the band is `band` times the size of the
    mean, whatever its sign.

    Formula:
        $$ y = \\begin{cases} a & x > \\bar x + p |\\bar x| \\\\ b & x < \\bar x - p |\\bar x| \\\\
           w & \\text{else} \\end{cases} $$
    Use: only "clearly ahead" and "clearly behind" are trusted; outliers hardly matter.
    Avoid: when differences inside the band should count: a unit that improves may not move for years.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, indicators above or
    below the mean.

    >>> about_mean(np.array([[1.0], [2.0], [3.0]]), np.array([1.0]), band=0.2, below=-1, within=0,
    ...            above=1).ravel()
    array([-1.,  0.,  1.])
    """
    middle = mean(x if sample is None else sample)
    ahead = (x - middle) * sign
    width = band * np.abs(middle)
    scores = np.where(ahead > width, above, np.where(ahead < -width, below, within))
    return np.where(np.isnan(x) | np.isnan(middle), np.nan, scores)


def bands(x: Array, sign: Array, *, cuts: Sequence[float], scores: Sequence[float], upper: bool) -> Array:
    """The score of the band into which a figure falls; `cuts` ascend, `scores` are one more, worst first.

    A figure exactly on a cut belongs to the better band when `upper`, else to the worse. Where less is
    better, the lowest figures are in the last band.

    Formula:
        $$ y = s_k \\quad \\text{for} \\quad c_k \\le x < c_{k+1} $$
    Use: figures that are judged by steps (marks, stages, ranges in a regulation).
    Avoid: when a step would hide most of the differences between units, or a tiny change should not jump.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, categorical scales.

    >>> bands(np.array([[1.0], [5.0], [9.0]]), np.array([1.0]), cuts=[5, 8], scores=[0, 50, 100],
    ...       upper=True).ravel()
    array([  0.,  50., 100.])
    """
    steps, marks = np.asarray(cuts, float), np.asarray(scores, float)
    side: Literal["left", "right"] = "right" if upper else "left"
    found = marks[np.searchsorted(steps, x, side=side)]
    if np.any(sign < 0):
        mirrored = marks[np.searchsorted(-steps[::-1], -x, side=side)]
        found = np.where(sign < 0, mirrored, found)
    return np.where(np.isnan(x), np.nan, found)


def change(x: Array, sign: Array, *, of: Literal["before", "now"], factor: float) -> Array:
    """The change since the period before, in shares of the earlier or the present figure; (period, unit, …).

    The first period has nothing before it and is missing; so is a change in shares of zero or less.

    Formula:
        $$ y_t = f \\, \\frac{x_t - x_{t-1}}{x_{t-1}} \\quad \\text{or} \\quad
           y_t = f \\, \\frac{x_t - x_{t-1}}{x_t} $$
    Use: progress itself is to be ranked, not the level reached.
    Avoid: small or volatile figures; years that are not equally far apart.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, percentage of annual
    differences over consecutive years.

    >>> change(np.array([[[4.0]], [[5.0]]]), np.array([1.0]), of="before", factor=100).ravel()
    array([nan, 25.])
    """
    found = np.full(x.shape, np.nan)
    base = x[:-1] if of == "before" else x[1:]
    found[1:] = factor * sign * (x[1:] - x[:-1]) / np.where(base > 0, base, np.nan)
    return found
