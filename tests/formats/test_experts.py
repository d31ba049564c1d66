"""Experts' sheets from a table into the recipe: the weights are those, and nothing else has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from innodex.cli import main
from innodex.formats import put_experts
from innodex.recipe import Recipe
from innodex.recipe import read as read_recipe

HEAD = """# Ours.
schema = 1
title_en = "Judged"

[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"

# Whom we asked.
[[steps]]
step = "weigh"
"""
BUDGET = 'method = "budget"\ntotal = 100\noff_total = "rescale"\ncombine = "mean"\n'
AHP = (
    'method = "ahp"\npriorities = "eigenvector"\ncombine = "judgements"\nlimit = 0.1\n'
    'inconsistent = "refuse"\n'
)
TAIL = """
# Level by level.
[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "all"

[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
WIDE = "node,An,Bình\nA,60,50\nB,40,30\n1.1,,20\n"
LONG = "expert,node,value\nAn,A,60\nAn,B,40\nBình,A,50\nBình,B,30\nBình,1.1,20\n"
PAIRS = "first,second,An,Bình\nA,B,3,1/3\nA,1.1,5,\nB,1.1,2,2\n"


def judged(sheet: str, recipe: str) -> str:
    made = put_experts(sheet.encode(), recipe.encode())
    assert made.faults == ()
    assert set(made.experts) == {"An", "Bình"}
    return made.recipe.decode()


def read(text: str) -> Recipe:
    reading = read_recipe(text.encode())
    assert reading.faults == []
    assert reading.recipe is not None
    return reading.recipe


@pytest.mark.parametrize("sheet", [WIDE, LONG])
def test_points_come_into_the_step_that_asks_for_them(sheet: str) -> None:
    made = judged(sheet, HEAD + BUDGET + TAIL)

    points = {expert: dict(answers) for expert, answers in dict(read(made).weigh.points).items()}
    assert points == {"An": {"A": 60, "B": 40}, "Bình": {"A": 50, "B": 30, "1.1": 20}}
    lines = [line for line in made.splitlines() if line]
    kept = [line for line in (HEAD + BUDGET + TAIL).splitlines() if line]
    assert [line for line in lines if line in kept] == kept
    assert made.startswith(HEAD + BUDGET)
    assert made.endswith(TAIL)


def test_pairs_may_be_fractions() -> None:
    made = judged(PAIRS, HEAD + AHP + TAIL)

    pairs = {expert: dict(answers) for expert, answers in dict(read(made).weigh.pairs).items()}
    assert pairs == {"An": {"A:B": 3, "A:1.1": 5, "B:1.1": 2}, "Bình": {"A:B": 1 / 3, "B:1.1": 2}}


def test_earlier_sheets_are_replaced_and_exceptions_stay() -> None:
    first = judged(WIDE, HEAD + BUDGET + "\n[steps.at]\nB = 2\n" + TAIL)

    again = judged(WIDE.replace("60,50", "70,10"), first)

    assert again == first.replace("A = 60", "A = 70").replace("A = 50", "A = 10")
    assert read(again).weight_at == {"B": 2}
    old = HEAD + BUDGET + "points = { Old = { A = 1 } }\n" + TAIL
    assert judged(WIDE, old) == judged(WIDE, HEAD + BUDGET + TAIL)


def test_the_step_may_be_the_last_one_and_lines_may_end_as_on_windows() -> None:
    text = (HEAD + BUDGET + TAIL).replace("\n", "\r\n")

    assert judged(WIDE, text) == judged(WIDE, HEAD + BUDGET + TAIL)


@pytest.mark.parametrize(
    ("sheet", "recipe", "expected"),
    [
        (WIDE.replace("40", "many"), BUDGET, ("not-a-number", "experts.csv", 3, "An")),
        (WIDE.replace("40", "-4"), BUDGET, ("bad-policy", "experts.csv", 3, "An")),
        (WIDE.replace("B,", "B b,"), BUDGET, ("bad-code", "experts.csv", 3, "node")),
        (WIDE.replace("B,", ",", 1), BUDGET, ("missing-cell", "experts.csv", 3, "node")),
        (WIDE + "A,1,1\n", BUDGET, ("duplicate-row", "experts.csv", 5, "node")),
        (LONG.replace("An,B", ",B"), BUDGET, ("missing-cell", "experts.csv", 3, "expert")),
        (LONG.replace("40", ""), BUDGET, ("missing-cell", "experts.csv", 3, "value")),
        (WIDE.replace("node", "code"), BUDGET, ("missing-column", "experts.csv", 1, "node")),
        (PAIRS.replace("1/3", "1/0"), AHP, ("not-a-number", "experts.csv", 2, "Bình")),
        (PAIRS.replace("1/3", "0"), AHP, ("not-positive", "experts.csv", 2, "Bình")),
        (PAIRS + "B,A,3,3\n", AHP, ("duplicate-row", "experts.csv", 5, "first")),
        (PAIRS.replace("A,B", "A,A"), AHP, ("duplicate-code", "experts.csv", 2, "second")),
        (PAIRS, BUDGET, ("unknown-word", "recipe.toml", 15, "method")),
        (WIDE, "weight = 1\n", ("unknown-word", "recipe.toml", 13, "method")),
        (WIDE, BUDGET.replace("total = 100\n", ""), ("missing-policy", "recipe.toml", 13, "total")),
    ],
)
def test_a_fault_is_named_where_it_stands(
    sheet: str, recipe: str, expected: tuple[str, str, int, str]
) -> None:
    made = put_experts(sheet.encode(), (HEAD + recipe + TAIL).encode())

    assert made.recipe == b""
    told = [(f.kind, f.file, f.row, f.column) for f in made.faults]
    assert expected in told
    assert len(told) == len(set(told))
    for fault in made.faults:
        assert fault.text("vi") != fault.text("en")


def test_a_recipe_without_the_step_lacks_it() -> None:
    made = put_experts(WIDE.encode(), TAIL.encode())

    assert [f.kind for f in made.faults] == ["missing-step"]


def test_the_command_writes_a_new_recipe_and_leaves_the_old_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "e.csv").write_text(WIDE, "utf-8")
    (tmp_path / "r.toml").write_text(HEAD + BUDGET + TAIL, "utf-8")
    words = ["import", "experts", str(tmp_path / "e.csv"), str(tmp_path / "new.toml")]
    words += ["--recipe", str(tmp_path / "r.toml")]

    assert main(["--lang", "en", *words]) == 0

    assert "An, Bình" in capsys.readouterr().out
    assert (tmp_path / "new.toml").read_text("utf-8") == judged(WIDE, HEAD + BUDGET + TAIL)
    assert (tmp_path / "r.toml").read_text("utf-8") == HEAD + BUDGET + TAIL
    assert main(words) == 2
    (tmp_path / "e.csv").write_text(WIDE.replace("40", "x"), "utf-8")
    words[3] = str(tmp_path / "other.toml")
    assert main(words) == 1
    assert not (tmp_path / "other.toml").exists()
