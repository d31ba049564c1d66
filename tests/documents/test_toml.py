"""TOML documents in which every key knows its line."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import strategies as st

from _arrays import law
from innodex.documents import Document, as_written, read_toml


def document(text: str) -> Document:
    return read_toml(text.encode(), "d.toml")


TEXT = '''\
# a comment with [brackets] and "marks" = 1
schema = 1
title.vi = "Chỉ số"   # [not.a.header]
"quoted key" = 2
'single.dotted' = 3
"đường" . "x y" = 4

many = [
  1, 2,
  # between
  [3,
   4],
]
text = """
line
key = 1
[header]
"""
after = 5
raw = \'\'\'
it's "raw" = \\
\'\'\'
inline = { a = 1, "b c" = [1,
  2], d.e = "}" }

[table]
x = 1

[table.inner]
y = "]" # "

[ "table" . 'other name' ]
z = -1.5e3

[[steps]]
step = "a"
[steps.at]
one = 1
[steps.at."1.2"]
two = 2

[[steps]]
step = "b"
[[steps.part]]
n = 1
[[steps.part]]
n = 2
'''

PLACES: dict[tuple[str | int, ...], str] = {
    ("schema",): "schema",
    ("title", "vi"): "title.vi",
    ("title",): "title.vi",
    ("quoted key",): '"quoted key"',
    ("single.dotted",): "'single.dotted'",
    ("đường", "x y"): '"đường"',
    ("many",): "many",
    ("many", 0): "  1, 2,",
    ("many", 1): "  1, 2,",
    ("many", 2): "  [3,",
    ("many", 2, 0): "  [3,",
    ("many", 2, 1): "   4],",
    ("text",): "text",
    ("after",): "after",
    ("raw",): "raw",
    ("inline",): "inline",
    ("inline", "a"): "inline",
    ("inline", "b c"): "inline",
    ("inline", "b c", 1): "  2], d.e",
    ("inline", "d", "e"): "  2], d.e",
    ("table",): "[table]",
    ("table", "x"): "x = 1",
    ("table", "inner"): "[table.inner]",
    ("table", "inner", "y"): 'y = "]"',
    ("table", "other name"): '[ "table"',
    ("table", "other name", "z"): "z =",
    ("steps",): "[[steps]]",
    ("steps", 0): "[[steps]]",
    ("steps", 0, "step"): 'step = "a"',
    ("steps", 0, "at"): "[steps.at]",
    ("steps", 0, "at", "one"): "one = 1",
    ("steps", 0, "at", "1.2"): '[steps.at."1.2"]',
    ("steps", 0, "at", "1.2", "two"): "two = 2",
    ("steps", 1, "step"): 'step = "b"',
    ("steps", 1, "part", 0, "n"): "n = 1",
    ("steps", 1, "part", 1): "[[steps.part]]",
    ("steps", 1, "part", 1, "n"): "n = 2",
}
LATER = {("steps", 1, "part", 1): 2}  # the second line that starts so


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_key_knows_its_line(end: str, mark: str) -> None:
    found = document(mark + TEXT.replace("\n", end))
    assert found.sound
    assert found.content == tomllib.loads(TEXT)
    lines = TEXT.split("\n")
    for path, start in PLACES.items():
        wanted = [n for n, line in enumerate(lines, start=1) if line.startswith(start)]
        assert found.line(path) == wanted[LATER.get(path, 1) - 1], path


def test_every_value_has_a_line() -> None:
    """No key or item is without a place, in a document of every kind of thing."""
    found = document(TEXT)

    def paths(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        return [path, *(one for key, item in items for one in paths(item, (*path, key)))]

    assert set(paths(found.content, ())) <= set(found.lines)


keys = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"i"', "1"])
values = st.sampled_from(
    ["1", '"#x"', "'\\'", "true", "1979-05-27T07:32:00Z", '["]", 2]', "[\n1,\n# c\n2,\n]",
     '"""a\nb"""', "'''\n[x]\n'''",
     "{ k = [1, 2], l.m = '}' }", "[[1],\n[2]]", "[]", "{}", "+inf", '"\\\\"', '"""\\"""x"""', '""""q""""']
)  # fmt: skip


