"""`make pictures` writes every kind of page, in both languages and widths, and the ranking in the dark."""

from __future__ import annotations

import itertools
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from _support import ROOT

pytestmark = pytest.mark.browser

KINDS = ("ranking", "unit", "indicators", "indicator", "group", "method", "data")


def _width(picture: bytes) -> int:
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width: int = struct.unpack(">I", picture[16:20])[0]
    return width


def test_every_kind_of_page_is_pictured(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tools" / "pictures.py"), "--out", str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    written = sorted(tmp_path.iterdir())

    expected = {f"{kind}-{lang}-{w}" for kind, lang, w in itertools.product(KINDS, ("vi", "en"), (1280, 390))}
    expected |= {f"ranking-{lang}-{w}-dark" for lang, w in itertools.product(("vi", "en"), (1280, 390))}
    expected |= {"languages-1280", "languages-390"}
    assert len(expected) == 34
    assert {path.name for path in written} == {f"{name}.png" for name in expected}
    assert done.stdout.startswith(f"{len(expected)} pictures ")
    for path in written:
        picture = path.read_bytes()
        assert _width(picture) == int(path.stem.split("-")[-2 if path.stem.endswith("dark") else -1])
        assert len(picture) > 5_000, path.stem
    assert len({path.read_bytes() for path in written}) == len(written)


def test_the_picture_of_the_readme_is_of_the_ranking() -> None:
    picture = (ROOT / "docs" / "pictures" / "ranking.png").read_bytes()

    assert _width(picture) == 1280
    assert len(picture) <= 250_000
