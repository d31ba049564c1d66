"""What really differs between two versions of a framework, node by node; an accepted comment must show it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from innodex.framework import ASPECTS, ChangeKind
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Version

# The parts of a node that are told apart; each has a word in the catalogue (`consultation.part.…`).
# `calculation` is what the recipe does with the node; what it does with all belongs to the index itself.
ADDED, REMOVED, CALCULATION = "added", "removed", "calculation"
PARTS = (ADDED, REMOVED, *ASPECTS, CALCULATION)

Changes = Mapping[str, tuple[str, ...]]


def between(old: Version, new: Version) -> Changes:
    """{id of a node: the parts that differ}, in the new version's order, what was removed at the end.

    A node that is only in one of them has the single part `added` or `removed`.
    """
    return _between(_Held(old), _Held(new))


class _Held:
    """A version as the key of a cache: two with the same digest are the same."""

    def __init__(self, version: Version) -> None:
        self.version = version

    def __hash__(self) -> int:
        return hash(self.version.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.version.digest == self.version.digest


@lru_cache(maxsize=64)
def _between(old: _Held, new: _Held) -> Changes:
    from innodex.formats import compare_folders

    before, after = documents.folder_of(old.version), documents.folder_of(new.version)
    difference = compare_folders(before, after)
    found: dict[str, set[str]] = {}
    for change in difference.changes:
        whole = {ChangeKind.ADDED: {ADDED}, ChangeKind.REMOVED: {REMOVED}}
        found[change.id] = whole.get(change.kind, set(change.aspects))
    kept = {node.id for node in before.framework.nodes} & {node.id for node in after.framework.nodes}
    for policy in difference.policies:
        node = policy.node or after.framework.root.id
        # The weight of a node is an aspect of it already; the recipe's title says nothing of any.
        if node in kept and policy.step and not (policy.step == "weigh" and policy.node):
            found.setdefault(node, set()).add(CALCULATION)
    in_order = [node.id for node in after.framework.nodes if node.id in found]
    in_order += [node for node in found if node not in in_order]
    return {node: tuple(part for part in PARTS if part in found[node]) for node in in_order}
