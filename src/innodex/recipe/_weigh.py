"""The step `weigh`: how much each child counts in its parent, where it is not given as a number."""

from __future__ import annotations

from collections.abc import Mapping

from innodex.recipe._spec import Policy, Spec

WEIGHT = Policy(low=0, says="the weight among the siblings, before rescaling")


def _given(weight: float = 1.0) -> None:
    """As the numbers say."""


# "given" makes None: the numbers of the step hold.
METHODS: Mapping[str, Spec] = {"given": Spec(_given, {}, {"weight": WEIGHT}, page="weigh.shares")}
