"""Laws that any index obeys, looked for in the shipped examples on published and on invented figures.

The published figures are used where the reference material stands beside the repository. Expected numbers
are worked out here in plain Python.
"""

from __future__ import annotations

import math
import random
import re
import shutil
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import fmean

import pytest

from _examples import (
    HDI_COLUMNS,
    Outcome,
    Table,
    compute,
    edit,
    hdi_figures,
    invented_units,
    made_folder,
    table,
    write,
)
from _support import example, needs_shared, shared_path

PERIOD = "2022"
REAL = pytest.param("published", marks=needs_shared)


class Given:
    """An index folder and its data, which a law may change and build again."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.folder, self.data = folder, data

    def build(self, rows: Table | None = None, columns: list[str] | None = None) -> Outcome:
        """What comes out, with other rows or columns if given."""
        data = self.data
        if rows is not None:
            data = write(self.folder.parent / "changed.csv", rows, columns or list(rows[0]))
        return compute(self.folder, data)


@pytest.fixture
def hdi(tmp_path: Path) -> Callable[[str], Given]:
    """The human development index with "published" or "invented" figures."""

    def given(figures: str) -> Given:
        to = tmp_path / "index"
        if figures == "published":
            data = shared_path("reference_public", "hdi_2022", "inputs.csv")
            return Given(shutil.copytree(example("hdi"), to), data)
        units = invented_units(150)
        folder = made_folder("hdi", to, units)
        return Given(folder, write(tmp_path / "given.csv", hdi_figures(units, 7, gaps=0.02), HDI_COLUMNS))

    return given


@pytest.fixture
def tai(tmp_path: Path) -> Given:
    folder = shutil.copytree(example("tai"), tmp_path / "index")
    data = (folder / "data" / "handbook_table_a2.csv").rename(tmp_path / "given.csv")
    return Given(folder, data)


@pytest.fixture
def papi(tmp_path: Path) -> Given:
    shared = shared_path("reference_public", "papi_vietnam_2011_2016", "inputs.csv")
    return Given(shutil.copytree(example("papi"), tmp_path / "index"), shared)


def shuffled(rows: Table, seed: int) -> tuple[Table, list[str]]:
    draw = random.Random(seed)
    rows, columns = list(rows), list(rows[0])
    draw.shuffle(rows)
    draw.shuffle(columns)
    return rows, columns


def _order_is_irrelevant(given: Given) -> None:
    before = given.build()
    for seed in range(4):
        rows, columns = shuffled(table(given.data), seed)
        assert list(columns) != list(rows[0])
        assert given.build(rows, columns).files == before.files


@pytest.mark.parametrize("figures", ["invented", REAL])
def test_order_of_rows_and_columns_is_irrelevant(hdi: Callable[[str], Given], figures: str) -> None:
    """Every file comes out byte for byte, result.json with the panel's digest among them."""
    _order_is_irrelevant(hdi(figures))


def test_order_is_irrelevant_to_sample_scores_too(tai: Given) -> None:
    _order_is_irrelevant(tai)


@needs_shared
def test_order_is_irrelevant_over_several_years(papi: Given) -> None:
    _order_is_irrelevant(papi)


def rename_nodes(folder: Path, new: dict[str, str]) -> None:
    """Give every node another code, in the framework, the recipe and the names of the sheets."""
    rows = table(folder / "framework.csv")
    for row in rows:
        row["id"], row["code"] = row["id"] or row["code"], new[row["code"]]
        row["parent"] = new.get(row["parent"], "")
    write(folder / "framework.csv", rows, list(rows[0]))
    pattern = re.compile(r"^(\[steps\.at\.)(\S+)\]$", re.MULTILINE)
    edit(folder / "recipe.toml", lambda text: pattern.sub(lambda m: f'{m[1]}"{new[m[2]]}"]', text))
    for sheet in (folder / "sheets").iterdir():
        code, lang, _ = sheet.name.rsplit(".", 2)
        sheet.rename(sheet.with_name(f"{new[code]}.{lang}.md"))


