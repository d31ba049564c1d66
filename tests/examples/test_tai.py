"""The Technology Achievement Index: Table 15 of the Handbook, every column of it, by recipes that make it.

OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, ISBN
978-92-64-04345-9. Table A.2: the figures; Table 15: schooling under several normalisations, two decimals.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from statistics import fmean, pstdev, stdev

import pytest

from _examples import Outcome, command, compute, edit, table
from _support import example, needs_shared, shared_path

FOLDER = example("tai")
GROUPS = {
    "CREATION": ("PATENTS", "ROYALTIES"),
    "RECENT": ("INTERNET", "EXPORTS"),
    "OLD": ("TELEPHONES", "ELECTRICITY"),
    "SKILLS": ("SCHOOLING", "UNIVERSITY"),
}
INDICATORS = [code for pair in GROUPS.values() for code in pair]
PERIOD = "2001"
# Names as printed; those of the units were typed here a second time, from the standard.
ISO3 = {
    "Finland": "FIN", "United States": "USA", "Sweden": "SWE", "Japan": "JPN", "Korea": "KOR",
    "Netherlands": "NLD", "United Kingdom": "GBR", "Canada": "CAN", "Australia": "AUS",
    "Singapore": "SGP", "Germany": "DEU", "Norway": "NOR", "Ireland": "IRL", "Belgium": "BEL",
    "New Zealand": "NZL", "Austria": "AUT", "France": "FRA", "Israel": "ISR", "Spain": "ESP",
    "Italy": "ITA", "Czech Republic": "CZE", "Hungary": "HUN", "Slovenia": "SVN",
}  # fmt: skip


@pytest.fixture(scope="module")
def by_minmax(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return command(tmp_path_factory.mktemp("tai") / "out", "examples/tai")


@pytest.fixture(scope="module")
def by_zscore(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    recipe = "examples/tai/recipe-zscore.toml"
    return command(tmp_path_factory.mktemp("tai") / "out", "examples/tai", "--recipe", recipe)


@pytest.fixture(scope="module")
def figures() -> dict[str, dict[str, float]]:
    """{country: {indicator: figure}} from the shipped file."""
    rows = table(FOLDER / "data" / "handbook_table_a2.csv")
    return {
        row["country"]: {
            column.removesuffix("_LOG"): float(row[column]) for column in row if column != "country"
        }
        for row in rows
    }


def schooling(outcome: Outcome, country: str) -> float:
    score = outcome.score[PERIOD, ISO3[country], "SCHOOLING"]
    assert score is not None
    return score


@pytest.mark.parametrize(
    ("country", "zscore", "minmax"),
    [
        ("Finland", 0.26, 0.59),
        ("United States", 1.52, 1.00),
        ("Korea", 0.76, 0.76),
        ("Czech Republic", -0.06, 0.49),
    ],
)
def test_rows_of_table_15(
    by_zscore: Outcome, by_minmax: Outcome, country: str, zscore: float, minmax: float
) -> None:
    """Table 15, columns z-score and min–max, as printed."""
    assert schooling(by_zscore, country) == pytest.approx(zscore, abs=0.005)
    assert schooling(by_minmax, country) == pytest.approx(minmax, abs=0.005)


@needs_shared
def test_every_row_of_table_15(by_zscore: Outcome, by_minmax: Outcome) -> None:
    printed = table(
        shared_path("reference_public", "tai_normalisation_pca", "expected_table15_schooling.csv")
    )

    assert {row["country"] for row in printed} == set(ISO3)
    for row in printed:
        assert schooling(by_zscore, row["country"]) == pytest.approx(float(row["z_score"]), abs=0.005)
        assert schooling(by_minmax, row["country"]) == pytest.approx(float(row["min_max"]), abs=0.005)


RATIO = 'method = "ratio"\nfactor = 1\nto = '
BANDS = 'method = "bands"\nby = "percentile"\nformula = "share"\nties = "min"\nedge = "better"'
# {column of Table 15: (the method that makes it, the rounding of its print)}
COLUMNS = {
    "schooling": ('method = "none"', 0.0),
    "rank_ascending_min": ('method = "rank"\nties = "min"', 0.0),
    "z_score": ('method = "zscore"\nsd = "sample"\ncentre = 0\nspread = 1\nconstant = "missing"', 0.005),
    "min_max": ('method = "minmax"\nlow = 0\nhigh = 1\nconstant = "missing"', 0.005),
    "ratio_to_mean": (f'{RATIO}"mean"', 0.005),
    "ratio_to_best": (f'{RATIO}"best"', 0.005),
    "ratio_to_worst": (f'{RATIO}"worst"', 0.005),
    "rel_diff_mean": (f'{RATIO}"mean"\ndifference = true', 0.005),
    "rel_diff_worst": (f'{RATIO}"worst"\ndifference = true', 0.005),
    "above_below_mean_p20": ('method = "about-mean"\nband = 0.2\nbelow = -1\nwithin = 0\nabove = 1', 0.0),
    "percentile": ('method = "percentile"\nformula = "share"\nties = "min"\nlow = 0\nhigh = 100', 0.05),
    # Handbook, step 5: the best 5 per cent score 100, then 80, 60, 50, 40, 20 below 95, 85, 65, 35, 15 and 5.
    "categorical_scale": (
        f"{BANDS}\ncuts = [5, 15, 35, 65, 85, 95]\nscores = [0, 20, 40, 50, 60, 80, 100]",
        0.0,
    ),
}


def recipe_of(method: str, to: Path) -> Path:
    """A recipe document with this method for every indicator, and the steps that follow as shipped."""
    shipped = (FOLDER / "recipe.toml").read_text(encoding="utf-8")
    _, _, rest = shipped.partition('step = "weigh"')
    assert rest
    head = f'schema = 1\n[[steps]]\nstep = "normalise"\n{method}\n\n[[steps]]\nstep = "weigh"'
    to.write_text(head + rest, encoding="utf-8")
    return to


@needs_shared
@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_of_table_15(column: str, tmp_path: Path) -> None:
    """All twelve, as printed, through the command line with a recipe document of their own."""
    path = shared_path("reference_public", "tai_normalisation_pca", "expected_table15_schooling.csv")
    printed = table(path)
    assert set(printed[0]) == {"country", *COLUMNS}
    method, rounding = COLUMNS[column]

    outcome = command(
        tmp_path / "out", "examples/tai", "--recipe", str(recipe_of(method, tmp_path / "recipe.toml"))
    )

    for row in printed:
        assert schooling(outcome, row["country"]) == pytest.approx(float(row[column]), abs=rounding + 1e-9)


@needs_shared
def test_the_shipped_facts_are_those_of_table_a2() -> None:
    printed = shared_path("reference_public", "tai_normalisation_pca", "inputs.csv")

    assert table(FOLDER / "data" / "handbook_table_a2.csv") == table(printed)


def test_there_are_184_facts_and_each_names_its_source(by_minmax: Outcome) -> None:
    cells = table(by_minmax.files["panel.csv"])

    assert len(cells) == 23 * 8
    assert {cell["unit"] for cell in cells} == set(ISO3.values())
    assert {cell["status"] for cell in cells} == {"observed"}
    assert all("Table A.2" in cell["source"] for cell in cells)


@pytest.mark.parametrize("method", ["minmax", "zscore"])
def test_groups_and_index_are_plain_means(
    by_minmax: Outcome, by_zscore: Outcome, figures: dict[str, dict[str, float]], method: str
) -> None:
    """Every score computed here from the figures, without the package."""
    outcome = by_minmax if method == "minmax" else by_zscore
    columns = {code: [figures[country][code] for country in ISO3] for code in INDICATORS}
    expected: dict[tuple[str, str], float] = {}
    for country, unit in ISO3.items():
        for code, column in columns.items():
            figure = figures[country][code]
            if method == "minmax":
                expected[unit, code] = (figure - min(column)) / (max(column) - min(column))
            else:
                expected[unit, code] = (figure - fmean(column)) / stdev(column)
        for group, pair in GROUPS.items():
            expected[unit, group] = fmean(expected[unit, code] for code in pair)
        expected[unit, "TAI"] = fmean(expected[unit, group] for group in GROUPS)

    assert {key[1:] for key in outcome.score} == set(expected)
    for (unit, node), score in expected.items():
        assert outcome.score[PERIOD, unit, node] == pytest.approx(score, abs=1e-12)
        better = sum(round(expected[other, node], 9) > round(score, 9) for other in ISO3.values())
        assert outcome.rank[PERIOD, unit, node] == better + 1


def test_ties_share_the_best_rank(by_minmax: Outcome) -> None:
    """Table A.2: the Netherlands, the United Kingdom and Ireland all have 9.4 years of schooling."""
    ranks = {unit: by_minmax.rank[PERIOD, unit, "SCHOOLING"] for unit in ("NLD", "GBR", "IRL", "BEL")}

    assert ranks["NLD"] == ranks["GBR"] == ranks["IRL"]
    assert ranks["BEL"] == ranks["NLD"] + 3  # type: ignore[operator]


def test_the_other_divisor_gives_another_table(tmp_path: Path, figures: dict[str, dict[str, float]]) -> None:
    """Divided by n, the United States would stand at 1.56, which is not what Table 15 prints."""
    folder = shutil.copytree(FOLDER, tmp_path / "tai")
    (folder / "recipe-zscore.toml").replace(folder / "recipe.toml")
    edit(folder / "recipe.toml", ('sd = "sample"', 'sd = "population"'))
    column = [row["SCHOOLING"] for row in figures.values()]

    score = schooling(compute(folder), "United States")

    assert score == pytest.approx((12.0 - fmean(column)) / pstdev(column), abs=1e-12)
    assert score == pytest.approx(1.56, abs=0.005)


def test_every_node_has_a_sheet_in_both_languages() -> None:
    codes = {"TAI", *GROUPS, *INDICATORS}

    assert {path.name for path in (FOLDER / "sheets").iterdir()} == {
        f"{code}.{lang}.md" for code in codes for lang in ("vi", "en")
    }
    for path in (FOLDER / "sheets").iterdir():
        assert "2008" in path.read_text(encoding="utf-8"), f"{path.name} names no source"


def test_nothing_is_missing(by_minmax: Outcome) -> None:
    assert None not in by_minmax.score.values()
    assert set(by_minmax.flag.values()) == {""}
