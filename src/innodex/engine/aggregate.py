"""Aggregate: a node from its children.

`x` is (..., unit, child), `weights` (child) or (..., 1, child), `applicable` (..., 1, child); NaN is missing.
Weights are rescaled over the children that are there; a child of weight 0 plays no part.
"""

from __future__ import annotations

import numpy as np

from innodex.engine._array import Array, Mask


def enough(x: Array, applicable: Mask, *, minimum_share: float) -> Mask:
    """(..., unit): where at least `minimum_share` of the applicable children, and at least one, are there."""
    there = np.count_nonzero(~np.isnan(x) & applicable, axis=-1)
    asked = np.count_nonzero(applicable, axis=-1)
    # A share such as 2/3 must not fail by the last bit of its own product.
    result: Mask = (there > 0) & (there >= asked * minimum_share - 1e-9)
    return result


def nonpositive(x: Array, weights: Array, applicable: Mask, *, strict: bool) -> Mask:
    """(..., unit): where a child that counts lies below zero or, unless `strict`, at zero.

    >>> nonpositive(np.array([[0.0, 1.0]]), np.array([1.0, 1.0]), np.array([[True, True]]), strict=False)
    array([ True])
    """
    below = x < 0 if strict else x <= 0
    result: Mask = np.any(below & applicable & (weights > 0), axis=-1)
    return result


def _counted(x: Array, weights: Array, applicable: Mask) -> Array:
    """(..., unit, child): the weight of each child that is there, 0 elsewhere."""
    return np.where(np.isnan(x) | ~applicable, 0.0, weights)


def _mean(x: Array, w: Array) -> Array:
    """Σ w x / Σ w where a weight is above zero; NaN where none is."""
    total = w.sum(axis=-1)
    weighted = (w * np.where(w > 0, x, 0.0)).sum(axis=-1)
    return np.where(total > 0, weighted / np.where(total > 0, total, 1.0), np.nan)


def arithmetic(x: Array, weights: Array, applicable: Mask) -> Array:
    r"""The weighted arithmetic mean of the children that are there.

    (..., unit). Missing where the children that are there all weigh 0. Zeros and negatives are values like
    any other. A weak child is made up for by a strong one, point for point.

    Formula:
        $$ \bar x = \frac{\sum_i w_i x_i}{\sum_i w_i} $$
    Use: where children may compensate for each other fully, and readers should be able to check the index
        with a pocket calculator.
    Avoid: where a failure on one child should not be bought back by another.
    Source: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> arithmetic(np.array([[1.0, 3.0], [np.nan, 3.0]]), np.array([1.0, 1.0]), np.array([[True, True]]))
    array([2., 3.])
    """
    return _mean(x, _counted(x, weights, applicable))


def geometric(x: Array, weights: Array, applicable: Mask, *, nonpositive: float) -> Array:
    r"""The weighted geometric mean of the children that are there.

    (..., unit). Where a child that counts is zero or below there is no logarithm: the result is
    `nonpositive` (NaN: missing; 0: the limit at zero).

    Formula:
        $$ \bar x = \exp \frac{\sum_i w_i \ln x_i}{\sum_i w_i} $$
    Use: where balance should pay: one per cent more counts the more, the weaker the child is.
    Avoid: on scores that may be zero or below, such as z-scores around 0.
    Source: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 6;
        UNDP, Human Development Report 2023/2024, technical note 1.

    >>> geometric(np.array([[2.0, 8.0]]), np.array([1.0, 1.0]), np.array([[True, True]]), nonpositive=0.0)
    array([4.])
    """
    w = _counted(x, weights, applicable)
    bad = ((w > 0) & (x <= 0)).any(axis=-1)
    logs = np.log(np.where((w > 0) & (x > 0), x, 1.0))
    total = w.sum(axis=-1)
    mean = np.exp((w * logs).sum(axis=-1) / np.where(total > 0, total, 1.0))
    return np.where(total > 0, np.where(bad, nonpositive, mean), np.nan)


def harmonic(x: Array, weights: Array, applicable: Mask, *, nonpositive: float | None) -> Array:
    r"""The weighted harmonic mean of the children that are there.

    (..., unit). Where a child that counts is zero or below, the result is `nonpositive` (NaN: missing; 0:
    the limit at zero). None takes negative children as the formula has them, and is missing at a zero or
    where the reciprocals cancel out.

    Formula:
        $$ \bar x = \frac{\sum_i w_i}{\sum_i w_i / x_i} $$
    Use: for rates over a common base, or where weak children should weigh more than in the geometric mean.
    Avoid: on scores that may be zero or below.
    Source: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 6;
        Hardy, Littlewood and Pólya (1934), Inequalities, chapter II.

    >>> harmonic(np.array([[2.0, 6.0]]), np.array([1.0, 1.0]), np.array([[True, True]]), nonpositive=0.0)
    array([3.])
    """
    w = _counted(x, weights, applicable)
    usable = (w > 0) & (x != 0)
    reciprocal = (w / np.where(usable, x, 1.0) * usable).sum(axis=-1)
    total = w.sum(axis=-1)
    zero = ((w > 0) & (x == 0)).any(axis=-1) | (reciprocal == 0)
    mean = np.where(zero, np.nan, total / np.where(reciprocal == 0, 1.0, reciprocal))
    if nonpositive is not None:
        mean = np.where(((w > 0) & (x <= 0)).any(axis=-1), nonpositive, mean)
    return np.where(total > 0, mean, np.nan)


