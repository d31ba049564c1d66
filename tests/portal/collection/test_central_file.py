"""Files of central figures: everything wrong at its place, nothing wrong that is right."""

from __future__ import annotations

import io

import openpyxl
import pytest

from innodex.documents import languages
from innodex.formats import check_files
from innodex.portal.collection.central_file import Central, Reading, Wanted, read_central
from portal.runs._stage import FILES, LOCAL, UNITS, table

HEAD = ["code", "year", "population", "income"]


def wanted(**more) -> Wanted:
    folder = check_files({path: text.encode() for path, text in FILES.items()}).folder
    assert folder is not None
    given = {"folder": folder, "period": "2024", "units": frozenset(UNITS), "local": frozenset(LOCAL), **more}
    return Wanted(**given)


def book(sheets: dict[str, list[list[object]]], **formats: str) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for cell, form in formats.items():
            sheet[cell].number_format = form
    memory = io.BytesIO()
    made.save(memory)
    return memory.getvalue()


def csv(rows, **more) -> Reading:
    return read_central(table(rows), "f.csv", wanted(**more))


def found(reading: Reading) -> list[tuple[str, object]]:
    """(kind, cell or row) of each problem; each has words in every language."""
    for one in (*reading.problems, *reading.notes):
        for lang in languages():
            assert one.place(lang)
            assert one.text(lang)
    return [(one.fault.kind, one.fault.cell or one.fault.row) for one in reading.problems]


def test_wide_and_long_say_the_same():
    wide = csv([HEAD, ["01", "2024", "100", "61.5"], ["02", "2024", "250", "NA"]])
    long = csv(
        [
            ["code", "year", "series", "value", "status", "source"],
            ["01", "2024", "population", "100", "", "A"],
            ["01", "2024", "income", "61.5", "", "B"],
            ["02", "2024", "population", "250", "", "A"],
            ["02", "2024", "income", "", "missing", "B"],
        ]
    )
    assert not found(wide)
    assert not found(long)
    assert wide.figures == long.figures == [
        Central("01", "income", "2024", "61.5"),
        Central("02", "income", "2024", missing="not_available"),
        Central("01", "population", "2024", "100"),
        Central("02", "population", "2024", "250"),
    ]  # fmt: skip
    assert long.sources == {"population": "A", "income": "B"}


def test_statuses_are_kept():
    rows = [["code", "year", "income", "income_status"]]
    rows += [
        ["01", "2024", "5", "estimated"],
        ["02", "2024", "", "confidential"],
        ["04", "2024", "", "not_applicable"],
    ]
    assert [(f.value, f.missing, f.estimated) for f in csv(rows).figures] == [
        ("5", "", True), ("", "confidential", False), ("", "not_applicable", False),
    ]  # fmt: skip


def test_units_are_found_by_name_and_a_column_of_names_is_left_alone():
    named = csv([["where", "year", "income"], ["Nguyệt Đô", "2024", "1"], ["mây lam", "2024", "2"]])
    beside = csv(
        [["code", "name", "year", "income"], ["01", "Nguyệt Đô", "2024", "1"], ["02", "Mây Lam", "2024", "2"]]
    )
    for reading in (named, beside):
        assert not found(reading)
        assert [(f.unit, f.value) for f in reading.figures] == [("01", "1"), ("02", "2")]


def test_without_a_column_of_periods_the_round_decides():
    assert [f.period for f in csv([["code", "income"], ["01", "3"]]).figures] == ["2024"]


def test_every_fault_of_a_table_of_text_is_listed_with_its_place():
    reading = csv(
        [
            [*HEAD, "staff", "mystery"],
            ["01", "2024", "#N/A", "5", "3", "1"],
            ["99", "2024", "7", "8", "9", "1"],
            ["02", "2024", "1,5", "x", "9", "1"],
            ["02", "2024", "5", "5", "5", "5"],
            ["", "2024", "5", "5", "5", "5"],
        ]
    )
    assert found(reading) == [
        ("unused-column", 1), ("error-cell", 2), ("local", 2), ("unknown-unit", 3), ("not-a-number", 4),
        ("decimal-comma", 4), ("duplicate-row", 5), ("missing-cell", 6),
    ]  # fmt: skip


