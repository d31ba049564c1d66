"""The page on comparing years: its commands and its Python run one after the other."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from _examples import edit
from _support import ROOT
from innodex.cli import main

PAGE = ROOT / "docs" / "how-to" / "compare-years.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="documents stand in the repository")


def test_the_commands_and_the_python_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PAGE.read_text("utf-8")
    commands = [shlex.split(line)[1:] for line in re.findall(r"^    (innodex .+)$", text, re.MULTILINE)]
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    said = []
    for words in commands:
        if "other-recipe.toml" in words:
            Path("other-recipe.toml").write_bytes(Path("my-index/recipe.toml").read_bytes())
            edit(Path("other-recipe.toml"), lambda recipe: recipe.replace("high = 100", "high = 10", 1))
        assert main(["--lang", "en", *words]) == 0
        said.append(capsys.readouterr().out)

    assert [words[0] for words in commands] == ["new", "build", "diff", "diff"]
    assert "2024 → 2025:" in said[2]
    assert "normalise · high: 100 → 10" in said[3]
    assert (tmp_path / "out" / "report_trends.csv").exists()
    exec(compile(code, PAGE.name, "exec"), {})
