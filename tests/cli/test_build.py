"""`build` writes every step, or nothing; and only where it may."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

import innodex
from _editions import new_folder, publish_folder
from innodex.cli import main

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, capsys: Capture) -> Path:
    made = new_folder(tmp_path / "index")
    capsys.readouterr()
    return made


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_the_files_are_those_of_the_library(folder: Path) -> None:
    out = folder.parent / "out"

    assert main(["build", str(folder), "--out", str(out)]) == 0

    read = innodex.read_folder(folder)
    assert read.panel is not None
    result = innodex.build(read.framework, read.panel, read.recipe, territory=read.territory)
    assert tree(out) == innodex.write_out(result, read.panel, read.territory)


def test_the_same_inputs_give_the_same_bytes(folder: Path) -> None:
    for name in ("a", "b", "a"):
        assert main(["build", str(folder), "--out", str(folder.parent / name)]) == 0

    assert tree(folder.parent / "a") == tree(folder.parent / "b")


def test_every_unit_has_a_row_at_every_node_in_order(folder: Path) -> None:
    out = folder.parent / "out"
    main(["build", str(folder), "--out", str(out)])

    found = rows(out / "results.csv")
    assert list(found[0]) == ["period", "unit", "node", "level", "score", "rank"]
    nodes = [row["code"] for row in rows(folder / "framework.csv")]
    assert [(r["period"], r["unit"], r["node"]) for r in found] == [
        (period, f"0{unit}", node) for period in ("2024", "2025") for unit in range(1, 9) for node in nodes
    ]
    missing = [r for r in found if not r["score"]]
    assert {(r["period"], r["unit"], r["node"]) for r in missing} == {
        ("2024", "06", "A.2"),
        ("2025", "08", "C.2"),
    }
    assert all(not r["rank"] for r in missing)


def test_one_period_alone_has_the_same_numbers(folder: Path) -> None:
    """Each year is scaled by itself, so leaving the other one out changes nothing but the panel's digest."""
    main(["build", str(folder), "--out", str(folder.parent / "all")])
    assert main(["build", str(folder), "--period", "2024", "--out", str(folder.parent / "one")]) == 0

    every, one = (rows(folder.parent / name / "results.csv") for name in ("all", "one"))
    assert one == [row for row in every if row["period"] == "2024"]
    digests = [
        json.loads((folder.parent / n / "result.json").read_bytes())["digests"] for n in ("all", "one")
    ]
    assert digests[0]["recipe"] == digests[1]["recipe"]
    assert digests[0]["panel"] != digests[1]["panel"]


def test_an_unknown_period_is_misuse_and_names_the_known_ones(folder: Path, capsys: Capture) -> None:
    assert main(["build", str(folder), "--period", "1999", "--out", str(folder.parent / "out")]) == 2
    assert "2024, 2025" in capsys.readouterr().err
    assert not (folder.parent / "out").exists()


def test_with_a_fault_nothing_is_written_and_the_earlier_build_stays(folder: Path, capsys: Capture) -> None:
    out = folder.parent / "out"
    main(["build", str(folder), "--out", str(out)])
    before = tree(out)
    data = folder / "data" / "2024.csv"
    data.write_text(data.read_text("utf-8").replace("812000", "many"), "utf-8")

    assert main(["--lang", "en", "build", str(folder), "--out", str(out)]) == 1

    assert "Nothing was written." in capsys.readouterr().err
    assert tree(out) == before
    assert sorted(os.listdir(folder.parent)) == ["index", "out"]


def test_a_foreign_folder_is_refused_before_anything_is_read(folder: Path, capsys: Capture) -> None:
    out = folder.parent / "out"
    out.mkdir()
    (out / "thesis.txt").write_text("mine")

    assert main(["build", str(folder), "--out", str(out)]) == 2

    assert tree(out) == {"thesis.txt": b"mine"}
    assert main(["build", str(folder), "--out", str(out / "thesis.txt")]) == 2


def test_a_file_beside_an_earlier_build_is_named_and_kept(folder: Path, capsys: Capture) -> None:
    out = folder.parent / "out"
    main(["build", str(folder), "--out", str(out)])
    (out / "notes.txt").write_text("mine")
    before = tree(out)

    assert main(["build", str(folder), "--out", str(out)]) == 2

    assert "notes.txt" in capsys.readouterr().err
    assert tree(out) == before


def test_an_edition_is_no_place_for_a_build_nor_the_other_way_round(folder: Path) -> None:
    edition = publish_folder(folder, folder.parent / "edition")
    main(["build", str(folder), "--out", str(folder.parent / "out")])
    before = tree(folder.parent)

    assert main(["build", str(folder), "--out", str(edition)]) == 2
    assert main(["publish", str(folder), "--out", str(folder.parent / "out")]) == 2

    assert tree(folder.parent) == before