def test_every_fault_of_a_workbook_is_listed_with_its_cell():
    rows = [
        HEAD,
        ["01", 2024, "#DIV/0!", True],
        ["02", 2024, "=1+1", 0.5],
        ["zz", 2024, 5, "12,5"],
        ["04", 2024, 45000, 7],
    ]
    data = book({"Số liệu": rows}, D3="0%", C5="yyyy-mm-dd")
    reading = read_central(data, "f.xlsx", wanted())
    assert sorted(found(reading), key=str) == sorted(
        [
            ("cell-error", "C2"), ("cell-truth", "D2"), ("cell-formula", "C3"), ("cell-percent", "D3"),
            ("unknown-unit", "A4"), ("decimal-comma", "D4"), ("cell-date", "C5"),
        ],
        key=str,
    )  # fmt: skip
    assert {one.fault.sheet for one in reading.problems} == {"Số liệu"}


def test_a_clean_workbook_gives_what_the_table_gives():
    rows = [HEAD, ["01", 2024, 100000, 61.5], ["02", 2024, 250000, None]]
    two = {"population": [["code", "year", "population"], *[r[:3] for r in rows[1:]]]}
    two["income"] = [["code", "year", "income"], *[[r[0], r[1], r[3]] for r in rows[1:]]]
    one_sheet = read_central(book({"x": rows}), "f.xlsx", wanted())
    two_sheets = read_central(book(two), "f.xlsx", wanted())
    assert not found(one_sheet)
    assert not found(two_sheets)
    assert (
        one_sheet.figures
        == two_sheets.figures
        == csv([HEAD, ["01", "2024", "100000", "61.5"], ["02", "2024", "250000", ""]]).figures
    )


def test_one_figure_in_two_sheets_is_a_fault():
    rows = [["code", "year", "income"], ["01", 2024, 5]]
    assert found(read_central(book({"a": rows, "b": rows}), "f.xlsx", wanted())) == [("twice", "C2")]


def test_other_periods_are_left_out_and_said():
    reading = csv([HEAD, ["01", "2023", "1", "2"], ["01", "2024", "3", "4"], ["02", "2023", "1", "2"]])
    assert not found(reading)
    assert reading.left_out == 4
    assert [one.fault.values["number"] for one in reading.notes] == [4]
    assert {f.period for f in reading.figures} == {"2024"}


def test_units_of_no_locality_of_the_round_are_left_out():
    reading = csv([HEAD, ["01", "2024", "3", "4"], ["10", "2024", "1", "2"]])
    assert not found(reading)
    assert {f.unit for f in reading.figures} == {"01"}
    assert [one.fault.kind for one in reading.notes] == ["unit-left-out"]


@pytest.mark.parametrize(
    ("decimal", "typed", "value"), [(",", "1234,5", "1234.5"), (".", "1234.50", "1234.5"), (".", "0", "0")]
)
def test_numbers_are_kept_in_one_form(decimal, typed, value):
    reading = csv([["code", "year", "income"], ["01", "2024", typed]], decimal=decimal)
    assert [f.value for f in reading.figures] == [value]


def test_limits_of_the_framework_hold_for_central_figures_too():
    series = FILES["series.csv"].splitlines()
    series = [f"{series[0]},whole,minimum", *(f"{line},," for line in series[1:])]
    series = [
        line.replace("statistics,,,,", "statistics,,,yes,1") if line.startswith("population") else line
        for line in series
    ]
    files = {**FILES, "series.csv": "\n".join(series) + "\n"}
    checked = check_files({path: text.encode() for path, text in files.items()})
    assert checked.folder is not None, [fault.text("en") for fault in checked.faults]
    rows = [["code", "year", "population"], ["01", "2024", "0"], ["02", "2024", "1.5"], ["04", "2024", "9"]]
    assert found(csv(rows, folder=checked.folder)) == [("off-limits", 2), ("not-whole", 3)]


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "f.csv"), (b"PK\x03\x04rubbish", "f.xlsx"),
     (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "f.xls"),
     (b"code,year\n01,2024\n", "f.csv"), (b"a,b\n1,2\n", "f.csv"), ("mã;năm\n".encode("utf-16"), "f.csv")],
)  # fmt: skip
def test_what_holds_no_figures_is_said_and_nothing_is_raised(data, name):
    reading = read_central(data, name, wanted())
    assert found(reading)
    assert not reading.figures
