"""An outsider's check: what was changed after publishing is found and named, digests repaired or not."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import math
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import innodex
from _editions import (
    edit_cell,
    edit_member,
    new_folder,
    publish_folder,
    read_manifest,
    repair,
    write_manifest,
)
from innodex import edition as room
from innodex.cli import main
from innodex.documents import exact, has
from innodex.edition import Difference, archive
from innodex.publishing import Verification, verify
from innodex.reports import tables
from innodex.website import render

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small edition that no test changes."""
    scratch = tmp_path_factory.mktemp("published")
    folder = new_folder(scratch / "index")
    return publish_folder(folder, scratch / "edition", "--audience", "public", "--date", "2026-10-01")


@pytest.fixture
def edition(published: Path, tmp_path: Path) -> Path:
    """A copy to forge."""
    return Path(shutil.copytree(published, tmp_path / "edition"))


def first(found: Verification) -> Difference:
    assert not found.good
    return found.differences[0]


# ---- honest editions ---------------------------------------------------------------------------------------


def test_an_honest_edition_is_good_and_everything_was_looked_at(published: Path) -> None:
    found = verify(published)

    assert found.differences == ()
    assert found.digest == hashlib.sha256((published / "manifest.json").read_bytes()).hexdigest()
    assert found.files == sum(path.is_file() for path in published.rglob("*")) - 1  # all but the archive
    assert found.pages == sum(path.is_file() for path in (published / "site").rglob("*"))
    assert found.tables == sum(path.is_file() for path in (published / "tables").rglob("*"))
    assert found.numbers > 400
    assert found.recomputed
    assert found.same_version


def test_verifying_changes_nothing(published: Path) -> None:
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in published.rglob("*")}

    verify(published)

    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in published.rglob("*")} == before


def test_the_archive_alone_is_as_good_as_the_folder(published: Path) -> None:
    assert verify(published / "edition.zip") == verify(published)


def test_an_edition_without_its_archive_is_good(edition: Path) -> None:
    (edition / "edition.zip").unlink()

    assert verify(edition).good


def test_publishing_again_gives_the_same_bytes(published: Path, tmp_path: Path) -> None:
    again = publish_folder(
        published / "inputs", tmp_path / "again", "--audience", "public", "--date", "2026-10-01"
    )

    held, known = (
        {p.relative_to(r): p.read_bytes() for p in r.rglob("*") if p.is_file()} for r in (again, published)
    )
    assert held == known


def test_what_is_read_from_the_files_is_what_was_in_memory(published: Path) -> None:
    """Pages and tables rendered from the files alone are those that were published."""
    edition = innodex.read_edition(published)

    assert {f"site/{path}": data for path, data in render(edition).items()} == {
        path.relative_to(published).as_posix(): path.read_bytes()
        for path in (published / "site").rglob("*")
        if path.is_file()
    }
    assert tables(edition) == {
        path.relative_to(published).as_posix(): path.read_bytes()
        for path in (published / "tables").rglob("*")
        if path.is_file()
    }


def test_data_and_recipe_that_were_given_are_kept_in_the_inputs(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    data = (folder / "data" / "2025.csv").rename(tmp_path / "figures of 2025.csv")
    recipe = folder.parent / "mine.toml"
    recipe.write_text((folder / "recipe.toml").read_text("utf-8").replace('"min"', '"max"'), "utf-8")

    edition = publish_folder(folder, tmp_path / "edition", "--data", str(data), "--recipe", str(recipe))

    assert [path.name for path in (edition / "inputs" / "data").iterdir()] == ["figures of 2025.csv"]
    assert (edition / "inputs" / "data" / "figures of 2025.csv").read_bytes() == data.read_bytes()
    assert (edition / "inputs" / "recipe.toml").read_bytes() == recipe.read_bytes()
    shutil.rmtree(folder)
    data.unlink()
    assert verify(edition).good


def test_inputs_are_the_bytes_that_were_read_and_read_back_equal(published: Path) -> None:
    source = published.parent / "index"
    for path in (published / "inputs").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (source / path.relative_to(published / "inputs")).read_bytes()
    one, other = innodex.read_folder(source), innodex.read_folder(published / "inputs")
    assert one.files == other.files
    assert one.panel is not None
    assert other.panel is not None
    assert (one.framework.digest, one.recipe.digest, one.territory.digest, one.panel.digest) == (
        other.framework.digest, other.recipe.digest, other.territory.digest, other.panel.digest,
    )  # fmt: skip


def test_the_name_of_an_edition_follows_from_what_is_published(tmp_path: Path) -> None:
    folder = new_folder(tmp_path / "index")
    same = ["--audience", "public"]
    ids = [
        read_manifest(publish_folder(folder, tmp_path / str(number), *more))["id"]
        for number, more in enumerate(
            [same, same, [], [*same, "--date", "2026-10-01"], [*same, "--replaces", "0" * 64]]
        )
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"sample-2025-[0-9a-f]{8}", str(name)) for name in ids)


