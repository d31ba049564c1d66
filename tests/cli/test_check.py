"""`check` says everything that is wrong at once, and what there is when nothing is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from _editions import new_folder
from innodex.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, capsys: Capture) -> Path:
    made = new_folder(tmp_path / "index")
    capsys.readouterr()
    return made


def replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Everything is in order."), ("vi", "Mọi thứ đều ổn.")])
def test_a_good_folder_is_described(lang: str, sentence: str, folder: Path, capsys: Capture) -> None:
    assert main(["--lang", lang, "check", str(folder)]) == 0

    said = capsys.readouterr()
    assert sentence in said.out
    assert said.err == ""
    for count in ("6 ", "10 ", "8 ", "2 ", "158"):
        assert count in said.out


def test_every_fault_is_listed_with_its_place_and_counted(folder: Path, capsys: Capture) -> None:
    replace(folder / "framework.csv", "A.2,A,", "A.2,Z,")
    replace(folder / "data" / "2024.csv", "812000", "many")
    replace(folder / "data" / "2025.csv", "03,Gamma", "3,Gamma")

    assert main(["--lang", "en", "check", str(folder)]) == 1

    said = capsys.readouterr()
    assert said.out == ""
    lines = [line for line in said.err.splitlines() if line]
    assert [line.partition(":")[0] for line in lines[:3]] == [
        "data/2024.csv, row 2, column population",
        "data/2025.csv, row 4, column code",
        "framework.csv, row 5, column parent",
    ]
    assert lines[-1] == "3 faults."


def test_faults_of_different_files_stand_apart(folder: Path, capsys: Capture) -> None:
    replace(folder / "framework.csv", "A.2,A,", "A.2,Z,")
    replace(folder / "data" / "2024.csv", "812000", "many")

    main(["--lang", "en", "check", str(folder)])

    said = capsys.readouterr().err
    assert said.split("\n\n")[0].startswith("data/2024.csv")
    assert said.split("\n\n")[1].startswith("framework.csv")


def test_a_warning_is_marked_and_stops_nothing(folder: Path, capsys: Capture) -> None:
    replace(folder / "index.toml", 'ignore = ["name"]', "ignore = []")

    assert main(["--lang", "en", "check", str(folder)]) == 0

    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if line]
    assert lines[:-1]
    assert all(line.startswith("warning: ") for line in lines[:-1])
    assert lines[-1].endswith("warnings.")
    assert "fault" not in lines[-1]
    assert "Everything is in order." in said.out


def test_without_data_the_rest_is_checked(folder: Path, capsys: Capture) -> None:
    shutil.rmtree(folder / "data")

    assert main(["--lang", "en", "check", str(folder)]) == 0
    assert "no data yet" in capsys.readouterr().out

    replace(folder / "framework.csv", "higher", "upwards")
    assert main(["check", str(folder)]) == 1


@pytest.mark.parametrize("command", ["build", "publish"])
def test_without_data_nothing_is_built(command: str, folder: Path, capsys: Capture) -> None:
    shutil.rmtree(folder / "data")

    assert main(["--lang", "en", command, str(folder), "--out", str(folder.parent / "out")]) == 1

    assert "--data FILE" in capsys.readouterr().err
    assert not (folder.parent / "out").exists()


def test_given_data_and_recipe_stand_in_for_those_of_the_folder(folder: Path, capsys: Capture) -> None:
    other = folder.parent / "other.csv"
    (folder / "data" / "2025.csv").rename(other)
    shutil.rmtree(folder / "data")
    recipe = folder.parent / "other.toml"
    (folder / "recipe.toml").rename(recipe)

    assert main(["check", str(folder), "--data", str(other), "--recipe", str(recipe)]) == 0

    replace(other, "819000", "many")
    replace(recipe, 'ties = "min"', 'ties = "lots"')
    capsys.readouterr()
    assert main(["--lang", "en", "check", str(folder), "--data", str(other), "--recipe", str(recipe)]) == 1
    said = capsys.readouterr().err
    assert f"{other}, row 2, column population" in said
    assert f"{recipe}, row " in said


def test_a_file_in_place_of_a_folder_and_a_missing_file_are_misuse(folder: Path, capsys: Capture) -> None:
    assert main(["check", str(folder / "index.toml")]) == 2
    assert main(["check", str(folder), "--data", "absent.csv"]) == 2
    assert main(["check", str(folder), "--recipe", str(folder)]) == 2


def test_check_writes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*")}

    main(["check", str(folder)])

    assert {path: path.stat().st_mtime_ns for path in folder.parent.rglob("*")} == before


@pytest.mark.parametrize("size", ["1e308", "-1e51", "1e-320"])
def test_a_figure_that_arithmetic_cannot_hold_is_a_fault(size: str, folder: Path, capsys: Capture) -> None:
    replace(folder / "data" / "2025.csv", ",458000,", f",{size},")

    assert main(["--lang", "en", "check", str(folder)]) == 1
    assert f"data/2025.csv, row 3, column population: “{size}” is not a number." in capsys.readouterr().err


@pytest.mark.parametrize("place", ["1000", "9" * 5000])
def test_a_tile_grid_has_a_size(place: str, folder: Path, capsys: Capture) -> None:
    table = folder / "territory.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    rows[1] = ",".join([*rows[1].split(",")[:-1], place])
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")

    assert main(["--lang", "en", "check", str(folder)]) == 1
    assert "territory.csv, row 2, column tile_col:" in capsys.readouterr().err


def test_what_has_no_figure_at_all_is_named(folder: Path, capsys: Capture) -> None:
    """Allowed, but seldom meant: a series or a unit that is there only by name."""
    for file in (folder / "data").glob("*.csv"):
        head, *rows = file.read_text(encoding="utf-8").splitlines()
        at = head.split(",").index("population")
        cells = [row.split(",") for row in rows]
        text = "\n".join([head, *(",".join([*row[:at], "", *row[at + 1 :]]) for row in cells)])
        file.write_text(text + "\n", encoding="utf-8")

    assert main(["--lang", "en", "check", str(folder)]) == 0

    assert "One series has no figure at all: population" in capsys.readouterr().out


def test_ranks_within_regions_need_regions(folder: Path, capsys: Capture) -> None:
    territory = folder / "territory.csv"
    head, *rows = territory.read_text(encoding="utf-8").splitlines()
    at = head.split(",").index("region")
    cells = [row.split(",") for row in rows]
    text = "\n".join([head, *(",".join([*row[:at], "", *row[at + 1 :]]) for row in cells)])
    territory.write_text(text + "\n", encoding="utf-8")

    assert main(["--lang", "en", "check", str(folder)]) == 1

    assert (
        "column within: The recipe ranks within regions, and the territory has none."
        in capsys.readouterr().err
    )
