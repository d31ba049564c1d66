"""Which method holds for an indicator, and which indicators a word of the recipe stands for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from innodex.framework import Framework
from innodex.recipe import PARENT, Prepare
from innodex.result._result import Floats


def method_of(framework: Framework, step: Prepare, code: str) -> Any:
    """The method for a node: its own exception, or that of the nearest node above it, or the step's."""
    return step.at.get(written_at(framework, step, code), step.default)


def written_at(framework: Framework, step: Prepare, code: str) -> str:
    """The code of the exception that the method of a node is written at; blank for the step itself."""
    above = (code, *(node.code for node in framework.ancestors(code)))
    return next((one for one in above if one in step.at), "")


def by_method(framework: Framework, step: Prepare) -> dict[Any, list[int]]:
    """{method: the places of its indicators}; None where nothing is done."""
    if not step.at:
        return {step.default: list(range(len(framework.indicators)))}
    found: dict[Any, list[int]] = {}
    for place, node in enumerate(framework.indicators):
        found.setdefault(method_of(framework, step, node.code), []).append(place)
    return found


def named(framework: Framework, words: Iterable[str]) -> tuple[str, ...]:
    """The codes of the nodes that codes, or names of levels, stand for; a code goes before a level."""
    found: dict[str, None] = {}
    for word in words:
        if word in framework.by_code:
            found[word] = None
        else:
            found.update((node.code, None) for node in framework.nodes if node.level == word)
    return tuple(found)


def is_known(framework: Framework, word: str) -> bool:
    """True when a word is the code of a node or the name of a level."""
    return word in framework.by_code or any(node.level == word for node in framework.nodes)


def leaves(framework: Framework, code: str) -> tuple[int, ...]:
    """The places of the indicators under a node (itself, if it is one)."""
    place = {node.code: at for at, node in enumerate(framework.indicators)}
    return tuple(sorted(place[node.code] for node in framework.below(code) if node.code in place))


def under(framework: Framework, codes: Sequence[str]) -> Floats:
    """(indicator, code): 1 where an indicator lies under a node."""
    found = np.zeros((len(framework.indicators), len(codes)))
    for at, code in enumerate(codes):
        found[list(leaves(framework, code)), at] = 1.0
    return found


@dataclass(frozen=True, slots=True)
class Branch:
    """The indicators under a node, `top`, by their places, and those of them that are asked for."""

    top: str
    leaves: tuple[int, ...]
    columns: list[int]

    @property
    def within(self) -> list[int]:
        """Where the columns stand among the leaves."""
        return [self.leaves.index(column) for column in self.columns]


def branches(framework: Framework, columns: Iterable[int], inside: str) -> list[Branch]:
    """The branches that `columns` lie in.

    `inside` is "parent", the code of a node or the name of a level. An indicator outside every such branch
    is in none.
    """
    found: dict[str, list[int]] = {}
    for column in columns:
        top = _branch(framework, framework.indicators[column].code, inside)
        if top is not None:
            found.setdefault(top, []).append(column)
    return [Branch(top, leaves(framework, top), listed) for top, listed in found.items()]


def _branch(framework: Framework, code: str, inside: str) -> str | None:
    """The node at the top of an indicator's branch."""
    above = [code, *(node.code for node in framework.ancestors(code))]
    if inside == PARENT:
        return framework.by_code[code].parent or code
    if inside in framework.by_code:
        return inside if inside in above else None
    return next((one for one in above if framework.by_code[one].level == inside), None)