def _names_are_irrelevant(given: Given) -> None:
    before = given.build()
    codes = [row["code"] for row in table(given.folder / "framework.csv")]
    # Reversed and far from the old: neither the order nor the spelling of codes may play a part.
    new = {code: f"{len(codes) - n}.x-{n}" for n, code in enumerate(codes)}
    rename_nodes(given.folder, new)

    after = given.build()

    def renamed(values: dict) -> dict:  # type: ignore[type-arg]
        return {(period, unit, new[node]): value for (period, unit, node), value in values.items()}

    assert after.score == renamed(dict(before.score))
    assert after.rank == renamed(dict(before.rank))
    assert after.flag == renamed(dict(before.flag))


@pytest.mark.parametrize("figures", ["invented", REAL])
def test_names_of_nodes_are_irrelevant(hdi: Callable[[str], Given], figures: str) -> None:
    _names_are_irrelevant(hdi(figures))


def test_names_of_nodes_are_irrelevant_without_exceptions_in_the_recipe(tai: Given) -> None:
    _names_are_irrelevant(tai)


@needs_shared
def test_names_of_nodes_are_irrelevant_to_validity(papi: Given) -> None:
    _names_are_irrelevant(papi)


@pytest.mark.parametrize("figures", ["invented", REAL])
def test_any_hundred_countries_keep_their_values(hdi: Callable[[str], Given], figures: str) -> None:
    """Goalposts stand before the figures do: a country's value does not depend on the others."""
    given = hdi(figures)
    whole = given.build()
    rows = table(given.data)
    for seed in range(6):
        some = random.Random(seed).sample(rows, 100)
        part = given.build(some)
        assert {unit for _, unit, _ in part.score} == {row["iso3"] for row in some}
        for key, score in part.score.items():
            assert score == whole.score[key], key


def test_sample_scores_do_depend_on_the_others(tai: Given) -> None:
    """The counterpart, lest the law above be true of everything: min–max moves with an extreme."""
    whole = tai.build()
    without_first = [row for row in table(tai.data) if row["country"] != "United States"]

    part = tai.build(without_first)

    moved = [key for key, score in part.score.items() if key[2] == "SCHOOLING" and score != whole.score[key]]
    assert len(moved) == 20  # all but the two that stay worst
    assert part.score["2001", "NOR", "SCHOOLING"] == 1


# ---- changing the recipe changes the result, as worked out by hand --------------------------------------

Posts = dict[str, tuple[float, float]]
POSTS: Posts = {"le": (20, 85), "eys": (0, 18), "mys": (0, 15), "gnipc": (100, 75_000)}


def parts(row: dict[str, str], posts: Posts) -> list[float] | None:
    """Health, education and income of one country; None when a figure is missing."""
    found: dict[str, float] = {}
    for series, (lower, upper) in posts.items():
        if row[series] in ("", "NA"):
            return None
        held = min(max(float(row[series]), lower), upper)
        if series == "gnipc":
            found[series] = math.log(held / lower) / math.log(upper / lower)
        else:
            found[series] = (held - lower) / (upper - lower)
    return [found["le"], (found["eys"] + found["mys"]) / 2, found["gnipc"]]


def geometric(values: list[float]) -> float:
    return math.prod(values) ** (1 / len(values))


def by_hand(
    rows: Table, posts: Posts = POSTS, mean: Callable[[list[float]], float] = geometric
) -> dict[str, float | None]:
    """{country: index}."""
    found = {row["iso3"]: parts(row, posts) for row in rows}
    return {unit: None if values is None else mean(values) for unit, values in found.items()}


def index(outcome: Outcome) -> dict[str, float | None]:
    return {unit: score for (_, unit), (score, _) in outcome.of_node("hdi").items()}


def ranks(outcome: Outcome) -> dict[str, float | None]:
    return {unit: rank for (_, unit), (_, rank) in outcome.of_node("hdi").items()}


