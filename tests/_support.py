"""What tests share: where material beside the repository stands, and what a test may need."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
IN_CI = bool(os.environ.get("INNODEX_CI"))


def example(name: str) -> Path:
    """The folder of a shipped example."""
    return ROOT / "examples" / name


def shared_path(*parts: str) -> Path:
    """A file of the reference material beside the repository, or a visible skip where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs {Path(SHARED.name, *parts)} beside the repository")
    return path


needs_shared = pytest.mark.shared


def chromium_path() -> str | None:
    """The system's Chromium, or None."""
    named = os.environ.get("INNODEX_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)
