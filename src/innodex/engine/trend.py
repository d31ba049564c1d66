"""Trend: how figures or scores move over the periods.

Axes are (period, ...): whatever follows the periods (units, nodes) is free. `times` (period) are the moments,
ascending, in years or any other unit: distances between periods are real ones. NaN is missing and passed
over: the first and the last figure are those there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from innodex.engine._array import Array


@dataclass(frozen=True, slots=True)
class Ends:
    """The first and last figure of each series, when they were measured, and the share of periods known.

    All have the shape of one period; `start` equals `end` (in time) where there is only one figure.
    """

    first: Array
    last: Array
    start: Array
    end: Array
    share: Array


def ends(x: Array, times: Array) -> Ends:
    """The first and last figures of each series with their times; NaN where there is none.

    >>> found = ends(np.array([np.nan, 2.0, 4.0]), np.array([2020.0, 2021.0, 2023.0]))
    >>> float(found.first), float(found.last), float(found.start), float(found.end)
    (2.0, 4.0, 2021.0, 2023.0)
    """
    there = ~np.isnan(x)
    some = there.any(axis=0)
    begin = there.argmax(axis=0)
    stop = x.shape[0] - 1 - there[::-1].argmax(axis=0)
    first, last = (np.take_along_axis(x, at[None], axis=0)[0] for at in (begin, stop))
    start, end = (np.where(some, times[at], np.nan) for at in (begin, stop))
    return Ends(first, last, start, end, there.mean(axis=0))


def growth(x: Array, times: Array) -> Array:
    """The compound growth rate per unit of time from the first to the last figure: 0.05 is 5 per cent.

    Missing with fewer than two figures, and where the first or the last is below zero; from zero infinite.

    Formula:
        $$ g = \\left( \\frac{x_{last}}{x_{first}} \\right)^{1 / (t_{last} - t_{first})} - 1 $$
    Use: amounts and rates above zero, over several years.
    Avoid: scores on a scale without a true zero; the two end years decide alone.
    Source: COINr handbook (W. Becker, 2022), panel data, CAGR.

    >>> round(float(growth(np.array([1.0, 2.0, 4.0]), np.array([2020.0, 2021.0, 2022.0]))), 12)
    1.0
    """
    found = ends(x, times)
    years = found.end - found.start
    with np.errstate(divide="ignore", invalid="ignore"):
        times_larger = found.last / found.first
        rate: Array = times_larger ** (1 / np.where(years > 0, years, 1.0)) - 1
    return np.where((years > 0) & (found.first >= 0) & (found.last >= 0), rate, np.nan)


def slope(x: Array, times: Array) -> tuple[Array, Array]:
    """The least-squares line of each series: its change per unit of time, and its value at the first figure.

    Missing with fewer than two figures.

    Formula:
        $$ b = \\frac{\\sum (t - \\bar t)(x - \\bar x)}{\\sum (t - \\bar t)^2}, \\quad
           \\hat x_{first} = \\bar x + b \\, (t_{first} - \\bar t) $$
    Use: a movement that all years share in, not only the first and last.
    Avoid: a few figures with a jump between them: a line through a jump describes neither side.
    Source: ordinary least squares; COINr handbook (W. Becker, 2022), panel data.

    >>> change, start = slope(np.array([1.0, 2.0, 3.0]), np.array([2020.0, 2021.0, 2022.0]))
    >>> float(change), float(start)
    (1.0, 1.0)
    """
    there = ~np.isnan(x)
    n = there.sum(axis=0)
    moments = np.broadcast_to(times.reshape(-1, *[1] * (x.ndim - 1)), x.shape)
    enough = np.maximum(n, 1)
    middle = np.where(there, moments, 0.0).sum(axis=0) / enough
    mean = np.where(there, x, 0.0).sum(axis=0) / enough
    away = np.where(there, moments - middle, 0.0)
    squares = (away**2).sum(axis=0)
    usable = (n > 1) & (squares > 0)
    change = (away * np.where(there, x - mean, 0.0)).sum(axis=0) / np.where(usable, squares, 1.0)
    change = np.where(usable, change, np.nan)
    return change, mean + change * (ends(x, times).start - middle)


def percent_change(x: Array, times: Array) -> Array:
    """The change per unit of time along the least-squares line, in per cent of its value at the first figure.

    Missing with fewer than two figures, and where the line begins below zero; from zero it is infinite.

    Formula:
        $$ 100 \\, b / \\hat x_{first} $$
    Use: as `slope`, in shares that can be compared between indicators.
    Avoid: scores without a true zero, and lines that begin near zero.
    Source: COINr handbook (W. Becker, 2022), panel data, prc_change.

    >>> float(percent_change(np.array([1.0, 4.0]), np.array([2020.0, 2022.0])))
    150.0
    """
    change, start = slope(x, times)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Array = np.where(start >= 0, 100 * change / start, np.nan)
    return np.where(change == 0, np.where(start >= 0, 0.0, np.nan), found)
