"""The step `derive`: nodes that a formula makes of other nodes and of series."""

from __future__ import annotations

from innodex.result._result import Derived
from innodex.result._work import Work


def derived(work: Work) -> tuple[Derived, ...]:
    """The derived nodes of the recipe, with values and ranks."""
    return ()
