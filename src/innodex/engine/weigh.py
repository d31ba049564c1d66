"""Weigh: how much each child counts in its parent.

`x` is (..., unit, child), the children's scores; NaN is missing. Weights are (..., child); only their
proportions among siblings matter. Source of the overview: OECD/EU JRC (2008), Handbook on Constructing
Composite Indicators, step 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from innodex.engine._array import Array, Mask, deviation

# What a parent's scores (trial, unit) are under weights (trial, child).
Index = Callable[[Array], Array]
Places = npt.NDArray[np.intp]
# What differs by less than this share of the largest figure is taken for equal: the last bits of a sum.
_EQUAL = 1e-12


def shares(weights: Array, applicable: Mask) -> Array:
    r"""Each sibling's share (..., child): its weight over that of all applicable siblings.

    A sibling that is not applicable has the share 0, and so have all where no weight is above zero.

    Formula:
        $$ s_j = \frac{w_j}{\sum_{k\ \text{applicable}} w_k} $$
    Use: to read what given numbers come to within a parent.
    Avoid: as the weight of a mean over a unit's gaps; the mean rescales over the children that are there.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6.

    >>> shares(np.array([1.0, 1.0, 2.0]), np.array([True, True, False]))
    array([0.5, 0.5, 0. ])
    """
    counted = np.where(applicable, weights, 0.0)
    total = counted.sum(axis=-1, keepdims=True)
    return counted / np.where(total > 0, total, 1.0)


def varied(x: Array) -> Mask:
    """(..., child): where the units that are there do not all agree; never with fewer than two of them."""
    most, least = np.fmax.reduce(x, axis=-2), np.fmin.reduce(x, axis=-2)
    result: Mask = most - least > _EQUAL * np.maximum(np.abs(most), np.abs(least))
    return result


def gini(x: Array) -> Array:
    r"""Weights in proportion to the Gini coefficient of each child's scores: who tells units apart counts.

    Gaps are left out, child by child. A child on which all units agree gets 0, and so does one without
    scores. The coefficient is that of the units at hand (mean difference over n², not n (n − 1)). Scores
    must not be negative, and their mean must be above zero.

    Formula:
        $$ G_j = \frac{\sum_i \sum_k |x_{ij} - x_{kj}|}{2 n^2 \bar{x}_j}, \qquad w_j \propto G_j $$
    Use: where the purpose of the index is to tell units apart.
    Avoid: for scores with a floating zero, such as z-scores; and where spread is only noise.
    Source: Gini (1912), Variabilità e mutabilità; as weights: Ciommi, Gigliarano, Emili, Taralli and
    Chelli (2017), A new class of composite indicators for measuring well-being at the local level,
    Ecological Indicators 76, 281–296.

    >>> gini(np.array([[1.0, 2.0], [3.0, 2.0]]))
    array([0.25, 0.  ])
    """
    ordered = np.sort(x, axis=-2)  # the missing go to the end
    n = np.count_nonzero(~np.isnan(x), axis=-2)[..., None, :]
    place = np.arange(1.0, x.shape[-2] + 1)[:, None]
    spread = np.where(np.isnan(ordered), 0.0, (2 * place - n - 1) * ordered).sum(axis=-2)
    total = np.where(np.isnan(x), 0.0, x).sum(axis=-2)
    usable = varied(x) & (total > 0)
    scale = np.where(usable, n[..., 0, :] * total, 1.0)
    return np.where(usable, spread / scale, 0.0)


def gini_reciprocal(x: Array) -> Array:
    r"""Weights in inverse proportion to the Gini coefficient: who tells units apart counts less.

    Gaps, scores and children without spread as under Gini weights: a child on which all units agree gets 0,
    not all the weight there is.

    Formula:
        $$ w_j \propto \frac{1}{G_j} $$
    Use: where an index shall not be carried by the one or two children of great inequality.
    Avoid: where a child with next to no spread would take nearly all the weight.
    Source: Ciommi, Gigliarano, Emili, Taralli and Chelli (2017), Ecological Indicators 76, 281–296.

    >>> gini_reciprocal(np.array([[1.0, 2.0], [3.0, 2.0]]))
    array([4., 0.])
    """
    found = gini(x)
    return np.where(found > 0, 1.0 / np.where(found > 0, found, 1.0), 0.0)


def entropy(x: Array) -> Array:
    r"""Weights by entropy: the less evenly a child's scores are spread over the units, the more it counts.

    Gaps are left out, child by child. A score of zero adds nothing (p ln p = 0). A child on which all units
    agree gets 0, and so does one without scores. Scores must not be negative.

    Formula:
        $$ p_{ij} = \frac{x_{ij}}{\sum_i x_{ij}}, \quad
           E_j = -\frac{1}{\ln n} \sum_i p_{ij} \ln p_{ij}, \quad w_j \propto 1 - E_j $$
    Use: where children that tell units apart shall count more, whatever their unit of measurement.
    Avoid: where the zero of the scores is arbitrary (p depends on it), and where spread is only noise.
    Source: Shannon (1948), A mathematical theory of communication; as weights: Zeleny (1982), Multiple
    Criteria Decision Making, chapter 7; Hwang and Yoon (1981), Multiple Attribute Decision Making, 3.2.

    >>> entropy(np.array([[1.0, 1.0], [1.0, 3.0]])).round(6)
    array([0.      , 0.188722])
    """
    total = np.where(np.isnan(x), 0.0, x).sum(axis=-2, keepdims=True)
    n = np.count_nonzero(~np.isnan(x), axis=-2)
    part = np.where(np.isnan(x), 0.0, x) / np.where(total > 0, total, 1.0)
    evenness = -(part * np.log(np.where(part > 0, part, 1.0))).sum(axis=-2) / np.log(np.maximum(n, 2))
    return np.where(varied(x), 1.0 - evenness, 0.0)


def critic(x: Array, *, rescale: bool, ddof: int, pairwise: bool) -> Array:
    r"""Weights by CRITIC: a child counts for its spread and for how little it repeats the others.

    `rescale` takes spreads of the scores brought onto 0 to 1, each child by its own minimum and maximum;
    otherwise of the scores as they stand. The deviation's divisor is n − `ddof`. Correlations are taken over
    the units that are there for both children (`pairwise`), or for all. A child on which all units agree
    gets 0, and the others are compared without it.

    Formula:
        $$ w_j \propto \sigma_j \sum_k (1 - r_{jk}) $$
    Use: where children that say the same twice shall not count twice.
    Avoid: with few units, where correlations are accidents.
    Source: Diakoulaki, Mavrotas and Papayannakis (1995), Determining objective weights in multiple criteria
    problems: the CRITIC method, Computers & Operations Research 22, 763–770.

    >>> critic(np.array([[0.0, 0.0], [1.0, 2.0], [0.0, 4.0]]), rescale=True, ddof=0, pairwise=False).round(6)
    array([0.471405, 0.408248])
    """
    use = varied(x)
    if rescale:
        least = np.fmin.reduce(x, axis=-2, keepdims=True)
        range_ = np.fmax.reduce(x, axis=-2, keepdims=True) - least
        x = (x - least) / np.where(range_ > 0, range_, 1.0)
    sd = deviation(x, ddof=ddof)[..., 0, :]
    conflict = 1.0 - moments(x, correlation=True, pairwise=pairwise)
    # Children that say the same are not told apart by the last bit of their correlation.
    conflict = np.where(np.abs(conflict) < _EQUAL, 0.0, conflict)
    both = use[..., :, None] & use[..., None, :]
    return np.where(use, sd * np.where(both, conflict, 0.0).sum(axis=-1), 0.0)


def moments(x: Array, *, correlation: bool, pairwise: bool) -> Array:
    r"""(..., child, child): the covariances (divisor n − 1), or the correlations, of the children.

    `pairwise`: over the units that are there for both of two children, with their means among these;
    otherwise over the units that are there for all children. NaN where fewer than two such units are, and,
    of correlations, where one child does not vary among them.

    Formula:
        $$ c_{jk} = \frac{1}{n - 1} \sum_i (x_{ij} - \bar{x}_j)(x_{ik} - \bar{x}_k), \qquad
           r_{jk} = \frac{c_{jk}}{\sqrt{c_{jj} c_{kk}}} $$
    Use: as the ground of components and factors.
    Avoid: pairwise with many gaps; such a matrix may have negative eigenvalues.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> moments(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]]), correlation=True, pairwise=False)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    there = ~np.isnan(x)
    if not pairwise:
        there = there & there.all(axis=-1, keepdims=True)
    m = there.astype(np.float64)
    turned = np.swapaxes(m, -1, -2)
    n = turned @ m
    # Sums are taken about each child's own mean, or squares of large figures would eat the digits.
    centre = np.where(there, x, 0.0).sum(axis=-2, keepdims=True)
    centre = centre / np.maximum(m.sum(axis=-2, keepdims=True), 1.0)
    away = np.where(there, x - centre, 0.0)
    sums = np.swapaxes(away, -1, -2) @ m  # Σ of j over the units that k has
    squares = np.swapaxes(away**2, -1, -2) @ m
    safe = np.maximum(n, 1.0)
    cross = np.swapaxes(away, -1, -2) @ away - sums * np.swapaxes(sums, -1, -2) / safe
    enough = n >= 2
    if not correlation:
        return np.where(enough, cross / np.maximum(n - 1.0, 1.0), np.nan)
    own = squares - sums**2 / safe  # Σ of squares of j over the units that k has
    flat = own <= _EQUAL * np.where(enough, squares, 0.0)
    scale = np.sqrt(np.where(flat, 1.0, own))
    known = enough & ~flat & ~np.swapaxes(flat, -1, -2)
    found = np.where(known, cross / (scale * np.swapaxes(scale, -1, -2)), np.nan)
    return np.clip(found, -1.0, 1.0)


