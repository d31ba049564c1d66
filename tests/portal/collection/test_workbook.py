"""The workbook of a submission: an untouched one changes nothing, every fault stands at its cell."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from innodex.portal.people.refused import Refused

if TYPE_CHECKING:
    from innodex.portal.collection.workbook import Reading
    from portal.collection._hands import Hands

pytestmark = pytest.mark.django_db

Edit = tuple[str, str, object]  # series, column, what is typed there


class Formula(str):
    """A formula, as somebody types it."""

    __slots__ = ()


class Percent(float):
    """A number shown as per cent."""

    __slots__ = ()


class Error(str):
    """What a spreadsheet shows where a formula failed."""

    __slots__ = ()


def made(hands: Hands, lang: str = "vi", unit: str = "01") -> bytes:
    from innodex.portal.collection import workbook

    return workbook.template(hands.submission(unit), lang, at=hands.now)


def read(hands: Hands, data: bytes, lang: str = "vi", unit: str = "01") -> Reading:
    from innodex.portal.collection import workbook

    return workbook.read(data, hands.submission(unit), lang)


def apply(hands: Hands, reading: Reading, who: str = "entry-01", **given: Any) -> Any:
    """Through the seal, as between two pages."""
    from innodex.portal.collection import workbook

    submission = reading.submission
    changes = workbook.unseal(workbook.seal(reading), submission)
    return workbook.apply(changes, submission, by=hands.by(who), at=hands.now, **given)


def places(sheet: Any) -> tuple[dict[str, int], dict[str, int]]:
    """{series: row} and {column: position} of the sheet that is filled in, by what it shows."""
    from innodex.documents import languages, say
    from innodex.portal.collection.workbook_base import COLUMNS

    names = {say(lang, f"workbook.column.{column}"): column for lang in languages() for column in COLUMNS}
    for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
        columns = {names[cell]: at for at, cell in enumerate(row, start=1) if cell in names}
        if "series" in columns:
            rows = range(number + 1, sheet.max_row + 1)
            found = {sheet.cell(at, columns["series"]).value: at for at in rows}
            return {series: at for series, at in found.items() if series}, columns
    raise AssertionError("no head")


def put(cell: Any, value: object) -> None:
    """Type something into a cell, or let a program put it there."""
    cell.value = float(value) if isinstance(value, Percent) else value
    if isinstance(value, Percent):
        cell.number_format = "0%"
    elif isinstance(value, Error):
        cell.data_type = "e"
    elif isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"
    elif isinstance(value, int | float):
        cell.number_format = "General"


def edited(data: bytes, *edits: Edit, change: Callable[[Any], object] | None = None) -> bytes:
    """The workbook after somebody has worked on it and saved it with another program."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    rows, columns = places(sheet)
    for series, column, value in edits:
        put(sheet.cell(rows[series], columns[column]), value)
    if change is not None:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def address(data: bytes, series: str, column: str) -> str:
    rows, columns = places(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0])
    return f"{openpyxl.utils.get_column_letter(columns[column])}{rows[series]}"


def state_of(hands: Hands, unit: str = "01") -> list[tuple[Any, ...]]:
    """All that the locality has said, and what was logged of it."""
    from innodex.portal.people.models import Event

    said = ("series", "raw", "value", "confirmed", "missing", "explanation", "revision", "state")
    items = hands.submission(unit).items.order_by("position").values_list(*said)
    return [*items, (Event.objects.count(), hands.submission(unit).state)]


