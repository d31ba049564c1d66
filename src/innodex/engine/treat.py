"""Treat: what is done about indicators that a few outlying values dominate.

Axes are (..., unit, indicator); NaN is missing and stays missing. `sample` (..., unit, indicator), `x`
itself if left out, is what moments, extremes and quantiles are taken from; leading axes of length 1 serve all
of `x`. Every function keeps the order of units; values of `x` beyond the sample's range are held at its ends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from innodex.engine._array import Array, Mask, deviation, mean, quantile, shape_of

Suspect = Literal["both", "either", "always"]
Places = npt.NDArray[np.int64]
# A treatment: (x, sample, which of the indicators they are) to (x treated, how many points of the sample it
# cut, if it cuts).
Treatment = Callable[[Array, Array, Places], tuple[Array, Array | None]]
_BLOCK = 1 << 20
# Rows from which on only the ends are sorted.
_LONG = 1024


# ---- the test ------------------------------------------------------------------------------------------


def shape(x: Array) -> tuple[Array, Array]:
    """Skewness G1 and excess kurtosis G2 of each indicator, (..., 1, indicator) each.

    NaN where there are fewer than three (four) values, or no spread.

    Formula:
        $$ G_1 = \\frac{\\sqrt{n(n-1)}}{n-2} \\, \\frac{m_3}{m_2^{3/2}}, \\qquad
           G_2 = \\frac{n-1}{(n-2)(n-3)} \\left[ (n+1) \\left( \\frac{m_4}{m_2^2} - 3 \\right) + 6 \\right] $$
    Use: to ask whether an indicator is led by a few outlying values.
    Avoid: with fewer than about ten units, where both are hardly more than chance.
    Source: Joanes and Gill (1998), Comparing measures of sample skewness and kurtosis, The Statistician 47.

    >>> skew, kurt = shape(np.array([[1.0], [2.0], [3.0], [10.0]]))
    >>> skew.round(6).item(), kurt.round(6).item()
    (1.763633, 3.228)
    """
    skew, kurt = (np.full((*x.shape[:-2], 1, x.shape[-1]), np.nan) for _ in range(2))
    for columns in _columns(x):
        own = x[..., columns]
        there = ~np.isnan(own)
        n = there.sum(axis=-2, keepdims=True).astype(np.float64)
        away = np.where(there, own - mean(own), 0.0)
        squares = away * away
        second, third, fourth = (
            np.einsum("...ui,...ui->...i", one, other)[..., None, :]
            for one, other in ((away, away), (squares, away), (squares, squares))
        )
        # Equal figures may leave a last bit between themselves and their mean: compare the figures.
        spread = np.fmax.reduce(own, axis=-2, keepdims=True) > np.fmin.reduce(own, axis=-2, keepdims=True)
        skew[..., columns], kurt[..., columns] = shape_of(n, second, third, fourth, spread)
    return skew, kurt


def _columns(x: Array) -> Iterator[slice]:
    """Groups of indicators that fit the cache where they can."""
    each = max(_BLOCK // max(x[..., 0].size, 1), 1)
    return (slice(at, at + each) for at in range(0, x.shape[-1], each))


def suspect(skew: Array, kurt: Array, *, skewness: float, kurtosis: float, rule: Suspect) -> Mask:
    """Where an indicator is led by outliers: |skewness| and kurtosis at or above their limits.

    `rule` "both": both must be; "either": one suffices; "always": every indicator, without a test. An
    indicator without spread, or with too few values for the test, is not suspect.

    Formula:
        $$ |G_1| \\ge s \\;\\wedge\\; G_2 \\ge k $$
    Use: limits of 2 and 3.5 ("both") are the usual ones; the Global Innovation Index takes 2.25 and 3.5.
    Avoid: as a test of normality, which it is not.
    Source: Groeneveld and Meeden (1984), Measuring skewness and kurtosis, The Statistician 33.

    >>> suspect(np.array([2.5]), np.array([3.0]), skewness=2, kurtosis=3.5, rule="both")
    array([False])
    """
    if rule == "always":
        return np.ones(np.shape(skew), np.bool_)
    if rule == "either":
        return (np.abs(skew) >= skewness) | (kurt >= kurtosis)
    return (np.abs(skew) >= skewness) & (kurt >= kurtosis)


# ---- one treatment -------------------------------------------------------------------------------------


def winsorise(
    x: Array,
    *,
    limit: float,
    share: bool,
    skewness: float,
    kurtosis: float,
    rule: Suspect,
    sample: Array | None = None,
) -> tuple[Array, Array]:
    """The outlying values take the next value inward, one after the other, until the test is passed.

    While the indicator is suspect and fewer than `limit` points are changed (with `share`, that part of the
    values there are), all points at the maximum (skewness zero or above) or at the minimum (below) take the
    next value: level points go together and may take the number past the limit. It goes neither past the
    median nor so far that no spread is left. Second result: how many points of the sample were changed,
    (..., 1, indicator).

    Formula:
        $$ x_i \\leftarrow \\min(\\max(x_i, a), b) $$
    Use: for a handful of outliers in a field that is else well behaved.
    Avoid: where the outliers are many, or are what the index is about.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4; Cornell University,
        INSEAD and WIPO, Global Innovation Index, appendix on technical notes.

    >>> y, points = winsorise(np.array([[1.0], [2], [3], [4], [5], [6], [99]]), limit=5, share=False,
    ...                       skewness=2, kurtosis=3.5, rule="both")
    >>> y.ravel(), points.item()
    (array([1., 2., 3., 4., 5., 6., 6.]), 1.0)
    """
    sample = x if sample is None else sample
    found = np.empty((3, *sample.shape[:-2], sample.shape[-1]))
    flat = found.reshape(3, -1)
    rows = np.moveaxis(sample, -2, -1)
    rows = rows.reshape(-1, rows.shape[-1])
    each = max(_BLOCK // max(rows.shape[-1], 1), 1)
    for at in range(0, len(rows), each):
        block = slice(at, at + each)
        flat[:, block] = _cuts(rows[block], limit, share, lambda s, k: _over(s, k, skewness, kurtosis, rule))
    low, high, points = found[..., None, :]
    return held(x, low, high), points


def _over(skew: Array, kurt: Array, skewness: float, kurtosis: float, rule: Suspect) -> Mask:
    return suspect(skew, kurt, skewness=skewness, kurtosis=kurtosis, rule=rule)


def _cuts(
    rows: Array, limit: float, share: bool, over: Callable[[Array, Array], Mask]
) -> tuple[Array, Array, Array]:
    """The lowest and the highest value that stay, and how many were changed, for each row."""
    counts = np.count_nonzero(~np.isnan(rows), axis=-1)
    most = np.floor(limit * counts + 1e-9) if share else np.full(len(rows), limit)
    if rows.shape[-1] > _LONG and (most < rows.shape[-1] / 16).all():
        return _cuts_by_ends(rows, counts, most, over)
    return _cut(_Tails(rows), most, over)


def _cut(tails: _Tails, most: Array, over: Callable[[Array, Array], Mask]) -> tuple[Array, Array, Array]:
    going = tails.spread()
    while going.any():
        skew, kurt = tails.shape()
        going &= over(skew, kurt) & (tails.points < most)
        going = tails.step(going, upper=skew >= 0)
    return tails.low, tails.high, tails.points


def _cuts_by_ends(
    rows: Array, counts: Array, most: Array, over: Callable[[Array, Array], Mask]
) -> tuple[Array, Array, Array]:
    """As `_cuts`, row by row, sorting only as many values at either end as may be changed."""
    found = np.empty((3, len(rows)))
    for at, row in enumerate(rows):
        values = row if counts[at] == len(row) else row[~np.isnan(row)]
        tails = _tails_of(values, int(most[at]))
        found[:, at] = np.concatenate(_cut(tails, most[at : at + 1], over))
    return found[0], found[1], found[2]


def _tails_of(values: Array, most: int) -> _Tails:
    """The tails of one row of which up to `most` values, and their equals, may be cut."""
    ends = most + 2
    if values.size < 8 * ends:
        return _Tails(values[None])
    parted = np.partition(values, (ends, values.size - 1 - ends))
    low, high = parted[ends], parted[-1 - ends]
    outer = parted[(parted <= low) | (parted >= high)]
    reached = np.count_nonzero(outer < low) < most or np.count_nonzero(outer > high) < most
    if reached or low == high:  # values on a level with the border could be cut, and what is inside them then
        return _Tails(values[None])
    return _Tails(outer[None], parted[(parted > low) & (parted < high)])


class _Tails:
    """Sorted rows of which the ends are cut, with the moments of what is left.

    Sums of powers are gathered from the median outward, so that an outlier that is cut leaves no rounding
    error behind, and a step costs the same however long the row. `inside` are values of a single row that lie
    between the others and are never cut.
    """

    def __init__(self, rows: Array, inside: Array | None = None) -> None:
        self.s = np.sort(rows, axis=-1)
        there = ~np.isnan(self.s)
        self.n = there.sum(axis=-1).astype(np.float64)
        self.rows = np.arange(len(rows))
        self.last = np.maximum(self.n.astype(np.int64) - 1, 0)
        if inside is None or not inside.size:
            self.middle = (self.last + 1) // 2
        else:
            self.middle = np.count_nonzero(self.s < inside[0], axis=-1)
        self.bottom, self.top = np.zeros_like(self.last), self.last.copy()
        self.centre = self.s[self.rows, self.middle]
        if inside is not None and inside.size:
            self.centre = inside.mean(keepdims=True)
        away = np.where(there, self.s - self.centre[:, None], 0.0)
        above = np.arange(rows.shape[-1]) >= self.middle[:, None]
        powers = _powers(away)  # (power, row, place)
        self.up = np.cumsum(np.where(above, powers, 0.0), axis=-1)
        self.down = np.cumsum(np.where(above, 0.0, powers)[..., ::-1], axis=-1)[..., ::-1]
        self.starts, self.ends = _runs(self.s)
        if inside is not None and inside.size:
            self._add(inside - self.centre)

    def _add(self, away: Array) -> None:
        """Add values that are never cut, by their distance from the centre."""
        self.n += away.size
        squares = away * away
        sums = (away.sum(), squares.sum(), (squares * away).sum(), (squares * squares).sum())
        self.up += np.array(sums)[:, None, None]

    @property
    def low(self) -> Array:
        """The lowest value that stays."""
        low: Array = self.s[self.rows, self.bottom]
        return low

    @property
    def high(self) -> Array:
        """The highest value that stays."""
        high: Array = self.s[self.rows, self.top]
        return high

    @property
    def points(self) -> Array:
        """How many values lie beyond either."""
        beyond: Array = (self.bottom + self.last - self.top).astype(np.float64)
        return beyond

    def spread(self) -> Mask:
        """Where there is any."""
        return self.high > self.low

    def shape(self) -> tuple[Array, Array]:
        """Skewness and kurtosis with the ends cut."""
        low, high = self.low, self.high
        first, second, third, fourth = (
            self.down[:, self.rows, self.bottom]
            + self.up[:, self.rows, self.top]
            + self.bottom * _powers(low - self.centre)
            + (self.last - self.top) * _powers(high - self.centre)
        )
        n = np.maximum(self.n, 1)
        m = first / n
        central = (
            second - n * m * m,
            third - 3 * m * second + 2 * n * m * m * m,
            fourth - 4 * m * third + 6 * m * m * second - 3 * n * (m * m) * (m * m),
        )
        return shape_of(self.n, *central, high > low)

    def step(self, going: Mask, *, upper: Mask) -> Mask:
        """Cut one value off one end of the rows that are `going`; those that can, go on."""
        top = np.where(going & upper, self.starts[self.rows, self.top] - 1, self.top)
        bottom = np.where(going & ~upper, self.ends[self.rows, self.bottom] + 1, self.bottom)
        inside = (bottom <= self.middle) & (top >= np.minimum(self.middle, self.last))
        top, bottom = np.clip(top, 0, self.last), np.clip(bottom, 0, self.last)
        going = going & inside & (self.s[self.rows, top] > self.s[self.rows, bottom])
        self.top, self.bottom = np.where(going, top, self.top), np.where(going, bottom, self.bottom)
        return going


def _powers(x: Array) -> Array:
    """The first four powers, along a new first axis."""
    squares = x * x
    return np.stack([x, squares, squares * x, squares * squares])


def _runs(s: Array) -> tuple[Array, Array]:
    """For each place of sorted rows, where the run of its equals starts and ends."""
    n = s.shape[-1]
    new = np.ones((len(s), n + 1), np.bool_)
    np.not_equal(s[:, 1:], s[:, :-1], out=new[:, 1:-1])
    at = np.arange(n)
    starts = np.maximum.accumulate(np.where(new[:, :-1], at, 0), axis=-1)
    ends = np.minimum.accumulate(np.where(new[:, :0:-1], at[::-1], n), axis=-1)[:, ::-1]
    return starts, ends


def _ends(sample: Array) -> tuple[Array, Array]:
    return np.fmin.reduce(sample, axis=-2, keepdims=True), np.fmax.reduce(sample, axis=-2, keepdims=True)


def log_ct(x: Array, *, sample: Array | None = None) -> Array:
    """The logarithm after moving the minimum to a hundredth of the range above zero.

    An indicator without spread has no such logarithm and stays as it is.

    Formula:
        $$ y = \\ln\\left(x - x_{\\min} + 0.01\\,(x_{\\max} - x_{\\min})\\right) $$
    Use: for an indicator with a long tail of high values, of any sign and size.
    Avoid: with a long tail of low values, which it lengthens; see `log_ct_plus`.
    Source: European Commission JRC, COIN Tool user guide (2019), treatment of outliers.

    >>> log_ct(np.array([[0.0], [100.0]])).ravel().round(6)
    array([0.      , 4.615121])
    """
    least, most = _ends(x if sample is None else sample)
    spread = most > least
    moved = np.clip(x, least, most) - least + 0.01 * (most - least)
    return np.where(spread, np.log(np.where(spread, moved, 1.0)), x)


def log_ct_orig(x: Array, *, sample: Array | None = None) -> Array:
    """The logarithm after moving the minimum to one.

    The one is in the indicator's own unit, so that the result depends on the unit. An indicator without
    spread becomes zero.

    Formula:
        $$ y = \\ln(x - x_{\\min} + 1) $$
    Use: to reproduce an index that does; for counts, whose unit is one.
    Avoid: for shares and rates below one, which it leaves almost as they are.
    Source: European Commission JRC, COIN Tool user guide (2019), treatment of outliers.

    >>> log_ct_orig(np.array([[3.0], [3.0 + np.e - 1]])).ravel()
    array([0., 1.])
    """
    least, most = _ends(x if sample is None else sample)
    return np.log(np.clip(x, least, most) - least + 1.0)


def log_ct_plus(x: Array, *, sample: Array | None = None) -> Array:
    """`log_ct` for a tail of high values, its mirror image for a tail of low ones.

    Which tail is meant is the sign of the skewness. The order of units is kept either way. An indicator
    without spread stays as it is.

    Formula:
        $$ y = \\ln(x - x_{\\min} + 0.01\\,r) \\;\\text{ if } G_1 > 0, \\quad
           y = -\\ln(x_{\\max} - x + 0.01\\,r) \\;\\text{ else}, \\quad r = x_{\\max} - x_{\\min} $$
    Use: where some indicators have their outliers above and others below.
    Avoid: where the tail is due to a few wrong figures: correct them.
    Source: European Commission JRC, COIN Tool user guide (2019), treatment of outliers.

    >>> log_ct_plus(np.array([[-100.0], [-1.0], [0.0], [0.0]])).ravel().round(6)
    array([-4.615121, -0.693147, -0.      , -0.      ])
    """
    sample = x if sample is None else sample
    least, most = _ends(sample)
    spread = most > least
    upper = shape(sample)[0] > 0
    held = np.clip(x, least, most)
    moved = np.where(upper, held - least, most - held) + 0.01 * (most - least)
    logs = np.log(np.where(spread, moved, 1.0))
    return np.where(spread, np.where(upper, logs, -logs), x)


def log_gii(x: Array, mirrored: Mask, *, factor: float, sample: Array | None = None) -> Array:
    """The logarithm of the Global Innovation Index; where `mirrored`, of the distance from the top.

    The range is first stretched onto 1 to max · factor. The mirrored form is taken with a minus sign, so that
    the order of units is kept; direction is a matter for the scaling. An indicator whose maximum times
    `factor` is not above one, or that has no spread, has no such logarithm and stays as it is.

    Formula:
        $$ y = \\ln\\left(\\frac{(f x_{\\max} - 1)(x - x_{\\min})}{x_{\\max} - x_{\\min}} + 1\\right)
           \\quad\\text{or}\\quad
           y = -\\ln\\left(\\frac{(f x_{\\max} - 1)(x_{\\max} - x)}{x_{\\max} - x_{\\min}} + 1\\right) $$
    Use: to follow the Global Innovation Index, whose second form is for indicators of which less is better.
    Avoid: for figures below one without a factor that brings them above it.
    Source: Cornell University, INSEAD and WIPO, Global Innovation Index 2020, appendix on technical notes.

    >>> log_gii(np.array([[0.0], [1.0], [100.0]]), np.array([False]), factor=1).ravel().round(6)
    array([0.      , 0.688135, 4.60517 ])
    """
    least, most = _ends(x if sample is None else sample)
    usable = (most > least) & (most * factor > 1)
    held = np.clip(x, least, most)
    way = np.where(mirrored, most - held, held - least) / np.where(usable, most - least, 1.0)
    logs = np.log1p(np.where(usable, (most * factor - 1) * way, 0.0))
    return np.where(usable, np.where(mirrored, -logs, logs), x)


def boxcox(x: Array, *, power: Array | float, sample: Array | None = None) -> Array:
    """The Box–Cox transform of the figures moved so that their minimum is one.

    `power` may differ by indicator, (..., 1, indicator). Power 1 changes nothing but the origin, 0 is the
    logarithm, below 0 it presses the high values harder still.

    Formula:
        $$ y = \\frac{(x - x_{\\min} + 1)^\\lambda - 1}{\\lambda}, \\qquad
           y = \\ln(x - x_{\\min} + 1) \\;\\text{ if } \\lambda = 0 $$
    Use: where a logarithm is too much or not enough.
    Avoid: with a power estimated from few units; and across units of measure: the one that is added is in
        the indicator's own unit.
    Source: Box and Cox (1964), An analysis of transformations, Journal of the Royal Statistical Society B 26.

    >>> boxcox(np.array([[5.0], [8.0]]), power=0.5).ravel()
    array([0., 2.])
    """
    least, most = _ends(x if sample is None else sample)
    logs = np.log(np.clip(x, least, most) - least + 1.0)
    power = np.asarray(power, np.float64)
    return np.where(power == 0, logs, np.expm1(power * logs) / np.where(power == 0, 1.0, power))


def boxcox_power(sample: Array) -> Array:
    """The power of `boxcox` of greatest likelihood, between −5 and 5; (..., 1, indicator).

    The likelihood is concave in the power (Kouider and Chen 1995), so that its slope has one zero, found by
    halving. An indicator without spread, or with fewer than three values, takes 1.

    Formula:
        $$ \\max_\\lambda \\;
           (\\lambda - 1) \\sum_i \\ln z_i - \\tfrac{n}{2} \\ln \\operatorname{var}(y(\\lambda)),
           \\qquad z = x - x_{\\min} + 1 $$
    Use: to let the data say how strong the transform must be.
    Avoid: with few units, where it follows chance.
    Source: Box and Cox (1964), section 3.

    >>> boxcox_power(np.exp(np.linspace(0, 1, 50))[:, None] * 1000).round(1).item()
    0.5
    """
    least, most = _ends(sample)
    logs = np.log(sample - least + 1.0)
    n = (~np.isnan(sample)).sum(axis=-2, keepdims=True)
    low, high = np.full(least.shape, -5.0), np.full(least.shape, 5.0)
    for _ in range(60):
        middle = (low + high) / 2
        rising = _slope(logs, middle, n) > 0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return np.where((most > least) & (n > 2), (low + high) / 2, 1.0)


def _slope(logs: Array, power: Array, n: Array) -> Array:
    """How the log-likelihood of Box–Cox changes with the power."""
    # Scaled by its largest value, which changes no ratio and does not run over.
    top = np.maximum(power, 0) * np.fmax.reduce(logs, axis=-2, keepdims=True)
    zero = np.abs(power) < 1e-8
    safe = np.where(zero, 1.0, power)
    y = np.where(zero, logs, (np.exp(power * logs - top) - np.exp(-top)) / safe)
    change = np.where(zero, logs**2 / 2, (logs * np.exp(power * logs - top) - y) / safe)
    away = y - mean(y)
    together, squares = (np.nansum(away * other, axis=-2, keepdims=True) for other in (change, away))
    slope: Array = np.nansum(logs, axis=-2, keepdims=True) - n * together / np.where(
        squares > 0, squares, 1.0
    )
    return slope


# ---- caps ----------------------------------------------------------------------------------------------


def held(x: Array, low: Array | float, high: Array | float) -> Array:
    """Values beyond `low` or `high` are held there; a limit that is NaN or infinite holds nothing.

    Formula:
        $$ y = \\min(\\max(x, a), b) $$
    Use: where the subject sets the limits, such as 100 for a share.
    Avoid: limits chosen after a look at who they touch.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> held(np.array([-1.0, 5.0, 120.0]), 0, 100)
    array([  0.,   5., 100.])
    """
    low, high = (np.where(np.isnan(one), end, one) for one, end in ((low, -np.inf), (high, np.inf)))
    return np.clip(x, low, high)


def percentile_caps(sample: Array, *, low: float, high: float) -> tuple[Array, Array]:
    """The percentiles `low` and `high` (0 to 100) of each indicator, as limits.

    Linear interpolation between values (type 7), missing ones left out.

    Formula:
        $$ [\\,Q(p_l),\\; Q(p_h)\\,] $$
    Use: where the same part of every indicator is to be cut, whatever its shape.
    Avoid: with few units: it changes values where there is no outlier.
    Source: Hyndman and Fan (1996), Sample quantiles in statistical packages, The American Statistician 50.

    >>> low, high = percentile_caps(np.arange(11.0)[:, None], low=10, high=90)
    >>> low.item(), high.item()
    (1.0, 9.0)
    """
    return quantile(sample, low / 100), quantile(sample, high / 100)


def iqr_caps(sample: Array, *, times: float) -> tuple[Array, Array]:
    """The quartiles moved outward by `times` the distance between them, as limits.

    Formula:
        $$ [\\,Q_1 - k (Q_3 - Q_1),\\; Q_3 + k (Q_3 - Q_1)\\,] $$
    Use: where outliers must not move the limits that catch them; 1.5 and 3 are the usual factors.
    Avoid: where more than half of the units are level: the distance is then zero and all others are cut.
    Source: Tukey (1977), Exploratory Data Analysis, section 2C.

    >>> low, high = iqr_caps(np.arange(5.0)[:, None], times=1.5)
    >>> low.item(), high.item()
    (-2.0, 6.0)
    """
    first, third = quantile(sample, 0.25), quantile(sample, 0.75)
    return first - times * (third - first), third + times * (third - first)


def sd_caps(sample: Array, *, times: float, ddof: int) -> tuple[Array, Array]:
    """The mean plus and minus `times` the standard deviation (divisor n − `ddof`), as limits.

    Formula:
        $$ [\\,\\bar x - k s,\\; \\bar x + k s\\,] $$
    Use: for indicators that are about normal.
    Avoid: with strong outliers, which widen the limits themselves.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> low, high = sd_caps(np.array([[1.0], [3.0]]), times=2, ddof=0)
    >>> low.item(), high.item()
    (0.0, 4.0)
    """
    centre, away = mean(sample), times * deviation(sample, ddof=ddof)
    return centre - away, centre + away


# ---- two treatments, one after the other ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Staged:
    """What `staged` did. `stage` (..., 1, indicator): 0 untouched, 1 first treatment, 2 second.

    `skew` and `kurt` hold the moments of the sample before, after the first and after the second treatment,
    `over` whether the indicator was suspect then, `points` how many each treatment cut, if it cuts; NaN
    and False where it did not come to that.
    """

    x: Array
    stage: Array
    skew: tuple[Array, ...]
    kurt: tuple[Array, ...]
    over: tuple[Mask, ...]
    points: tuple[Array, ...]


def staged(
    x: Array,
    treatments: tuple[Treatment, ...],
    *,
    skewness: float,
    kurtosis: float,
    rule: Suspect,
    combine: bool,
    failed: Literal["last", "first", "original"],
    sample: Array | None = None,
) -> Staged:
    """Treat the indicators that are suspect; if that is not enough, treat them in another way.

    The second treatment starts from the original figures, or with `combine` from what the first has left.
    `failed` says what an indicator becomes that is suspect to the end: what the last treatment made of it,
    what the first did, or the original. Indicators that pass the test, that have no spread, or too few
    values for the test, stay as they are.

    Formula:
        $$ x \\to T_1(x) \\to T_2(x) \\quad\\text{as long as}\\quad |G_1| \\ge s \\wedge G_2 \\ge k $$
    Use: the usual rule of audited indices: a few points are winsorised, and a logarithm taken where that
        does not do.
    Avoid: where outliers are errors (correct them) or the very subject of the index.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4; Becker, Caperna, Del
        Sorbo and others (2022), COINr: an R package for developing composite indicators, JOSS 7 (78).

    >>> x = np.array([[1.0], [2], [3], [4], [5], [6], [99]])
    >>> cut = lambda x, sample, at: winsorise(x, limit=5, share=False, skewness=2, kurtosis=3.5, rule="both",
    ...                                   sample=sample)
    >>> found = staged(x, (cut,), skewness=2, kurtosis=3.5, rule="both", combine=False, failed="last")
    >>> found.x.ravel(), found.stage.item()
    (array([1., 2., 3., 4., 5., 6., 6.]), 1.0)
    """
    alone = sample is None
    skew, kurt = shape(x if sample is None else sample)
    over = suspect(skew, kurt, skewness=skewness, kurtosis=kurtosis, rule=rule)
    some = np.flatnonzero(over.reshape(-1, over.shape[-1]).any(axis=0))
    if some.size == over.shape[-1]:
        judge = partial(suspect, skewness=skewness, kurtosis=kurtosis, rule=rule)
        final = "last" if rule == "always" else failed
        return _staged(x, treatments, (skew, kurt, over), judge, combine, final, sample)
    if not some.size:
        nothing, nowhere = np.full(over.shape, np.nan), np.zeros(over.shape, np.bool_)
        count = len(treatments)
        return Staged(
            x, np.zeros(over.shape), (skew, *[nothing] * count), (kurt, *[nothing] * count),
            (over, *[nowhere] * count), (nothing,) * count,
        )  # fmt: skip
    # Most indicators pass the test: only the others are carried through the treatments.
    found = staged(
        x[..., some],
        tuple(_of_some(treatment, some) for treatment in treatments),
        skewness=skewness,
        kurtosis=kurtosis,
        rule=rule,
        combine=combine,
        failed=failed,
        sample=None if alone or sample is None else sample[..., some],
    )
    return _among(found, x, some, (skew, kurt, over))


def _of_some(treatment: Treatment, some: Places) -> Treatment:
    """A treatment told of columns among some of them."""
    return lambda x, sample, at: treatment(x, sample, some[at])


def _among(found: Staged, x: Array, some: Places, first: tuple[Array, Array, Mask]) -> Staged:
    """What was found of some columns, among all of them."""
    whole = x.copy()
    whole[..., some] = found.x

    def spread(part: npt.NDArray[Any], other: float) -> Any:
        every = np.full(first[0].shape, other, part.dtype)
        every[..., some] = part
        return every

    def moments(start: Array, parts: tuple[Array, ...]) -> tuple[Array, ...]:
        return (start, *(spread(part, np.nan) for part in parts[1:]))

    return Staged(
        whole,
        spread(found.stage, 0.0),
        moments(first[0], found.skew),
        moments(first[1], found.kurt),
        (first[2], *(spread(part, False) for part in found.over[1:])),
        tuple(spread(part, np.nan) for part in found.points),
    )


def _staged(
    x: Array,
    treatments: tuple[Treatment, ...],
    first: tuple[Array, Array, Mask],
    judge: Callable[[Array, Array], Mask],
    combine: bool,
    failed: Literal["last", "first", "original"],
    sample: Array | None,
) -> Staged:
    """As `staged`, where every indicator is suspect somewhere."""
    own = sample is None
    sample = x if sample is None else sample
    at = (*sample.shape[:-2], 1, sample.shape[-1])
    skew, kurt, over = first
    skews, kurts, overs, points = [skew], [kurt], [over], []
    versions, stage = [x], np.zeros(at)
    last, last_sample = x, sample
    for number, treatment in enumerate(treatments, start=1):
        skew, kurt, count = np.full(at, np.nan), np.full(at, np.nan), np.full(at, np.nan)
        columns = np.flatnonzero(over.reshape(-1, at[-1]).any(axis=0))
        now = last.copy()
        now_sample = now if own else last_sample.copy()
        before, sample_before = (last, last_sample) if combine else (x, sample)
        if columns.size:
            reached = over[..., columns]
            one, cut = treatment(before[..., columns], sample_before[..., columns], columns)
            two = (
                one
                if own
                else treatment(sample_before[..., columns], sample_before[..., columns], columns)[0]
            )
            now[..., columns] = np.where(reached, one, last[..., columns])
            if not own:
                now_sample[..., columns] = np.where(reached, two, last_sample[..., columns])
            moments = shape(now_sample[..., columns])
            skew[..., columns], kurt[..., columns] = (np.where(reached, m, np.nan) for m in moments)
            count[..., columns] = np.nan if cut is None else np.where(reached, cut, np.nan)
        stage = np.where(over, float(number), stage)
        over = over & judge(skew, kurt)
        skews.append(skew)
        kurts.append(kurt)
        overs.append(over)
        points.append(count)
        versions.append(now)
        last, last_sample = now, now_sample
    if failed != "last":
        back = 0 if failed == "original" else 1
        stage = np.where(over, float(back), stage)
        last = np.where(over, versions[back], last)
    return Staged(last, stage, tuple(skews), tuple(kurts), tuple(overs), tuple(points))
