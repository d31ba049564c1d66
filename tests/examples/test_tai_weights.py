"""The Technology Achievement Index: components, factors and weights as the Handbook prints them.

OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, ISBN
978-92-64-04345-9. Table 16: eigenvalues; table 8: loadings; table 9: loadings turned by varimax; table 18:
weights. All through `innodex build --report weights`.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from _examples import Outcome, command, table
from _support import needs_shared, shared_path

Floats = npt.NDArray[np.float64]
CODES = (
    "PATENTS", "ROYALTIES", "INTERNET", "EXPORTS", "TELEPHONES", "ELECTRICITY", "SCHOOLING", "UNIVERSITY",
)  # fmt: skip


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    recipe = "examples/tai/recipe-factors.toml"
    out = tmp_path_factory.mktemp("tai") / "out"
    return command(out, "examples/tai", "--recipe", recipe, "--report", "weights")


@pytest.fixture(scope="module")
def report(outcome: Outcome) -> dict[str, dict[tuple[str, str], float]]:
    """{table: {(indicator, component): value}}."""
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for row in table(outcome.files["report_weights.csv"]):
        assert (row["sample"], row["node"]) == ("2001", "TAI")
        found[row["table"]][row["child"], row["part"]] = float(row["value"])
    return found


def matrix(rows: dict[tuple[str, str], float], count: int) -> Floats:
    """(indicator, component) in the order of the print."""
    return np.array([[rows[code, str(part)] for part in range(1, count + 1)] for code in CODES])


def printed(file: str, columns: list[str]) -> Floats:
    rows = table(shared_path("reference_public", "tai_normalisation_pca", file))
    return np.array([[float(row[column]) for column in columns] for row in rows])


def test_an_eigenvalue_is_the_variance_of_its_component(
    report: dict[str, dict[tuple[str, str], float]],
) -> None:
    """Without the print: the squares of the loadings sum to the eigenvalues, and these to eight."""
    values = np.array([report["eigenvalue"]["", str(part)] for part in range(1, 9)])
    loadings = matrix(report["loading"], 8)
    np.testing.assert_allclose((loadings**2).sum(axis=0), values, rtol=1e-12)
    assert values.sum() == pytest.approx(8, abs=1e-12)
    turned = matrix(report["rotated-loading"], 4)
    np.testing.assert_allclose((turned**2).sum(axis=1), (loadings[:, :4] ** 2).sum(axis=1), rtol=1e-12)


@needs_shared
def test_table_16_eigenvalues(report: dict[str, dict[tuple[str, str], float]]) -> None:
    """The tolerances are those of the print: one decimal of the eigenvalue, a tenth of a per cent."""
    wanted = printed("expected_table16_eigenvalues.csv", ["eigenvalue", "variance_pct", "cumulative_pct"])
    values = np.array([report["eigenvalue"]["", str(part)] for part in range(1, 9)])
    explained = 100 * np.array([report["explained"]["", str(part)] for part in range(1, 9)])
    np.testing.assert_allclose(values, wanted[:, 0], atol=0.1, rtol=0)
    np.testing.assert_allclose(explained, wanted[:, 1], atol=0.12, rtol=0)
    np.testing.assert_allclose(np.cumsum(explained), wanted[:, 2], atol=0.12, rtol=0)


@needs_shared
def test_table_8_loadings(report: dict[str, dict[tuple[str, str], float]]) -> None:
    """The sign of a component is free."""
    wanted = printed("expected_table8_loadings.csv", [f"PC{part}" for part in range(1, 9)])
    found = matrix(report["loading"], 8)
    found = found * np.sign((found * wanted).sum(axis=0))
    np.testing.assert_allclose(found, wanted, atol=0.013, rtol=0)


@needs_shared
def test_table_9_turned_loadings(report: dict[str, dict[tuple[str, str], float]]) -> None:
    """Sign and order of the factors are free."""
    wanted = printed("expected_table9_varimax.csv", ["F1", "F2", "F3", "F4"])
    found = matrix(report["rotated-loading"], 4)
    likeness = found.T @ wanted
    order = np.abs(likeness).argmax(axis=0)
    assert sorted(order) == [0, 1, 2, 3]
    found = found[:, order] * np.sign(likeness[order, range(4)])
    np.testing.assert_allclose(found, wanted, atol=0.015, rtol=0)
    communality = printed("expected_table9_varimax.csv", ["communality"])[:, 0]
    own = np.array([report["communality"][code, ""] for code in CODES])
    np.testing.assert_allclose(own, communality, atol=0.015, rtol=0)


@needs_shared
def test_table_18_weights(report: dict[str, dict[tuple[str, str], float]], outcome: Outcome) -> None:
    """The column PC; and what the build then gives each indicator up to the index is the same."""
    wanted = printed("expected_table18_weights.csv", ["PC"])[:, 0]
    found = np.array([report["weight"][code, ""] for code in CODES])
    assert found.sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(found, wanted, atol=0.006, rtol=0)
    effective = {row["node"]: float(row["effective"]) for row in table(outcome.files["weights.csv"])}
    np.testing.assert_allclose([effective[code] for code in CODES], found, rtol=1e-12)


def test_the_index_is_the_weighted_mean_of_the_eight(
    report: dict[str, dict[tuple[str, str], float]], outcome: Outcome
) -> None:
    units = {unit for _, unit, _ in outcome.score}
    assert len(units) == 23
    for unit in units:
        parts = [(report["weight"][code, ""], outcome.score["2001", unit, code]) for code in CODES]
        wanted = sum(weight * score for weight, score in parts if score is not None)
        assert outcome.score["2001", unit, "TAI"] == pytest.approx(wanted, abs=1e-12)


def test_a_recipe_that_finds_no_weights_makes_no_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from _support import ROOT
    from innodex.cli import main

    out = tmp_path / "out"
    words = ["build", str(ROOT / "examples/tai"), "--report", "weights", "--out", str(out)]
    assert main(words) == 2
    assert "weights" in capsys.readouterr().err
    assert not out.exists()
    recipe = str(ROOT / "examples/tai/recipe-factors.toml")
    assert main([*words[:2], "--recipe", recipe, "--report", "wights", "--out", str(out)]) == 2
    assert "weights" in capsys.readouterr().err
