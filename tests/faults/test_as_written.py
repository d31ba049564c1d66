"""Files as people and their programs write them: what is read silently, what is said, and where."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from faults._book import Book, Document, Dress, Key, Line, Raw
from faults._disk import check, fill, found, scratch
from faults._folders import (
    EXAMPLES,
    columns,
    needed,
    prepared,
    spellings,
    with_commas,
    with_list,
    with_numbers,
)
from faults._search import search
from innodex.documents import read_table, read_toml
from innodex.formats import Checked


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place in memory for the folders."""
    with scratch() as path:
        yield path


def _check(book: Book, folder: Path) -> Checked:
    fill(folder, book.write()[0])
    return check(folder)


# ---- tables ------------------------------------------------------------------------------------------


def rows(text: str, **options: str) -> list[tuple[int, dict[str, str]]]:
    table = read_table(text.encode(), "t.csv", **options)
    assert table.faults == []
    return [(row.number, dict(row.cells)) for row in table]


def faults(data: bytes) -> list[tuple[str, int | None, str | None]]:
    return [(fault.kind, fault.row, fault.column) for fault in read_table(data, "t.csv").faults]


def test_a_cell_of_several_lines_is_one_row() -> None:
    assert rows('a,b\n1,"x\ny\r\nz"\n\n2,w\n') == [
        (2, {"a": "1", "b": "x\ny\r\nz"}),
        (4, {"a": "2", "b": "w"}),
    ]


def test_blank_rows_are_counted_wherever_they_stand() -> None:
    assert rows("\n,\na,b\n ,\t\n1,2\n,\n\n") == [(5, {"a": "1", "b": "2"})]
    assert read_table(b"\n,\na,b\n1,2", "t.csv").head == 3


