"""The tutorial is true: its commands run in order and say what it shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from _support import ROOT

TUTORIAL = ROOT / "docs" / "tutorial" / "first-index.md"


def _shown() -> list[tuple[str, str]]:
    """(command, what it prints) in the order of the text."""
    blocks = re.findall(r"```console\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), flags=re.DOTALL)
    steps = re.split(r"^\$ ", "".join(blocks), flags=re.MULTILINE)[1:]
    return [(command, printed) for command, _, printed in (step.partition("\n") for step in steps)]


def _pattern(printed: str) -> re.Pattern[str]:
    """What is shown, with … for anything; a line that is … alone stands for any lines."""
    lines = (
        ".*" if line == "…" else "[^\n]*".join(map(re.escape, line.split("…")))
        for line in printed.splitlines()
    )
    return re.compile("\n".join(lines), re.DOTALL)


def _run(command: str, folder: Path) -> str:
    """Both streams of a command, blank lines left out; `innodex` is the one that is tested."""
    innodex = f'innodex() {{ "{sys.executable}" -m innodex "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-c", innodex + command],
        cwd=folder,
        env=os.environ | {"INNODEX_LANG": "en", "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return "\n".join(line for line in done.stdout.splitlines() if line.strip())


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    steps = _shown()
    assert len(steps) > 10

    for command, printed in steps:
        said = _run(command, tmp_path)
        assert _pattern(printed).fullmatch(said), f"$ {command}\n{said}\n\nthe tutorial shows:\n{printed}"