def components(matrix: Array) -> tuple[Array, Array]:
    r"""Eigenvalues (..., component), the largest first, and eigenvectors (..., child, component).

    `matrix` (..., child, child) is one of covariances or correlations, without gaps. Each vector has the
    length 1 and is turned so that its entries sum to zero or more; where they sum to zero its first entry
    that is not zero is positive.

    Formula:
        $$ R v_c = \lambda_c v_c, \quad \lambda_1 \ge \lambda_2 \ge \dots, \quad v_c^\top v_c = 1 $$
    Use: to see how many dimensions the children have, and what each is made of.
    Avoid: to read a sign or an order into components whose eigenvalues are nearly equal.
    Source: Hotelling (1933), Analysis of a complex of statistical variables into principal components;
    OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> values, vectors = components(np.array([[1.0, 0.5], [0.5, 1.0]]))
    >>> values, vectors[:, 0].round(6)
    (array([1.5, 0.5]), array([0.707107, 0.707107]))
    """
    values, vectors = np.linalg.eigh(matrix)
    values, vectors = values[..., ::-1], vectors[..., ::-1]
    total = vectors.sum(axis=-2, keepdims=True)
    first = np.argmax(np.abs(vectors) > 1e-9, axis=-2)[..., None, :]
    lead = np.take_along_axis(vectors, first, axis=-2)
    sign = np.where(np.abs(total) > 1e-9, total, lead)
    return values, np.where(sign < 0, -vectors, vectors)


