"""Denominate and transform: figures per head, per enterprise, as logarithms, before anything else is done.

Axes are free, as long as they fit each other; NaN is missing and stays missing. Every function but `gap`
keeps the order of the values, so that the direction of an indicator stays what it was.
"""

from __future__ import annotations

import numpy as np

from innodex.engine._array import Array


def per(x: Array, denominator: Array, *, scale: float) -> Array:
    r"""Figures for each `scale` units of a denominator: per 10,000 people, in per cent of output.

    Missing where the figure or the denominator is missing or the denominator is zero. A negative denominator
    is divided by as it stands.

    Formula:
        $$ y = \frac{x}{d} \cdot s $$
    Use: wherever a total grows with the size of the unit and size is not what is to be measured.
    Avoid: where the figure is already a rate, a share or an opinion; where size itself is the achievement.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 2, "scaling of
        indicators".

    >>> per(np.array([30.0, 5.0]), np.array([60000.0, 0.0]), scale=10000)
    array([ 5., nan])
    """
    usable = np.where(denominator == 0, np.nan, denominator)
    return x / usable * scale


def log(x: Array, *, base: float, shift: float) -> Array:
    r"""The logarithm of each figure plus `shift`.

    Missing where the figure plus `shift` is zero or below.

    Formula:
        $$ y = \log_b (x + c) $$
    Use: where a relative difference means the same at the low end as at the high one: incomes, sizes, prices.
    Avoid: to press an outlier into shape (that is what `treat` is for); where zeros are many, as the shift
        then decides their distance to the others.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, section 5.1.

    >>> log(np.array([1.0, 100.0, 0.0]), base=10, shift=0)
    array([ 0.,  2., nan])
    """
    moved = x + shift
    usable = np.where(moved > 0, moved, np.nan)
    # The dedicated functions are exact at powers of their base, a quotient of logarithms is not.
    exact = {2.0: np.log2, 10.0: np.log10}
    if base in exact:
        found: Array = exact[base](usable)
        return found
    return np.log(usable) if base == np.e else np.log(usable) / np.log(base)


def power(x: Array, *, exponent: float) -> Array:
    r"""Each figure to a power above zero: 0.5 is the square root.

    Missing where the figure is below zero.

    Formula:
        $$ y = x^{p}, \quad x \ge 0,\ p > 0 $$
    Use: a root draws a long upper tail in and, unlike a logarithm, bears zeros: counts, areas.
    Avoid: where figures can be negative.
    Source: Tukey (1977), Exploratory Data Analysis, chapter 3, "ladder of powers".

    >>> power(np.array([9.0, 0.0, -1.0]), exponent=0.5)
    array([ 3.,  0., nan])
    """
    found: Array = np.power(np.where(x >= 0, x, np.nan), exponent)
    return found


def logit(x: Array, *, whole: float) -> Array:
    r"""The logarithm of the odds of a share of `whole` (1, or 100 for per cent).

    Missing where the share is not strictly between nothing and all.

    Formula:
        $$ y = \ln \frac{x}{w - x}, \quad 0 < x < w $$
    Use: for shares near nothing or all, where one more point is harder to win than in the middle.
    Avoid: where units reach nothing or all, which have no odds.
    Source: Berkson (1944), Application of the logistic function to bio-assay, JASA 39, 357–365.

    >>> logit(np.array([50.0, 100.0]), whole=100)
    array([ 0., nan])
    """
    inside = (x > 0) & (x < whole)
    share = np.where(inside, x, 0.5 * whole)
    return np.where(inside, np.log(share / (whole - share)), np.nan)


def asinh(x: Array, *, unit: float) -> Array:
    r"""The inverse hyperbolic sine of each figure measured in `unit`: a logarithm that bears zero and below.

    Formula:
        $$ y = \ln\!\left(\frac{x}{u} + \sqrt{\left(\frac{x}{u}\right)^{2} + 1}\right) $$
    Use: balances, flows and growth rates that are large, skewed and of both signs.
    Avoid: without thought about `unit`: near it the scale turns from linear to logarithmic.
    Source: Burbidge, Magee and Robb (1988), Alternative transformations to handle extreme values of the
        dependent variable, JASA 83, 123–127.

    >>> asinh(np.array([0.0, -10.0, 10.0]), unit=10).round(6)
    array([ 0.      , -0.881374,  0.881374])
    """
    found: Array = np.arcsinh(x / unit)
    return found


def linear(x: Array, *, factor: float, shift: float) -> Array:
    r"""Each figure times a factor above zero, plus a shift: another unit of measurement.

    Formula:
        $$ y = a\,x + b, \quad a > 0 $$
    Use: to bring a figure to the unit its sheet names: thousands to units, Fahrenheit to Celsius.
    Avoid: to turn the direction round; the framework says which way is better.
    Source: plain arithmetic.

    >>> linear(np.array([212.0]), factor=5 / 9, shift=-160 / 9).round(9)
    array([100.])
    """
    return factor * x + shift


def gap(x: Array, *, target: float) -> Array:
    """How far each figure is from a target, whichever side it is on.

    Formula:
        $$ y = |x - t| $$
    Use: where too much is as bad as too little: inflation, a share that should be a half. The indicator's
        direction is then `lower`.
    Avoid: where one side of the target is harmless.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 5, distance to a
        reference.

    >>> gap(np.array([1.0, 2.0, 4.0]), target=2)
    array([1., 0., 2.])
    """
    return np.abs(x - target)
