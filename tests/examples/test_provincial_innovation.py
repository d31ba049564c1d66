"""The illustrative provincial index: its scores are the plain means that its method promises.

The expected numbers are computed here from the text files alone, by other code than the package's: ratios,
sums of points, min-max on each year's sample, then the mean of the children that have a figure, level by
level.
"""

from __future__ import annotations

import csv
import math
import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cached_property
from itertools import combinations
from pathlib import Path
from statistics import correlation, fmean, pstdev

import pytest

from _support import ROOT, example, needs_shared, shared_path
from innodex.territory import builtin

FOLDER = example("provincial-innovation")
INNODEX = str(Path(sys.executable).with_name("innodex"))
Key = tuple[str, str, str]  # period, unit, node


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


class Expected:
    """The whole example computed in plain Python."""

    def __init__(self, folder: Path) -> None:
        self.tree = rows(folder / "framework.csv")
        self.rubric = rows(folder / "rubric.csv")
        self.data = {(r["year"], r["code"]): r for f in sorted(folder.glob("data/*.csv")) for r in rows(f)}
        self.years = sorted({year for year, _ in self.data})
        self.units = sorted({code for _, code in self.data})
        self.parents = {node["parent"] for node in self.tree}
        self.leaves = [node for node in self.tree if node["code"] not in self.parents]

    def figure(self, year: str, unit: str, series: str) -> float | None:
        text = self.data[year, unit][series]
        return float(text) if text else None

    def raw(self, year: str, unit: str, leaf: dict[str, str]) -> float | None:
        if leaf["series"]:
            return self.figure(year, unit, leaf["series"])
        if leaf["numerator"]:
            top, bottom = (self.figure(year, unit, leaf[part]) for part in ("numerator", "denominator"))
            return None if top is None or bottom is None else top / bottom * float(leaf["scale"] or 1)
        criteria = [one["criterion"] for one in self.rubric if one["indicator"] == leaf["code"]]
        points = [self.figure(year, unit, criterion) for criterion in criteria]
        return None if None in points else math.fsum(p for p in points if p is not None)

    @cached_property
    def scores(self) -> dict[Key, float | None]:
        found: dict[Key, float | None] = {}
        for year in self.years:
            for leaf in self.leaves:
                column = {unit: self.raw(year, unit, leaf) for unit in self.units}
                present = [value for value in column.values() if value is not None]
                low, high = min(present), max(present)
                for unit, value in column.items():
                    score = None if value is None else 100 * (value - low) / (high - low)
                    found[year, unit, leaf["code"]] = score
        # Children stand below their parents in the file, so that backwards every child comes first.
        for node in reversed([node for node in self.tree if node["code"] in self.parents]):
            children = [child["code"] for child in self.tree if child["parent"] == node["code"]]
            for year in self.years:
                for unit in self.units:
                    found[year, unit, node["code"]] = mean(found[year, unit, child] for child in children)
        return found

    def ranks(self, year: str, node: str, units: Iterable[str]) -> dict[str, int]:
        """1 is best; equal when equal to 12 significant digits of the node's largest score in the year."""
        largest = max(abs(self.scores[year, unit, node] or 0) for unit in self.units)
        digits = 11 - math.floor(math.log10(largest))
        there = {u: round(s, digits) for u in units if (s := self.scores[year, u, node]) is not None}
        return {unit: 1 + sum(other > score for other in there.values()) for unit, score in there.items()}


