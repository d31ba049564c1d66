"""Tables of text: rows as a spreadsheet counts them, every fault with its place."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import strategies as st

from _arrays import law
from innodex.documents import Table, read_table


def table(text: str | bytes, separator: str | None = None) -> Table:
    return read_table(text if isinstance(text, bytes) else text.encode(), "t.csv", separator=separator)


def rows(text: str | bytes) -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in table(text)]


def faults(text: str | bytes) -> list[tuple[str, int | None, str | None]]:
    return [(fault.kind, fault.row, fault.column) for fault in table(text).faults]


PLAIN = [(2, {"a": "1", "b": "2"}), (3, {"a": "3", "b": "4"})]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4\n",
        "a,b\n1,2\n3,4",
        "a,b\r\n1,2\r\n3,4\r\n",
        "a,b\r1,2\r3,4\r",
        "a;b\n1;2\n3;4\n",
        "a\tb\n1\t2\n3\t4\n",
        "\ufeffa,b\n1,2\n3,4\n",
        "\ufeffa;b\n1;2\n3;4\n",
        "sep=;\na;b\n1;2\n3;4\n",
        "\ufeffsep=|\r\na|b\r\n1|2\r\n3|4\r\n",
        '"a","b"\n"1","2"\n"3","4"\n',
        " a , b \n1,2\n3,4\n",
        "a,b,,\n1,2,,\n3,4,,\n",
        "a,b,\n1,2\n3,4,\n",
    ],
)
def test_ways_of_writing_the_same_table(text: str) -> None:
    found = table(text)
    assert found.faults == []
    assert [(row.number, {c: row.get(c) for c in ("a", "b")}) for row in found] == PLAIN


@law(
    st.lists(
        st.lists(st.text(st.sampled_from('xé,;"\n\r\t 1'), max_size=5), min_size=3, max_size=3), max_size=5
    ),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_whatever_a_program_writes_is_read(
    cells: list[list[str]], separator: str, end: str, mark: bool
) -> None:
    out = io.StringIO(newline="")
    # Left to itself, the writer quotes a return only where one ends its lines.
    quoting = csv.QUOTE_ALL if end == "\n" else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerows([["one", "two", "three"], *cells])
    data = out.getvalue().encode("utf-8-sig" if mark else "utf-8")
    found = read_table(data, "t.csv", separator=separator)
    assert found.faults == []
    # A row of blanks is nobody's, but it is counted.
    wanted = [(number, row) for number, row in enumerate(cells, start=2) if any(cell.strip() for cell in row)]
    assert [(row.number, list(row.cells.values())) for row in found] == wanted


def test_lines_within_a_cell_are_one_row() -> None:
    assert rows('a,b\n"one\ntwo\n\nthree",2\n3,4\n') == [
        (2, {"a": "one\ntwo\n\nthree", "b": "2"}),
        (3, {"a": "3", "b": "4"}),
    ]


def test_blank_rows_are_skipped_and_counted() -> None:
    assert rows("a,b\n\n1,2\n,\n , \n3,4\n\n") == [(3, {"a": "1", "b": "2"}), (6, {"a": "3", "b": "4"})]


def test_blank_rows_above_the_head() -> None:
    found = table("\n,\na,b\n1,2\n")
    assert found.head == 3
    assert [row.number for row in found] == [4]


def test_quotation_marks_within_a_cell() -> None:
    assert rows('a;b\n"says ""so""; twice";2\n') == [(2, {"a": 'says "so"; twice', "b": "2"})]


def test_a_separator_within_a_quoted_head_does_not_count() -> None:
    assert table('"a,b,c,d";e\n1;2\n').columns == ("a,b,c,d", "e")


def test_letters_are_composed() -> None:
    assert rows("te\u0302n\nHa\u0300\n") == [(2, {"tên": "Hà"})]


# ---- what is wrong ---------------------------------------------------------------------------------------


def test_ragged_rows() -> None:
    found = table("a,b\n1\n1,2\n1,2,3\n")
    assert [(f.kind, f.row, f.values["found"], f.values["allowed"]) for f in found.faults] == [
        ("ragged-row", 2, 1, 2),
        ("ragged-row", 4, 3, 2),
    ]
    assert [row.whole for row in found] == [False, True, False]
    assert found.sound


def test_a_figure_below_no_name() -> None:
    assert faults("a,,b\n1,9,2\n") == [("unnamed-column", 1, "B")]


@pytest.mark.parametrize(("position", "letters"), [(1, "B"), (25, "Z"), (26, "AA"), (27, "AB"), (52, "BA")])
def test_columns_without_a_name_are_called_as_a_spreadsheet_does(position: int, letters: str) -> None:
    names = [f"c{n}" for n in range(60)]
    names[position] = ""
    assert faults(",".join(names) + "\n" + ",".join("1" * 60) + "\n") == [("unnamed-column", 1, letters)]


def test_of_two_columns_of_one_name_neither_is_taken() -> None:
    found = table("a,b,a\n1,2,3\n")
    assert [(f.kind, f.row, f.column) for f in found.faults] == [("duplicate-column", 1, "a")]
    assert [row.get("a") for row in found] == [""]
    assert [row.get("b") for row in found] == ["2"]


def test_three_columns_of_one_name_are_two_too_many() -> None:
    assert faults("a,b,a, a \n1,2,3,4\n") == [("duplicate-column", 1, "a")] * 2


def test_each_cell_that_is_not_utf8() -> None:
    data = b"a,b\n1,caf\xe9\n\n2,tea\nn\xe3o,\xc0\n"
    assert faults(data) == [("not-utf8", 2, "b"), ("not-utf8", 5, "a"), ("not-utf8", 5, "b")]
    assert [row.number for row in table(data)] == [2, 4, 5]


def test_a_head_that_is_not_utf8() -> None:
    assert faults(b"a,t\xean\n1,2\n") == [("not-utf8", 1, "B")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_two_bytes_a_letter(encoding: str) -> None:
    data = "a,b\n1,2\n".encode(encoding)
    assert faults(data) == [("not-utf8", 1, None)]
    assert not table(data).sound


@pytest.mark.parametrize("character", ["\x00", "\x07", "\u200b", "\ufeff"])
def test_characters_that_nobody_sees(character: str) -> None:
    assert faults(f"a,b\n1,x{character}\n") == [("control-character", 2, "b")]


@pytest.mark.parametrize("data", ["", "\n\n", " , ,\n", "\ufeff"])
def test_files_without_anything(data: str) -> None:
    assert faults(data) == [("empty-file", None, None)]
    assert not table(data).sound


def test_a_quotation_mark_that_is_never_closed() -> None:
    found = table('a,b\n1,2\n3,"four\n5,6\n')
    assert [(f.kind, f.row) for f in found.faults] == [("open-quote", 3)]
    assert not found.sound


def test_words_after_a_closing_quotation_mark() -> None:
    found = table('a,b\n1,2\n3,"four"x\n5,6\n')
    assert [(f.kind, f.row) for f in found.faults] == [("broken-row", 3)]


# ---- asking of a table -----------------------------------------------------------------------------------


def test_columns_that_are_not_known_name_what_they_may_mean() -> None:
    found = table("code,nmae_vi,x\n1,2,3\n")
    found.allow(["code", "name_vi"], ["x|y"])
    assert [(f.kind, f.row, f.column, f.values["near"]) for f in found.faults] == [
        ("unknown-column", 1, "nmae_vi", "name_vi")
    ]
    found.need(["code", "name_vi"])  # one slip is one fault
    assert len(found.faults) == 1
    assert not found.sound


def test_columns_that_are_needed() -> None:
    found = table("\na,b\n1,2\n")
    found.need(["a", "c"])
    assert [(f.kind, f.row, f.column) for f in found.faults] == [("missing-column", 2, "c")]
    assert not found.sound


def test_a_head_and_nothing_else() -> None:
    found = table("a,b\n\n")
    found.need_rows()
    assert [(f.kind, f.row) for f in found.faults] == [("no-rows", 1)]


def test_of_a_cell_that_could_not_be_read_nothing_more_is_said() -> None:
    found = table(b"a,b\n1,caf\xe9\n")
    found.fault("unknown-word", 2, "b")
    found.fault("unknown-word", 2, "a")
    assert [(f.kind, f.column) for f in found.faults] == [("not-utf8", "b"), ("unknown-word", "a")]
    (row,) = found
    assert found.read(row, "a")
    assert not found.read(row, "a", "b")
