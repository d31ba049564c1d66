"""What really differs between two versions of a framework, node by node; an accepted comment must show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from innodex.documents import canonical, sha256
from innodex.framework import Node, series_of
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Version

if TYPE_CHECKING:
    from innodex.formats import Folder

ADDED, REMOVED = "added", "removed"
# The parts of a node that are told apart; each has a word in the catalogue (`consultation.part.…`).
PARTS = (
    "code",
    "name",
    "place",
    "unit",
    "direction",
    "definition",
    "sources",
    "sheet",
    "weight",
    "calculation",
)

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
    before, after = nodes_of(documents.folder_of(old.version)), nodes_of(documents.folder_of(new.version))
    found: dict[str, tuple[str, ...]] = {}
    for node, facts in after.items():
        parts = _different(before[node], facts) if node in before else (ADDED,)
        if parts:
            found[node] = parts
    return found | {node: (REMOVED,) for node in before if node not in after}


def _different(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(part for part in PARTS if before[part] != after[part])


def nodes_of(folder: Folder) -> dict[str, dict[str, str]]:
    """{id: {part: digest of what it says}}, for every node of an index folder."""
    return {node.id: _facts(folder, node) for node in folder.framework.nodes}


def _facts(folder: Folder, node: Node) -> dict[str, str]:
    framework, recipe = folder.framework, folder.recipe
    parent = framework.by_code[node.parent].id if node.parent is not None else ""
    used = [framework.series_by_id[series] for series in series_of(node.formula)]
    sheets = {lang: text for (code, lang), text in framework.sheets.items() if code == node.code}
    facts: dict[str, Any] = {
        "code": node.code,
        "name": node.name,
        "place": [parent, node.level],
        "unit": node.unit,
        "direction": node.direction,
        "definition": [node.formula, node.certainty, node.valid_from, node.valid_to, node.note],
        "sources": [asdict(series) for series in used],
        "sheet": sheets,
        "weight": recipe.weight_of(node.code),
        "calculation": [
            recipe.normalisation(node.code) if node.is_indicator else recipe.aggregation(node.code),
            recipe.ranking(node.code),
        ],
    }
    return {part: sha256(canonical(_plain(fact))) for part, fact in facts.items()}


def _plain(value: Any) -> Any:
    """A value as text and lists, for a digest."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        return [_plain(each) for each in value]
    return repr(value)
