"""Orders of preference become index folders, and the two voting examples of the handbook come out as printed.

OECD and European Commission JRC (2008), Handbook on Constructing Composite Indicators, tables 25 to 30.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from _examples import command, table
from _support import needs_shared, shared_path
from innodex.cli import main
from innodex.formats import check_files, read_ballots

HANDBOOK = ("reference_public", "handbook_borda_condorcet")
HEAD = "n_indicators,ranking\n"


def places(rows: str) -> dict[str, list[str]]:
    """{unit: its figures} of the folder that some ballots make."""
    made = read_ballots((HEAD + rows).encode(), period="2020")
    assert made.faults == ()
    assert check_files(made.files).faults == ()
    return {row["unit"]: [row[c] for c in row if c != "unit"] for row in table(made.files["data/places.csv"])}


def faults(text: str, **settings: str) -> list[tuple[str, int | None, str | None]]:
    made = read_ballots(text.encode(), **{"period": "2020", **settings})  # type: ignore[arg-type]
    assert bool(made.files) != bool(made.faults)
    for fault in made.faults:
        assert fault.text("vi") != fault.text("en")
        assert "{" not in fault.text("en") + fault.text("vi")
    return [(fault.kind, fault.row, fault.column) for fault in made.faults]


def test_a_figure_is_how_many_stand_below() -> None:
    assert places("2,a>b>c\n1, c = a > b \n") == {"a": ["2", "1.5"], "b": ["1", "0"], "c": ["0", "1.5"]}


def test_a_unit_that_an_order_leaves_out_is_missing_there() -> None:
    assert places("2,a>b\n1,c>a\n") == {"a": ["1", "0"], "b": ["0", ""], "c": ["", "1"]}


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("2,a>b\n,b>a\n", [("missing-cell", 3, "n_indicators")]),
        ("2,a>b\nx,b>a\n", [("not-a-number", 3, "n_indicators")]),
        ("0,a>b\n", [("bad-policy", 2, "n_indicators")]),
        ("-1,a>b\n", [("bad-policy", 2, "n_indicators")]),
        ("1,\n", [("missing-cell", 2, "ranking")]),
        ("1,a\n", [("bad-ranking", 2, "ranking")]),
        ("1,a>b>a\n", [("bad-ranking", 2, "ranking")]),
        ("1,a>>b\n", [("bad-ranking", 2, "ranking")]),
        ("1,a>b c\n", [("bad-ranking", 2, "ranking")]),
        ("x,a>a\n", [("not-a-number", 2, "n_indicators"), ("bad-ranking", 2, "ranking")]),
        ("", [("no-rows", 1, None)]),
    ],
)
def test_what_cannot_be_read_is_named_by_row_and_column(
    rows: str, wanted: list[tuple[str, int, str]]
) -> None:
    assert faults(HEAD + rows) == wanted


def test_a_table_of_something_else_is_refused() -> None:
    assert faults("votes,order\n1,a>b\n") == [
        ("missing-column", 1, "n_indicators"), ("missing-column", 1, "ranking"),
    ]  # fmt: skip
    assert faults("example,n_indicators,ranking\n../x,1,a>b\n") == [("bad-code", 2, "example")]
    assert faults(HEAD + "1,a>b\n", period="not one") == [("bad-period", None, "period")]


def test_one_example_stands_in_the_folder_itself_and_several_beside_each_other() -> None:
    text = b"example,n_indicators,ranking\nx,1,a>b\ny,1,b>c\n"

    both = read_ballots(text, period="2020").files
    one = read_ballots(text, period="2020", example="y").files

    assert {path.split("/")[0] for path in both} == {"x", "y"}
    assert {path.removeprefix("y/"): data for path, data in both.items() if path.startswith("y/")} == one
    with pytest.raises(KeyError, match="x, y"):
        read_ballots(text, period="2020", example="z")


def test_what_is_made_speaks_both_languages() -> None:
    for lang in ("vi", "en"):
        files = read_ballots((HEAD + "1,a>b\n").encode(), period="2020", names=lang, lang=lang).files
        assert check_files(files).warnings == ()
        assert f"title_{lang} =" in files["recipe-borda.toml"].decode()


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of both examples."""
    folder = tmp_path_factory.mktemp("votes") / "votes"
    assert main(["import", "ballots", str(shared_path(*HANDBOOK, "inputs.csv")), str(folder)]) == 0
    return folder


@needs_shared
@pytest.mark.parametrize("example", ["T25", "T28"])
def test_borda_is_as_printed(votes: Path, tmp_path: Path, example: str) -> None:
    recipe = str(votes / example / "recipe-borda.toml")
    outcome = command(tmp_path / "out", str(votes / example), "--recipe", recipe)

    wanted = table(shared_path(*HANDBOOK, "expected_borda.csv"))
    points = {row["unit"]: float(row["points"]) for row in wanted if row["example"] == example}
    found = {unit: score for (_, unit), (score, _) in outcome.of_node("order").items()}
    assert found == points
    assert outcome.rank["1", "b", "order"] == 1


@needs_shared
@pytest.mark.parametrize("example", ["T25", "T28"])
def test_outranking_is_as_printed(votes: Path, tmp_path: Path, example: str) -> None:
    outcome = command(tmp_path / "out", str(votes / example), "--report", "outranking")

    wanted = [
        row for row in table(shared_path(*HANDBOOK, "expected_outranking.csv")) if row["example"] == example
    ]
    found = {
        (row["unit"], row["other"]): float(row["share"])
        for row in table(outcome.files["report_outranking.csv"])
    }
    total = {"T25": 21, "T28": 60}[example]
    assert len(found) == len(wanted)
    for row in wanted:
        assert found[row["row"], row["col"]] * total == pytest.approx(float(row["count"]), abs=1e-9)


@needs_shared
def test_the_order_by_majorities(votes: Path, tmp_path: Path) -> None:
    outcome = command(tmp_path / "out", str(votes / "T25"), "--report", "condorcet")

    ranks = {unit: rank for (_, unit), (_, rank) in outcome.of_node("order").items()}
    assert sorted(ranks, key=ranks.__getitem__) == ["c", "b", "d", "a"]
    assert {row["kind"] for row in table(outcome.files["report_condorcet.csv"])} == {"single"}


@needs_shared
def test_the_cycle_is_said_and_nobody_is_first_alone(
    votes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    words = ["build", str(votes / "T28"), "--out", str(out), "--report", "condorcet", "--lang", "en"]
    assert main(words) == 0

    assert "a > b > c > a" in capsys.readouterr().err
    with (out / "report_condorcet.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["units"], row["kind"], row["chain"]) == ("a, b, c", "cycle", "a > b > c > a")
    scores = table(out / "results.csv")
    assert {line["rank"] for line in scores if line["node"] == "order"} == {"1"}