def power(x: Array, weights: Array, applicable: Mask, *, exponent: float, nonpositive: float | None) -> Array:
    r"""The weighted generalised mean of order `exponent` (not 0) of the children that are there.

    (..., unit). 1 is the arithmetic mean, −1 the harmonic; near 0 it comes near the geometric mean, far
    below near the least child, far above near the greatest. Where a child that counts is below zero, or at
    zero with an exponent below zero, the result is `nonpositive` (NaN: missing; 0). None takes such a child
    as the formula has it, and is missing where that has no value.

    Formula:
        $$ \bar x = \left(\frac{\sum_i w_i x_i^p}{\sum_i w_i}\right)^{1/p} $$
    Use: to say by one number how far children may compensate for each other.
    Avoid: with an exponent that nobody can justify; on negative scores.
    Source: Hardy, Littlewood and Pólya (1934), Inequalities, chapter II; Decancq and Lugo (2013), Weights in
        multidimensional indices of wellbeing, Econometric Reviews 32(1), section 2.

    >>> power(np.array([[1.0, 7.0]]), np.ones(2), np.array([[True, True]]), exponent=2, nonpositive=None)
    array([5.])
    """
    w = _counted(x, weights, applicable)
    counts = w > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # Taken over the child that decides, a sum of powers neither runs over nor vanishes.
        if exponent > 0:
            over = np.where(counts, np.abs(x), 0.0).max(axis=-1, keepdims=True, initial=0.0)
        else:
            over = np.where(counts, np.abs(x), np.inf).min(axis=-1, keepdims=True, initial=np.inf)
        over = np.where((over > 0) & (over < np.inf), over, 1.0)
        powers = np.where(counts, np.power(np.where(counts, x, 1.0) / over, exponent), 0.0)
        total = w.sum(axis=-1)
        inner = (w * powers).sum(axis=-1) / np.where(total > 0, total, 1.0)
        mean = np.where(inner >= 0, np.power(np.abs(inner), 1.0 / exponent) * over[..., 0], np.nan)
    if exponent < 0:  # one over zero
        mean = np.where((counts & (x == 0)).any(axis=-1), np.nan, mean)
    if nonpositive is not None:
        outside = counts & ((x < 0) | ((x == 0) & (exponent < 0)))
        mean = np.where(outside.any(axis=-1), nonpositive, mean)
    return np.where(total > 0, mean, np.nan)


def total(x: Array, applicable: Mask) -> Array:
    r"""The plain sum of the children that are there.

    (..., unit). Weights play no part. A child that is missing adds nothing: ask for all children where that
    would look like a low score.

    Formula:
        $$ s = \sum_i x_i $$
    Use: where children are points of one account, such as sub-dimensions scored 1 to 10.
    Avoid: where children may be missing, or are on different scales.
    Source: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> total(np.array([[1.0, 2.0]]), np.array([[True, True]]))
    array([3.])
    """
    there = ~np.isnan(x) & applicable
    return np.where(there.any(axis=-1), np.where(there, x, 0.0).sum(axis=-1), np.nan)


def minimum(x: Array, weights: Array, applicable: Mask) -> Array:
    r"""The least of the children that are there and have a weight.

    (..., unit). How large a weight is plays no part.

    Formula:
        $$ m = \min_{i : w_i > 0} x_i $$
    Use: where the weakest child decides, and nothing makes up for it.
    Avoid: where children are measured with much error: the least is the one that erred most downwards.
    Source: OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, step 6
        (non-compensatory aggregation); Hardy, Littlewood and Pólya (1934), Inequalities, chapter II.

    >>> minimum(np.array([[4.0, 1.0, 9.0]]), np.array([1.0, 2.0, 1.0]), np.ones((1, 3), bool))
    array([1.])
    """
    counts = _counted(x, weights, applicable) > 0
    least = np.where(counts, x, np.inf).min(axis=-1, initial=np.inf)
    return np.where(counts.any(axis=-1), least, np.nan)