@pytest.mark.parametrize("inside", [".", "..", "data", "data/x", "sheets", "sheets/deep/er"])
@pytest.mark.parametrize("command", ["build", "publish"])
def test_the_folder_that_is_read_is_never_written_over(command: str, inside: str, folder: Path) -> None:
    before = tree(folder.parent)

    assert main([command, str(folder), "--out", str(folder / inside)]) == 2

    assert tree(folder.parent) == before


def test_a_folder_of_its_own_inside_the_index_folder_is_fine(folder: Path) -> None:
    assert main(["build", str(folder), "--out", str(folder / "out")]) == 0
    assert main(["check", str(folder)]) == 0
    assert main(["build", str(folder), "--out", str(folder / "out")]) == 0


def test_two_steps_of_one_kind_are_told_in_one_report(folder: Path) -> None:
    recipe = folder / "recipe.toml"
    latest = '[[steps]]\nstep = "impute"\nmethod = "latest"\nmax_age = 3\n\n'
    median = '[[steps]]\nstep = "impute"\nmethod = "median"\n\n'
    words = recipe.read_text(encoding="utf-8")
    recipe.write_text(words.replace("[[steps]]", f"{latest}{median}[[steps]]", 1), encoding="utf-8")
    for year, row in (("2024", 1), ("2025", 2)):  # a gap with nothing before it, and one with a figure
        data = folder / "data" / f"{year}.csv"
        lines = [line.split(",") for line in data.read_text(encoding="utf-8").splitlines()]
        lines[row][lines[0].index("fine_dust")] = ""
        data.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    out = folder.parent / "out"

    assert main(["build", str(folder), "--report", "impute", "--out", str(out)]) == 0

    found = rows(out / "report_impute.csv")
    assert {row["step"]: row["method"] for row in found} == {"impute": "latest", "impute-2": "median"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_index_that_ranks_nobody_says_so(folder: Path, capsys: Capture, lang: str) -> None:
    out = folder.parent / "out"
    assert main(["--lang", lang, "build", str(folder), "--out", str(out)]) == 0
    usual = capsys.readouterr().err
    recipe = folder / "recipe.toml"
    codes = ", ".join(f'"0{number}"' for number in range(1, 9))
    step = f'[[steps]]\nstep = "screen"\nmethod = "named"\ndrop = [{codes}]\nfail = "unranked"\n\n'
    recipe.write_text(recipe.read_text("utf-8").replace("[[steps]]", f"{step}[[steps]]", 1), "utf-8")

    assert main(["--lang", lang, "build", str(folder), "--out", str(out)]) == 0

    more = [line for line in capsys.readouterr().err.splitlines() if line not in usual.splitlines()]
    assert [line[:14] for line in more] == ["SAMPLE (2024):", "SAMPLE (2025):"]
    assert all(row["rank"] == "" for row in rows(out / "results.csv"))


def test_the_reports_that_there_are_hold_trends(folder: Path, capsys: Capture) -> None:
    out = folder.parent / "out"

    assert main(["build", str(folder), "--report", "nothing", "--out", str(out)]) == 2

    assert "trends" in capsys.readouterr().err


def test_a_report_is_written_where_it_is_asked_for(folder: Path, capsys: Capture) -> None:
    """Beside the other files, which are the same with and without it; the next build takes it away again."""
    recipe = folder / "recipe.toml"
    words = recipe.read_text(encoding="utf-8")
    before, mark, rest = words.partition('step = "weigh"')
    _, _, rest = rest.partition("[[steps]]")
    step = f'{before}{mark}\nmethod = "entropy"\nconstant = "zero"\n\n[[steps]]{rest}'
    recipe.write_text(step, encoding="utf-8")
    out = folder.parent / "out"

    assert main(["build", str(folder), "--report", "weights", "--report", "weights", "--out", str(out)]) == 0
    with_it = tree(out)
    found = rows(out / "report_weights.csv")
    assert list(found[0]) == ["sample", "node", "table", "child", "part", "value"]
    assert {row["table"] for row in found} == {"entropy", "weight"}
    assert {row["sample"] for row in found} == {"2024", "2025"}

    assert main(["build", str(folder), "--out", str(out)]) == 0
    without = tree(out)
    assert {**without, "report_weights.csv": with_it["report_weights.csv"]} == with_it

    capsys.readouterr()
    assert main(["build", str(folder), "--report", "nothing", "--out", str(out)]) == 2
    assert "weights" in capsys.readouterr().err
    assert tree(out) == without