def test_a_fault_of_the_head_is_in_the_row_of_the_head() -> None:
    table = read_table(b"\n\na,a\n1,2\n", "t.csv")
    assert [(fault.kind, fault.row) for fault in table.faults] == [("duplicate-column", 3)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_seen_in_the_head_outside_quotation_marks(separator: str) -> None:
    assert rows(f'"a, b; c\td"{separator}e\n1{separator}2\n') == [(2, {"a, b; c\td": "1", "e": "2"})]


def test_a_line_that_names_the_separator_is_taken_in_and_not_counted() -> None:
    assert rows("sep=;\r\na;b\r\n1,5;2\r\n") == [(2, {"a": "1,5", "b": "2"})]


def test_a_separator_that_is_given_wins() -> None:
    assert rows("a,b;c\n1,2;3\n", separator=";") == [(2, {"a,b": "1,2", "c": "3"})]


def test_old_line_endings_are_line_endings() -> None:
    assert rows("a,b\r1,2\r3,4\r") == [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


def test_empty_columns_at_the_end_are_no_columns() -> None:
    table = read_table(b"a,b,,\n1,2,,\n3,4\n5,6,\n", "t.csv")
    assert table.faults == []
    assert [(row.get("a"), row.get("b")) for row in table] == [("1", "2"), ("3", "4"), ("5", "6")]
    assert faults(b"a,b,,\n1,2,,\n3\n") == [("ragged-row", 3, None)]
    assert faults(b"a,b,,\n1,2,,\n3,4,,x\n") == [("unnamed-column", 1, "D")]
    assert faults(b"a,,c\n1,,2\n") == []
    assert faults(b"a,,c\n1,x,2\n") == [("unnamed-column", 1, "B")]


def test_a_row_that_was_shifted_is_not_taken_as_it_stands() -> None:
    """An empty cell too many at the end may be one too many in the middle."""
    assert faults(b"a,b\n1,2,\n") == [("ragged-row", 2, None)]


def test_the_column_of_a_fault_without_a_name_is_the_letter_above_it() -> None:
    head = ",".join(f"c{n}" for n in range(27)) + ",,x\n"
    assert faults((head + "1," * 28 + "1\n").encode()) == [("unnamed-column", 1, "AB")]


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_characters_are_one_fault(coding: str) -> None:
    data = "mã,tên\n01,Hà Nội\n".encode(coding)
    assert faults(data) == [("not-utf8", 1, None)]
    document = read_toml('a = "Hà Nội"\n'.encode(coding), "t.toml")
    assert [(fault.kind, fault.row) for fault in document.faults] == [("not-utf8", 1)]


@pytest.mark.parametrize(("start", "name"), [(b"PK\x03\x04", "XLSX"), (b"\xd0\xcf\x11\xe0\xa1\xb1", "XLS")])
def test_a_workbook_under_the_name_of_a_table_is_one_fault(start: bytes, name: str) -> None:
    (fault,) = read_table(start + bytes(range(256)), "t.csv").faults

    assert (fault.kind, fault.row) == ("not-utf8", 1)
    assert name in fault.text("vi")


def test_marks_composed_or_not_are_the_same_letters() -> None:
    text = "tên,x\nThừa Thiên Huế,1\n"
    apart = unicodedata.normalize("NFD", text)
    assert apart != text
    assert rows(apart) == rows(text)
    content = read_toml(unicodedata.normalize("NFD", 'tên = "Huế"').encode(), "t.toml").faults
    assert [fault.kind for fault in content] == ["broken-toml"]  # TOML has no such bare keys
    quoted = read_toml(unicodedata.normalize("NFD", '"tên" = "Huế"').encode(), "t.toml")
    assert quoted.content == {"tên": "Huế"}


def test_a_cell_of_any_length_up_to_the_limit_is_read() -> None:
    long = "x" * 131_072
    assert rows(f"a\n{long}\n") == [(2, {"a": long})]
    assert faults(f"a\n{long}x\n".encode()) == [("broken-row", 2, None)]


def test_a_quotation_mark_within_a_plain_cell_is_a_character() -> None:
    assert rows('a,b\n5" pipe,1\n') == [(2, {"a": '5" pipe', "b": "1"})]
    assert faults(b'a,b\n1,2\n"3,4\n5,6\n') == [("open-quote", 3, None)]
    assert faults(b'a,b\n1,2\n"3,4\n"5",6\n') == [("broken-row", 3, None)]


# ---- documents ---------------------------------------------------------------------------------------

TEXT = """\
# [not.a.header]
title_vi = "Chỉ số # [x]"   # a remark
text = \"\"\"
[neither]
key = 1
\"\"\"
list = [
  "a",  # first
  # a remark ]
  "b", [1,
  2],
]
a.b . "c.d" = 1
'quoted key' = 2

[data]
unit = "x"
[data.columns]
"1.2" = "y"

[[steps]]
step = "one"
at = { "1.1" = { low = 0, high = 1 }, x = 2 }
[[steps]]
step = '''
[[steps]]
'''
[steps.at."1.1"]
low = 1979-05-27T07:32:00Z
"a\\"b" = 3
"""
LINES: dict[Key, int] = {
    ("title_vi",): 2, ("text",): 3, ("list",): 7, ("list", 0): 8, ("list", 1): 10, ("list", 2): 10,
    ("list", 2, 0): 10, ("list", 2, 1): 11, ("a",): 13, ("a", "b"): 13, ("a", "b", "c.d"): 13,
    ("quoted key",): 14, ("data",): 16, ("data", "unit"): 17, ("data", "columns"): 18,
    ("data", "columns", "1.2"): 19, ("steps",): 21, ("steps", 0): 21, ("steps", 0, "step"): 22,
    ("steps", 0, "at", "1.1", "high"): 23, ("steps", 0, "at", "x"): 23, ("steps", 1): 24,
    ("steps", 1, "step"): 25, ("steps", 1, "at", "1.1"): 28, ("steps", 1, "at", "1.1", "low"): 29,
    ("steps", 1, "at", "1.1", 'a"b'): 30, ("steps", 1, "at", "1.1", "absent"): 28, ("absent",): 1,
}  # fmt: skip


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_key_knows_its_line(ending: str, mark: str) -> None:
    document = read_toml((mark + TEXT.replace("\n", ending)).encode(), "t.toml")

    assert document.faults == []
    assert {path: document.line(path) for path in LINES} == LINES


def test_any_document_knows_the_lines_of_its_keys() -> None:
    letters = st.text(st.characters(codec="utf-8", exclude_characters="\x7f"), max_size=3)
    composed = letters.map(lambda words: unicodedata.normalize("NFC", words))
    keys = st.one_of(st.sampled_from(["a", "b", "at", "1.1", "x y", 'q"', "é", "[t]", "#", "="]), composed)
    simple = st.one_of(
        st.integers(-5, 5), st.booleans(), st.floats(allow_nan=False, allow_infinity=False), composed,
        st.sampled_from([Raw("'[x] = {'"), Raw('"""\\\n"""'), Raw("1979-05-27"), Raw("[\n1,\n[2]\n]")]),
        st.lists(st.integers(0, 9), max_size=3),
    )  # fmt: skip
    values = st.recursive(
        simple,
        lambda inner: st.one_of(
            st.dictionaries(keys, inner, max_size=3),
            st.lists(st.dictionaries(keys, inner, max_size=2), min_size=1, max_size=2),
        ),
        max_leaves=12,
    )

    def trial(data: st.DataObject) -> None:
        content = data.draw(st.dictionaries(keys, values, max_size=5))
        dress = Dress(gap=data.draw(st.integers(0, 2)), inline=data.draw(st.booleans()))
        written, _ = Document(content, dress).write()
        text = written.decode()
        document = read_toml(written, "t.toml")

        assert [fault.kind for fault in document.faults] in ([], ["empty-file"])
        for path, line in _marked(content, dress).items():
            assert document.line(path) == line, text

    search(trial, 150)


def _marked(content: dict[str, object], dress: Dress) -> dict[Key, int]:
    """The line of each key, counted in the text itself: values may run over several."""
    written, places = Document(content, dress).write()
    lines = written.decode().split("\n")
    counted = 0
    starts: dict[int, int] = {}
    # The writer counts entries; an entry of several lines pushes down what follows.
    entries = _entries(content, dress)
    for number, entry in enumerate(entries, start=1):
        starts[number] = counted + 1
        counted += entry.count("\n") + 1
    assert counted in (len(lines), len(lines) - 1)
    return {path: starts[number] for path, number in places.items()}


def _entries(content: dict[str, object], dress: Dress) -> list[str]:
    document = Document(content, dress)
    entries: list[str] = []
    document._table((), content, entries, {})
    return entries


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("a = 1\nb = = 2\n", 2),
        ("a = 1\n\na = 2\n", 3),
        ("[x]\n[y]\n[x]\n", 3),
        ('a = "x\nb = 1\n', 1),
        ("a = [1,\n2\n\n\n", 2),
        ("a = 1\nnăm = 2\n", 2),
        ("a = 99999999-99-99\n", 1),
        ("x = " + "[" * 2000, 1),
    ],
)
def test_text_that_is_no_document_is_one_fault_in_its_line(text: str, row: int) -> None:
    document = read_toml(text.encode(), "t.toml")

    assert [(fault.kind, fault.row) for fault in document.faults] == [("broken-toml", row)]