def median(x: Array, weights: Array, applicable: Mask) -> Array:
    r"""The weighted median of the children that are there.

    (..., unit). The child at which half of the weight is reached; where a half ends exactly between two
    children, their mean. With equal weights it is the common median.

    Formula:
        $$ m = \tfrac12 (x_{(k)} + x_{(l)}), \quad k = \min\{j : W_j \ge \tfrac12 W\}, \quad
           l = \min\{j : W_j > \tfrac12 W\}, \quad W_j = \sum_{i \le j} w_{(i)} $$
    Use: where one child far off the others should not move the node.
    Avoid: with two or three children; where the extremes are what matters.
    Source: Edgeworth (1888), On a new method of reducing observations, Philosophical Magazine 25;
        Cormen, Leiserson, Rivest and Stein (2009), Introduction to Algorithms, problem 9-2.

    >>> median(np.array([[1.0, 2.0, 9.0], [1.0, 2.0, 9.0]]), np.array([1.0, 1.0, 2.0]), np.ones((1, 3), bool))
    array([5.5, 5.5])
    """
    w = _counted(x, weights, applicable)
    order = np.argsort(np.where(w > 0, x, np.inf), axis=-1, kind="stable")
    values = np.take_along_axis(np.where(w > 0, x, 0.0), order, axis=-1)
    reached = np.cumsum(np.take_along_axis(w, order, axis=-1), axis=-1)
    half = reached[..., -1:] / 2
    # Sums of weights such as 0.1 differ from their half by a last bit.
    slack = 1e-12 * half
    lower = np.argmax(reached >= half - slack, axis=-1)[..., None]
    upper = np.argmax(reached > half + slack, axis=-1)[..., None]
    low, high = (np.take_along_axis(values, at, axis=-1)[..., 0] for at in (lower, upper))
    return np.where(half[..., 0] > 0, (low + high) / 2, np.nan)


def penalised(
    x: Array,
    weights: Array,
    applicable: Mask,
    *,
    mean: Array,
    ddof: int,
    sign: float,
    weighted: bool,
) -> Array:
    r"""A mean of the children less, or plus, a penalty for imbalance between them.

    `mean` (..., unit) is the mean itself; the penalty is the variance of the children over their arithmetic
    mean, both with the weights if `weighted`, else with each child that counts the same. `ddof` 0 divides
    the squares by the weights, 1 corrects by n / (n − 1) for n children. `sign` −1 takes the penalty off
    (where more is better), 1 adds it. Missing where the arithmetic mean is zero or below, where the mean is
    missing, or with one child and `ddof` 1.

    Formula:
        $$ \mathrm{MPI} = M \mp S \cdot \mathit{cv} = M \mp \frac{S^2}{\bar x}, \quad
           \bar x = \frac{\sum_i w_i x_i}{\sum_i w_i}, \quad
           S^2 = \frac{\sum_i w_i (x_i - \bar x)^2}{\sum_i w_i} \cdot \frac{n}{n - d} $$
    Use: where children should be in balance; with scores around 100 as in the Mazziotta–Pareto indices.
    Avoid: on scores around 0, where the penalty has no measure.
    Source: Mazziotta and Pareto (2013), Methods for constructing composite indices: one for all or all for
        one?, Rivista Italiana di Economia Demografia e Statistica 67(2), section 4; Mazziotta and Pareto
        (2016), On a generalized non-compensatory composite index for measuring socio-economic phenomena,
        Social Indicators Research 127, section 3 (the adjusted index).

    >>> x, every, mean = np.array([[90.0, 110.0]]), np.ones((1, 2), bool), np.array([100.0])
    >>> penalised(x, np.ones(2), every, mean=mean, ddof=0, sign=-1, weighted=True)
    array([99.])
    """
    w = _counted(x, weights, applicable)
    if not weighted:
        w = (w > 0).astype(np.float64)
    middle = _mean(x, w)
    n = np.count_nonzero(w > 0, axis=-1)
    away = np.where(w > 0, x - middle[..., None], 0.0)
    variance = _mean(away**2, w) * n / np.where(n > ddof, n - ddof, 1)
    usable = (middle > 0) & (n > ddof)
    return np.where(usable, mean + sign * variance / np.where(usable, middle, 1.0), np.nan)


def mean_min(x: Array, weights: Array, applicable: Mask, *, alpha: float, beta: float) -> Array:
    r"""The arithmetic mean less a penalty that grows with its distance from the least child.

    (..., unit). `alpha` from 0 (the mean itself) to 1 says how strong the penalty is, `beta` (0 or more) how
    gently it sets in; with `alpha` 1 and `beta` 0 the result is the least child.

    Formula:
        $$ M - \alpha \left(\sqrt{(M - m)^2 + \beta^2} - \beta\right), \quad
           M = \frac{\sum_i w_i x_i}{\sum_i w_i}, \quad m = \min_{i : w_i > 0} x_i $$
    Use: where the way from full compensation to none should be a choice that can be named.
    Avoid: where two numbers more cannot be justified.
    Source: Casadio Tarabusi and Guarini (2013), An unbalance adjustment method for development indicators,
        Social Indicators Research 112(1), section 3.

    >>> x = np.array([[2.0, 8.0]])
    >>> mean_min(x, np.ones(2), np.ones((1, 2), bool), alpha=0.5, beta=4.0)
    array([4.5])
    """
    mean = arithmetic(x, weights, applicable)
    gap = mean - minimum(x, weights, applicable)
    return mean - alpha * (np.hypot(gap, beta) - beta)