# ---- clean ones ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("saved_again", [False, True])
def test_an_untouched_workbook_changes_nothing(
    hands: Hands, lang: str, filled: bool, saved_again: bool
) -> None:
    if filled:
        hands.fill(spending="1.234", share="12,5%")
        hands.save("served", missing="nil")
        hands.save("land", "không rõ", explanation="= chưa có\n- đang hỏi  ")
    data = made(hands, lang)
    before = state_of(hands)

    reading = read(hands, edited(data) if saved_again else data, lang)

    assert (reading.refused, reading.faults, reading.notices) == ([], [], [])
    assert reading.count("unchanged") == len(reading.rows) == hands.submission().items.count()
    assert reading.changes == ()
    assert apply(hands, reading).saved == 0
    assert state_of(hands) == before


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_filled_in_is_what_the_form_would_have_saved(hands: Hands, lang: str) -> None:
    from innodex.portal.people.models import Event
    from portal.collection._hands import CLEAN

    why = "Số liệu lấy từ sổ theo dõi."
    hands.fill("02")
    data = made(hands, lang)
    edits: list[Edit] = [(series, "value", raw) for series, raw in CLEAN.items()]
    edits += [(series, "explanation", why) for series in ("staff", "plan")]

    reading = read(hands, edited(data, *edits), lang)
    applied = apply(hands, reading)

    assert reading.faults == []
    assert {row.kind for row in reading.rows} == {"new"}
    assert applied == type(applied)(len(CLEAN))
    said = ("series", "raw", "value", "confirmed", "missing", "explanation", "state")
    by_form, by_workbook = (
        list(hands.submission(unit).items.order_by("position").values_list(*said)) for unit in ("02", "01")
    )
    assert by_workbook == by_form
    routes = set(Event.objects.filter(action="collection.save_item").values_list("route", flat=True))
    assert routes == {"form", "workbook"}


def test_numbers_of_a_spreadsheet_are_read_with_their_digits(hands: Hands) -> None:
    typed: dict[str, object] = {
        "staff": 1234, "spending": 1.234, "served": 0.1, "land": 1234.5, "share": Percent(0.125), "review": 8,
        "plan": 0,
    }  # fmt: skip
    data = edited(made(hands), *[(series, "value", value) for series, value in typed.items()])

    reading = read(hands, data)
    apply(hands, reading)

    assert reading.faults == []
    assert [row.asks for row in reading.rows] == [""] * len(reading.rows)
    values = dict(hands.submission().items.values_list("series", "value"))
    assert values == {
        "staff": "1234", "spending": "1.234", "served": "0.1", "land": "1234.5", "share": "12.5",
        "review": "8", "plan": "0",
    }  # fmt: skip
    assert hands.item("spending").confirmed is False
    again = read(hands, edited(made(hands), *[(series, "value", value) for series, value in typed.items()]))
    assert again.count("unchanged") == len(again.rows)


def test_an_ambiguous_figure_asks_and_is_confirmed(hands: Hands) -> None:
    data = edited(made(hands), ("staff", "value", "1.234"), ("land", "value", "1,234"))

    reading = read(hands, data)
    asked = {row.item.series: row.asks for row in reading.rows if row.asks}
    apply(hands, reading, confirmed={"staff"})

    assert set(asked) == {"staff", "land"}
    assert "1.234" in asked["staff"]
    assert (hands.item("staff").value, hands.item("staff").confirmed) == ("1234", True)
    assert (hands.item("land").value, hands.item("land").confirmed) == ("1.234", False)


@pytest.mark.parametrize("word", ["xóa", "XÓA", " xo\u0301a ", "delete"])
def test_an_empty_cell_changes_nothing_and_a_word_deletes(hands: Hands, word: str) -> None:
    hands.fill()
    hands.save("served", missing="nil", explanation="Chưa có dự án.")
    data = made(hands)
    emptied = edited(
        data, ("staff", "value", None), ("staff", "explanation", ""), ("served", "missing", None)
    )
    deleted = edited(
        data, ("staff", "value", word), ("served", "missing", word), ("served", "explanation", word)
    )

    assert read(hands, emptied).changes == ()
    apply(hands, read(hands, deleted))

    assert (hands.item("staff").raw, hands.item("staff").value) == ("", "")
    assert hands.item("staff").explanation
    assert (hands.item("served").missing, hands.item("served").explanation) == ("", "")


@pytest.mark.parametrize(
    "words", ["Không có số liệu", "No figure exists", "not_available", " không có SỐ LIỆU "]
)
def test_a_code_takes_the_place_of_a_figure_and_back(hands: Hands, words: str) -> None:
    from innodex.documents import say

    hands.fill()
    words = say("en", "collection.missing.not_available") if words.startswith("No figure") else words
    apply(hands, read(hands, edited(made(hands), ("land", "missing", words))))
    assert (hands.item("land").raw, hands.item("land").missing) == ("", "not_available")

    apply(hands, read(hands, edited(made(hands), ("land", "value", "7"))))
    assert (hands.item("land").value, hands.item("land").missing) == ("7", "")