# ---- without repairing anything ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["inputs/data/2024.csv", "results.csv", "tables/ranking.csv", "site/vi/index.html"]
)
def test_a_changed_byte_is_found(path: str, edition: Path) -> None:
    data = (edition / path).read_bytes()
    (edition / path).write_bytes(data.replace(b"1", b"2", 1))

    found = first(verify(edition))

    assert (found.kind, found.file) == ("changed", path)
    assert found.published == hashlib.sha256(data).hexdigest()


def test_a_forged_number_is_named_with_both_values_even_before_digests_are_repaired(edition: Path) -> None:
    row, before, _ = edit_cell(edition, "results.csv", "score", lambda _: "99")

    differences = verify(edition).differences

    assert [d.kind for d in differences] == ["changed", "value"]
    assert (differences[1].row, differences[1].published, differences[1].recomputed) == (row, "99", before)


@pytest.mark.parametrize("path", ["extra.txt", "inputs/data/2026.csv", "site/vi/extra.html", ".hidden"])
def test_an_added_file_is_found(path: str, edition: Path) -> None:
    (edition / path).write_text("x")

    assert [(d.kind, d.file) for d in verify(edition).differences] == [("added", path)]


@pytest.mark.parametrize(
    "path", ["inputs/recipe.toml", "weights.csv", "tables/scores.csv", "site/en/data.html"]
)
def test_a_removed_file_is_found(path: str, edition: Path) -> None:
    (edition / path).unlink()

    assert [(d.kind, d.file) for d in verify(edition).differences] == [("missing", path)]


