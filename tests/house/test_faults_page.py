"""The list of faults in the documents is the list in the program."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_faults_is_written_from_the_catalogue() -> None:
    pytest.importorskip("babel")
    run = subprocess.run(
        [sys.executable, ROOT / "tools/faults_page.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
