"""Numbers as people type them: what has one meaning is read, the rest is asked about or refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.documents import Figure, plain_figure, read_figure, shown_figure

NUMBERS = st.decimals(-(10**14), 10**14, places=None, allow_nan=False).map(lambda d: round(d, 6))


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", "1234.5"), ("1234,5", "1234.5"), ("1234.5", "1234.5"), ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"), ("1\u00a0234.5", "1234.5"), ("1\u202f234\u202f567", "1234567"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1.234.567,25", "1234567.25"),
        ("0,125", "0.125"), ("0.125", "0.125"), (",5", "0.5"), ("1234,567", "1234.567"), ("1,2345", "1.2345"),
        ("12,50", "12.5"), ("007", "7"), ("0", "0"), ("-0", "0"), ("-1.234,5", "-1234.5"), ("+3", "3"),
        ("\u22123,5", "-3.5"), ("  42 ", "42"), ("100", "100"), ("1.000.000", "1000000"),
    ],
)  # fmt: skip
def test_what_has_one_meaning_is_read(typed: str, value: str) -> None:
    assert read_figure(typed) == Figure(value)


@pytest.mark.parametrize(
    ("typed", "value", "other"),
    [
        ("1.234", "1234", "1.234"), ("1,234", "1.234", "1234"), ("12.000", "12000", "12"),
        ("-1.500", "-1500", "-1.5"), ("999,999", "999.999", "999999"),
    ],
)  # fmt: skip
def test_what_has_two_meanings_must_be_confirmed(typed: str, value: str, other: str) -> None:
    read = read_figure(typed)
    assert read == Figure(value, True, other)
    for lang in ("vi", "en"):
        said = read.text(typed, lang)
        assert all(words in said for words in (typed, shown_figure(value, lang), shown_figure(other, lang)))


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("TRUE", "truth"), ("false", "truth"), ("30/8/2026", "date"), ("2026-08-30", "date"),
        ("2026-08-30 00:00:00", "date"), ("12/2022", "date"), ("30.8.2026", "date"),
        ("#N/A", "error-cell"), ("#DIV/0!", "error-cell"), ("=1+1", "formula"), ("12%", "percent"),
        ("12 người", "not-a-number"), ("1e5", "not-a-number"), ("n/a", "not-a-number"),
        ("--1", "not-a-number"),
        ("١٢", "not-a-number"), ("1.23.456", "grouping"), ("12 34", "grouping"), ("1,23,4", "grouping"),
        ("1.2345,6", "grouping"), ("5.", "grouping"), ("1\x00", "control"), ("1\u200b2", "control"),
        ("9" * 61, "size"), ("9" * 55, "size"), ("%", "percent"),
    ],
)  # fmt: skip
def test_what_is_no_number_says_why(typed: str, fault: str) -> None:
    assert read_figure(typed) == Figure(fault=fault)
    vietnamese, english = (read_figure(typed).text(typed, lang) for lang in ("vi", "en"))
    assert vietnamese != english
    assert "{" not in vietnamese + english


def test_nothing_typed_is_no_number_and_no_fault() -> None:
    assert read_figure(" \u00a0\t").is_empty or read_figure(" \u00a0").is_empty
    assert not read_figure("0").is_empty


@pytest.mark.parametrize("typed", ["12,5%", "12.5 %", "12,5\u00a0%"])
def test_a_percent_sign_belongs_to_its_unit(typed: str) -> None:
    assert read_figure(typed, percent=True) == Figure("12.5")
    assert read_figure(typed).fault == "percent"


@given(NUMBERS, st.sampled_from(["vi", "en"]))
def test_what_is_shown_reads_back(number: Decimal, lang: str) -> None:
    value = plain_figure(str(number))

    read = read_figure(shown_figure(value, lang))

    assert value in ((read.value, read.other) if read.ambiguous else (read.value,))
    if lang == "vi":
        assert read.value == value


@given(st.text(max_size=12) | st.text("0123456789., -+%", max_size=12))
def test_anything_has_one_outcome(typed: str) -> None:
    read = read_figure(typed, percent=True)

    assert not (read.value and read.fault)
    assert bool(read.other) == read.ambiguous
    for value in filter(None, (read.value, read.other)):
        assert plain_figure(value) == value
        assert read_figure(value).value == value or read_figure(value).other == value
