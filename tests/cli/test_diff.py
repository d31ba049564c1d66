"""`innodex diff`: folders, builds and editions against each other, in words and as a table."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from _editions import new_folder, publish_folder
from _examples import edit
from _support import ROOT
from innodex.cli import main
from innodex.formats import read_folder, write_workbook

Capture = pytest.CaptureFixture[str]
TAI = ROOT / "examples/tai"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(TAI, tmp_path / "index")
    return tmp_path / "index"


def said(capsys: Capture, *words: object, lang: str = "en", code: int = 0) -> str:
    assert main(["--lang", lang, "diff", *map(str, words)]) == code
    return capsys.readouterr().out


def built(folder: Path, out: Path, *words: str) -> Path:
    assert main(["build", str(folder), "--out", str(out), *words]) == 0
    return out


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("lang", "words"), [("en", "Nothing differs."), ("vi", "Không có gì khác.")])
def test_nothing_differs_from_itself(capsys: Capture, lang: str, words: str) -> None:
    assert said(capsys, TAI, TAI, lang=lang).strip() == words


def test_another_recipe_moves_places(capsys: Capture, tmp_path: Path) -> None:
    """Against the tables of two builds, counted here."""
    out = tmp_path / "moved.csv"
    text = said(capsys, TAI, TAI, "--recipe", TAI / "recipe-zscore.toml", "--out", out)

    one = {(r["unit"], r["node"]): r for r in table(built(TAI, tmp_path / "a") / "results.csv")}
    other = built(TAI, tmp_path / "b", "--recipe", str(TAI / "recipe-zscore.toml"))
    two = {(r["unit"], r["node"]): r for r in table(other / "results.csv")}
    rows = table(out)
    assert len(rows) == len(one) == 23 * 13
    for row in rows:
        before, after = one[row["unit"], row["node"]], two[row["unit"], row["node"]]
        assert (row["rank_before"], row["rank_after"]) == (before["rank"], after["rank"])
        assert float(row["places_gained"]) == float(before["rank"]) - float(after["rank"])
        assert (row["score_before"], row["score_after"]) == (before["score"], after["score"])
    shifts = [float(row["places_gained"]) for row in rows if row["node"] == "TAI"]
    kept, risen, fallen = (sum(test) for test in (
        [s == 0 for s in shifts], [s > 0 for s in shifts], [s < 0 for s in shifts],
    ))  # fmt: skip
    assert f"23 units ranked on both sides: {kept} kept their place, {risen} rose, {fallen} fell." in text
    assert f"{sum(map(abs, shifts)) / 23:.2f} places, the largest {max(map(abs, shifts)):g}" in text
    assert "normalise · method: minmax → zscore" in text
    assert "Austria 16 → 15" in text
    assert "Results, TAI (Technology Achievement Index), 2001:" in text


def test_nodes_weights_and_figures(capsys: Capture, copy: Path, tmp_path: Path) -> None:
    edit(copy / "recipe.toml", ("weight = 1\n", "weight = 1\n[steps.at]\nSCHOOLING = 2\n"))
    edit(copy / "framework.csv", ("Máy chủ Internet", "Máy chủ web"))
    edit(
        copy / "data" / "handbook_table_a2.csv",
        lambda text: text.replace("Finland,187.0,", "Finland,188.0,", 1),
    )

    english, vietnamese = said(capsys, TAI, copy), said(capsys, TAI, copy, lang="vi")

    assert "name (vi): Máy chủ Internet → Máy chủ web" in english
    assert "tên: Máy chủ Internet → Máy chủ web" in vietnamese
    assert "weight: 1 → 2" in english
    assert "trọng số: 1 → 2" in vietnamese
    assert "weigh · schooling · weight: – → 2" in english
    assert "1 cell differs, in " in english
    assert "1 ô khác nhau, ở " in vietnamese
    assert "Results, TAI (Technology Achievement Index), 2001:" in english
    assert "Results, SKILLS (" in said(capsys, TAI, copy, "--node", "SKILLS")


def test_a_node_under_another_code_is_the_same_node(capsys: Capture, copy: Path, tmp_path: Path) -> None:
    for file in ("framework.csv", "recipe.toml"):
        text = (copy / file).read_text("utf-8")
        (copy / file).write_text(text.replace("CREATION", "MAKING"), "utf-8")
    for sheet in (copy / "sheets").glob("CREATION.*"):
        sheet.rename(sheet.with_name(sheet.name.replace("CREATION", "MAKING")))

    text = said(capsys, TAI, copy, "--out", tmp_path / "moved.csv")

    assert "CREATION → MAKING stands elsewhere" in text
    assert "only in" not in text
    assert {row["node"] for row in table(tmp_path / "moved.csv")} >= {"MAKING", "TAI"}


def test_builds_and_editions(capsys: Capture, copy: Path, tmp_path: Path) -> None:
    out = built(copy, tmp_path / "out")
    edition = publish_folder(copy, tmp_path / "edition")
    for one in (copy, out, edition):
        for other in (copy, out, edition):
            capsys.readouterr()
            assert said(capsys, one, other).strip() == "Nothing differs."


def test_periods_and_units_of_one_side_alone(capsys: Capture, tmp_path: Path) -> None:
    """A year without its file, and a unit taken out of the territory and of the data."""
    whole, less = new_folder(tmp_path / "whole"), new_folder(tmp_path / "less")
    (less / "data" / "2025.csv").unlink()
    for file in (less / "territory.csv", less / "data" / "2024.csv"):
        edit(file, lambda text: "".join(one for one in text.splitlines(True) if "Gamma" not in one))
    capsys.readouterr()

    text = said(capsys, whole, less)

    assert "Only one side has these periods: 2025" in text
    assert "Only one side has these units: 03" in text
    assert "Units only in A: Gamma" in text
    assert ", 2024:" in text
    assert ", 2025:" not in text
    assert said(capsys, less, whole).count("Units only in B: Gamma") == 1


def test_who_has_a_place_on_one_side_only(capsys: Capture, tmp_path: Path) -> None:
    for name, ranks in (("a", ("1", "2", "")), ("b", ("1", "", "2"))):
        (tmp_path / name).mkdir()
        rows = [f"2024,{unit},R,,{rank},{rank}" for unit, rank in zip("ABC", ranks, strict=True)]
        lines = ["period,unit,node,level,score,rank", *rows, ""]
        (tmp_path / name / "results.csv").write_text("\n".join(lines), "utf-8")

    text = said(capsys, tmp_path / "a", tmp_path / "b")

    assert "1 unit ranked on both sides: 1 kept its place, 0 rose, 0 fell." in text
    assert "Ranked only after: C" in text
    assert "Ranked only before: B" in text


def test_workbooks_and_archives(capsys: Capture, copy: Path, tmp_path: Path) -> None:
    (tmp_path / "index.xlsx").write_bytes(write_workbook(read_folder(copy)))
    shutil.make_archive(str(tmp_path / "index"), "zip", tmp_path, "index")
    for name in ("index.xlsx", "index.zip"):
        assert said(capsys, copy, tmp_path / name).strip() == "Nothing differs."
    assert main(["--lang", "en", "diff", str(copy), str(copy / "recipe.toml")]) == 2


def test_one_year_against_the_year_before(capsys: Capture, tmp_path: Path) -> None:
    """Rows A, B, C in two years: A falls from 1 to 3, the others rise."""
    scores = {"2024": (9, 5, 1), "2025": (1, 5, 4)}
    lines = ["period,unit,node,level,score,rank"]
    for year, values in scores.items():
        places = [sorted(values, reverse=True).index(value) + 1 for value in values]
        lines += [f"{year},{u},R,,{v},{p}" for u, v, p in zip("ABC", values, places, strict=True)]
    (tmp_path / "results.csv").write_text("\n".join([*lines, ""]), "utf-8")

    text = said(capsys, tmp_path, tmp_path, "--was", "2024", "--period", "2025")

    assert "Results, R, 2024 → 2025:" in text
    assert "3 units ranked on both sides: 0 kept their place, 2 rose, 1 fell." in text
    assert "1.33 places, the largest 2" in text
    assert "Up: B 2 → 1; C 3 → 2" in text
    assert "Down: A 1 → 3" in text
    assert "Spearman) is -0.500" in text


def test_faults_and_misuse(capsys: Capture, copy: Path, tmp_path: Path) -> None:
    edit(copy / "recipe.toml", lambda text: text.replace('"minmax"', '"minmix"'))
    assert main(["--lang", "en", "diff", str(TAI), str(copy)]) == 1
    assert "minmix" in capsys.readouterr().err
    for words in (
        [TAI, tmp_path / "none"], [TAI, TAI, "--node", "zz"], [TAI, TAI, "--period", "1066"],
        [TAI, TAI, "--recipe", tmp_path / "none.toml"],
    ):  # fmt: skip
        assert main(["--lang", "en", "diff", *map(str, words)]) == 2
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "results.csv").write_text("period,unit,node,level,score,rank\n2024,A,R,,x,1\n", "utf-8")
    assert main(["--lang", "en", "diff", str(broken), str(TAI)]) == 1
    assert "results.csv" in capsys.readouterr().err