# ---- names of units ----------------------------------------------------------------------------------

SPELLINGS: list[Callable[[str], str]] = [
    str.upper, str.lower, str.title,
    lambda words: f"  {words}\u00a0", lambda words: words.replace(" ", "\u00a0"),
    lambda words: words.replace(" ", "   "), lambda words: unicodedata.normalize("NFD", words),
    lambda words: unicodedata.normalize("NFD", words.upper()),
]  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_names_are_known_whatever_their_case_blanks_and_coding(name: str, folder: Path) -> None:
    def trial(data: st.DataObject) -> None:
        book = prepared(name, ()).copy()
        plain = _check(book, folder).folder
        unit, _ = columns(book)
        for file in book.data():
            for line in book.sheet(file).lines:
                spell = data.draw(st.sampled_from(SPELLINGS))
                book.sheet(file).put(line, unit, spell(book.sheet(file).get(line, unit)))

        other = _check(book, folder)

        assert found(folder, other) == []
        assert plain is not None
        assert plain.panel is not None
        assert other.folder is not None
        assert other.folder.panel is not None
        assert other.folder.panel.digest == plain.panel.digest

    search(trial, 8)


@pytest.mark.parametrize("name", EXAMPLES)
def test_names_in_both_languages_serve_as_well_as_codes(name: str, folder: Path) -> None:
    book = prepared(name, (with_numbers,)).copy()
    plain = _check(book, folder).folder
    unit, _ = columns(book)
    territory = book.sheet("territory.csv")
    for file in book.data():
        for position, line in enumerate(book.sheet(file).lines):
            own = territory.where("code", book.sheet(file).get(line, unit))
            column = ("name_vi", "name_en", "code")[position % 3]
            book.sheet(file).put(line, unit, territory.get(own, column))

    other = _check(book, folder)

    assert found(folder, other) == []
    assert plain is not None
    assert plain.panel is not None
    assert other.folder is not None
    assert other.folder.panel is not None
    assert other.folder.panel.digest == plain.panel.digest


