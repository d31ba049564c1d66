"""The difference of two frameworks: nothing where nothing changed, the same seen from either side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st

from _arrays import law
from _trees import frameworks
from innodex.documents import Text
from innodex.framework import (
    ASPECTS,
    Change,
    ChangeKind,
    Direct,
    Direction,
    Framework,
    Node,
    Series,
    compare,
)

MIRRORED = {ChangeKind.ADDED: ChangeKind.REMOVED, ChangeKind.REMOVED: ChangeKind.ADDED}


def node(code: str, parent: str | None = "I", **other: Any) -> Node:
    formula = None if parent is None else Direct(other.pop("series", f"s{code}"))
    return Node(
        other.pop("id", code), code, parent, "level", Text.of({"vi": f"Tên {code}"}), formula=formula, **other
    )


def tree(*nodes: Node, series: tuple[Series, ...] = (), **sheets: str) -> Framework:
    texts = {tuple(name.split("_")): words for name, words in sheets.items()}
    return Framework((node("I", None), *nodes), series, texts)  # type: ignore[arg-type]


@st.composite
def versions(draw: st.DrawFn) -> Framework:
    """A framework out of few nodes, so that two of them have much in common."""
    words = st.sampled_from(["", "x", "y"])
    texts = st.dictionaries(st.sampled_from(["vi", "en"]), words, max_size=2).map(Text.of)
    nodes = [
        node(
            draw(st.sampled_from([name, f"{name}{name}"])),
            id=name,
            series=draw(st.sampled_from(["one", "two"])),
            unit=draw(texts),
            direction=draw(st.sampled_from(Direction)),
            note=draw(words),
            valid_from=draw(st.sampled_from([None, "2020"])),
        )
        for name in draw(st.permutations(["a", "b", "c"]))[: draw(st.integers(0, 3))]
    ]
    series = tuple(Series(name, draw(texts), supplied_by=draw(texts)) for name in ("one", "two"))
    return Framework((node("I", None), *nodes), series, {("a", "vi"): draw(words)})


@law(frameworks() | versions())
def test_nothing_differs_from_itself(framework: Framework) -> None:
    assert compare(framework, framework) == ()


@law(versions(), versions())
def test_the_way_back_mirrors_the_way_there(old: Framework, new: Framework) -> None:
    there = {change.id: change for change in compare(old, new)}
    back = {change.id: change for change in compare(new, old)}

    assert {name: _mirrored(change) for name, change in there.items()} == back


def _mirrored(change: Change) -> Change:
    aspects = {aspect: pair[::-1] for aspect, pair in change.aspects.items()}
    kind = MIRRORED.get(change.kind, change.kind)
    return Change(change.id, kind, change.new, change.old, aspects)


@law(versions(), versions())
def test_every_node_is_there_at_most_once_and_in_order(old: Framework, new: Framework) -> None:
    changes = compare(old, new)
    order = [one.id for one in new.nodes] + [one.id for one in old.nodes]
    positions = [order.index(change.id) for change in changes]

    assert positions == sorted(set(positions))
    for change in changes:
        assert set(change.aspects) <= set(ASPECTS)
        assert list(change.aspects) == [aspect for aspect in ASPECTS if aspect in change.aspects]
        assert change.aspects
        assert (change.old is None, change.new is None) == (
            change.kind is ChangeKind.ADDED,
            change.kind is ChangeKind.REMOVED,
        )


@law(versions(), versions())
def test_the_same_nodes_differ_as_the_contents_do(old: Framework, new: Framework) -> None:
    """What is not reported as changed holds the same fields in both."""
    silent = {one.id for one in new.nodes} - {change.id for change in compare(old, new)}
    before, after = ({one.id: one for one in framework.nodes} for framework in (old, new))

    for name in silent:
        was, now = before[name], after[name]
        assert replace(was, unit=now.unit) == now
        assert was.unit.as_dict() == now.unit.as_dict()


VI = {word: Text.of({"vi": word}) for word in ("sở", "báo cáo")}
S = Series("sa", Text.of({"vi": "Số"}), Text.of({"vi": "người"}), "statistics")
CASES: list[tuple[str, Framework, Framework]] = [
    ("name", tree(node("a")), tree(replace(node("a"), name=Text.of({"vi": "Khác"})))),
    ("unit", tree(node("a")), tree(node("a", unit=Text.of({"vi": "%"})))),
    ("direction", tree(node("a", direction=Direction.LOWER)), tree(node("a", direction=Direction.HIGHER))),
    ("method", tree(node("a")), tree(node("a", series="other"))),
    ("method", tree(node("a"), series=(S,)), tree(node("a"), series=(replace(S, maximum=10.0),))),
    ("source", tree(node("a"), series=(S,)), tree(node("a"), series=(replace(S, source_kind="survey"),))),
    ("supplier", tree(node("a"), series=(S,)), tree(node("a"), series=(replace(S, supplied_by=VI["sở"]),))),
    ("evidence", tree(node("a"), series=(S,)), tree(node("a"), series=(replace(S, evidence=VI["báo cáo"]),))),
    ("collection_time", tree(node("a")), tree(node("a", valid_to="2024"))),
    ("definition", tree(node("a"), a_vi="Một"), tree(node("a"), a_vi="Hai")),
    ("definition", tree(node("a")), tree(node("a", note="xem lại"))),
    ("place", tree(node("a")), tree(replace(node("a"), code="b"))),
]  # fmt: skip


@pytest.mark.parametrize(("aspect", "old", "new"), CASES, ids=range(len(CASES)))
def test_a_change_is_named_by_its_aspect(aspect: str, old: Framework, new: Framework) -> None:
    (change,) = compare(old, new)

    assert set(change.aspects) == {aspect}
    assert change.kind is (ChangeKind.MOVED if aspect == "place" else ChangeKind.CHANGED)
    assert change.is_moved == (aspect == "place")
    before, after = change.aspects[aspect]
    assert before != after


def test_a_parent_with_another_code_moves_alone() -> None:
    """A child hangs on the id of its parent, so it stays where it is."""
    parent = replace(node("P"), formula=None)
    old = Framework((node("I", None), parent, node("x", "P")), ())
    new = Framework((node("I", None), replace(parent, code="Q"), node("x", "Q")), ())

    assert [(change.id, change.old, change.new, change.kind) for change in compare(old, new)] == [
        ("P", "P", "Q", ChangeKind.MOVED)
    ]


def test_what_is_new_and_gone_is_told_whole() -> None:
    added, removed = compare(tree(node("a")), tree(node("b", unit=Text.of({"vi": "%"}))))

    assert (added.id, added.kind, added.new) == ("b", ChangeKind.ADDED, "b")
    assert added.aspects["unit"] == (Text(), Text.of({"vi": "%"}))
    assert (removed.id, removed.kind, removed.old) == ("a", ChangeKind.REMOVED, "a")
    assert all(not after for _, after in removed.aspects.values())
