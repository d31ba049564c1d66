"""What only a workbook can have wrong: cells of other kinds, sheets, containers that must stay shut."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _support import ROOT
from faults import _folders as folders
from faults._book import Book, Sheet, Unfit
from faults._folders import EXAMPLES, prepared
from faults._search import picker, search, seeds
from faults._workbook import NAME, ODD, Grid, Odd, Placed, Workbook, check, found, in_process
from innodex.documents import Fault, Faulty
from innodex.formats import (
    LIMITS,
    check_files,
    check_folder,
    read_folder,
    read_grids,
    read_workbook,
    unpack_zip,
    write_workbook,
)

RICH = (folders.with_formulas, folders.with_territory, folders.with_aliases, folders.with_status)
LONG = (folders.with_formulas, folders.with_long)
POSITIONS = 25


def said(faults: tuple[Fault, ...] | list[Fault]) -> list[str]:
    """The kinds; every fault speaks both languages without a gap."""
    for fault in faults:
        vietnamese, english = (f"{fault.place(lang)}: {fault.text(lang)}" for lang in ("vi", "en"))
        assert vietnamese != english
        gaps = ("{", " faults.", "None", "\x00", *((".csv", ".toml") if fault.sheet else ()))
        assert [mark for mark in gaps if mark in vietnamese + english] == [], english
    return [fault.kind for fault in faults]


def address(grid: Grid, row: int, at: int) -> str:
    return f"{chr(ord('A') + at)}{row}" if at < 26 else f"A{chr(ord('A') + at - 26)}{row}"


# ---- cells -----------------------------------------------------------------------------------------------


def _places(book: Book, workbook: Workbook) -> list[tuple[Grid, int, int]]:
    """(sheet, row, column) of every cell below a head that somebody reads."""
    unit, period = folders.columns(book)
    read = {unit, period, "series", "value", "status", *folders.needed(book)}
    places = []
    for path, grid in workbook.grids.items():
        head = [str(cell) for cell in grid.head]
        for row in range(2, len(grid.rows) + 1):
            for at, name in enumerate(head):
                used = name in read if path.startswith("data/") else name not in ("note", "source")
                dated = path == "territory.csv" and name in ("valid_from", "valid_to")
                if used and not dated and path != "sheets/":
                    places.append((grid, row, at))
    return places


@pytest.mark.parametrize("family", [RICH, LONG], ids=["wide", "long"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_cell_of_another_kind_is_found_and_nothing_follows_from_it(
    name: str, family: tuple[folders.Preparation, ...]
) -> None:
    def trial(data: st.DataObject) -> None:
        pick = picker(data)
        book = prepared(name, family).copy()
        workbook = Workbook.of(book)
        (grid, row, at), odd = pick(_places(book, workbook)), pick(ODD)
        cells = grid.rows[row - 1]
        if odd.kind == "b" and cells[0] == "synthetic":
            assume(False)
        cells.extend([""] * (at + 1 - len(cells)))
        cells[at] = odd

        checked = check(workbook.write())

        column = str(grid.head[at])
        assert found(checked) == [(odd.fault, grid.name, row, column, address(grid, row, at))]
        said(checked.faults)

    with in_process():
        search(trial, POSITIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_nobody_reads_may_hold_anything(name: str) -> None:
    """Ignored columns, remarks, and columns that are a warning already."""

    def trial(data: st.DataObject) -> None:
        book = prepared(name, RICH).copy()
        ignored = book.index.content["data"].get("ignore", [])
        book.index.content["data"]["ignore"] = [*ignored, "Ghi chú"]
        path = data.draw(st.sampled_from([*book.data(), "series.csv", "framework.csv", "territory.csv"]))
        figures = path.startswith("data/")
        unused = figures and data.draw(st.booleans())
        column = ("Khác" if unused else "Ghi chú") if figures else "note"
        sheet = book.sheet(path)
        sheet.ensure(column)
        workbook = Workbook.of(book)
        grid = workbook.grids[path]
        at = [str(cell) for cell in grid.head].index(column)
        for row in range(2, len(grid.rows) + 1):
            grid.rows[row - 1][at] = data.draw(st.sampled_from(ODD))

        checked = check(workbook.write())

        assert [fault.kind for fault in checked.faults] == []
        assert [fault.kind for fault in checked.warnings] == ["unused-column"] * unused

    with in_process():
        search(trial, POSITIONS)


def test_a_date_of_a_territory_may_be_one() -> None:
    book = prepared(EXAMPLES[0], RICH).copy()
    sheet = book.sheet("territory.csv")
    sheet.put(sheet.lines[0], "valid_from", "x")
    workbook = Workbook.of(book)
    grid = workbook.grids["territory.csv"]
    grid.rows[1][grid.head.index("valid_from")] = ODD[0]
    with in_process():
        checked = check(workbook.write())
        assert found(checked) == []
        grid.rows[1][grid.head.index("valid_from")] = ODD[1]

        assert [(p[0], p[3]) for p in found(check(workbook.write()))] == [("bad-date", "valid_from")]


def test_a_formula_with_its_value_is_a_figure(tmp_path: Path) -> None:
    """xlsxwriter stores a value beside each formula, as spreadsheets do when they save."""
    import xlsxwriter

    book = prepared(EXAMPLES[0], ()).copy()
    workbook = Workbook.of(book)
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as written:
        for grid in workbook.grids.values():
            sheet = written.add_worksheet(grid.name)
            for row, cells in enumerate(grid.rows):
                for at, cell in enumerate(cells):
                    text = str(cell)
                    if grid.name.startswith("data") and row and text.replace(".", "").isdigit():
                        sheet.write_formula(row, at, f"={text}*1", value=float(text))
                    else:
                        sheet.write(row, at, cell)
    computed, plain = check_folder(path), check_folder_of(book, tmp_path)

    assert computed.folder is not None
    assert plain.folder is not None
    assert computed.folder.panel is not None
    assert plain.folder.panel is not None
    assert computed.folder.panel.digest == plain.folder.panel.digest


def check_folder_of(book: Book, tmp_path: Path) -> object:
    for name, data in book.write()[0].items():
        (tmp_path / "index" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "index" / name).write_bytes(data)
    return check_folder(tmp_path / "index")


# ---- sheets ----------------------------------------------------------------------------------------------


def _one(book: Book, change: Callable[[Workbook], object]) -> list[Placed]:
    workbook = Workbook.of(book)
    change(workbook)
    with in_process():
        checked = check(workbook.write())
    said(checked.faults + checked.warnings)
    return found(checked)


@pytest.mark.parametrize(
    "path", ["index.toml", "series.csv", "framework.csv", "recipe.toml", "territory.csv"]
)
def test_a_sheet_that_is_missing(path: str) -> None:
    book = prepared(EXAMPLES[1], RICH).copy()
    name = path.rpartition(".")[0]

    places = _one(book, lambda workbook: workbook.grids.pop(path))

    assert ("missing-sheet", name, None, None, None) in places
    assert {place[0] for place in places} == {"missing-sheet"}


def test_an_empty_sheet_is_a_missing_one() -> None:
    book = prepared(EXAMPLES[1], RICH).copy()

    def empty(workbook: Workbook) -> None:
        workbook.grids["series.csv"].rows = [["", None], [""]]

    assert _one(book, empty) == [("missing-sheet", "series", None, None, None)]


@pytest.mark.parametrize("name", ["serie", "Ghi chú", "data2024", "Sheet1"])
def test_a_sheet_that_nobody_reads_is_a_warning(name: str) -> None:
    book = prepared(EXAMPLES[0], ()).copy()

    def add(workbook: Workbook) -> None:
        workbook.grids["more"] = Grid(name, [["x"]])

    assert _one(book, add) == [("unknown-sheet", name, None, None, None)]


def test_an_empty_sheet_of_any_name_is_nothing() -> None:
    book = prepared(EXAMPLES[0], ()).copy()

    assert _one(book, lambda workbook: workbook.grids.update(more=Grid("Sheet1", []))) == []


def test_names_of_sheets_and_of_the_own_territory_are_read_kindly() -> None:
    book = prepared(EXAMPLES[0], RICH).copy()

    def rename(workbook: Workbook) -> None:
        workbook.grids["framework.csv"].name = " Framework "
        workbook.grids["index.toml"].name = "INDEX"
        for row in workbook.grids["index.toml"].rows:
            if row[0] == "territory":
                row[1] = "Territory"

    assert _one(book, rename) == []


def test_a_text_without_its_node_is_a_warning() -> None:
    book = prepared(EXAMPLES[0], ()).copy()
    book.files["sheets/zzz-9.vi.md"] = "Một văn bản.".encode()

    places = _one(book, lambda workbook: None)

    row = places[0][2]
    assert places == [("unused-text", "sheets", row, None, f"A{row}")]


def test_texts_are_faulty_in_their_own_ways() -> None:
    book = prepared(EXAMPLES[1], ()).copy()
    nodes = list(folders.nodes(book))[:2]

    def texts(workbook: Workbook) -> None:
        rows = [
            ["code", "vi", "en"],
            [nodes[0], "Một", ""],
            ["", "Hai", ""],
            ["a b", "Ba", ""],
            [nodes[0], "", "x"],
        ]
        rows.append([nodes[1], Odd("e", "#N/A"), ""])  # type: ignore[list-item]
        workbook.grids["sheets/"] = Grid("sheets", rows)  # type: ignore[arg-type]

    assert _one(book, texts) == [
        ("bad-code", "sheets", 4, "code", "A4"),
        ("duplicate-code", "sheets", 5, "code", "A5"),
        ("error-cell", "sheets", 6, "vi", "B6"),
        ("missing-cell", "sheets", 3, "code", "A3"),
    ]


def test_lists_may_have_a_row_for_each_item() -> None:
    book = prepared(EXAMPLES[0], ()).copy()
    units = folders.spellings(book)
    rows: list[int] = []

    def listed(workbook: Workbook) -> None:
        grid = workbook.grids["index.toml"]
        grid.rows = [row for row in grid.rows if row[0] != "units"]
        for unit in (*units[:2], "Không đâu", *units[2:]):
            rows.append(grid.add("units", unit))

    assert _one(book, listed) == [("unknown-unit", "index", rows[2], "units", f"B{rows[2]}")]


@pytest.mark.parametrize("sheet", ["index", "recipe"])
def test_a_key_that_stands_twice(sheet: str) -> None:
    book = prepared(EXAMPLES[0], ()).copy()
    rows: list[int] = []

    def twice(workbook: Workbook) -> None:
        grid = workbook.grids[f"{sheet}.toml"]
        rows.append(grid.add(*grid.rows[1]))

    places = _one(book, twice)
    column = {"index": "A", "recipe": "C"}[sheet]
    assert places == [("duplicate-row", sheet, rows[0], "key", f"{column}{rows[0]}")]


@pytest.mark.parametrize("sheet", ["index", "recipe"])
def test_a_sheet_of_keys_without_its_columns(sheet: str) -> None:
    book = prepared(EXAMPLES[0], ()).copy()

    def rename(workbook: Workbook) -> None:
        head = workbook.grids[f"{sheet}.toml"].rows[0]
        head[head.index("value")] = "ω"

    column = {"index": "B", "recipe": "D"}[sheet]
    assert _one(book, rename) == [
        ("missing-column", sheet, 1, "value", None),
        ("unknown-column", sheet, 1, "ω", f"{column}1"),
    ]


@pytest.mark.parametrize("sheet", ["index", "recipe"])
def test_a_value_without_its_key(sheet: str) -> None:
    book = prepared(EXAMPLES[0], ()).copy()
    column = {"index": 0, "recipe": 2}[sheet]
    rows: list[int] = []

    def nameless(workbook: Workbook) -> None:
        grid = workbook.grids[f"{sheet}.toml"]
        cells: list[object] = [""] * (column + 1) + ["x"]
        rows.append(grid.add(*cells))

    assert _one(book, nameless) == [("missing-cell", sheet, rows[0], "key", f"{'AC'[column // 2]}{rows[0]}")]


# ---- containers ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good() -> bytes:
    return write_workbook(read_folder(ROOT / "examples/tai"))


def refused(data: bytes) -> str:
    """The kind of the one fault that keeps the workbook shut."""
    checked = read_workbook(data, NAME)
    assert checked.folder is None
    (fault,) = checked.faults
    assert (fault.file, fault.row) == (NAME, None)
    said([fault])
    return fault.kind


def repacked(data: bytes, **entries: bytes) -> bytes:
    """The workbook with entries added or put in the place of others."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in entries:
                new.writestr(name, old.read(name))
        for name, content in entries.items():
            new.writestr(name, content)
    return stream.getvalue()


