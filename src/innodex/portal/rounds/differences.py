"""The difference between two versions, as people read it: node by node, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from innodex.documents import has, say
from innodex.portal.rounds.hooks import Reasons

if TYPE_CHECKING:
    from innodex.formats import Folder
    from innodex.framework import Change, Framework

_WORDS = re.compile(r"\s+|[^\s]+")
_LONGEST = 6_000  # words beyond which both texts are shown whole


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words that are in both (`same`), only in the older (`gone`), or only in the newer (`new`)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect of a node that differs."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node that differs. `code` is that of the newer version, where it still has one.

    `behind` is what led to the change: (words, address).
    """

    id: str
    kind: str  # added | removed | changed | moved
    code: str
    old_code: str
    name: str
    aspects: tuple[Aspect, ...]
    in_new: bool
    behind: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One policy of the recipe that differs."""

    step: str
    where: str
    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A difference, ready for a page."""

    nodes: tuple[NodeChange, ...]
    policies: tuple[PolicyChange, ...]
    counts: tuple[tuple[str, int], ...]
    behind: tuple[tuple[str, str], ...] = ()  # what led to a change of the recipe alone: (words, address)

    def __bool__(self) -> bool:
        return bool(self.nodes or self.policies)


def between(old: Folder, new: Folder, lang: str) -> Shown:
    """What `new` changes in `old`, in the reader's language."""
    from innodex.formats import compare_folders

    found = compare_folders(old, new)
    nodes = tuple(_node(change, old.framework, new.framework, lang) for change in found.changes)
    policies = tuple(
        PolicyChange(
            _step(policy.step, lang), policy.node, policy.key, policy.before or "–", policy.after or "–"
        )
        for policy in found.policies
    )
    kinds = ("added", "removed", "changed", "moved")
    counts = tuple((kind, sum(node.kind == kind for node in nodes)) for kind in kinds)
    return Shown(nodes, policies, tuple((kind, number) for kind, number in counts if number))


def explained(shown: Shown, reasons: Iterable[Reasons]) -> Shown:
    """The same, with what led to each change."""
    found: dict[str, list[tuple[str, str]]] = {}
    for each in reasons:
        for node, entries in each.items():
            found.setdefault(node, []).extend(entries)
    nodes = tuple(replace(node, behind=tuple(found.pop(node.id, ()))) for node in shown.nodes)
    rest = tuple(entry for entries in found.values() for entry in entries)
    return replace(shown, nodes=nodes, behind=rest)


def _step(step: str, lang: str) -> str:
    kind, _, number = step.partition("-")
    words = say(lang, f"rounds.step.{kind or 'recipe'}")
    return f"{words} {number}".rstrip()


def _node(change: Change, old: Framework, new: Framework, lang: str) -> NodeChange:
    node = new.by_code[change.new] if change.new is not None else old.by_code[change.old or ""]
    whole = change.old is not None and change.new is not None
    aspects = tuple(
        Aspect(name, tuple(pieces(before.get(lang), after.get(lang))))
        for name, (before, after) in (change.aspects.items() if whole else ())
    )
    return NodeChange(
        change.id,
        change.kind.value,
        node.code,
        change.old if change.old not in (None, change.new) else "",
        node.name.get(lang),
        tuple(_worded(aspect, lang) for aspect in aspects),
        change.new is not None,
    )


def _worded(aspect: Aspect, lang: str) -> Aspect:
    key = f"rounds.aspect.{aspect.name}"
    return Aspect(say(lang, key) if has(key) else aspect.name, aspect.pieces)


def pieces(before: str, after: str) -> Iterator[Piece]:
    """The two texts in one: what stayed, what is gone, what is new; word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if not old or not new or len(old) + len(new) > _LONGEST:
        yield from _whole(before, after)
        return
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if a < b:
            yield Piece("gone", "".join(old[a:b]))
        if c < d:
            yield Piece("new", "".join(new[c:d]))


def _whole(before: str, after: str) -> Iterator[Piece]:
    if before:
        yield Piece("gone", before)
    if after:
        yield Piece("new", after)
