"""The executed handbook prints what the program computes."""

from __future__ import annotations

import subprocess
import sys

from _support import ROOT


def test_the_page_is_what_its_code_prints() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "handbook.py", "--check"], capture_output=True, text=True, cwd=ROOT
    )

    assert done.returncode == 0, done.stdout + done.stderr
