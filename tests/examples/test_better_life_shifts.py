"""The rank shifts of the Better Life Index as `innodex diff` tells them, between two builds and in words.

Nguyen, Gigliarano and Ciommi, giniCI 0.1.3 (R), the vignette's table on the data set `bli` (OECD).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from _examples import Table, command, table
from _support import needs_shared, shared_path
from innodex.cli import main
from innodex.formats import read_scores
from innodex.result import compare_results

FOLDER = "tests/recipes/better-life"
STUDY = "gini_bli_rank_shift"
YEARS = ("2014", "2015", "2016", "2017")
QUANTILES = ("shift_min", "shift_q1", "shift_median", "shift_q3", "shift_max")


@pytest.fixture(scope="module")
def outs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of two builds: the reference by Gini weights, the alternative by their reciprocals."""
    data = str(shared_path("reference_public", STUDY, "inputs.csv"))
    base = tmp_path_factory.mktemp("better-life")
    for name in ("gini", "reciprocal"):
        command(base / name, FOLDER, "--data", data, "--recipe", f"{FOLDER}/{name}.toml")
    return {name: base / name for name in ("gini", "reciprocal")}


@pytest.fixture(scope="module")
def printed() -> dict[str, dict[str, float]]:
    """{measure: {year: number as printed}}"""
    rows: Table = table(shared_path("reference_public", STUDY, "expected_summary.csv"))
    return {row["measure"]: {year: float(row[year]) for year in YEARS} for row in rows}


@needs_shared
def test_the_printed_shifts(outs: dict[str, Path], printed: dict[str, dict[str, float]]) -> None:
    """All but the one over tenths, from the comparison in Python; top and bottom are the alternative's."""
    sides = [read_scores({"results.csv": (out / "results.csv").read_bytes()}) for out in outs.values()]
    compared = compare_results(*sides)
    node = compared.nodes.index("BLI")
    for pair, (year, _) in enumerate(compared.pairs):
        order = compared.rank[1][pair, :, node].argsort().tolist()
        parts = {"all": order, "top10": order[:10], "bottom10": order[-10:]}
        for name, among in parts.items():
            found = compared.movement(pair, node, among)
            assert found.mean_size == pytest.approx(printed[f"avg_shift_{name}"][year], abs=0.00051)
            assert 100 * found.kept / found.ranked == pytest.approx(
                printed[f"pct_equal_{name}"][year], abs=0.0051
            )
        found = compared.movement(pair, node)
        assert found.ranked == printed["n_units"][year]
        assert found.mean_shift == pytest.approx(printed["shift_mean"][year], abs=1e-12)
        assert found.quantiles == tuple(printed[name][year] for name in QUANTILES)


@needs_shared
@pytest.mark.parametrize("year", YEARS)
def test_the_command_says_the_same(
    outs: dict[str, Path],
    printed: dict[str, dict[str, float]],
    year: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "shifts.csv"
    words = [*map(str, outs.values()), "--period", year, "--node", "BLI", "--out", str(file)]

    assert main(["--lang", "en", "diff", *words]) == 0

    said = capsys.readouterr().out
    shifts = [float(row["places_gained"]) for row in table(file)]
    assert len(shifts) == 36
    assert (min(shifts), max(shifts)) == (printed["shift_min"][year], printed["shift_max"][year])
    kept = round(36 * printed["pct_equal_all"][year] / 100)
    assert f"36 units ranked on both sides: {kept} kept their place" in said
    largest = max(map(abs, shifts))
    assert f"The mean shift is {printed['avg_shift_all'][year]:.2f} places, the largest {largest:g}." in said
