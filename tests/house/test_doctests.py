"""The examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import innodex

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(innodex.__path__, "innodex.")
    if "__main__" not in module.name
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings_run(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)

    assert outcome.failed == 0


def test_there_are_examples() -> None:
    """Without them the test above could not fail."""
    assert sum(doctest.testmod(importlib.import_module(name)).attempted for name in MODULES) > 10