def test_everything_that_was_changed_is_named(edition: Path) -> None:
    for path in ("site/vi/data.html", "site/en/data.html", "tables/scores.csv"):
        (edition / path).write_bytes(b"x")

    changed = [d.file for d in verify(edition).differences if d.kind == "changed"]

    assert changed == ["site/en/data.html", "site/vi/data.html", "tables/scores.csv"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_link_is_refused(kind: str, edition: Path, tmp_path: Path) -> None:
    if kind == "file":
        target = (edition / "results.csv").rename(tmp_path / "results.csv")
        (edition / "results.csv").symlink_to(target)
        name = "results.csv"
    else:
        target = (edition / "tables").rename(tmp_path / "tables")
        (edition / "tables").symlink_to(target)
        name = "tables"

    differences = verify(edition).differences

    assert ("link", name) in [(d.kind, d.file) for d in differences]


def test_a_manifest_that_is_a_link_is_no_manifest(edition: Path, tmp_path: Path) -> None:
    (edition / "manifest.json").rename(tmp_path / "manifest.json")
    (edition / "manifest.json").symlink_to(tmp_path / "manifest.json")

    assert first(verify(edition)).kind == "no-manifest"


def test_the_archive_holds_what_the_folder_holds(edition: Path) -> None:
    with zipfile.ZipFile(edition / "edition.zip") as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    cases: dict[str, dict[str, bytes]] = {
        "archive-changed": {**held, "results.csv": b"x"},
        "archive-added": {**held, "virus.exe": b"x"},
        "archive-missing": {name: data for name, data in held.items() if name != "results.csv"},
    }
    for kind, files in cases.items():
        (edition / "edition.zip").write_bytes(archive(files))
        assert [d.kind for d in verify(edition).differences] == [kind]
    (edition / "edition.zip").write_bytes(b"no zip")
    assert [d.kind for d in verify(edition).differences] == ["archive"]


def test_another_digest_than_the_announced_one_is_a_mismatch(published: Path) -> None:
    digest = verify(published).digest

    assert verify(published, expect=digest).good
    found = first(verify(published, expect="0" * 64))
    assert (found.kind, found.published, found.recomputed) == ("expected", digest, "0" * 64)


# ---- with every digest, size and copy repaired -------------------------------------------------------------

NUMBERS = [
    ("results.csv", "score"),
    ("results.csv", "rank"),
    ("panel.csv", "value"),
    ("treated.csv", "value"),
    ("normalised.csv", "value"),
    ("weights.csv", "share"),
    ("weights.csv", "effective"),
    ("group_ranks.csv", "rank"),
    ("group_ranks.csv", "of"),
    ("tables/ranking.csv", "score"),
    ("tables/ranking.csv", "rank"),
    ("tables/scores.csv", "score"),
    ("tables/indicators.csv", "value"),
    ("tables/framework.csv", "weight"),
]


@pytest.mark.parametrize(("path", "column"), NUMBERS)
def test_a_forged_number_is_found_with_its_place_and_both_values(
    path: str, column: str, edition: Path
) -> None:
    row, before, after = edit_cell(
        edition, path, column, lambda text: str(float(text) + 1).removesuffix(".0")
    )
    repair(edition)

    found = first(verify(edition))

    assert (found.kind, found.file, found.row, found.column) == ("value", path, row, column)
    assert (found.published, found.recomputed) == (after, before)
    assert verify(edition / "edition.zip").differences == verify(edition).differences


@pytest.mark.parametrize(
    ("path", "column", "text"),
    [
        ("results.csv", "level", "other"),
        ("panel.csv", "status", "estimated"),
        ("panel.csv", "source", "nowhere"),
        ("normalised.csv", "flag", "estimated"),
        ("weights.csv", "parent", "B"),
        ("tables/ranking.csv", "name_vi", "Elsewhere"),
        ("tables/ranking.csv", "synthetic", "false"),
        ("tables/framework.csv", "certainty", "official"),
    ],
)
def test_a_forged_text_is_found(path: str, column: str, text: str, edition: Path) -> None:
    row, before, after = edit_cell(edition, path, column, lambda _: text, row=3)
    repair(edition)

    found = first(verify(edition))

    assert (found.file, found.row, found.column, found.published, found.recomputed) == (
        path,
        row,
        column,
        after,
        before,
    )


def test_a_missing_score_that_was_filled_in_is_found(edition: Path) -> None:
    lines = (edition / "results.csv").read_text("utf-8").splitlines()
    row = next(n for n, line in enumerate(lines, start=1) if line.endswith(",,"))
    edit_cell(edition, "results.csv", "score", lambda _: "50", row=row)
    repair(edition)

    found = first(verify(edition))

    assert (found.row, found.published, found.recomputed) == (row, "50", "")
    assert "published 50, recomputed nothing" in found.text("en")


@pytest.mark.parametrize("rendered_there", [True, False])
def test_a_number_within_the_tolerance_is_no_difference(rendered_there: bool, edition: Path) -> None:
    """Another machine's last bit: every number of results and normalised values moved by it.

    Whether tables and pages were made from the moved numbers or from ours, both are what was promised.
    """
    for name, column in (("results.csv", "score"), ("normalised.csv", "value")):
        rows = list(csv.reader(io.StringIO((edition / name).read_text("utf-8"))))
        at = rows[0].index(column)
        for row in rows[1:]:
            moved = exact(math.nextafter(float(row[at]), math.inf)) if row[at] else ""
            # The data page shows the sizes of files, so a file made elsewhere must be as long.
            row[at] = moved if rendered_there or len(moved) == len(row[at]) else row[at]
        text = "".join(",".join(row) + "\n" for row in rows)
        assert text != (edition / name).read_text("utf-8")
        (edition / name).write_text(text, "utf-8")
    repair(edition)
    if rendered_there:
        render_again(edition)

    assert verify(edition).differences == ()


def render_again(edition: Path) -> None:
    """Make tables and pages from the numbers that lie there, with our own program."""
    for path, data in tables(room.read(edition)).items():
        (edition / path).write_bytes(data)
    repair(edition)
    for path, data in render(room.read(edition)).items():
        (edition / "site" / path).write_bytes(data)
    repair(edition)


def test_a_forged_result_and_tables_and_pages_made_from_it_are_found(edition: Path) -> None:
    """The thorough forger renders tables and pages from the forged numbers."""
    lines = (edition / "results.csv").read_text("utf-8").splitlines()
    row = next(n for n, line in enumerate(lines, start=1) if line.startswith("2025,01,SAMPLE,"))
    edit_cell(edition, "results.csv", "score", lambda _: "99", row=row)
    repair(edition)
    render_again(edition)

    found = verify(edition).differences

    assert (found[0].file, found[0].row, found[0].published) == ("results.csv", row, "99")
    assert {"tables/ranking.csv", "site/vi/index.html", "site/en/index.html"} <= {d.file for d in found}


@pytest.mark.parametrize("key", ["panel", "recipe", "framework", "territory"])
def test_a_forged_digest_of_an_input_is_found(key: str, edition: Path) -> None:
    manifest = read_manifest(edition)
    manifest["inputs"] = {**manifest["inputs"], key: "0" * 64}  # type: ignore[dict-item]
    write_manifest(edition, manifest)
    repair(edition)

    found = first(verify(edition))

    assert (found.kind, found.file, found.column) == ("manifest", "manifest.json", "inputs")
    text = (edition / "result.json").read_text("utf-8")
    (edition / "result.json").write_text(
        re.sub(rf'("{key}": )"[0-9a-f]+"', rf'\1"{"0" * 64}"', text), "utf-8"
    )
    repair(edition)
    assert [(d.file, d.column) for d in verify(edition).differences] == [
        ("result.json", "digests"), ("manifest.json", "inputs"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("synthetic", False), ("title", {"vi": "Chỉ số thật", "en": "Real index"}), ("period", "2024"),
        ("languages", ["vi"]), ("id", "sample-2025-00000000"), ("audience", "internal"),
        ("date", "2026-10-02"),
        ("date", None), ("replaces", "0" * 64),
    ],
)  # fmt: skip
def test_a_forged_field_of_the_manifest_is_found(key: str, value: object, edition: Path) -> None:
    write_manifest(edition, {**read_manifest(edition), key: value})
    repair(edition)

    found = verify(edition).differences

    named = {d.column for d in found if d.kind == "manifest"}
    # Audience, date and what is replaced are part of the id.
    assert named == ({key} if key in ("synthetic", "title", "period", "languages", "id") else {"id"})
    assert verify(edition, expect="0" * 64).differences[0].kind == "expected"


def test_a_field_that_cannot_be_recomputed_is_caught_by_the_announced_digest(edition: Path) -> None:
    """Audience and id forged together, as if another version had made the pages: consistent, not the same."""
    digest = verify(edition).digest
    folder = innodex.read_folder(edition / "inputs")
    name = room.identify(folder, "2025", audience=room.Audience.INTERNAL, date=None, replaces=None)
    manifest = {
        **read_manifest(edition),
        "audience": "internal",
        "date": None,
        "id": name,
        "version": "0.0.1",
    }
    write_manifest(edition, manifest)
    result = (edition / "result.json").read_text("utf-8").replace(innodex.__version__, "0.0.1")
    (edition / "result.json").write_text(result, "utf-8")
    workbook = next((edition / "tables").glob("*.xlsx"))
    workbook.unlink()
    repair(edition)
    for path, data in tables(room.read(edition)).items():
        (edition / path).write_bytes(data)
    repair(edition)

    assert verify(edition).differences == ()
    assert first(verify(edition, expect=digest)).kind == "expected"


def test_changed_data_give_other_numbers(edition: Path) -> None:
    edit_cell(edition, "inputs/data/2025.csv", "fine_dust", lambda _: "20", row=2)
    repair(edition)

    found = verify(edition)

    changed = {"panel.csv", "treated.csv", "normalised.csv", "results.csv", "result.json"}
    assert changed <= {d.file for d in found.differences}
    panel = next(d for d in found.differences if d.file == "panel.csv")
    assert (panel.column, panel.published, panel.recomputed) == ("value", "23.5", "20")
    assert panel.about == "2025 · 01 · fine_dust"


def test_a_remark_in_an_input_changes_the_id(edition: Path) -> None:
    """Not one number differs, and yet these are not the inputs of this edition."""
    with (edition / "inputs" / "recipe.toml").open("a", encoding="utf-8") as file:
        file.write("# approved by nobody\n")
    repair(edition)

    found = verify(edition).differences

    assert ("manifest.json", "id") in [(d.file, d.column) for d in found]


def test_an_input_that_nothing_reads_is_no_part_of_an_edition(edition: Path) -> None:
    (edition / "inputs" / "secret.txt").write_text("x")
    repair(edition)

    assert ("not-recomputed", "inputs/secret.txt") in [(d.kind, d.file) for d in verify(edition).differences]


@pytest.mark.parametrize("path", ["notes.csv", "tables/more.csv", "site/vi/more.html", "more/x.txt"])
def test_a_file_that_the_inputs_do_not_give_is_found(path: str, edition: Path) -> None:
    (edition / path).parent.mkdir(exist_ok=True)
    (edition / path).write_text("x")
    repair(edition)

    assert ("not-recomputed", path) in [(d.kind, d.file) for d in verify(edition).differences]


@pytest.mark.parametrize(
    "path", ["weights.csv", "group_ranks.csv", "tables/scores.csv", "site/vi/method.html"]
)
def test_a_file_that_the_inputs_give_and_that_is_not_there_is_found(path: str, edition: Path) -> None:
    (edition / path).unlink()
    repair(edition)

    assert ("not-published", path) in [(d.kind, d.file) for d in verify(edition).differences]


def test_inputs_with_a_fault_cannot_be_recomputed(edition: Path) -> None:
    edit_cell(edition, "inputs/data/2025.csv", "fine_dust", lambda _: "many", row=2)
    repair(edition)

    found = verify(edition)

    assert first(found).kind == "inputs"
    assert "data/2025.csv, row 2, column fine_dust" in str(first(found).published)
    assert not found.recomputed


def test_a_forged_page_is_found_with_its_line(edition: Path) -> None:
    page = edition / "site" / "en" / "index.html"
    text = page.read_text("utf-8")
    shown = re.search(r"\d+\.\d", text)
    assert shown
    page.write_text(text[: shown.start()] + "99.9" + text[shown.end() :], "utf-8")
    repair(edition)

    found = first(verify(edition))

    assert (found.kind, found.file) == ("line", "site/en/index.html")
    assert found.row == text[: shown.start()].count("\n") + 1
    assert "99.9" in str(found.published)
    assert shown[0] in str(found.recomputed)


@pytest.mark.parametrize("path", ["assets/style.css", "assets/site.js", "assets/icon.svg"])
def test_style_and_script_are_ours(path: str, edition: Path) -> None:
    with (edition / "site" / path).open("ab") as file:
        file.write(b"/* x */\n")
    repair(edition)

    assert [(d.kind, d.file) for d in verify(edition).differences] == [("line", f"site/{path}")]


def test_a_font_is_ours(edition: Path) -> None:
    font = next((edition / "site" / "assets" / "fonts").glob("*.woff2"))
    font.write_bytes(font.read_bytes() + b"x")
    repair(edition)

    assert [d.kind for d in verify(edition).differences] == ["bytes"]


def test_pages_of_another_version_that_differ_are_not_vouched_for(
    edition: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(innodex, "__version__", "9.9.9")

    found = verify(edition)
    assert found.good
    assert not found.same_version
    assert not found.unlike
    assert main(["--lang", "en", "verify", str(edition)]) == 0
    assert "The edition is what its inputs give." in capsys.readouterr().out

    (edition / "site/en/method.html").write_text("<p>Other words</p>", encoding="utf-8")
    repair(edition)
    assert verify(edition).unlike == ("site/en/method.html",)
    assert main(["--lang", "en", "verify", str(edition)]) == 0
    assert "not verified" in capsys.readouterr().out

    edit_cell(edition, "tables/ranking.csv", "score", lambda _: "99")
    repair(edition)
    assert first(verify(edition)).file == "tables/ranking.csv"


def test_a_version_forged_in_the_manifest_alone_is_found(edition: Path) -> None:
    write_manifest(edition, {**read_manifest(edition), "version": "0.0.9"})
    repair(edition)

    found = first(verify(edition))

    assert (found.file, found.column) == ("result.json", "innodex")


# ---- workbooks ---------------------------------------------------------------------------------------------


def workbook(edition: Path) -> Path:
    return next((edition / "tables").glob("*.xlsx"))


def _number(data: bytes) -> bytes:
    return re.sub(rb'(<c r="[A-Z]+5"[^>]*><v>)(\d+\.\d+)(</v>)', rb"\g<1>99.5\g<3>", data, count=1)


@pytest.mark.parametrize("sheet", [2, 3, 4, 5])
def test_a_forged_cell_of_a_workbook_is_found_with_its_sheet(sheet: int, edition: Path) -> None:
    path = workbook(edition)

    def forge(data: bytes) -> bytes:
        found = re.findall(rb'<c r="([A-Z]+\d+)"[^>]*><v>(\d+\.\d+)</v>', data)
        cell, before = found[0]
        place.append((cell.decode(), before.decode()))
        return data.replace(b"<v>" + before + b"</v>", b"<v>99.5</v>", 1)

    place: list[tuple[str, str]] = []
    edit_member(path, f"xl/worksheets/sheet{sheet}.xml", forge)
    repair(edition)

    found = first(verify(edition))

    assert found.file == f"tables/{path.name}"
    assert found.sheet
    assert (found.column, found.recomputed) == place[0]
    assert found.published == "99.5"
    assert f"sheet {found.sheet}, cell {found.column}" in found.text("en")


SHEET = "xl/worksheets/sheet2.xml"
AS_TEXT = (rb'<c r="I5"[^>]*><v>([^<]*)</v>', rb'<c r="I5" t="str"><v>\1</v>')


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("xl/sharedStrings.xml", lambda data: data.replace(b"Alpha", b"Omega", 1)),
        (SHEET, lambda data: data.replace(b"</v></c>", b'</v></c><c r="ZZ9"><v>1</v></c>', 1)),
        (SHEET, lambda data: re.sub(*AS_TEXT, data)),
        (SHEET, lambda data: data.replace(b"<v>", b"<f>1+1</f><v>", 1)),
        (SHEET, lambda data: data.replace(b"<sheetData>", b'<sheetData><!-- "x" -->', 1)),
        (
            "xl/worksheets/sheet3.xml",
            lambda data: data.replace(b'<col min="1"', b'<col hidden="1" min="1"', 1),
        ),
        ("xl/workbook.xml", lambda data: data.replace(b'name="', b'name="X', 1)),
        ("xl/workbook.xml", lambda data: data.replace(b"<sheet ", b'<sheet state="hidden" ', 1)),
        ("docProps/core.xml", lambda data: data.replace(b"</dc:creator>", b"X</dc:creator>", 1)),
        ("xl/styles.xml", lambda data: data.replace(b"Calibri", b"Comic", 1)),
        (SHEET, lambda data: b"<!DOCTYPE x>" + data),
        (SHEET, lambda data: data[:-5]),
    ],
)
def test_anything_else_that_was_changed_in_a_workbook_is_found(
    member: str, change: Callable[[bytes], bytes], edition: Path
) -> None:
    edit_member(workbook(edition), member, change)
    repair(edition)

    assert {d.file for d in verify(edition).differences} == {f"tables/{workbook(edition).name}"}