# ---- a whole file saved in one wrong way -------------------------------------------------------------


def _longer(name: str, times: int) -> Book:
    """The data with as many periods as it takes to have many figures."""
    book = prepared(name, ()).copy()
    for file in book.data()[1:]:
        del book.files[file]
    sheet = book.sheet(book.data()[0])
    unit, period = columns(book)
    if period is None:
        period = "năm"
        sheet.ensure(period)
        book.index.content["data"]["period"] = period
    lines = list(sheet.lines)
    sheet.lines = []
    for time in range(times):
        for line in {sheet.get(one, unit): one for one in lines}.values():
            twin = Line(list(line.cells))
            sheet.lines.append(twin)
            sheet.put(twin, period, str(2000 + time))
    return book


@pytest.mark.parametrize("name", EXAMPLES)
def test_decimal_commas_all_over_a_file_are_one_fault_that_counts_them(name: str, folder: Path) -> None:
    book = _longer(name, 30)
    assert found(folder, _check(book, folder)) == []
    sheet = book.sheet(book.data()[0])
    spoiled = []
    for line in sheet.lines:
        for column in sheet.head.cells:
            if column in needed(book) and "." in sheet.get(line, column):
                sheet.put(line, column, sheet.get(line, column).replace(".", ","))
                spoiled.append((sheet.lines.index(line) + 2, column))
    assert len(spoiled) > 100

    (fault,) = _check(book, folder).faults

    assert (fault.kind, fault.row) == ("decimal-comma", spoiled[0][0])
    assert fault.column == min(column for row, column in spoiled if row == spoiled[0][0])
    for lang, setting in (("vi", 'decimal = ","'), ("en", 'decimal = ","')):
        assert setting in fault.text(lang)
        assert str(len(spoiled) - 1) in fault.text(lang)


@pytest.mark.parametrize("name", EXAMPLES)
def test_up_to_a_hundred_each_has_its_place(name: str, folder: Path) -> None:
    book = prepared(name, (with_commas,)).copy()
    del book.index.content["data"]["decimal"]
    expected = []
    for file in book.data():
        sheet = book.sheet(file)
        for row, line in enumerate(sheet.lines, start=2):
            wrong = [one for one in needed(book) if sheet.has(one) and "," in sheet.get(line, one)]
            expected += [("decimal-comma", file, row, one) for one in wrong]

    assert found(folder, _check(book, folder)) == sorted(expected, key=repr)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_whole_file_in_an_older_coding_is_told_cell_by_cell(name: str, folder: Path) -> None:
    book = prepared(name, ()).copy()
    files, _ = book.write()
    text = files["series.csv"].decode()
    files["series.csv"] = text.encode("cp1252", "replace")
    fill(folder, files)
    sheet = book.sheet("series.csv")
    expected = []
    for row, line in enumerate(sheet.lines, start=2):
        for column in sheet.head.cells:
            if not sheet.get(line, column).encode("cp1252", "replace").isascii():
                expected.append(("not-utf8", "series.csv", row, column))

    said = found(folder, check(folder))

    assert said == sorted(expected, key=repr)[: len(said)]
    assert len(said) == len(expected) or len(expected) > 100