def first_component(matrix: Array) -> Array:
    r"""Weights from the first principal component: its loadings, turned so that they sum to zero or more.

    `matrix` (..., child, child) is one of covariances or correlations, without gaps. A child that runs
    against the others has a negative loading; what becomes of it is for the caller to say.

    Formula:
        $$ w_j \propto v_{1j}, \qquad R v_1 = \lambda_1 v_1 $$
    Use: where the children are meant to measure one thing, and the index to keep most of their variance.
    Avoid: where children run against each other, or where one component explains little: weights then say
    what is correlated, not what matters.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 6, section 6.1.

    >>> first_component(np.array([[1.0, 0.5], [0.5, 1.0]])).round(6)
    array([0.707107, 0.707107])
    """
    return components(matrix)[1][..., 0]


def loadings(values: Array, vectors: Array) -> Array:
    r"""(..., child, component): correlations of the children with the components (of a correlation matrix).

    An eigenvalue below zero, as a pairwise matrix may have, counts as zero.

    Formula:
        $$ l_{jc} = v_{jc} \sqrt{\lambda_c} $$
    Use: to name a component by the children that load on it.
    Avoid: as weights; they take squares or shares of them.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4, table 8.

    >>> loadings(np.array([1.5, 0.5]), np.array([[0.6, 0.8], [0.8, -0.6]])).round(6)
    array([[ 0.734847,  0.565685],
           [ 0.979796, -0.424264]])
    """
    return vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]


