"""Numbers and dates for people, and numbers for files."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import strategies as st

from _arrays import law
from innodex.documents import exact, is_date, number, shown, shown_date, shown_short

floats = st.floats(allow_nan=False, allow_infinity=False)
written = st.builds(
    lambda n, power: Decimal(n).scaleb(-power), st.integers(-(10**9), 10**9), st.integers(0, 5)
)


def swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


# ---- for files -------------------------------------------------------------------------------------------


@law(floats | st.integers(-(2**70), 2**70).map(float))
def test_exact_reads_back_as_the_same_float(value: float) -> None:
    assert float(exact(value)) == value


@law(floats)
def test_exact_is_no_longer_than_python_writes(value: float) -> None:
    assert len(exact(value)) <= len(repr(value))
    assert not exact(value).endswith(".0")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, ""), (0.0, "0"), (-0.0, "0"), (3.0, "3"), (-17.0, "-17"), (0.1, "0.1"),
        (1 / 3, repr(1 / 3)), (1e14, "100000000000000"), (1e22, "1e+22"), (5e-324, "5e-324"),
        (123456.789, "123456.789"),
    ],
)  # fmt: skip
def test_exact_by_hand(value: float, text: str) -> None:
    assert exact(value) == text


@law(st.floats(-1e50, 1e50).filter(lambda x: x == 0 or abs(x) >= 1e-50))
def test_a_cell_written_exactly_is_read_exactly(value: float) -> None:
    assert number(exact(value)) == value
    assert number(exact(value).replace(".", ","), decimal=",") == value


@pytest.mark.parametrize(
    ("cell", "decimal", "found"),
    [
        ("+1.5e3", ".", 1500.0), (".5", ".", 0.5), ("5.", ".", 5.0), ("-0", ".", 0.0), ("1,5", ",", 1.5),
        ("1,5", ".", "decimal-comma"), ("1.234,5", ".", "decimal-comma"), ("1.5", ",", "decimal-point"),
        ("1,234.5", ",", "decimal-point"), ("#DIV/0!", ".", "error-cell"), ("nan", ".", "not-a-number"),
        ("inf", ".", "not-a-number"), ("1_000", ".", "not-a-number"), ("1e999", ".", "not-a-number"),
        ("١٢", ".", "not-a-number"), ("", ".", "not-a-number"), ("1,2,3", ",", "not-a-number"),
        ("0x10", ".", "not-a-number"), ("1 000", ".", "not-a-number"), ("5%", ".", "not-a-number"),
    ],
)  # fmt: skip
def test_cells(cell: str, decimal: str, found: float | str) -> None:
    assert number(cell, decimal) == found


# ---- for people ------------------------------------------------------------------------------------------


@law(written, st.integers(0, 6))
def test_shown_is_decimal_arithmetic_with_halves_away_from_zero(value: Decimal, decimals: int) -> None:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded) if rounded == 0 else rounded:,}"
    assert shown(float(value), "en", decimals) == text
    assert shown(float(value), "vi", decimals) == swapped(text)


@pytest.mark.parametrize(
    ("value", "decimals", "vi", "en"),
    [
        (1234.5, 2, "1.234,50", "1,234.50"),
        (1234567.891, 1, "1.234.567,9", "1,234,567.9"),
        (0.5, 0, "1", "1"),
        (1.5, 0, "2", "2"),
        (2.5, 0, "3", "3"),
        (1.25, 1, "1,3", "1.3"),
        (1.005, 2, "1,01", "1.01"),
        (2.675, 2, "2,68", "2.68"),
        (-2.675, 2, "-2,68", "-2.68"),
        (-0.5, 0, "-1", "-1"),
        (0.0, 2, "0,00", "0.00"),
        (-0.0, 2, "0,00", "0.00"),
        (-0.004, 2, "0,00", "0.00"),
        (-0.005, 2, "-0,01", "-0.01"),
        (999.995, 2, "1.000,00", "1,000.00"),
        (1e15, 0, "1.000.000.000.000.000", "1,000,000,000,000,000"),
        (-1e18, 1, "-1.000.000.000.000.000.000,0", "-1,000,000,000,000,000,000.0"),
        (1e-300, 3, "0,000", "0.000"),
    ],
)
def test_shown_by_hand(value: float, decimals: int, vi: str, en: str) -> None:
    assert shown(value, "vi", decimals) == vi
    assert shown(value, "en", decimals) == en


@law(floats, st.integers(0, 4))
def test_shown_never_shows_a_minus_before_zero(value: float, decimals: int) -> None:
    text = shown(value, "en", decimals)
    assert ("-" in text) == (value < 0 and any(digit in text for digit in "123456789"))
    assert shown(value, "vi", decimals) == swapped(text)


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (0.125, "0,125", "0.125"),
        (1234567.0, "1.234.567", "1,234,567"),
        (1234567.8, "1.234.568", "1,234,568"),
        (12.3456789, "12,3457", "12.3457"),
        (0.000123456789, "0,000123457", "0.000123457"),
        (100.0, "100", "100"),
        (-0.25, "-0,25", "-0.25"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (1000.0, "1.000", "1,000"),
        (999999.5, "1.000.000", "1,000,000"),
        (0.1 + 0.2, "0,3", "0.3"),
    ],
)
def test_shown_short_by_hand(value: float, vi: str, en: str) -> None:
    assert shown_short(value, "vi") == vi
    assert shown_short(value, "en") == en


@law(written)
def test_shown_short_is_within_half_a_digit(value: Decimal) -> None:
    read = Decimal(shown_short(float(value), "en").replace(",", ""))
    power = max(value.adjusted() - 5, -12) if value else 0
    assert abs(read - value) <= Decimal(1).scaleb(min(power, 0)) / 2
    assert not (shown_short(float(value), "en") + "x").endswith(("0x", ".x")) or read == int(read)


# ---- dates -----------------------------------------------------------------------------------------------


def test_dates() -> None:
    day = datetime.date(2026, 8, 30)
    assert shown_date(day, "vi") == "30/8/2026"
    assert shown_date(day, "en") == "30 August 2026"
    months = [shown_date(datetime.date(2024, month, 1), "en").split()[1] for month in range(1, 13)]
    # The names of the months in the C locale, from the system.
    assert months == [datetime.date(2024, month, 1).strftime("%B") for month in range(1, 13)]


@pytest.mark.parametrize(
    ("text", "is_day"),
    [("2025-07-01", True), ("2024-02-29", True), ("2025-02-29", False), ("20250701", False),
     ("2025-W27-2", False), ("2025-7-1", False), ("1/7/2025", False), ("", False)],
)  # fmt: skip
def test_is_date(text: str, is_day: bool) -> None:
    assert is_date(text) is is_day