def test_rows_are_known_by_their_series(hands: Hands) -> None:
    """Sorted, moved, some deleted, columns exchanged, other sheets in front: it is read all the same."""

    def shuffle(book: Any) -> None:
        sheet = book.worksheets[0]
        rows, columns = places(sheet)
        content = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=min(rows.values()))]
        kept = [row for row in content if row[0] and row[0] != "land"][::-1]
        head = min(rows.values()) - 1
        while not sheet.cell(head, 1).value:
            head -= 1
        sheet.delete_rows(head + 1, sheet.max_row)
        for number, row in enumerate(kept, start=head + 3):
            for at, value in enumerate(row, start=1):
                sheet.cell(number, at).value = value
        for number in range(head, sheet.max_row + 1):
            one, other = sheet.cell(number, columns["unit"]), sheet.cell(number, columns["value"])
            one.value, other.value = other.value, one.value
        book.create_sheet("Ghi chú", 0).cell(1, 1).value = "của tôi"

    hands.fill()
    reading = read(hands, edited(made(hands), ("staff", "value", "130"), change=shuffle))

    assert (reading.refused, reading.faults) == ([], [])
    assert reading.notices == ["rows-gone"]
    assert [(change.series, change.raw) for change in reading.changes] == [("staff", "130")]


def test_the_checks_are_told_before_anything_is_saved(hands: Hands) -> None:
    reading = read(hands, edited(made(hands), ("served", "value", "90"), ("land", "value", "50")))

    codes = {
        row.item.series: {finding.code for finding in row.findings} for row in reading.rows if row.findings
    }
    assert codes == {"served": {"L05"}}
    assert hands.item("served").value == ""


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_an_office_program_that_saves_it_changes_nothing(hands: Hands, tmp_path: Path) -> None:
    hands.fill(spending="1.234", share="12,5")
    hands.save("served", missing="nil", explanation="= chưa có\n- đang hỏi")
    (tmp_path / "hồ sơ.xlsx").write_bytes(made(hands))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    kind = "xlsx:Calc MS Excel 2007 XML"
    words = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "saved")]
    subprocess.run([*words, str(tmp_path / "hồ sơ.xlsx")], check=True, capture_output=True, timeout=300)

    reading = read(hands, (tmp_path / "saved" / "hồ sơ.xlsx").read_bytes())

    assert (reading.refused, reading.faults, reading.notices, reading.changes) == ([], [], [], ())
    assert len(reading.rows) == hands.submission().items.count()


# ---- thirty faulty ones ----------------------------------------------------------------------------------