def test_a_workbook_that_is_only_packed_otherwise_is_the_same(edition: Path) -> None:
    """Another machine compresses otherwise; what is inside is equal."""
    path = workbook(edition)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    size = path.stat().st_size
    repair(edition)
    # The data page shows the size of the file: it was rendered for the workbook that lies there.
    other = room.read(edition)
    assert other.files[f"tables/{path.name}"] == size
    for name, data in render(other).items():
        (edition / "site" / name).write_bytes(data)
    repair(edition)

    assert verify(edition).differences == ()


# ---- laws --------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(data=st.data())
def test_no_leading_digit_can_be_changed_anywhere(data: st.DataObject, published: Path) -> None:
    """Whatever file, whatever row: a number of which the first digit was changed is found in that file."""

    path, column = data.draw(st.sampled_from(NUMBERS))
    rows = list(csv.reader(io.StringIO((published / path).read_text("utf-8-sig"))))
    at = rows[0].index(column)
    row = data.draw(st.sampled_from([n for n, cells in enumerate(rows[1:], start=2) if cells[at]]))
    digit = data.draw(st.sampled_from("123456789"))
    assume(not rows[row - 1][at].startswith(digit))
    with tempfile.TemporaryDirectory() as scratch:
        edition = Path(shutil.copytree(published, Path(scratch, "edition")))
        edit_cell(edition, path, column, lambda text: digit + text[1:], row=row)
        repair(edition)

        found = first(verify(edition))

    assert (found.file, found.row, found.column) == (path, row, column)


