"""Two officers' work in one: what only one has changed stands, what both have changed is named."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from innodex.portal.rounds.registration import PARTS, combined, shaped

WORDS = some.sampled_from(["", "a", "b", " a ", "c\r\nd", "Hòa"])
SERIES = some.sampled_from(["staff", "plan", "budget"])


def _record(names: list[str]) -> some.SearchStrategy[dict[str, str]]:
    return some.fixed_dictionaries({}, optional=dict.fromkeys(names, WORDS))


def _content() -> some.SearchStrategy[dict[str, Any]]:
    made: dict[str, some.SearchStrategy[Any]] = {}
    for part in PARTS:
        names = [field.name for field in part.fields][:3]
        if part.name == "answer":
            made |= dict.fromkeys(names, WORDS)
        elif part.shape == "fields":
            made[part.name] = _record(names)
        elif part.shape == "rows":
            made[part.name] = some.dictionaries(SERIES, _record(names), max_size=3)
        else:
            made[part.name] = some.lists(_record(names), max_size=3)
    return some.fixed_dictionaries(made)


CONTENT = _content()


@given(CONTENT)
def test_the_shape_of_a_shape_is_itself(content: dict[str, Any]) -> None:
    assert shaped(shaped(content)) == shaped(content)


@given(CONTENT, CONTENT)
def test_what_only_one_has_changed_stands(base: dict[str, Any], changed: dict[str, Any]) -> None:
    assert combined(base, base, changed) == (shaped(changed), [])
    assert combined(base, changed, base) == (shaped(changed), [])


@given(CONTENT, CONTENT)
def test_the_same_change_by_both_is_no_clash(base: dict[str, Any], changed: dict[str, Any]) -> None:
    assert combined(base, changed, changed) == (shaped(changed), [])


@given(CONTENT, CONTENT, CONTENT)
def test_it_does_not_matter_who_came_first(
    base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    first, clashes = combined(base, one, two)
    second, again = combined(base, two, one)

    assert sorted(clashes) == sorted(again)
    if not clashes:
        assert first == second


@given(CONTENT, CONTENT, CONTENT)
def test_a_clash_keeps_the_own_words(
    base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]
) -> None:
    whole, clashes = combined(base, theirs, mine)

    for place in clashes:
        part, _, key = place.partition("/")
        held, own = whole[part], shaped(mine)[part]
        if key:
            assert held.get(key) == own.get(key)
        else:
            assert _without_names(held) == _without_names(own)


def _without_names(held: Any) -> Any:
    """Difficulties are named anew where lists are joined; their words are what counts."""
    if not isinstance(held, list):
        return held
    return [{name: value for name, value in entry.items() if name != "id"} for entry in held]


@given(CONTENT, CONTENT)
def test_a_part_alone_touches_no_other(base: dict[str, Any], mine: dict[str, Any]) -> None:
    whole, clashes = combined(base, base, {"support": mine["support"]})

    assert clashes == []
    assert {**whole, "support": None} == {**shaped(base), "support": None}