FAULTS: list[tuple[list[Edit], list[tuple[str, str, str]]]] = [
    ([("staff", "value", Formula("=1+1"))], [("formula", "staff", "value")]),
    ([("land", "value", Formula("=SUM(A1:A9)"))], [("formula", "land", "value")]),
    ([("staff", "value", "=1+1")], [("figure-formula", "staff", "value")]),
    ([("staff", "value", Formula('=HYPERLINK("http://x","y")'))], [("formula", "staff", "value")]),
    ([("staff", "explanation", Formula("=cmd|' /C calc'!A0"))], [("formula", "staff", "explanation")]),
    ([("staff", "missing", Formula("=A1"))], [("formula", "staff", "missing")]),
    ([("staff", "value", True)], [("figure-truth", "staff", "value")]),
    ([("spending", "value", False)], [("figure-truth", "spending", "value")]),
    ([("staff", "value", "TRUE")], [("figure-truth", "staff", "value")]),
    ([("staff", "value", datetime.date(2024, 3, 1))], [("figure-date", "staff", "value")]),
    ([("land", "value", datetime.datetime(2024, 3, 1, 7, 30))], [("figure-date", "land", "value")]),
    ([("land", "value", "30/8/2024")], [("figure-date", "land", "value")]),
    ([("land", "value", "2024-08-30")], [("figure-date", "land", "value")]),
    ([("staff", "value", Error("#N/A"))], [("figure-error-cell", "staff", "value")]),
    ([("share", "value", Error("#DIV/0!"))], [("figure-error-cell", "share", "value")]),
    ([("staff", "explanation", Error("#REF!"))], [("figure-error-cell", "staff", "explanation")]),
    ([("staff", "value", "#VALUE!")], [("figure-error-cell", "staff", "value")]),
    ([("staff", "value", "khoảng 20")], [("figure-not-a-number", "staff", "value")]),
    ([("staff", "value", "20 người")], [("figure-not-a-number", "staff", "value")]),
    ([("spending", "value", "1.23.456")], [("figure-grouping", "spending", "value")]),
    ([("spending", "value", "12 34")], [("figure-grouping", "spending", "value")]),
    ([("spending", "value", "5%")], [("figure-percent", "spending", "value")]),
    ([("staff", "value", Percent(0.5))], [("figure-percent", "staff", "value")]),
    ([("staff", "value", 1e60)], [("figure-size", "staff", "value")]),
    ([("staff", "value", "9" * 70)], [("figure-size", "staff", "value")]),
    ([("staff", "value", "1\u200b2")], [("figure-control", "staff", "value")]),
    ([("review", "missing", "không biết")], [("unknown-missing", "review", "missing")]),
    ([("review", "missing", 3)], [("unknown-missing", "review", "missing")]),
    ([("plan", "value", "5"), ("plan", "missing", "nil")], [("both", "plan", "missing")]),
    ([("plan", "series", "plann")], [("unknown-series", "plan", "series")]),
    ([("plan", "series", "review")], [("twice", "review", "series")]),
    (
        [("staff", "value", "x"), ("staff", "missing", "y"), ("land", "value", True),
         ("share", "value", "7")],
        [("figure-not-a-number", "staff", "value"), ("unknown-missing", "staff", "missing"),
         ("figure-truth", "land", "value")],
    ),
]  # fmt: skip


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "filled"])
def test_each_fault_is_found_at_its_cell_and_nothing_of_its_row_is_saved(hands: Hands, filled: bool) -> None:
    from django.db import transaction

    if filled:
        hands.fill(land="200")
    data = made(hands)
    rows, columns = places(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0])
    for number, (edits, faults) in enumerate(FAULTS):
        expected = {
            (kind, f"{openpyxl.utils.get_column_letter(columns[column])}{rows[series]}")
            for kind, series, column in faults
        }
        reading = read(hands, edited(data, *edits, ("served", "explanation", "Không lỗi.")))

        assert {(fault.kind, fault.cell) for fault in reading.faults} == expected, edits
        for fault in reading.faults:
            vietnamese, english = (f"{fault.place(lang)}: {fault.text(lang)}" for lang in ("vi", "en"))
            assert fault.cell in vietnamese
            assert vietnamese != english
        if filled and number % 3 == 0:
            _is_given_back(hands, reading)
        elif not filled:
            with transaction.atomic():
                _saves_the_rest(
                    hands, reading, {series for _, series, column in faults if column != "series"}
                )
                transaction.set_rollback(True)


def _saves_the_rest(hands: Hands, reading: Reading, wrong: set[str]) -> None:
    before = {row[0]: row[:6] for row in state_of(hands)[:-1]}

    apply(hands, reading)

    after = {row[0]: row[:6] for row in state_of(hands)[:-1]}
    assert {series: after[series] for series in wrong} == {series: before[series] for series in wrong}
    assert hands.item("served").explanation == "Không lỗi."
    assert {row.item.series for row in reading.of("error")} == wrong


def _is_given_back(hands: Hands, reading: Reading) -> None:
    """The same workbook with each fault marked in its cell; uploaded again it has them still."""
    from innodex.portal.collection import workbook

    back = workbook.marked(reading, at=hands.now)

    sheet = openpyxl.load_workbook(io.BytesIO(back)).worksheets[0]
    again = {problem.cell for problem in read(hands, back).faults}
    for row in reading.rows:
        for problem in row.problems:
            cell = sheet[problem.cell]
            assert cell.comment.text == problem.text("vi")
            assert cell.fill.fgColor.rgb.endswith("F3E4DA")
            assert cell.data_type == "s"
            # As text, what was a formula in an explanation is one no longer.
            assert problem.cell in again or (problem.kind, problem.column) == ("formula", "explanation")


def test_there_are_thirty_faulty_workbooks() -> None:
    assert len(FAULTS) >= 30


# ---- refused as a whole ----------------------------------------------------------------------------------


def refused(reading: Reading) -> str:
    (fault,) = reading.refused
    assert reading.rows == []
    assert fault.text("vi") != fault.text("en")
    return fault.kind


def test_workbooks_of_others_are_refused(hands: Hands) -> None:
    from portal.collection._hands import FILES

    of_this_round, other_unit = hands.round, made(hands, unit="02")
    hands.round = hands.opened(FILES, "national")
    other_round, hands.round = made(hands), of_this_round

    assert refused(read(hands, other_unit)) == "other-unit"
    assert "02" in read(hands, other_unit).refused[0].text("vi")
    assert refused(read(hands, other_round)) == "other-round"