@settings(max_examples=25)
@given(data=st.data())
def test_no_letter_of_a_page_can_be_changed(data: st.DataObject, published: Path) -> None:
    pages = sorted(path.relative_to(published).as_posix() for path in (published / "site").rglob("*.html"))
    path = data.draw(st.sampled_from(pages))
    text = (published / path).read_text("utf-8")
    at = data.draw(st.integers(0, len(text) - 1))
    sign = data.draw(st.sampled_from("aZ0 <đ"))
    assume(text[at] != sign)
    with tempfile.TemporaryDirectory() as scratch:
        edition = Path(shutil.copytree(published, Path(scratch, "edition")))
        (edition / path).write_bytes((text[:at] + sign + text[at + 1 :]).encode())
        repair(edition)

        found = verify(edition)

    assert [(d.kind, d.file, d.row) for d in found.differences] == [("line", path, text[:at].count("\n") + 1)]


# ---- the command -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_command_prints_the_digest_and_what_it_looked_at(
    lang: str, published: Path, capsys: Capture
) -> None:
    assert main(["--lang", lang, "verify", str(published), "--expect", verify(published).digest.upper()]) == 0

    said = capsys.readouterr()
    assert verify(published).digest in said.out
    for count in (verify(published).files, verify(published).numbers, verify(published).pages):
        assert str(count) in said.out
    assert said.err == ""