def mean(values: Iterable[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return math.fsum(there) / len(there) if there else None


def same(found: str, expected: float | None) -> bool:
    if expected is None or not found:
        return expected is None and not found
    return abs(float(found) - expected) <= 1e-12 * max(1, abs(expected))


@pytest.fixture(scope="module")
def expected() -> Expected:
    return Expected(FOLDER)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("provincial") / "out"
    command = [INNODEX, "build", str(FOLDER), "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def results(out: Path) -> dict[Key, dict[str, str]]:
    return {(row["period"], row["unit"], row["node"]): row for row in rows(out / "results.csv")}


def test_the_example_checks_without_fault_or_warning() -> None:
    done = subprocess.run([INNODEX, "check", str(FOLDER)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).casefold()


def test_every_period_unit_and_node_has_its_row(
    expected: Expected, results: dict[Key, dict[str, str]]
) -> None:
    assert len(expected.years) == 3
    assert len(expected.units) == 63
    assert len(expected.leaves) == 52
    assert list(results) == [
        (year, unit, node["code"])
        for year in expected.years
        for unit in expected.units
        for node in expected.tree
    ]


@pytest.mark.parametrize("level", ["indicator", "group", "pillar", "subindex", "index"])
def test_scores_are_the_plain_means_recomputed(
    level: str, expected: Expected, results: dict[Key, dict[str, str]]
) -> None:
    keys = [key for key, row in results.items() if row["level"] == level]
    wrong = [
        (key, results[key]["score"], expected.scores[key])
        for key in keys
        if not same(results[key]["score"], expected.scores[key])
    ]
    assert keys
    assert wrong == []


def test_ranks_are_those_of_the_recomputed_scores(
    expected: Expected, results: dict[Key, dict[str, str]]
) -> None:
    for year in expected.years:
        for node in expected.tree:
            found = {u: results[year, u, node["code"]]["rank"] for u in expected.units}
            ranks = expected.ranks(year, node["code"], expected.units)
            assert found == {unit: str(ranks.get(unit, "")) for unit in expected.units}, (year, node["code"])


def test_ranks_within_regions_count_the_units_of_the_region(expected: Expected, out: Path) -> None:
    found = {(r["period"], r["unit"], r["node"]): r for r in rows(out / "group_ranks.csv")}
    territory = builtin("demo63")
    for region in territory.regions:
        units = territory.group(region.code)
        for year in expected.years:
            ranks = expected.ranks(year, "PII", units)
            for unit in units:
                row = found[year, unit, "PII"]
                assert (row["group"], row["rank"]) == (region.code, str(ranks[unit]))
                assert row["of"] == str(len(ranks))


def test_the_raw_values_are_the_declared_formulas(expected: Expected, out: Path) -> None:
    treated = {(r["period"], r["unit"], r["node"]): r["value"] for r in rows(out / "treated.csv")}
    for year in expected.years:
        for unit in expected.units:
            for leaf in expected.leaves:
                raw = expected.raw(year, unit, leaf)
                assert same(treated[year, unit, leaf["code"]], raw), (year, unit, leaf["code"])


def test_one_missing_criterion_makes_the_rubric_missing(expected: Expected) -> None:
    criteria = [one["criterion"] for one in expected.rubric]
    partly = [
        (year, unit)
        for year in expected.years
        for unit in expected.units
        if 0 < sum(expected.figure(year, unit, one) is None for one in criteria) < len(criteria)
    ]
    assert partly
    assert all(expected.scores[year, unit, "1.1.1"] is None for year, unit in partly)


def test_points_stay_within_the_rubric(expected: Expected) -> None:
    for one in expected.rubric:
        points = [
            expected.figure(year, unit, one["criterion"])
            for year in expected.years
            for unit in expected.units
        ]
        assert all(p is None or 0 <= p <= float(one["maximum"]) for p in points)
    assert math.fsum(float(one["maximum"]) for one in expected.rubric) == 100


# ---- what the figures are there to show ------------------------------------------------------------------


def test_about_one_figure_in_twenty_is_missing_and_whole_groups_too(expected: Expected) -> None:
    leaves = {leaf["code"] for leaf in expected.leaves}
    values = [score for (_, _, node), score in expected.scores.items() if node in leaves]
    assert 0.03 < sum(score is None for score in values) / len(values) < 0.07
    groups = {node["code"] for node in expected.tree if node["level"] == "group"}
    assert any(score is None for (_, _, node), score in expected.scores.items() if node in groups)
    assert all(score is not None for (_, _, node), score in expected.scores.items() if node == "PII")


def test_sizes_are_skewed(expected: Expected) -> None:
    people = [expected.figure("2024", unit, "population") or 0 for unit in expected.units]
    middle, spread = fmean(people), pstdev(people)
    assert fmean(((p - middle) / spread) ** 3 for p in people) > 2


def test_pillars_hang_together(expected: Expected) -> None:
    pillars = [node["code"] for node in expected.tree if node["level"] == "pillar"]
    columns = {p: [expected.scores["2024", unit, p] or 0 for unit in expected.units] for p in pillars}
    together = [correlation(columns[a], columns[b]) for a, b in combinations(pillars, 2)]
    assert min(together) > 0
    assert 0.25 < fmean(together) < 0.85


def test_some_units_are_tied(expected: Expected, results: dict[Key, dict[str, str]]) -> None:
    tied = {
        leaf["code"]
        for leaf in expected.leaves
        for ranks in [[results["2024", unit, leaf["code"]]["rank"] for unit in expected.units]]
        if len(set(ranks)) < len(ranks) - ranks.count("") + (1 if "" in ranks else 0)
    }
    assert len(tied) >= 5


def test_estimates_say_so_and_from_where(expected: Expected) -> None:
    marked = [
        (row[f"{series}_source"], row[series])
        for row in expected.data.values()
        for series in ("rd_personnel", "income_per_head")
        if row[f"{series}_status"] == "estimated"
    ]
    assert len(marked) > 5
    assert all(source and value for source, value in marked)


def test_the_figures_are_those_the_program_makes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.examples.provincial_innovation", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    made, shipped = (
        {f.name: f.read_bytes() for f in folder.iterdir()} for folder in (tmp_path, FOLDER / "data")
    )
    assert made == shipped


# ---- what the example says about itself ------------------------------------------------------------------


def test_every_node_has_a_sheet_in_both_languages_that_states_its_certainty(expected: Expected) -> None:
    words = {
        "vi": {"official": "Chính thức", "provisional": "Tạm thời", "assumed": "Giả định"},
        "en": {"official": "Official", "provisional": "Provisional", "assumed": "Assumed"},
    }
    assert len(list((FOLDER / "sheets").iterdir())) == 2 * len(expected.tree)
    for node in expected.tree:
        for lang in ("vi", "en"):
            sheet = (FOLDER / "sheets" / f"{node['code']}.{lang}.md").read_text("utf-8")
            assert f"**{words[lang][node['certainty']]}.**" in sheet
            assert {"vi": "minh họa", "en": "illustration"}[lang] in sheet
            assert {"vi": "giả lập", "en": "synthetic"}[lang] in sheet


def test_the_example_calls_itself_an_illustration(expected: Expected) -> None:
    settings = (FOLDER / "index.toml").read_text("utf-8")
    assert "synthetic = true" in settings
    assert "minh họa" in settings
    assert "illustrative" in settings.lower()
    assert "illustrative" in expected.tree[0]["name_en"]
    assert {node["certainty"] for node in expected.tree} == {"official", "provisional", "assumed"}


def test_no_real_locality_is_named_beside_invented_figures() -> None:
    names = {words for scheme in ("vn63", "vn34") for u in builtin(scheme).units for _, words in u.name}
    pattern = re.compile(
        r"\b(" + "|".join(map(re.escape, sorted(names | {"Việt Nam", "Viet Nam", "Vietnam"}))) + r")\b"
    )
    for file in FOLDER.rglob("*"):
        if file.is_file():
            assert pattern.search(file.read_text("utf-8")) is None, file


@needs_shared
def test_the_framework_is_the_one_it_illustrates(expected: Expected) -> None:
    listed = {row["code"]: row for row in rows(shared_path("domain", "framework.csv"))}
    assert [node["code"] for node in expected.tree] == list(listed)
    for node in expected.tree:
        source = listed[node["code"]]
        assert (node["parent"], node["level"]) == (source["parent"], source["level"])
        if node["parent"]:
            assert (node["name_vi"], node["name_en"]) == (source["name_vi"], source["name_en"])
        if node["code"] not in expected.parents:
            assert node["direction"] == source["direction"]
        known = {"A": "official", "B": "provisional", "C": "provisional"}[source["verification"]]
        assert node["certainty"] in (known, "assumed")
