"""Statistics, correlations and reliability: by hand, and against SciPy, pandas and their own definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, Array, close, column, law, tables
from innodex.engine import describe
from innodex.engine._array import kurtosis, skewness

KINDS: tuple[describe.Kind, ...] = ("pearson", "spearman", "kendall")


def test_statistics_by_hand() -> None:
    found = describe.statistics(column(0, 2, 2, 4, NAN, 7))
    for name, wanted in {
        "least": 0, "most": 7, "mean": 3, "median": 2, "sd": np.sqrt((9 + 1 + 1 + 1 + 16) / 4), "there": 5,
        "nonzero": 4, "distinct": 4, "same": 2, "there_share": 5 / 6, "nonzero_share": 0.8,
        "distinct_share": 0.8, "same_share": 0.4,
    }.items():  # fmt: skip
        close(getattr(found, name), [wanted])


def test_of_no_figures_there_is_nothing_to_tell() -> None:
    found = describe.statistics(column(NAN, NAN))
    for name in ("least", "most", "mean", "median", "sd", "skew", "kurt", "nonzero_share", "same_share"):
        assert np.isnan(getattr(found, name)).all(), name
    for name in ("there", "nonzero", "distinct", "same", "there_share"):
        close(getattr(found, name), [0])


@law(tables(units=(1, 12), columns=(1, 4)))
def test_statistics_are_those_of_numpy(x: Array) -> None:
    found = describe.statistics(np.stack([x, x]))
    for at in range(x.shape[1]):
        own = x[~np.isnan(x[:, at]), at]
        if own.size:
            figures, often = np.unique(own, return_counts=True)
            wanted = [own.min(), own.max(), own.mean(), np.median(own), figures.size, often.max()]
            names = ("least", "most", "mean", "median", "distinct", "same")
            close(np.array([getattr(found, name)[1, at] for name in names]), wanted)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("gaps", [0.0, 0.3])
def test_correlations_are_those_of_pandas(kind: describe.Kind, gaps: float) -> None:
    pandas = pytest.importorskip("pandas")
    rng = np.random.default_rng(3)
    x = rng.integers(0, 7, (40, 6)).astype(np.float64)
    x[rng.random(x.shape) < gaps] = NAN
    x[:, 5] = 2.0
    wanted = pandas.DataFrame(x).corr(kind).to_numpy(copy=True)
    wanted[5, 5] = NAN  # pandas writes 1 there for some kinds
    close(describe.correlation(x, kind=kind), wanted, 1e-12)


@pytest.mark.parametrize("kind", KINDS)
@law(tables(units=(2, 10), columns=(1, 4)), tables(units=(10, 10), columns=(1, 3)))
def test_correlations_are_even_and_within_one(kind: describe.Kind, x: Array, y: Array) -> None:
    own = describe.correlation(x, kind=kind)
    close(own, own.T)
    there = own[~np.isnan(own)]
    assert ((there >= -1 - 1e-12) & (there <= 1 + 1e-12)).all()
    diagonal = np.diag(own)
    close(diagonal[~np.isnan(diagonal)], np.ones((~np.isnan(diagonal)).sum()))
    cross = describe.correlation(x, y[: len(x)], kind=kind)
    assert cross.shape == (x.shape[1], y.shape[1])
    close(cross, describe.correlation(y[: len(x)], x, kind=kind).T)


@pytest.mark.parametrize("kind", ["spearman", "kendall"])
@law(tables(units=(2, 10), columns=(2, 4)))
def test_only_order_counts(kind: describe.Kind, x: Array) -> None:
    close(describe.correlation(np.exp(x / 500) * 3, kind=kind), describe.correlation(x, kind=kind))


@pytest.mark.parametrize("kind", KINDS)
def test_leading_axes_are_free(kind: describe.Kind) -> None:
    x = np.random.default_rng(1).normal(size=(3, 2, 15, 4))
    x[1, 0, 2, 1] = NAN
    found = describe.correlation(x, kind=kind)
    assert found.shape == (3, 2, 4, 4)
    close(found[1, 0], describe.correlation(x[1, 0], kind=kind))


def test_kendall_in_blocks_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    stats = pytest.importorskip("scipy.stats")
    x = np.random.default_rng(2).integers(0, 9, (60, 2)).astype(np.float64)
    monkeypatch.setattr(describe, "_BLOCK", 1000)
    close(describe.correlation(x, kind="kendall")[0, 1], stats.kendalltau(x[:, 0], x[:, 1]).statistic, 1e-12)


@law(tables(units=(3, 10), columns=(2, 4), gaps=False))
def test_covariances_and_alpha_are_those_of_numpy(x: Array) -> None:
    s = np.cov(x, rowvar=False)
    close(describe.covariance(x), s)
    k = x.shape[1]
    if s.sum() > 1e-6:
        close(describe.cronbach(x), k / (k - 1) * (1 - np.trace(s) / s.sum()))


def test_an_indicator_without_figures_is_no_item() -> None:
    x = np.random.default_rng(8).normal(size=(12, 3))
    more = np.hstack([x, np.full((12, 1), NAN)])
    close(describe.cronbach(more), describe.cronbach(x))
    close(describe.cronbach(np.hstack([x[:, :1], more[:, 3:]])), NAN)
    close(describe.cronbach(np.stack([more, more])), [describe.cronbach(x)] * 2)


@law(tables(units=(2, 9), columns=(1, 3)), st.integers(0, 9))
def test_order_of_units_is_irrelevant(x: Array, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(x))
    for kind in KINDS:
        close(describe.correlation(x[order], kind=kind), describe.correlation(x, kind=kind))


def test_equal_figures_have_no_skewness_whatever_the_last_bit_of_their_mean() -> None:
    """Seven times 0.1 has a mean that is not 0.1: a spread of the last bit is none."""
    x = np.full((7, 1), 0.1)

    assert np.isnan(skewness(x)).all()
    assert np.isnan(kurtosis(x)).all()