def varimax(loads: Array, *, kaiser: bool) -> Array:
    r"""Loadings (..., child, factor) turned so that each child loads high on few factors.

    `kaiser` brings each child to communality 1 while turning (Kaiser normalisation), so that all count the
    same. Factors come out by the variance they explain, the largest first, each turned so that its loadings
    sum to zero or more. One factor alone stays as it is, but for its sign.

    Formula:
        $$ \max_T \sum_c \left[ \frac{1}{p} \sum_j b_{jc}^4
           - \left( \frac{1}{p} \sum_j b_{jc}^2 \right)^2 \right],
           \quad B = H^{-1} L T, \quad h_j^2 = \sum_c l_{jc}^2 $$
    Use: before reading factors, or weighing by them.
    Avoid: where one general factor is expected; turning spreads it over all.
    Source: Kaiser (1958), The varimax criterion for analytic rotation in factor analysis, Psychometrika 23,
    187–200; OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4, table 9.

    >>> varimax(np.array([[0.8, 0.6], [0.6, -0.8]]), kaiser=True).round(6) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    communality = np.sqrt((loads**2).sum(axis=-1, keepdims=True))
    length = np.where(communality > 0, communality, 1.0) if kaiser else np.ones_like(communality)
    turned = loads / length
    rounds = _rounds(loads.shape[-1])
    for _ in range(_SWEEPS):
        if max((_turn(turned, *pairs) for pairs in rounds), default=0.0) < 1e-11:
            break
    turned = turned * length
    order = np.argsort(-(turned**2).sum(axis=-2), axis=-1, kind="stable")[..., None, :]
    turned = np.take_along_axis(turned, order, axis=-1)
    return np.where(turned.sum(axis=-2, keepdims=True) < 0, -turned, turned)


_SWEEPS = 500


def _rounds(count: int) -> list[tuple[Places, Places]]:
    """Rounds in which every factor meets one other, so that each pair meets once (the circle method)."""
    ring = list(range(count + count % 2))
    rounds = []
    for _ in range(len(ring) - 1):
        met = zip(ring[: len(ring) // 2], reversed(ring[len(ring) // 2 :]), strict=True)
        pairs = sorted((min(pair), max(pair)) for pair in met if max(pair) < count)
        if pairs:
            rounds.append((np.array([one for one, _ in pairs]), np.array([other for _, other in pairs])))
        ring = [ring[0], ring[-1], *ring[1:-1]]
    return rounds


def _turn(loads: Array, one: Places, other: Places) -> float:
    """Turn pairs of factors, in place, by the angle that is best for each pair; the widest angle turned."""
    x, y = loads[..., one], loads[..., other]
    u, v = x**2 - y**2, 2 * x * y
    a, b = u.sum(axis=-2), v.sum(axis=-2)
    p = loads.shape[-2]
    across = 2 * (u * v).sum(axis=-2) - 2 * a * b / p
    along = (u**2 - v**2).sum(axis=-2) - (a**2 - b**2) / p
    angle = np.arctan2(across, along) / 4
    # Where nothing can be gained the angle is that of rounding errors: stay.
    angle = np.where(np.hypot(across, along) > 1e-15 * p, angle, 0.0)[..., None, :]
    loads[..., one] = x * np.cos(angle) + y * np.sin(angle)
    loads[..., other] = y * np.cos(angle) - x * np.sin(angle)
    return float(np.abs(angle).max(initial=0.0))


def factor_shares(loads: Array) -> Array:
    r"""Weights from (rotated) loadings (..., child, factor): by the factor that a child loads highest on.

    Within a factor a child has the share of its squared loading in the factor's sum of squares; factors
    share by the variance that they explain. A child that loads nowhere gets 0. Signs play no part.

    Formula:
        $$ w_j \propto \frac{l_{jf}^2}{\sum_k l_{kf}^2} \cdot
           \frac{\sum_k l_{kf}^2}{\sum_c \sum_k l_{kc}^2}, \qquad f = \arg\max_c l_{jc}^2 $$
    Use: where several dimensions stand behind the children and overlap among them shall not count twice.
    Avoid: with few units for each child, or where the children hardly correlate.
    Source: Nicoletti, Scarpetta and Boylaud (2000), OECD Economics Department Working Papers 226; OECD/EU
    JRC (2008), Handbook on Constructing Composite Indicators, step 6, tables 17 and 18.

    >>> factor_shares(np.array([[0.8, 0.2], [0.6, 0.0], [0.0, 1.0]])).round(6)
    array([0.313725, 0.176471, 0.490196])
    """
    squares = loads**2
    return np.asarray(squares.max(axis=-1) / squares.sum(axis=(-2, -1))[..., None])


def count_kept(values: Array, *, number: int | None, least: float | None, explained: float | None) -> int:
    r"""How many components of a matrix are kept, of its eigenvalues (component), the largest first.

    The least count that satisfies every rule given: `number` of them; those with an eigenvalue of at least
    `least`; as many as explain at least the share `explained` of the variance together. At least one.

    Formula:
        $$ \lambda_c \ge \lambda_{\min}, \qquad
           \frac{\sum_{c \le C} \lambda_c}{\sum_c \lambda_c} \ge s $$
    Use: a number where theory gives one, an eigenvalue of 1 for Kaiser's rule, a share otherwise.
    Avoid: Kaiser's rule with many children of little correlation; it keeps too many.
    Source: OECD/EU JRC (2008), Handbook on Constructing Composite Indicators, step 4.

    >>> count_kept(np.array([2.0, 1.0, 0.5, 0.5]), number=None, least=1.0, explained=None)
    2
    """
    wanted = [1]
    if number is not None:
        wanted.append(min(number, values.size))
    if least is not None:
        wanted.append(int(np.count_nonzero(values >= least - 1e-12)))
    if explained is not None:
        together = np.cumsum(np.maximum(values, 0.0)) / np.maximum(values, 0.0).sum()
        wanted.append(int(np.argmax(together >= explained - 1e-12)) + 1)
    return max(wanted)


def budget(points: Array, *, combine: str) -> Array:
    r"""(..., child): weights from the points (..., expert, child) that experts gave out; NaN: none of his.

    Each expert's points are first brought to a sum of 1. `combine` is "mean", "median" (of the experts'
    shares, child by child) or "geometric" (their geometric mean; a child that one expert gives nothing gets
    nothing). The result sums to 1. An expert without points for any child plays no part.

    Formula:
        $$ s_{ej} = \frac{b_{ej}}{\sum_k b_{ek}}, \qquad
           w_j \propto \operatorname{mean}_e s_{ej} \ \text{or}\ \operatorname{median}_e s_{ej}
           \ \text{or}\ \prod_e s_{ej}^{1/E} $$
    Use: where experts know the matter and can weigh up to about ten children against each other.
    Avoid: with more children than a person keeps apart, or to settle what is a political choice.
    Source: Moldan and Billharz (1997), Sustainability Indicators; OECD/EU JRC (2008), Handbook on
    Constructing Composite Indicators, step 6, budget allocation.

    >>> budget(np.array([[60.0, 40.0], [30.0, 30.0]]), combine="mean")
    array([0.55, 0.45])
    """
    total = np.where(np.isnan(points), 0.0, points).sum(axis=-1, keepdims=True)
    share = np.where(total > 0, points / np.where(total > 0, total, 1.0), np.nan)
    joined: Array
    if combine == "mean":
        joined = np.nanmean(share, axis=-2)
    else:
        joined = np.nanmedian(share, axis=-2) if combine == "median" else _geometric(share)
    return shares(joined, ~np.isnan(joined))


def _geometric(x: Array) -> Array:
    """The geometric mean over experts of what is there; 0 where one figure is 0."""
    with np.errstate(divide="ignore"):
        found: Array = np.exp(np.nanmean(np.log(x), axis=-2))
    return found


def priorities(judgements: Array, *, geometric: bool) -> Array:
    r"""(..., child): weights from pairwise judgements (..., child, child), summing to 1.

    Entry (j, k) says how many times as important j is as k; entry (k, j) is its reciprocal. `geometric` takes
    the geometric mean of each row; otherwise the principal eigenvector. Both agree where judgements are
    consistent, and with up to three children.

    Formula:
        $$ A w = \lambda_{\max} w \qquad\text{or}\qquad w_j \propto \prod_k a_{jk}^{1/n} $$
    Use: where experts can compare two children at a time better than all at once.
    Avoid: with many children (n (n − 1) / 2 questions each), or where judgements contradict each other.
    Source: Saaty (1980), The Analytic Hierarchy Process; Crawford and Williams (1985), A note on the analysis
    of subjective judgment matrices, Journal of Mathematical Psychology 29, 387–405.

    >>> priorities(np.array([[1.0, 3.0], [1 / 3, 1.0]]), geometric=False)
    array([0.75, 0.25])
    """
    found = _row_means(judgements) if geometric else _principal(judgements)[0]
    result: Array = found / found.sum(axis=-1, keepdims=True)
    return result


def _row_means(judgements: Array) -> Array:
    found: Array = np.exp(np.log(judgements).mean(axis=-1))
    return found


def _principal(judgements: Array) -> tuple[Array, Array]:
    """The principal eigenvector, all entries positive, and its eigenvalue."""
    values, vectors = np.linalg.eig(judgements)
    at = np.argmax(values.real, axis=-1)[..., None]
    vector = np.take_along_axis(vectors, at[..., None, :], axis=-1)[..., 0]
    return np.abs(vector.real), np.take_along_axis(values.real, at, axis=-1)[..., 0]


# Saaty (1980), table of the mean consistency index of random matrices, by the number of children.
_RANDOM = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)


def consistency_ratio(judgements: Array) -> Array:
    r"""(...): how far pairwise judgements (..., child, child) contradict themselves; 0 is not at all.

    The excess of the principal eigenvalue over its least possible value, against that of random judgements.
    One or two children cannot contradict each other: 0. Saaty's table of random judgements ends at 15
    children; beyond it Alonso and Lamata's line 1.7699 n − 4.3513 (of the excess, before dividing) is taken.

    Formula:
        $$ CI = \frac{\lambda_{\max} - n}{n - 1}, \qquad CR = \frac{CI}{RI_n} $$
    Use: to ask an expert again whose ratio is above 0.1.
    Avoid: as a measure of whether the expert is right.
    Source: Saaty (1980), The Analytic Hierarchy Process; Alonso and Lamata (2006), Consistency in the
    analytic hierarchy process: a new approach, International Journal of Uncertainty, Fuzziness and
    Knowledge-Based Systems 14, 445–459.

    >>> consistency_ratio(np.array([[1, 2, 8], [1 / 2, 1, 2], [1 / 8, 1 / 2, 1]])).round(6).item()
    0.046225
    """
    n = judgements.shape[-1]
    if n < 3:
        return np.zeros(judgements.shape[:-2])
    random = _RANDOM[n] if n < len(_RANDOM) else (1.7699 * n - 4.3513) / (n - 1)
    excess = np.maximum(_principal(judgements)[1] - n, 0.0)
    ratio: Array = excess / (n - 1) / random
    return ratio


def joined_judgements(judgements: Array) -> Array:
    r"""(child, child): the geometric mean of several experts' pairwise judgements (expert, child, child).

    The only mean under which the group's judgement of k against j is the reciprocal of that of j against k.

    Formula:
        $$ a_{jk} = \prod_e a_{ejk}^{1/E} $$
    Use: where experts speak as one body.
    Avoid: where they disagree on purpose; then join their priorities.
    Source: Aczél and Saaty (1983), Procedures for synthesizing ratio judgements, Journal of Mathematical
    Psychology 27, 93–102; Forman and Peniwati (1998), Aggregating individual judgments and priorities with
    the analytic hierarchy process, European Journal of Operational Research 108, 165–169.

    >>> joined_judgements(np.array([[[1.0, 2.0], [0.5, 1.0]], [[1.0, 8.0], [0.125, 1.0]]])).round(6)
    array([[1.  , 4.  ],
           [0.25, 1.  ]])
    """
    found: Array = np.exp(np.log(judgements).mean(axis=0))
    return found


def correlations(x: Array, y: Array) -> Array:
    r"""(..., child): Pearson's correlation of each child (..., unit, child) with the parent (..., unit).

    Over the units that are there for both; NaN where one of the two does not vary among them.

    Formula:
        $$ r_j = \frac{\sum_i (x_{ij} - \bar{x}_j)(y_i - \bar{y})}
           {\sqrt{\sum_i (x_{ij} - \bar{x}_j)^2 \sum_i (y_i - \bar{y})^2}} $$
    Use: to see how much a child moves with what it goes into, whatever its weight says.
    Avoid: as a measure of cause.
    Source: Paruolo, Saisana and Saltelli (2013), Ratings and rankings: voodoo or science?, Journal of the
    Royal Statistical Society A 176, 609–634.

    >>> correlations(np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 3.0, 2.0]))
    array([0.5])
    """
    y = y[..., None]
    there = ~(np.isnan(x) | np.isnan(y))
    n = np.maximum(there.sum(axis=-2, keepdims=True), 1)
    a = np.where(there, x, 0.0)
    b = np.where(there, y, 0.0)
    a = np.where(there, x - a.sum(axis=-2, keepdims=True) / n, 0.0)
    b = np.where(there, y - b.sum(axis=-2, keepdims=True) / n, 0.0)
    scale = np.sqrt((a**2).sum(axis=-2) * (b**2).sum(axis=-2))
    return np.where(scale > 0, (a * b).sum(axis=-2) / np.where(scale > 0, scale, 1.0), np.nan)


def imbalance(correlation: Array, target: Array) -> Array:
    r"""(...): how far correlations (..., child) are from standing to each other as `target` (child) says.

    Zero where each child's share of the sum of the correlations is its share of the target.

    Formula:
        $$ \frac{1}{n} \sum_j \left( \frac{t_j}{\sum_k t_k} - \frac{r_j}{\sum_k r_k} \right)^2 $$
    Use: as what balanced weights make least.
    Avoid: where correlations sum to zero or less; it is infinite then.
    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Weights and importance in composite
    indicators: closing the gap, Ecological Indicators 80, 12–22.

    >>> imbalance(np.array([0.75, 0.25]), np.array([1.0, 1.0])).item()
    0.0625
    """
    total = correlation.sum(axis=-1, keepdims=True)
    share = correlation / np.where(total > 0, total, 1.0)
    gap = ((target / target.sum() - share) ** 2).mean(axis=-1)
    return np.where(total[..., 0] > 0, gap, np.inf)


def balance(x: Array, index: Index, *, target: Array, groups: Places, low: float, high: float) -> Array:
    r"""(child): weights under which the children's correlations with the parent stand as `target` says.

    `x` (unit, child) are the children's scores, each with some spread; `index` gives the parent's scores
    (trial, unit) under weights (trial, child). Children of one group (child) share a weight of 1 among
    them, each between `low` and `high`; one alone in its group has 1. The search starts from several fixed
    points, and the best of its ends is taken, so that it comes out the same each time.

    Formula:
        $$ \min_w \sum_j \left( \frac{t_j}{\sum_k t_k} - \frac{r_j(w)}{\sum_k r_k(w)} \right)^2,
           \qquad r_j = \operatorname{cor}(x_j, y(w)) $$
    Use: where weights are meant to say how much each child matters in the result.
    Avoid: with children that run against each other: no weights balance them, and the best is far off.
    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Ecological Indicators 80, 12–22.

    >>> x = np.array([[1.0, 10.0], [2.0, 40.0], [3.0, 20.0], [4.0, 30.0]])
    >>> even, together = np.array([1.0, 1.0]), np.array([0, 0])
    >>> balance(x, lambda w: w @ x.T, target=even, groups=together, low=0, high=1).round(6)
    array([0.909091, 0.090909])
    """

    def miss(weights: Array) -> Array:
        return imbalance(correlations(x, index(weights)), target)

    return _least(miss, x, groups, low, high, more=_EVEN_STARTS, perfect=1e-18)


def information(x: Array, index: Index, *, groups: Places, low: float, high: float) -> Array:
    r"""(child): weights under which the children's correlations with the parent are greatest together.

    Scores, groups and bounds as under balanced weights. Of an arithmetic mean of children of one parent
    without bounds that bind, the weights are those that bring all children to the same deviation.

    Formula:
        $$ \max_w \sum_j r_j(w), \qquad r_j = \operatorname{cor}(x_j, y(w)) $$
    Use: where the parent shall tell as much as it can of all its children.
    Avoid: where children that say the same twice shall not count twice; these are what it favours.
    Source: Becker, Saisana, Paruolo and Vandecasteele (2017), Ecological Indicators 80, 12–22.

    >>> x = np.array([[1.0, 10.0], [2.0, 40.0], [3.0, 20.0], [4.0, 30.0]])
    >>> information(x, lambda w: w @ x.T, groups=np.array([0, 0]), low=0, high=1).round(6)
    array([0.909091, 0.090909])
    """

    def loss(weights: Array) -> Array:
        found = correlations(x, index(weights)).sum(axis=-1)
        return np.where(np.isnan(found), np.inf, -found)

    # Of linear scores the sum has one summit: two starts find it. Further ones are for other means.
    return _least(loss, x, groups, low, high, more=1, perfect=-np.inf)


_EVEN_STARTS = 6  # starts beside those that have a meaning
_STEP = 1e-6


def _least(
    miss: Callable[[Array], Array],
    x: Array,
    groups: Places,
    low: float,
    high: float,
    *,
    more: int,
    perfect: float,
) -> Array:
    """(child): the weights of which `miss` (trial) is least; the best end of all starts, or a perfect one."""
    from scipy.optimize import minimize  # slow to import, and only few recipes need it

    alone = np.array([np.count_nonzero(groups == group) == 1 for group in groups])
    free = np.flatnonzero(~alone)
    best, least = np.ones(groups.size), np.inf
    if not free.size:
        return best
    sums = (groups[free] == np.unique(groups[free])[:, None]).astype(np.float64)
    wide = np.concatenate([np.eye(free.size), -np.eye(free.size)]) * _STEP

    def full(part: Array) -> Array:
        whole = np.ones((*part.shape[:-1], groups.size))
        whole[..., free] = part
        return whole

    def value(part: Array) -> float:
        found = float(miss(full(part)[None])[0])
        return found if np.isfinite(found) else 1e6

    def slope(part: Array) -> Array:
        found = miss(full(part + wide))
        found = np.where(np.isfinite(found), found, 1e6)
        rise: Array = (found[: free.size] - found[free.size :]) / (2 * _STEP)
        return rise

    def search(start: Array) -> bool:
        """Go down from a start; True where nothing better can be found."""
        nonlocal best, least
        ended = minimize(
            lambda part: _SCALE * value(part),
            start,
            jac=lambda part: _SCALE * slope(part),
            method="SLSQP",
            bounds=[(low, high)] * free.size,
            constraints={"type": "eq", "fun": lambda part: sums @ part - 1.0, "jac": lambda part: sums},
            options={"ftol": 1e-15, "maxiter": 500},
        )
        part = _within(ended.x, sums, low, high)
        found = value(part)
        # Where all weights do as well, the first start is kept: no last bit chooses another.
        if np.isinf(least) or found < least - _EQUAL * abs(least):
            best, least = full(part), found
        return least <= perfect

    if any(search(start) for start in _starts(x[:, free], sums, low, high, more)) or more < _EVEN_STARTS:
        return best
    # A search ends where the ground is level, and it is wherever the children run against the parent: look
    # about for a better place to start from.
    about = _scattered(free.size, sums, low, high)
    found = np.concatenate([miss(full(part)) for part in np.array_split(about, len(about) // 8)])
    if np.isfinite(found).any():
        search(about[np.argmin(np.where(np.isfinite(found), found, np.inf))])
    return best


_SCALE = 1e3  # misses are small numbers; the search stops at absolute differences


def _starts(x: Array, sums: Array, low: float, high: float, more: int) -> Iterator[Array]:
    """Equal weights, such as make up for unequal spread, and some that lie evenly in between."""
    count = x.shape[-1]
    yield _within(np.ones(count), sums, low, high)
    yield _within(1.0 / deviation(x, ddof=0)[..., 0, :], sums, low, high)
    golden = (np.sqrt(5) - 1) / 2
    for start in range(more):
        spread = (golden * (start * count + np.arange(1.0, count + 1))) % 1.0
        yield _within(0.05 + spread, sums, low, high)


def _scattered(count: int, sums: Array, low: float, high: float) -> Array:
    """(trial, child): 64 sets of weights that lie evenly over all there are.

    Roberts (2018), The unreasonable effectiveness of quasirandom sequences: the additive recurrence; spacings
    of exponential numbers are even over a simplex.
    """
    base = 2.0
    for _ in range(60):  # the root of b^(n + 1) = b + 1
        base = (1.0 + base) ** (1.0 / (count + 1))
    steps = base ** -np.arange(1.0, count + 1)
    points = (0.5 + steps * np.arange(1.0, 65)[:, None]) % 1.0
    return np.stack([_within(part, sums, low, high) for part in 1e-3 - np.log(np.maximum(points, 1e-9))])


def _within(part: Array, sums: Array, low: float, high: float) -> Array:
    """Weights rescaled to 1 in each group and brought between the bounds."""
    part = part / (sums.T @ (sums @ part))
    for _ in range(100):
        held = np.clip(part, low, high)
        over = sums.T @ (sums @ held - 1.0)
        if np.abs(over).max() < 1e-15:
            break
        room = np.where(over > 0, held - low, high - held)
        space = sums.T @ (sums @ room)
        part = held - np.where(space > 0, room / np.where(space > 0, space, 1.0) * over, 0.0)
    return np.clip(part, low, high)
