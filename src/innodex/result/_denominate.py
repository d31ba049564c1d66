"""The steps `denominate` and `transform`."""

from __future__ import annotations

from innodex.recipe import Prepare
from innodex.result._work import Work


def apply(work: Work, step: Prepare) -> None:
    """Apply one step of the recipe to `work`."""
    raise NotImplementedError(step.step)
