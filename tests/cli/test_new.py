"""`new` writes a folder that passes at once and is never taken for real."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from innodex import read_folder
from innodex.cli import main
from innodex.documents import languages

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("lang", languages())
def test_the_folder_is_good_complete_and_synthetic(lang: str, tmp_path: Path, capsys: Capture) -> None:
    assert main(["--lang", lang, "new", str(tmp_path / "index")]) == 0

    folder = read_folder(tmp_path / "index")
    assert folder.settings.synthetic
    assert folder.settings.languages[0] == lang
    assert folder.panel is not None
    assert folder.warnings == ()
    # Every kind of thing that a folder can hold is shown.
    assert {"rubric.csv", "territory.csv", "recipe.toml"} <= set(folder.files)
    assert any(path.startswith("sheets/") for path in folder.files)
    assert {type(node.formula).__name__ for node in folder.framework.indicators} == {
        "Direct",
        "Ratio",
        "Rubric",
    }
    assert {node.direction for node in folder.framework.indicators} == {"higher", "lower"}


def test_the_languages_differ_in_their_comments_only(tmp_path: Path) -> None:
    for lang in languages():
        main(["--lang", lang, "new", str(tmp_path / lang)])

    for name in ("index.toml", "recipe.toml"):
        first, *others = (tomllib.loads((tmp_path / lang / name).read_text("utf-8")) for lang in languages())
        for document in (first, *others):
            document.pop("languages", None)
            document.get("data", {}).pop("sources", None)
        assert all(other == first for other in others), name


def test_every_setting_of_the_two_documents_is_explained(tmp_path: Path) -> None:
    """A comment stands on the line of each policy or above its step."""
    for lang in languages():
        main(["--lang", lang, "new", str(tmp_path / lang)])
        for name in ("index.toml", "recipe.toml"):
            lines = (tmp_path / lang / name).read_text("utf-8").splitlines()
            assert sum("#" in line for line in lines) >= 10, (lang, name)


@pytest.mark.parametrize("there", ["file", "folder with a file", "an earlier one"])
def test_what_is_there_is_left_alone(there: str, tmp_path: Path, capsys: Capture) -> None:
    place = tmp_path / "index"
    if there == "file":
        place.write_text("mine")
    elif there == "folder with a file":
        place.mkdir()
        (place / "mine.txt").write_text("mine")
    else:
        main(["new", str(place)])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    assert main(["new", str(place)]) == 2

    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert main(["new", str(tmp_path)]) == 0
    assert (tmp_path / "index.toml").exists()