def _same(found: dict[str, float | None], wanted: dict[str, float | None]) -> None:
    assert set(found) == set(wanted)
    for unit, score in wanted.items():
        assert found[unit] is None if score is None else found[unit] == pytest.approx(score, abs=1e-12), unit


def _differs(a: dict[str, float | None], b: dict[str, float | None]) -> int:
    return sum(a[unit] != b[unit] for unit in a)


@pytest.mark.parametrize("figures", ["invented", REAL])
@pytest.mark.parametrize(
    ("series", "change", "posts"),
    [
        ("le", ("upper = 85", "upper = 90"), (20, 90)),
        ("le", ("lower = 20", "lower = 25"), (25, 85)),
        ("mys", ("upper = 15", "upper = 14"), (0, 14)),
        ("gnipc", ("upper = 75000", "upper = 50000"), (100, 50_000)),
        ("gnipc", ("lower = 100", "lower = 163"), (163, 75_000)),
    ],
)
def test_another_goalpost(
    hdi: Callable[[str], Given],
    figures: str,
    series: str,
    change: tuple[str, str],
    posts: tuple[float, float],
) -> None:
    given = hdi(figures)
    rows = table(given.data)
    before = index(given.build())
    _same(before, by_hand(rows))
    edit(given.folder / "recipe.toml", change)

    after = index(given.build())

    _same(after, by_hand(rows, POSTS | {series: posts}))
    assert _differs(before, after) > 50


@pytest.mark.parametrize("figures", ["invented", REAL])
def test_another_mean(hdi: Callable[[str], Given], figures: str) -> None:
    given = hdi(figures)
    rows = table(given.data)
    before = index(given.build())
    edit(
        given.folder / "recipe.toml",
        lambda text: re.sub(
            r'method = "geometric"\nmissing = "all"\nnonpositive = .*',
            'method = "arithmetic"\nmissing = "all"',
            text,
        ),
    )

    after = index(given.build())

    _same(after, by_hand(rows, mean=fmean))
    assert _differs(before, after) > 100


@pytest.mark.parametrize("figures", ["invented", REAL])
def test_another_weight(hdi: Callable[[str], Given], figures: str) -> None:
    given = hdi(figures)
    rows = table(given.data)
    edit(
        given.folder / "recipe.toml",
        ('step = "weigh"\nweight = 1\n', 'step = "weigh"\nweight = 1\n\n[steps.at]\nhealth = 3\n'),
    )

    after = index(given.build())

    _same(after, by_hand(rows, mean=lambda v: (v[0] ** 3 * v[1] * v[2]) ** (1 / 5)))


def printed(score: float, decimals: int, rounding: str) -> Decimal:
    return Decimal(f"{score:.15g}").quantize(Decimal(1).scaleb(-decimals), rounding)


def ranks_by_hand(
    scores: dict[str, float | None], decimals: int, rounding: str, ties: str
) -> dict[str, float | None]:
    shown = {unit: printed(score, decimals, rounding) for unit, score in scores.items() if score is not None}
    found: dict[str, float | None] = dict.fromkeys(scores)
    for unit, value in shown.items():
        above, level = sum(v > value for v in shown.values()), sum(v == value for v in shown.values())
        different = len({v for v in shown.values() if v > value})
        found[unit] = {
            "min": above + 1,
            "max": above + level,
            "mean": above + (level + 1) / 2,
            "dense": different + 1,
        }[ties]
    return found


