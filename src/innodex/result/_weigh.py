"""The step `weigh`: weights as given or found, and effective weights."""

from __future__ import annotations

import numpy as np

from innodex.engine import weigh
from innodex.framework import Framework
from innodex.recipe import Recipe
from innodex.result._result import Floats
from innodex.result._work import Mask, Work


def given(framework: Framework, recipe: Recipe, periods: int) -> Floats:
    """(P, N): the weights that the recipe writes as numbers."""
    row = np.array([recipe.weight_of(node.code) for node in framework.nodes])
    return np.repeat(row[None, :], periods, axis=0)


def local(work: Work, code: str, children: list[int], x: Floats) -> None:
    """Find the weights of the children of `code`, if its method asks for it, and put them in `work.weight`.

    Called on the way up, once the children's scores `x` (P, U, C) are known and before they are joined.
    """


def optimise(work: Work) -> bool:
    """Find the weights that need the whole tree, once it was joined; True where they have changed.

    The tree is then joined again.
    """
    return False


def shares(framework: Framework, recipe: Recipe, weight: Floats, applicable: Mask) -> tuple[Floats, Floats]:
    """(P, N) each: the share within the parent, and the effective weight up to the root."""
    at = {node.code: position for position, node in enumerate(framework.nodes)}
    share, effective = np.zeros(applicable.shape), np.zeros(applicable.shape)
    root = at[framework.root.code]
    share[:, root] = effective[:, root] = applicable[:, root]
    for node in reversed(list(framework.below(framework.root.code))):
        children = [at[child.code] for child in framework.children(node.code)]
        if children:
            summed = recipe.aggregation(node.code).method == "sum"
            weights = np.ones(weight[:, children].shape) if summed else weight[:, children]
            share[:, children] = weigh.shares(weights, applicable[:, children])
            effective[:, children] = share[:, children] * effective[:, [at[node.code]]]
    return share, effective
