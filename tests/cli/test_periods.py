"""`build` over several periods: one of them alone, a reference year, the report on trends."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from _editions import new_folder
from _examples import edit
from innodex.cli import main

Rows = list[dict[str, str]]
TRENDS = "unit,node,first_period,last_period,share,first_score,last_score,change,growth,slope,percent"


def table(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a new index, with figures of two years that are two years apart."""
    made = new_folder(tmp_path / "index")
    edit(made / "data" / "2025.csv", lambda text: text.replace(",2025,", ",2026,"))
    return made


def built(folder: Path, out: Path, *words: str) -> Path:
    assert main(["--lang", "en", "build", str(folder), "--out", str(out), *words]) == 0
    return out


def periods(folder: Path, tmp_path: Path) -> list[str]:
    return list(
        dict.fromkeys(row["period"] for row in table(built(folder, tmp_path / "all") / "results.csv"))
    )


@pytest.mark.parametrize("sample", ["period", "pooled", "first"])
def test_one_period_alone_has_the_numbers_that_it_has_among_the_others(
    folder: Path, tmp_path: Path, sample: str
) -> None:
    first, last = periods(folder, tmp_path)
    name = first if sample == "first" else sample
    scale = f'method = "minmax"\nlow = 0\nhigh = 100\nconstant = "middle"\nsample = "{name}"\n'
    _, _, rest = (folder / "recipe.toml").read_text("utf-8").partition('step = "weigh"')
    document = f'schema = 1\n[[steps]]\nstep = "normalise"\n{scale}\n[[steps]]\nstep = "weigh"{rest}'
    (folder / "recipe.toml").write_text(document, "utf-8")

    whole, alone = built(folder, tmp_path / "whole"), built(folder, tmp_path / "one", "--period", last)

    for file in ("results.csv", "panel.csv", "treated.csv", "normalised.csv", "weights.csv"):
        wanted = [row for row in table(whole / file) if row["period"] == last]
        assert table(alone / file) == wanted
        assert wanted
    highest = max(float(row["value"]) for row in table(alone / "normalised.csv") if row["value"])
    assert (highest > 100) == (sample == "first")


def test_the_report_on_trends(folder: Path, tmp_path: Path) -> None:
    first, last = periods(folder, tmp_path)
    out = built(folder, tmp_path / "out", "--report", "trends")
    results = {(row["period"], row["unit"], row["node"]): row for row in table(out / "results.csv")}

    rows = table(out / "report_trends.csv")

    assert (out / "report_trends.csv").read_text("utf-8").startswith(TRENDS)
    assert len(rows) * 2 == len(results)
    for row in rows:
        before, after = (results[period, row["unit"], row["node"]] for period in (first, last))
        if not before["score"] or not after["score"]:
            continue
        change = float(after["score"]) - float(before["score"])
        assert (row["first_period"], row["last_period"], row["share"]) == (first, last, "1")
        assert float(row["change"]) == pytest.approx(change)
        assert float(row["slope"]) == pytest.approx(change / 2)
        assert float(row["places_gained"]) == float(before["rank"]) - float(after["rank"])


def test_one_period_has_no_trend(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = periods(folder, tmp_path)
    words = ["build", str(folder), "--out", str(tmp_path / "x"), "--period", first, "--report", "trends"]
    assert main(["--lang", "en", *words]) == 2
    assert "trends" in capsys.readouterr().err


def test_a_reference_year_that_is_not_there_is_a_fault(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edit(folder / "recipe.toml", lambda text: text.replace('step = "normalise"', _REFERENCE, 1))
    recipe = (folder / "recipe.toml").read_text("utf-8")
    start, end = (
        recipe.index(_REFERENCE) + len(_REFERENCE),
        recipe.index("[[steps]]", recipe.index(_REFERENCE)),
    )
    (folder / "recipe.toml").write_text(recipe[:start] + "\n\n" + recipe[end:], "utf-8")
    assert main(["--lang", "en", "check", str(folder)]) == 1
    said = capsys.readouterr()
    assert "1066" in said.out + said.err


_REFERENCE = 'step = "normalise"\nmethod = "minmax"\nlow = 0\nhigh = 1\nconstant = "missing"\nsample = "1066"'
