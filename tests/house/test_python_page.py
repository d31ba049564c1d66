"""The page of the Python interface: its examples run, and it names what the package offers."""

import re
from pathlib import Path

import pytest

import innodex

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/python.md").read_text(encoding="utf-8")


def test_the_examples_run_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}

    for block in blocks:
        exec(compile(block, "docs/reference/python.md", "exec"), names)

    assert len(blocks) == 6


@pytest.mark.parametrize("name", [name for name in innodex.__all__ if not name.startswith("__")])
def test_every_name_is_on_the_page(name: str) -> None:
    assert re.search(rf"`{name}\b", PAGE)
