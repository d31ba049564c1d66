"""Every method that a recipe can name is explained: formula, example, when and when not, source."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from _support import ROOT
from innodex.recipe import METHODS, STEPS, Spec


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("methods_tool", ROOT / "tools" / "methods.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
ALL = list(TOOL.all_methods())


@pytest.mark.parametrize(("step", "method", "spec"), ALL, ids=[f"{step}-{method}" for step, method, _ in ALL])
def test_every_method_is_told_in_all_its_parts(step: str, method: str, spec: Spec) -> None:
    about = TOOL.told(spec.page)

    assert about.first.endswith("."), about.first
    for part in TOOL.PARTS:
        assert about.parts.get(part), f"{spec.page} does not say: {part}"
    assert "$" in about.parts["Formula"], spec.page
    assert about.example, f"{spec.page} has no example"


PARTS = [place for named in TOOL.PARTS_OF.values() for place in named.values()]


@pytest.mark.parametrize("place", PARTS)
def test_every_part_of_a_method_is_told_as_well(place: str) -> None:
    about = TOOL.told(place)

    assert {"Formula", "Use", "Avoid", "Source"} <= set(about.parts), place
    assert about.example, place


@pytest.mark.parametrize(("step", "method", "spec"), ALL, ids=[f"{step}-{method}" for step, method, _ in ALL])
def test_every_policy_says_what_it_means(step: str, method: str, spec: Spec) -> None:
    for name, policy in {**spec.policies, **spec.optional, **TOOL._conditional(spec)}.items():
        assert policy.says, (step, method, name)


def test_methods_without_a_page_do_nothing() -> None:
    """A method with no function of the engine leaves figures as they are; a formula is written by hand."""
    for step in STEPS:
        for method, spec in METHODS.get(step, {}).items():
            assert spec.page or method in ("none", "formula"), (step, method)


def test_the_pages_are_written_from_the_program() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in TOOL.PAGES.glob("*.md")}

    assert written == TOOL.pages(), "run python tools/methods.py"