def test_the_command_names_what_differs_and_ends_with_1(edition: Path, capsys: Capture) -> None:
    row, before, _ = edit_cell(edition, "results.csv", "score", lambda _: "99")
    repair(edition)

    assert main(["--lang", "en", "verify", str(edition)]) == 1

    said = capsys.readouterr()
    assert verify(edition).digest in said.out
    assert (
        f"results.csv, row {row}, column score (2024 · 01 · SAMPLE): published 99, recomputed {before}."
        in said.err
    )


@pytest.mark.parametrize("what", ["empty", "no edition", "no zip", "broken manifest"])
def test_what_is_no_edition_ends_with_1(what: str, tmp_path: Path, capsys: Capture) -> None:
    place = tmp_path / "x"
    if what == "no zip":
        place.write_bytes(b"no zip")
    else:
        place.mkdir()
        if what == "no edition":
            (place / "index.html").write_text("x")
        elif what == "broken manifest":
            (place / "manifest.json").write_text("{}")

    assert main(["--lang", "en", "verify", str(place)]) == 1
    assert "no edition" in capsys.readouterr().err


def test_every_kind_of_difference_has_its_sentence(published: Path) -> None:
    """The kinds that the code can name are those of the catalogue."""
    kinds = set()
    for name in ("edition", "publishing", "reports"):
        for path in (Path(innodex.__file__).parent / name).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                named = getattr(node, "func", None)
                if getattr(named, "id", getattr(named, "attr", "")) in ("Difference", "_stop"):
                    kinds |= {n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)}
    assert len(kinds) > 15
    assert [kind for kind in kinds if not has(f"edition.difference.{kind}")] == []
