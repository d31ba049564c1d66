"""Numbers within the tolerance are the same; everything else is compared exactly."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from innodex.documents import exact
from innodex.edition import compare_csv, compare_out, same_number

HEAD = "period,unit,node,level,score,rank"
TABLE = f"{HEAD}\n2024,01,S,index,50.5,1\n2024,02,S,index,,\n".encode()
FLOATS = st.floats(-1e9, 1e9)


@given(FLOATS, FLOATS)
def test_the_tolerance_is_the_one_that_was_promised(a: float, b: float) -> None:
    near = abs(a - b) <= 1e-12 * max(1.0, abs(b))

    assert same_number(exact(a), exact(b)) == near


@given(FLOATS)
def test_the_last_bit_may_differ(b: float) -> None:
    assert same_number(exact(math.nextafter(b, math.inf)), exact(b))


@given(FLOATS, st.floats(2e-12, 1e3))
def test_a_larger_shift_is_seen(b: float, shift: float) -> None:
    a = b + shift * max(1.0, abs(b))
    assume(a != b)

    assert not same_number(exact(a), exact(b))


@pytest.mark.parametrize(
    "odd", ["nan", "inf", "-inf", "", " 1", "1 ", "1_0", "١", "１", "0x1", "1,0", "+1", "1e999"]
)
@pytest.mark.parametrize("honest", ["1", "10", "0"])
def test_what_is_no_plain_decimal_is_never_the_same(odd: str, honest: str) -> None:
    assert not same_number(odd, honest)


@pytest.mark.parametrize(
    ("before", "after", "row", "column", "published", "recomputed"),
    [
        ("50.5", "50.6", 2, "score", "50.6", "50.5"),
        ("50.5,1", "50.5,2", 2, "rank", "2", "1"),
        ("50.5,1", "50.5,1.0", 2, "rank", "1.0", "1"),
        ("01,S,index", "1,S,index", 2, "unit", "1", "01"),
        ("index,,", "index,0,", 3, "score", "0", ""),
        ("50.5,1", ",1", 2, "score", "", "50.5"),
    ],
)
def test_the_first_differing_field_is_named(
    before: str, after: str, row: int, column: str, published: str, recomputed: str
) -> None:
    forged = TABLE.decode().replace(before, after, 1).encode()

    difference, _ = compare_csv("results.csv", forged, TABLE)

    assert difference is not None
    assert (difference.row, difference.column) == (row, column)
    assert (difference.published, difference.recomputed) == (published, recomputed)


@pytest.mark.parametrize(
    "forged",
    [
        TABLE + b"2024,03,S,index,99,1\n",
        TABLE[: TABLE.rindex(b"2024")],
        TABLE.replace(b"score,rank", b"rank,score"),
        TABLE.replace(b"\n", b"\r\n"),
        TABLE.replace(b"50.5", b'"50.5"'),
        b"\xef\xbb\xbf" + TABLE,
        TABLE + b"\n",
        TABLE.replace(b"50.5", b"\xff"),
        b"",
        TABLE.replace(b"index,,", b"index,,,"),
        TABLE[:-1],
    ],
)
def test_a_table_of_another_form_differs(forged: bytes) -> None:
    assert compare_csv("results.csv", forged, TABLE)[0] is not None


def test_numbers_are_counted_and_equal_tables_do_not_differ() -> None:
    assert compare_csv("results.csv", TABLE, TABLE) == (None, 1)


def test_the_version_in_result_json_is_the_manifests() -> None:
    ours = b'{\n  "innodex": "0.2.0",\n  "units": 2\n}\n'
    theirs = ours.replace(b"0.2.0", b"0.1.0")

    assert compare_out({"result.json": theirs}, {"result.json": ours}, version="0.1.0")[0] == []
    (difference,), _ = compare_out({"result.json": ours}, {"result.json": ours}, version="0.1.0")
    assert (difference.column, difference.published, difference.recomputed) == (
        "innodex",
        '"0.2.0"',
        '"0.1.0"',
    )


@pytest.mark.parametrize(
    "forged",
    [
        b'{\n  "units": 3\n}\n',
        b'{"units": 2}',
        b"{}",
        b"[]",
        b"",
        b'{\n  "units": 3,\n  "units": 2\n}\n',
        b"\xff",
    ],
)
def test_another_result_json_differs(forged: bytes) -> None:
    ours = b'{\n  "innodex": "1",\n  "units": 2\n}\n'

    assert compare_out({"result.json": forged}, {"result.json": ours}, version="1")[0]


def test_a_file_more_or_less_is_named() -> None:
    differences, _ = compare_out({"a.csv": b"x\n"}, {"b.csv": b"x\n"}, version="1")

    assert [(d.kind, d.file) for d in differences] == [
        ("not-recomputed", "a.csv"),
        ("not-published", "b.csv"),
    ]