@pytest.mark.parametrize("figures", ["invented", REAL])
@pytest.mark.parametrize("ties", ["min", "max", "mean", "dense"])
@pytest.mark.parametrize(
    ("decimals", "word", "rounding"),
    [(3, "half-even", ROUND_HALF_EVEN), (2, "half-even", ROUND_HALF_EVEN), (1, "half-up", ROUND_HALF_UP)],
)
def test_another_rounding(
    hdi: Callable[[str], Given], figures: str, decimals: int, word: str, rounding: str, ties: str
) -> None:
    given = hdi(figures)
    edit(
        given.folder / "recipe.toml",
        (
            'ties = "min"\ndecimals = 3\nrounding = "half-even"',
            f'ties = "{ties}"\ndecimals = {decimals}\nrounding = "{word}"',
        ),
    )

    outcome = given.build()

    scores = by_hand(table(given.data))
    _same(index(outcome), scores)  # scores are never rounded, whatever the ranks are taken from
    assert ranks(outcome) == ranks_by_hand(scores, decimals, rounding, ties)


@needs_shared
def test_ranks_of_unrounded_scores_are_not_the_published_ones(hdi: Callable[[str], Given]) -> None:
    """Compared at full precision, 27 countries would stand elsewhere than UNDP printed them."""
    given = hdi("published")
    edit(given.folder / "recipe.toml", ('decimals = 3\nrounding = "half-even"', "significant = 12"))
    published = {
        row["iso3"]: float(row["hdi_rank"])
        for row in table(shared_path("reference_public", "hdi_2022", "expected.csv"))
    }

    assert sum(rank != published[unit] for unit, rank in ranks(given.build()).items()) == 27


def test_a_half_goes_where_the_recipe_says(hdi: Callable[[str], Given]) -> None:
    """0.0125 becomes 0.012 or 0.013: level with 0.012, or ahead of it."""
    given = hdi("invented")
    rows = hdi_figures(invented_units(2), seed=1)
    rows[0]["le"], rows[1]["le"] = "20.8125", "20.78"  # (le − 20) / 65 = 0.0125 and 0.012
    policy = 'ties = "min"\ndecimals = 3\nrounding = "half-even"\n'
    edit(given.folder / "recipe.toml", lambda text: text + f"\n[steps.at.le]\n{policy}")

    even = given.build(rows)
    edit(given.folder / "recipe.toml", lambda text: text[: -len(policy)] + policy.replace("even", "up"))
    up = given.build(rows)

    assert [even.rank[PERIOD, unit, "le"] for unit in ("Q000", "Q001")] == [1, 1]
    assert [up.rank[PERIOD, unit, "le"] for unit in ("Q000", "Q001")] == [1, 2]


@pytest.mark.parametrize(("policy", "expected"), [("zero", 0.0), ("missing", None)])
def test_a_dimension_at_its_lower_post(
    hdi: Callable[[str], Given], policy: str, expected: float | None
) -> None:
    given = hdi("invented")
    rows = hdi_figures(invented_units(3), seed=2)
    rows[1]["le"] = "12"
    edit(given.folder / "recipe.toml", ('nonpositive = "zero"', f'nonpositive = "{policy}"'))

    outcome = given.build(rows)

    assert outcome.score[PERIOD, "Q001", "le"] == 0
    assert outcome.flag[PERIOD, "Q001", "le"] == "capped"
    assert outcome.score[PERIOD, "Q001", "hdi"] == expected


def test_a_cap_can_be_taken_off(hdi: Callable[[str], Given]) -> None:
    given = hdi("invented")
    rows = hdi_figures(invented_units(3), seed=2)
    rows[0]["le"], rows[1]["le"] = "98", "7"
    scores: dict[str, tuple[float | None, ...]] = {}
    for cap in ("none", "low", "high", "both"):
        edit(
            given.folder / "recipe.toml",
            lambda text, cap=cap: re.sub(r'(upper = 85\nscale = "linear"\ncap = )"\w+"', rf'\1"{cap}"', text),
        )
        outcome = given.build(rows)
        scores[cap] = tuple(outcome.score[PERIOD, unit, "le"] for unit in ("Q000", "Q001"))

    assert scores == {
        "none": (pytest.approx(78 / 65), pytest.approx(-13 / 65)),
        "low": (pytest.approx(78 / 65), 0),
        "high": (1, pytest.approx(-13 / 65)),
        "both": (1, 0),
    }