def test_an_altered_or_foreign_workbook_is_refused(hands: Hands) -> None:
    data = made(hands)

    def forge(book: Any) -> None:
        for row in book["innodex"].iter_rows():
            if row[0].value == "item" and row[1].value == "staff":
                row[3].value = "7"

    assert refused(read(hands, edited(data, change=forge))) == "altered"
    assert refused(read(hands, edited(data, change=lambda book: book.remove(book["innodex"])))) == "not-ours"
    assert (
        refused(read(hands, edited(data, change=lambda book: book["innodex"].delete_rows(1)))) == "not-ours"
    )
    plain = openpyxl.Workbook()
    stream = io.BytesIO()
    plain.save(stream)
    assert refused(read(hands, stream.getvalue())) == "not-ours"


def test_another_secret_signs_otherwise(hands: Hands, settings: Any) -> None:
    data = made(hands)
    settings.SECRET_KEY = "another one"

    assert refused(read(hands, data)) == "altered"


def test_a_workbook_without_its_head_is_refused(hands: Hands) -> None:
    def behead(book: Any) -> None:
        sheet = book.worksheets[0]
        rows, columns = places(sheet)
        for number in range(1, min(rows.values())):
            sheet.cell(number, columns["value"]).value = None

    assert refused(read(hands, edited(made(hands), change=behead))) == "no-head"


def test_containers_that_must_stay_shut(hands: Hands) -> None:
    data = made(hands)

    def with_entry(name: str, content: bytes) -> bytes:
        stream = io.BytesIO(data)
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return stream.getvalue()

    assert refused(read(hands, with_entry("xl/vbaProject.bin", b"x"))) == "macro-book"
    assert refused(read(hands, with_entry("xl/media/bomb.xml", b" " * (60 << 20)))) == "too-large"
    assert refused(read(hands, b"staff;120\n")) == "not-a-book"
    assert refused(read(hands, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))) == "old-book"
    assert refused(read(hands, data[:2000])) == "broken-archive"


def test_an_older_workbook_is_taken_where_the_series_are_the_same(hands: Hands) -> None:
    from dataclasses import replace

    from innodex.portal.collection import workbook
    from innodex.portal.collection.workbook_base import Base

    def older(**other: Any) -> bytes:
        submission = hands.submission()
        base = replace(Base.of(submission, list(submission.items.all()), "vi"), version="0" * 64, **other)
        signed = replace(base, signature=base._sign())
        data = workbook.template(submission, "vi", at=hands.now, base=signed)
        return edited(data, ("staff", "value", "120"))

    reading = read(hands, older())
    assert reading.refused == []
    assert reading.notices == ["older-version"]
    assert reading.notice("older-version")
    assert [change.series for change in reading.changes] == ["staff"]
    base = reading.base
    assert base is not None
    assert refused(read(hands, older(items=base.items[1:]))) == "other-version"


# ---- with others -----------------------------------------------------------------------------------------


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(hands: Hands) -> None:
    hands.fill()
    data = made(hands)
    hands.save("staff", "130")
    hands.save("land", "150")

    untouched = read(hands, edited(data, ("share", "value", "41")))
    touched = read(hands, edited(data, ("staff", "value", "140"), ("land", "value", "150")))

    assert [change.series for change in untouched.changes] == ["share"]
    assert [(fault.kind, fault.cell) for fault in touched.faults] == [
        ("conflict", address(data, "staff", "value"))
    ]
    assert "130" in touched.faults[0].text("vi")
    assert touched.changes == ()


def test_what_is_saved_between_preview_and_apply_is_a_conflict(hands: Hands) -> None:
    hands.fill()
    reading = read(hands, edited(made(hands), ("staff", "value", "140"), ("land", "value", "150")))
    hands.save("staff", "130")

    applied = apply(hands, reading)

    assert applied.saved == 1
    assert [item.series for item in applied.conflicts] == ["staff"]
    assert (hands.item("staff").value, hands.item("land").value) == ("130", "150")


def test_applying_twice_saves_once(hands: Hands) -> None:
    reading = read(hands, edited(made(hands), ("staff", "value", "140")))

    assert apply(hands, reading).saved == 1
    before = state_of(hands)
    assert apply(hands, reading).saved == 0
    assert state_of(hands)[:-1] == before[:-1]