# ---- data given on the command line ------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_file_that_is_given_is_named_as_it_was_given(name: str, folder: Path, tmp_path: Path) -> None:
    from innodex.formats import check_folder

    book = prepared(name, ()).copy()
    inside = book.data()[0]
    sheet = book.sheet(inside)
    unit, _ = columns(book)
    sheet.put(sheet.lines[1], unit, "Atlantis")
    recipe = book.recipe
    recipe.content["zzz"] = 1
    files, place = book.write()
    fill(folder, files)
    data, other = tmp_path / "số liệu.csv", tmp_path / "other.toml"
    data.write_bytes(files[inside])
    other.write_bytes(files["recipe.toml"])

    said = {(f.kind, f.file) for f in check_folder(folder, data=data, recipe=other).faults}

    assert said == {("unknown-unit", str(data)), ("unknown-key", str(other))}
    absent = check_folder(folder, data=tmp_path / "no.csv", recipe=tmp_path / "no.toml").faults
    assert [(f.kind, f.file) for f in absent] == [
        ("missing-file", str(tmp_path / "no.csv")),
        ("missing-file", str(tmp_path / "no.toml")),
    ]
    assert place is not None


# ---- faults that need more than one slip -------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_units_listed_under_any_of_their_names(name: str, folder: Path) -> None:
    book = prepared(name, (with_list,)).copy()
    book.index.content["units"] = [words.upper() for words in spellings(book)]

    assert found(folder, _check(book, folder)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_one_word_that_is_wrong_wherever_it_comes_is_one_fault(name: str, folder: Path) -> None:
    book = _longer(name, 25)
    sheet = book.sheet(book.data()[0])
    unit, _ = columns(book)
    wrong = [line for line in sheet.lines if sheet.get(line, unit) == sheet.get(sheet.lines[1], unit)]
    for line in wrong:
        sheet.put(line, unit, "Atlantis")

    (fault,) = _check(book, folder).faults

    assert (fault.kind, fault.row, fault.column) == ("unknown-unit", 3, unit)
    assert str(len(wrong) - 1) in fault.text("en")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_head_that_is_too_short_is_one_fault(name: str, folder: Path) -> None:
    book = _longer(name, 25)
    sheet = book.sheet(book.data()[0])
    del sheet.head.cells[-1]

    faults = [fault for fault in _check(book, folder).faults if fault.kind == "ragged-row"]

    assert [(fault.row, fault.column) for fault in faults] == [(2, None)]
    assert str(len(sheet.lines) - 1) in faults[0].text("en")


BROKEN = [
    "a = 1\na = 2\n", "[a]\n[a]\n", "a = tám\n", "a = 1 2\n", "a 1\n", 'a = "x\nb=1\n', "a = [1,\n",
    "[a\n", "[[a\n", "a = {b=1\n", "é = 1\n", "= 1\n", 'a = "\\d"\n', "a = 2020-02-30\n", 'a = "x',
    'a = """x\n', 'a = "\x01"\n', "a = 'x", "a = {}\n[a.b]\n", "a = [1]\n[[a]]\n", "a = [1 2]\n",
    "a = {b=1,}\n", 'a = "\\uD800"\n', "a = 01\n", "x = " + "[" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_what_is_wrong_with_a_document_is_said_in_both_languages(text: str) -> None:
    (fault,) = read_toml(text.encode(), "t.toml").faults

    vietnamese, english = fault.text("vi"), fault.text("en")
    assert str(fault.values["reason"]).startswith("faults.reason.")
    assert not vietnamese.isascii()
    assert english.isascii() or "“" in english
