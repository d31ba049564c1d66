"""The pages that walk through a round name what the portal shows, and the files they make are good."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import innodex
from _support import ROOT
from innodex.framework import series_of

DOCS = ROOT / "docs"
WALK = DOCS / "tutorial" / "first-round.md"
LOCALE = ROOT / "src" / "innodex" / "documents" / "locale" / "en"


def shown() -> set[str]:
    """Every sentence of the portal in English."""
    return {
        sentence
        for file in LOCALE.glob("*.po")
        for sentence in re.findall(r'^msgstr "(.+)"$', file.read_text(encoding="utf-8"), re.MULTILINE)
    }


@pytest.mark.parametrize(
    "page",
    ["tutorial/first-round.md", "how-to/collect-and-appraise.md", "how-to/consult-on-a-framework.md"],
)
def test_pages_and_buttons_are_called_as_the_portal_calls_them(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8").replace("**", "")
    named = {" ".join(words.split()) for words in re.findall(r"(?<!\*)\*([A-Z][^*]+)\*", text)}

    assert named
    assert sorted(named - shown() - {"English"}) == []


def test_the_framework_is_packed_without_the_figures(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    command = re.search(r"^\$ (\(cd examples.*)$", WALK.read_text(encoding="utf-8"), re.MULTILINE)
    assert command
    # What is beside the link is what the words `../../` mean there.
    line = command[1].replace("python3", sys.executable).replace("../..", str(tmp_path))
    subprocess.run(["bash", "-c", line], cwd=tmp_path, check=True)

    with zipfile.ZipFile(tmp_path / "framework.zip") as archive:
        archive.extractall(tmp_path / "unpacked")
    folder = innodex.read_folder(tmp_path / "unpacked")
    assert folder.framework.indicators
    assert not (tmp_path / "unpacked" / "data").exists()


def test_the_files_of_figures_are_those_that_are_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", WALK.read_text(encoding="utf-8"), re.DOTALL)
    exec(compile(code, str(WALK), "exec"), {})

    framework = innodex.read_folder(ROOT / "examples" / "provincial-innovation").framework
    asked = {one for node in framework.indicators for one in series_of(node.formula)}
    heads = {
        name: (tmp_path / name).read_text(encoding="utf-8").splitlines()[0].split(",")[2:]
        for name in ("local.csv", "central.csv")
    }
    assert set(heads["local.csv"]) | set(heads["central.csv"]) >= asked
    assert all(framework.series_by_id[one].is_local for one in heads["local.csv"])
    assert not any(framework.series_by_id[one].is_local for one in heads["central.csv"])