@law(
    st.lists(
        st.tuples(st.integers(0, 2), keys, values, st.sampled_from(["", "  # [c] = 1"])),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_keys_of_any_document(entries: list[tuple[int, str, str, str]], end: str) -> None:
    """Each key stands in an array of tables of its own, so that none is written twice."""
    text, wanted = "", []
    for at, (blanks, key, value, comment) in enumerate(entries):
        text += "\n" * blanks + "[[t]]\n"
        line = text.count("\n") + 1
        text += f"{key} = {value}{comment}\n"
        wanted.append((("t", at, next(iter(tomllib.loads(f"{key}=1")))), line))
    found = document(text.replace("\n", end))
    assert found.sound
    for path, line in wanted:
        assert found.line(path) == line


# ---- asking of a document --------------------------------------------------------------------------------


def test_a_key_that_is_not_written_stands_where_its_table_does() -> None:
    found = document("a = 1\n\n[t.u]\nb = 2\n")
    assert found.line(("t", "u", "missing")) == 3
    assert found.line(("missing",)) == 1
    found.fault("missing-key", ("t", "u", "c"), key="c")
    assert [(f.kind, f.row, f.column) for f in found.faults] == [("missing-key", 3, "c")]


def test_values_of_a_wrong_type() -> None:
    found = document('n = "1"\nb = true\nf = 1.5\nnan = nan\nlist = ["a", 1, true]\n')
    assert found.value(("n",), "number", 7) == 7
    assert found.value(("b",), "whole-number", 7) == 7  # a yes or no is no number
    assert found.value(("f",), "whole-number", 7) == 7
    assert found.value(("nan",), "number", 7) == 7
    assert found.value(("f",), "number") == 1.5
    assert found.value(("absent",), "text", "x") == "x"
    assert found.words(("list",), []) == ["a"]
    assert [(f.kind, f.row) for f in found.faults] == [("wrong-type", n) for n in (1, 2, 3, 4, 5, 5)]
    assert [f.values["found"] for f in found.faults] == ['"1"', "true", "1.5", "nan", "1", "true"]


def test_a_misspelt_key_is_one_fault_and_read_as_it_was_meant() -> None:
    found = document("\nmethdo = 'x'\n")
    assert found.allow((), ("method", "other")) == {"method"}
    assert [(f.kind, f.row, f.column, f.values["near"]) for f in found.faults] == [
        ("unknown-key", 2, "methdo", "method")
    ]
    assert found.value(("method",), "text") == "x"
    assert found.line(("method",)) == 2


def test_as_written() -> None:
    values = ["a", True, 1.5, [1, "b", [False]], {"k": 1}]
    assert [as_written(value) for value in values] == ['"a"', "true", "1.5", '[1, "b", [false]]', "{…}"]


# ---- what cannot be read ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = 1\nb = \n", 2),
        ("a = 1\n\na = 2\n", 3),
        ("[t]\nx = 1\n[t]\n", 3),
        ("a = 1\nb = [1,\n2\n", 3),
        ('a = """\nnever\nclosed\n', 3),
        ("a = 1\r\nb = 1 2\r\n", 2),
    ],
)
def test_what_is_no_toml_is_a_fault_at_its_line(text: str, line: int) -> None:
    found = document(text)
    assert not found.sound
    ((kind, row),) = [(f.kind, f.row) for f in found.faults]
    assert kind == "broken-toml"
    assert row == line


@pytest.mark.parametrize(
    "text", ["a = 2024-13-45\n", "a = " + "[" * 5000 + "]" * 5000 + "\n", "a = 1_" + "0" * 5000 + "\n"]
)
def test_what_the_parser_itself_trips_over(text: str) -> None:
    assert [f.kind for f in document(text).faults] == ["broken-toml"]


def test_other_bytes() -> None:
    found = read_toml(b"a = 1\nb = 'caf\xe9'\n", "d.toml")
    assert [(f.kind, f.row) for f in found.faults] == [("not-utf8", 2)]
    assert [f.kind for f in read_toml("a = 1".encode("utf-16"), "d.toml").faults] == ["not-utf8"]


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_nothing_at_all(text: str) -> None:
    assert [f.kind for f in document(text).faults] == ["empty-file"]


def test_only_a_comment_is_an_empty_document() -> None:
    assert document("# nothing yet\n").sound