def test_only_returned_items_are_open(hands: Hands) -> None:
    hands.returned("staff")
    data = made(hands)

    reading = read(hands, edited(data, ("staff", "value", "125"), ("land", "value", "150")))

    assert [(fault.kind, fault.cell) for fault in reading.faults] == [
        ("closed", address(data, "land", "value"))
    ]
    assert apply(hands, reading).saved == 1
    assert hands.item("staff").value == "125"


@pytest.mark.parametrize("who", ["chief-01", "entry-02", "reviewer", "lead", "analyst", "keeper", "auditor"])
def test_the_workbook_has_the_guards_of_the_form(hands: Hands, who: str) -> None:
    reading = read(hands, edited(made(hands), ("staff", "value", "140")))

    with pytest.raises(Refused) as caught:
        apply(hands, reading, who)

    assert caught.value.kind == "not-allowed"
    assert hands.item("staff").value == ""


def test_a_locked_submission_refuses_the_workbook_too(hands: Hands) -> None:
    hands.fill()
    reading = read(hands, edited(made(hands), ("staff", "value", "140")))
    hands.request()

    with pytest.raises(Refused) as caught:
        apply(hands, reading)

    assert caught.value.kind == "wrong-state"
    assert hands.item("staff").value == "120"


def test_after_the_close_nothing_is_taken(hands: Hands) -> None:
    from portal.collection._hands import CLOSES, DAY

    reading = read(hands, edited(made(hands), ("staff", "value", "140")))
    hands.now = CLOSES + DAY

    with pytest.raises(Refused) as caught:
        apply(hands, reading)

    assert caught.value.kind == "too-late"


def test_a_seal_of_another_submission_or_an_altered_one_is_refused(hands: Hands) -> None:
    from innodex.portal.collection import workbook

    sealed = workbook.seal(read(hands, edited(made(hands), ("staff", "value", "140"))))

    assert len(workbook.unseal(sealed, hands.submission())) == 1
    for words, unit in ((sealed, "02"), (sealed[:-1] + "x", "01"), ("", "01")):
        with pytest.raises(Refused) as caught:
            workbook.unseal(words, hands.submission(unit))
        assert caught.value.text("vi") != caught.value.text("en")


# ---- what it looks like ----------------------------------------------------------------------------------


def test_text_is_never_a_formula(hands: Hands) -> None:
    nasty = ["=1+1", "+1", "-1+2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.example/", "\t=1"]
    for series, words in zip(
        ("staff", "spending", "served", "land", "share", "plan", "review"), nasty, strict=True
    ):
        hands.save(series, words, explanation=words)
    data = made(hands)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert not any("vba" in name.lower() or "externalLink" in name for name in archive.namelist())
    assert sheets
    assert all(b"<f>" not in sheet and b"<hyperlink" not in sheet for sheet in sheets)
    assert read(hands, data).changes == ()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_sheet_is_made_to_be_filled_in(hands: Hands, lang: str) -> None:
    hands.fill()
    hands.returned("staff", unit="02")
    book = openpyxl.load_workbook(io.BytesIO(made(hands, lang)))
    sheet = book.worksheets[0]
    rows, columns = places(sheet)

    assert book["innodex"].sheet_state == "veryHidden"
    assert sheet.protection.sheet
    assert sheet.freeze_panes == f"C{min(rows.values()) - 1}"
    staff = {name: sheet.cell(rows["staff"], at) for name, at in columns.items()}
    assert [name for name, cell in staff.items() if not cell.protection.locked] == [
        "value",
        "missing",
        "explanation",
    ]
    assert staff["value"].value == "120"
    assert all(cell.number_format == "@" for name, cell in staff.items() if name in ("value", "explanation"))
    note = staff["name"].comment.text
    assert ("người" if lang == "vi" else "people") in note
    assert "31/12" in note
    (rule,) = sheet.data_validations.dataValidation
    assert rule.type == "list"
    assert staff["missing"].coordinate in rule.sqref
    closed = openpyxl.load_workbook(io.BytesIO(made(hands, lang, "02"))).worksheets[0]
    at, _ = places(closed)
    locked = {series: closed.cell(row, columns["value"]).protection.locked for series, row in at.items()}
    assert [series for series, is_locked in locked.items() if not is_locked] == ["staff"]
