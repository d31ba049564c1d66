"""The reference of the command line is complete, and its Python runs."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from _editions import new_folder, publish_folder
from _support import ROOT
from innodex.cli._parser import parser

pytestmark = pytest.mark.skipif(not (ROOT / "docs").exists(), reason="documents stand in the repository")

REFERENCE = ROOT / "docs" / "reference"


def commands() -> dict[str, argparse.ArgumentParser]:
    top = parser("en")
    action = next(a for a in top._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


@pytest.mark.parametrize("name", commands())
def test_every_command_and_each_of_its_options_is_described(name: str) -> None:
    text = (REFERENCE / "cli.md").read_text("utf-8")
    section = re.search(rf"^## {name}$(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)
    everywhere = re.search(r"^## For every command$(.*?)(?=^## )", text, re.MULTILINE | re.DOTALL)

    assert section
    assert everywhere
    for action in commands()[name]._actions:
        for option in action.option_strings:
            if option.startswith("--"):
                assert option in section[1] or option in everywhere[1], option


def test_the_python_of_the_reference_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (REFERENCE / "cli.md").read_text("utf-8")
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert code
    new_folder(tmp_path / "my-index")
    monkeypatch.chdir(tmp_path)

    exec(compile(code[1], "cli.md", "exec"), {})

    assert (tmp_path / "edition" / "manifest.json").exists()


def test_the_reference_shows_every_key_of_a_manifest(tmp_path: Path) -> None:
    text = (REFERENCE / "edition.md").read_text("utf-8")
    code = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert code
    edition = publish_folder(new_folder(tmp_path / "index"), tmp_path / "edition")

    shown, written = json.loads(code[1]), json.loads((edition / "manifest.json").read_bytes())

    assert list(shown) == list(written)
    assert list(shown["inputs"]) == list(written["inputs"])
    assert {type(value) for value in shown.values()} >= {type(value) for value in written.values()} - {
        type(None)
    }


def test_the_reference_names_every_file_of_an_edition(tmp_path: Path) -> None:
    text = (REFERENCE / "edition.md").read_text("utf-8")
    edition = publish_folder(new_folder(tmp_path / "index"), tmp_path / "edition")

    for path in edition.rglob("*"):
        top, *inside = path.relative_to(edition).parts
        if top not in ("inputs", "site", "tables") or (top == "tables" and inside):
            name = "ID.xlsx" if path.suffix == ".xlsx" else path.name
            assert f"`{name}" in text, path


def test_columns_of_the_tables_are_those_that_are_written(tmp_path: Path) -> None:
    text = (REFERENCE / "edition.md").read_text("utf-8")
    edition = publish_folder(new_folder(tmp_path / "index"), tmp_path / "edition")

    for name in ("results", "panel", "treated", "normalised", "weights", "group_ranks"):
        head = (edition / f"{name}.csv").read_text("utf-8").partition("\n")[0]
        line = next(line for line in text.splitlines() if line.startswith(f"| `{name}.csv`"))
        assert f"`{head}`" in line, name