def test_the_good_one_is_good(good: bytes) -> None:
    assert read_workbook(good, NAME).faults == ()


@pytest.mark.parametrize("data", [b"", b"code,name\n", b"%PDF-1.7", b"\xff\xfe\x00"])
def test_not_a_book(data: bytes) -> None:
    assert refused(data) == "not-a-book"


def test_an_archive_of_something_else_is_no_book(good: bytes) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
        archive.writestr("[Content_Types].xml", "<Types/>")

    assert refused(stream.getvalue()) == "not-a-book"


def test_old_and_binary_books(good: bytes) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)

    assert refused(ole) == "old-book"
    assert refused(repacked(good, **{"xl/workbook.bin": b"x"})) == "old-book"


def test_locked_books(good: bytes) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    flagged = bytearray(good)
    at = flagged.find(b"PK\x01\x02")
    flagged[at + 8] |= 1

    assert refused(ole) == "locked-file"
    assert refused(bytes(flagged)) == "locked-file"


def test_books_with_macros(good: bytes) -> None:
    types = zipfile.ZipFile(io.BytesIO(good)).read("[Content_Types].xml")
    macro = types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")

    assert refused(repacked(good, **{"xl/vbaProject.bin": b"x"})) == "macro-book"
    assert (
        refused(repacked(good, **{"[Content_Types].xml": macro + b"<!-- macroEnabled -->"})) == "macro-book"
    )


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("content", [b"", b"<x", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"])
def test_broken_books(good: bytes, part: str, content: bytes) -> None:
    assert refused(repacked(good, **{part: content})) == "broken-archive"


def test_a_book_cut_short(good: bytes) -> None:
    assert refused(good[: len(good) // 2]) == "broken-archive"
    spoiled = bytearray(good)
    spoiled[200:260] = bytes(60)
    assert read_workbook(bytes(spoiled), NAME).folder is None


def test_a_bomb_is_not_unpacked(good: bytes) -> None:
    assert refused(repacked(good, **{"xl/worksheets/sheet1.xml": b" " * (60 << 20)})) == "too-large"
    assert refused(repacked(good, **{f"xl/media/{n}.png": b"" for n in range(2_001)})) == "too-large"
    assert refused(good + bytes(LIMITS.packed)) == "too-large"


def test_entries_that_share_their_bytes_are_a_bomb(good: bytes) -> None:
    """The directory names one entry many times over, at the same place in the file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/a.xml", bytes(range(256)) * 2_000)
        info = archive.infolist()[0]
        for number in range(400):
            twin = zipfile.ZipInfo(f"xl/{number}.xml")
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(twin, name, getattr(info, name))
            archive.filelist.append(twin)
            archive.NameToInfo[twin.filename] = twin
    assert refused(stream.getvalue()) == "too-large"


def test_more_cells_than_may_be_read(good: bytes) -> None:
    with pytest.raises(Faulty) as caught:
        read_grids(good, NAME, replace(LIMITS, cells=50))
    assert said(caught.value.faults) == ["too-large"]


def test_a_reader_that_takes_too_long_is_stopped(good: bytes) -> None:
    with pytest.raises(Faulty) as caught:
        read_grids(good, NAME, replace(LIMITS, seconds=0))
    assert said(caught.value.faults) == ["too-large"]


def test_a_reader_that_wants_too_much_memory_is_stopped(good: bytes) -> None:
    with pytest.raises(Faulty) as caught:
        read_grids(good, NAME, replace(LIMITS, memory=8 << 20))
    assert said(caught.value.faults) == ["too-large"]


def test_a_sheet_that_lies_about_its_extent_is_read_all_the_same(good: bytes) -> None:
    sheet = zipfile.ZipFile(io.BytesIO(good)).read("xl/worksheets/sheet1.xml")
    start = sheet.index(b'<dimension ref="')
    wide = sheet[:start] + b'<dimension ref="A1:XFD1048576' + sheet[sheet.index(b'"/>', start) :]

    assert read_workbook(repacked(good, **{"xl/worksheets/sheet1.xml": wide}), NAME).faults == ()


def test_without_the_reader_the_reader_is_named(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"refused": "no-reader", "reason": "openpyxl"}
    monkeypatch.setattr("innodex.formats._grid._ask", lambda *_: answer)
    checked = read_workbook(good, NAME)

    assert said(checked.faults) == ["no-reader"]
    assert "openpyxl" in checked.faults[0].text("vi")


# ---- archives --------------------------------------------------------------------------------------------


def archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream.getvalue()


def on_disk(name: str) -> dict[str, bytes]:
    folder = ROOT / "examples" / name
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def unpacking(data: bytes) -> list[str]:
    with pytest.raises(Faulty) as caught:
        unpack_zip(data, "index.zip")
    return said(caught.value.faults)


@pytest.mark.parametrize("top", ["", "tai/", "a/b c/", "Chỉ số/"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_packed_folder_is_the_folder(name: str, top: str, tmp_path: Path) -> None:
    files = on_disk(name)
    litter = {"__MACOSX/._index.toml": b"x", f"{top}.DS_Store": b"x", f"{top}data/Thumbs.db": b"x"}
    data = archive({**{top + path: content for path, content in files.items()}, **litter})
    (tmp_path / "index.zip").write_bytes(data)

    unpacked = unpack_zip(data, "index.zip")
    packed, plain = check_folder(tmp_path / "index.zip").folder, read_folder(ROOT / "examples" / name)

    assert unpacked == files
    assert packed is not None
    assert packed.files == plain.files
    assert packed.framework.digest == plain.framework.digest


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/etc/x", "C:\\x", "..\\x", "\\\\host\\x"])
def test_a_path_that_leads_out(path: str) -> None:
    assert unpacking(archive({"index.toml": b"", path: b"x"})) == ["unsafe-path"]


def test_a_link_leads_out() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        link = zipfile.ZipInfo("data/x.csv")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
    assert unpacking(stream.getvalue()) == ["unsafe-path"]


def test_several_folders_in_one() -> None:
    assert unpacking(archive({"a/index.toml": b"", "b/index.toml": b""})) == ["several-folders"]
    assert unpack_zip(archive({"index.toml": b"1", "b/index.toml": b"2"}), "x.zip")["index.toml"] == b"1"


def test_bombs_and_crowds() -> None:
    assert unpacking(archive({"data/x.csv": b"0" * (60 << 20)})) == ["too-large"]
    assert unpacking(archive({f"data/{n}.csv": b"" for n in range(2_001)})) == ["too-large"]


def test_broken_archives() -> None:
    good = archive({"index.toml": b"x" * 1000})
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("index.toml", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("index.toml", "2")

    assert unpacking(b"title") == ["broken-archive"]
    assert unpacking(good[:-10]) == ["broken-archive"]
    assert unpacking(stream.getvalue()) == ["broken-archive"]
    at = good.find(b"PK\x01\x02") + 16
    spoiled = good[:at] + struct.pack("<I", 1) + good[at + 4 :]  # the checksum
    assert unpacking(spoiled) == ["broken-archive"]


def test_an_archive_without_an_index_is_no_folder() -> None:
    files = unpack_zip(archive({"a.txt": b"x"}), "index.zip")

    checked = check_files(files, name="index.zip")

    assert [(fault.kind, fault.file) for fault in checked.faults] == [("not-a-folder", "index.zip")]


def test_files_that_no_index_has_are_left_alone() -> None:
    files = on_disk("tai") | {
        "data/deep/x.csv": b"x",
        "data/.x.csv": b"x",
        "README.txt": b"\xff",
        "data/.csv": b"x",
    }

    folder = check_files(files).folder

    assert folder is not None
    assert folder.files == read_folder(ROOT / "examples/tai").files


# ---- anything --------------------------------------------------------------------------------------------

ANYTHING = [
    "", "x", "=1", "data", "units", "data.", "data.columns.", "data.unit.x", ".", "0", "1,5", "NA", "vi; en",
    ";", "normalise", "weigh",
    "weight", "step", "at", "within", "true", "\n", '"', "'", "[steps]", "#", "group:x",
    "Hà Nội", "𝔘", "a" * 300, -1, 0, 0.5, 1e300, 10**16, *ODD,
]  # fmt: skip


@pytest.mark.parametrize("name", EXAMPLES)
def test_whatever_is_typed_into_a_workbook_has_an_answer(name: str) -> None:
    def trial(data: st.DataObject) -> None:
        chance = random.Random(data.draw(seeds))
        workbook = Workbook.of(prepared(name, chance.choice([(), RICH, LONG])).copy(), chance.choice([0, 3]))
        grids = [grid for grid in workbook.grids.values() if grid.rows]
        for _ in range(chance.choice([1, 1, 2, 5, 20])):
            grid = chance.choice(grids)
            row = chance.choice(grid.rows)
            match chance.choice(["cell", "cell", "cell", "longer", "gone", "twice", "name"]):
                case "cell" if row:
                    row[chance.randrange(len(row))] = chance.choice(ANYTHING)
                case "longer":
                    row.append(chance.choice(ANYTHING))
                case "gone":
                    grid.rows.remove(row)
                case "twice":
                    grid.rows.insert(chance.randrange(len(grid.rows)), list(row))
                case "name" if chance.random() < 0.1:
                    grid.name = chance.choice(["x", "data", "data x", "Sheets", "territory", grid.name])
            grids = [grid for grid in grids if grid.rows]
        try:
            written = workbook.write()
        except (Unfit, ValueError):  # two sheets of one name
            assume(False)

        checked = check(written)

        said(checked.faults + checked.warnings)
        assert (checked.folder is None) == bool(checked.faults)
        if checked.folder is not None:
            again = check(write_workbook(checked.folder)).folder
            assert again is not None
            assert again.framework.digest == checked.folder.framework.digest

    with in_process():
        search(trial, POSITIONS)


def test_whatever_happens_to_its_bytes_has_an_answer(good: bytes) -> None:
    chance = random.Random(7)
    for _ in range(12):
        data = bytearray(good)
        for _ in range(chance.choice([1, 5, 50])):
            data[chance.randrange(len(data))] = chance.randrange(256)

        checked = read_workbook(bytes(data), NAME)

        said(checked.faults)
        assert (checked.folder is None) == bool(checked.faults)


# ---- the way back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_workbook_of_a_folder_is_the_folder(name: str) -> None:
    plain = read_folder(ROOT / "examples" / name)

    again = read_workbook(write_workbook(plain), NAME)

    assert again.faults == again.warnings == ()
    _same(plain, again.folder)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_workbook_of_any_clean_folder_is_that_folder(name: str, tmp_path: Path) -> None:
    from faults.test_injected import FAMILIES

    def trial(data: st.DataObject) -> None:
        book = prepared(name, data.draw(st.sampled_from(FAMILIES))).copy()
        for path, file in book.files.items():
            if isinstance(file, Sheet) and path.startswith("data/"):
                file.dress = replace(file.dress, separator=data.draw(st.sampled_from(",;\t")))
        plain = check_files(book.write()[0]).folder
        assert plain is not None

        written = write_workbook(plain)

        assert written == write_workbook(plain)
        _same(plain, check(written).folder)

    with in_process():
        search(trial, 6)


def _same(plain: object, again: object) -> None:
    from innodex.formats import Folder

    assert isinstance(plain, Folder)
    assert isinstance(again, Folder)
    assert again.framework.digest == plain.framework.digest
    assert again.recipe.digest == plain.recipe.digest
    assert again.territory.digest == plain.territory.digest
    assert again.settings == plain.settings
    assert (again.panel and again.panel.digest) == (plain.panel and plain.panel.digest)


def test_a_text_that_no_cell_holds_is_said() -> None:
    files = on_disk("tai")
    code = next(iter(name for name in files if name.startswith("sheets/")))
    folder = check_files(files | {code: b"x" * 40_000}).folder
    assert folder is not None

    with pytest.raises(Faulty) as caught:
        write_workbook(folder)
    assert said(caught.value.faults) == ["too-large"]


def test_a_formula_in_a_text_stays_text() -> None:
    files = on_disk("tai")
    series = files["series.csv"].decode().replace("per million people", "=HYPERLINK(1)", 1)
    folder = check_files(files | {"series.csv": series.encode()}).folder
    assert folder is not None
    grids = read_grids(write_workbook(folder), NAME)

    cells = [cell for grid in grids for cell in grid.cells.values()]
    assert not any(cell.formula for cell in cells)
    assert "=HYPERLINK(1)" in [cell.value for cell in cells]
