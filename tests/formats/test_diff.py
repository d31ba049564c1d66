"""The difference of two index folders: weights beside the other aspects of a node, policies by node id."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from _support import ROOT
from innodex.formats import Folder, Policy, compare_folders, compare_recipes, read_folder
from innodex.framework import ChangeKind

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/index.toml"))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples/tai", tmp_path / "index")
    return tmp_path / "index"


def changed(path: Path, file: str, old: str, new: str) -> Folder:
    text = (path / file).read_text("utf-8")
    assert old in text
    (path / file).write_text(text.replace(old, new, 1), "utf-8")
    return read_folder(path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_differs_from_itself(name: str) -> None:
    folder = read_folder(ROOT / "examples" / name)

    assert not compare_folders(folder, folder)


def test_a_weight_is_an_aspect_of_its_node_and_a_policy(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", "weight = 1\n", "weight = 1\n[steps.at]\nCREATION = 2\n")

    difference = compare_folders(old, new)

    (change,) = difference.changes
    assert (change.new, change.kind, set(change.aspects)) == ("CREATION", ChangeKind.CHANGED, {"weight"})
    assert [text.get("vi") for text in change.aspects["weight"]] == ["1", "2"]
    assert difference.policies == (Policy("weigh", "creation", "weight", None, "2"),)


def test_the_default_weight_is_that_of_every_node(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", "weight = 1\n", "weight = 3\n")

    assert [change.id for change in compare_folders(old, new).changes] == [n.id for n in new.framework.nodes]


def test_policies_are_told_as_a_recipe_has_them(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", "high = 1\n", "high = 100\n")

    assert compare_recipes(old, new) == (Policy("normalise", "", "high", "1", "100"),)
    assert compare_recipes(new, old) == (Policy("normalise", "", "high", "100", "1"),)


def test_another_method_is_told_with_its_policies(copy: Path) -> None:
    old = read_folder(copy)
    new = read_folder(copy, recipe=copy / "recipe-zscore.toml")

    told = {(one.step, one.key): (one.before, one.after) for one in compare_recipes(old, new)}

    assert told["normalise", "method"] == ("minmax", "zscore")
    assert told["normalise", "low"] == ("0", None)
    assert told["normalise", "sd"][0] is None


def test_an_exception_follows_the_code_of_its_node(copy: Path) -> None:
    old = changed(copy, "recipe.toml", "weight = 1\n", "weight = 1\n[steps.at]\nCREATION = 2\n")
    for file in ("framework.csv", "recipe.toml"):
        text = (copy / file).read_text("utf-8")
        (copy / file).write_text(text.replace("CREATION", "MAKING"), "utf-8")
    for sheet in (copy / "sheets").glob("CREATION.*"):
        sheet.rename(sheet.with_name(sheet.name.replace("CREATION", "MAKING")))

    difference = compare_folders(old, read_folder(copy))

    assert difference.policies == ()
    assert [(c.old, c.new, c.kind) for c in difference.changes] == [("CREATION", "MAKING", ChangeKind.MOVED)]


PREPARE = """[[steps]]
step = "impute"
method = "value"
value = 1

[[steps]]
step = "impute"
method = "latest"
max_age = 2

"""


def test_steps_before_scaling_are_told_by_their_place_and_method(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", "[[steps]]\n", PREPARE + "[[steps]]\n")

    told = {(one.step, one.key): (one.before, one.after) for one in compare_recipes(old, new)}

    assert told == {
        ("impute", "method"): (None, "value"),
        ("impute", "value"): (None, "1"),
        ("impute-2", "method"): (None, "latest"),
        ("impute-2", "max_age"): (None, "2"),
    }


def test_methods_have_the_names_that_a_recipe_calls_them(copy: Path) -> None:
    old = read_folder(copy)
    bands = (
        'method = "bands"\nby = "percentile"\nformula = "share"\nties = "min"\ncuts = [5, 50.5]\n'
        'scores = [0, 1, 2]\nedge = "better"\nsample = "pooled"\n'
    )
    text = (copy / "recipe.toml").read_text("utf-8")
    start, end = text.index('method = "minmax"'), text.index("[[steps]]", text.index('method = "minmax"'))
    (copy / "recipe.toml").write_text(text[:start] + bands + "\n" + text[end:], "utf-8")

    told = {(one.step, one.key): one.after for one in compare_recipes(old, read_folder(copy))}

    assert told["normalise", "method"] == "bands"
    assert told["normalise", "cuts"] == "[5, 50.5]"
    assert told["normalise", "sample"] == "pooled"


def test_a_policy_left_out_is_the_same_as_its_obvious_value(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", 'method = "minmax"\n', 'method = "minmax"\nsample = "period"\n')

    assert compare_recipes(old, new) == ()
    assert old.recipe.digest == new.recipe.digest


TREAT = """[[steps]]
step = "treat"
method = "outliers"
suspect = "always"
first = "boxcox"
lambda = "given"
power = 1
then = "log-gii"
on = "original"
factor = 1
mirror = "direction"

"""


def test_what_a_method_must_have_written_is_told_whatever_stands_there(copy: Path) -> None:
    """A field of the value may have a default that a recipe does not have."""
    plain = read_folder(copy)
    old = changed(copy, "recipe.toml", "[[steps]]\n", TREAT + "[[steps]]\n")
    written = {one.key: one.after for one in compare_recipes(plain, old)}
    lines = (line.partition(" = ") for line in TREAT.splitlines()[2:] if line)
    assert written == {key: value.strip('"') for key, _, value in lines}

    new = changed(copy, "recipe.toml", "factor = 1\n", "factor = 2\n")

    assert compare_recipes(old, new) == (Policy("treat", "", "factor", "1", "2"),)


def test_how_weights_are_found_is_told(copy: Path) -> None:
    old = read_folder(copy)
    new = changed(copy, "recipe.toml", "weight = 1\n", 'method = "gini"\nconstant = "zero"\n')

    told = {(one.step, one.key): (one.before, one.after) for one in compare_recipes(old, new)}

    assert told["weigh", "method"] == (None, "gini")
    assert told["weigh", "constant"] == (None, "zero")
