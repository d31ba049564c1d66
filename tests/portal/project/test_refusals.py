"""Every refusal has its sentence: what happened, and what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from _support import ROOT
from innodex.documents import has, languages, say

PORTAL = ROOT / "src" / "innodex" / "portal"


def _kinds(path: Path) -> Iterator[tuple[str, int]]:
    """The kinds that a module refuses with, where they are written out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = {"Refused": 0, "require": 1}.get(name)
        if place is None or len(node.args) <= place:
            continue
        kind = node.args[place]
        if isinstance(kind, ast.Constant) and isinstance(kind.value, str):
            yield kind.value, node.lineno


FOUND = sorted(
    (path.relative_to(PORTAL).parts[0], kind, f"{path.relative_to(PORTAL)}:{line}")
    for path in PORTAL.rglob("*.py")
    for kind, line in _kinds(path)
)


def test_there_are_refusals() -> None:
    assert len(FOUND) > 30


def test_every_refusal_has_a_sentence() -> None:
    # An app's own words, else those of rounds, whose files and handover every app uses, else what is common.
    silent = [
        f"{place}: {kind}"
        for app, kind, place in FOUND
        if not any(has(f"{room}.refused.{kind}") for room in (app, "rounds", "portal"))
    ]
    assert silent == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_sentence_common_to_all_needs_no_values(lang: str) -> None:
    """It is said wherever the action belongs; what it would fill in might be missing there."""
    assert lang in languages()
    for kind in ("not-allowed", "wrong-state", "wrong-phase", "too-late", "no-reason"):
        assert "{" not in say(lang, f"portal.refused.{kind}")
