"""Forgeries that do not change a number: a version, a packing, a name, a sign that steers a terminal."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from _editions import edit_member, new_folder, publish_folder, read_manifest, repair, write_manifest
from innodex.cli import main
from innodex.publishing import verify

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("forgeries")
    return publish_folder(new_folder(place / "folder"), place / "edition")


@pytest.fixture
def edition(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "edition"))


def _claim(edition: Path, version: str) -> None:
    """Let another version of the program have made the edition."""
    about = json.loads((edition / "result.json").read_bytes())
    about["innodex"] = version
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (edition / "result.json").write_text(text, encoding="utf-8")
    write_manifest(edition, {**read_manifest(edition), "version": version})


def test_a_page_forged_behind_another_version_is_no_clean_pass(edition: Path, capsys: Capture) -> None:
    _claim(edition, "9.9")
    (edition / "site/en/index.html").write_text("forged", encoding="utf-8")
    repair(edition)

    found = verify(edition)
    assert "site/en/index.html" in found.unlike

    capsys.readouterr()
    assert main(["--lang", "en", "verify", str(edition)]) == 0
    said = capsys.readouterr()
    assert "cannot be vouched for" in said.err
    assert "The pages were not verified." in said.out
    assert "The edition is what its inputs give." not in said.out


def test_figures_are_compared_whatever_the_version(edition: Path) -> None:
    _claim(edition, "9.9")
    file = next((edition / "site/figures").iterdir())
    file.write_bytes(file.read_bytes() + b"2031,01,,,9,1\n")
    repair(edition)

    assert file.relative_to(edition).as_posix() in [d.file for d in verify(edition).differences]


@pytest.mark.parametrize("version", ["\x1b[2J", "0.1 and good", "", "1" * 50, "\ud800"])
def test_a_version_is_a_version(version: str, edition: Path) -> None:
    text = json.dumps({**read_manifest(edition), "version": version}, indent=2)
    (edition / "manifest.json").write_text(text, encoding="utf-8")

    assert [d.kind for d in verify(edition).differences] == ["no-manifest"]


@pytest.mark.parametrize("key", ["period", "title"])
def test_half_a_letter_is_no_text(key: str, edition: Path) -> None:
    text = (edition / "manifest.json").read_text(encoding="utf-8")
    text = re.sub(rf'("{key}": (\{{\s*"[a-z]+": )?")', r"\1\\ud800", text)
    (edition / "manifest.json").write_text(text, encoding="utf-8")

    assert [d.kind for d in verify(edition).differences] == ["no-manifest"]


@pytest.mark.parametrize("size", ["-1", "9" * 400])
def test_a_size_is_a_size(size: str, edition: Path) -> None:
    text = (edition / "manifest.json").read_text(encoding="utf-8")
    (edition / "manifest.json").write_text(re.sub(r'"size": \d+', f'"size": {size}', text), encoding="utf-8")

    assert [d.kind for d in verify(edition).differences] == ["no-manifest"]


# ---- packing -----------------------------------------------------------------------------------------------


def _before(file: Path) -> None:
    file.write_bytes(b"#!/bin/sh\n" + file.read_bytes())


def _behind(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"more")


def _remark(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as packed:
        packed.comment = b"more"


@pytest.mark.parametrize("change", [_before, _behind, _remark])
@pytest.mark.parametrize("path", ["edition.zip", "tables"])
def test_nothing_stands_beside_the_entries_of_a_zip(
    path: str, change: Callable[[Path], None], edition: Path
) -> None:
    file = edition / path
    if file.is_dir():
        file = next(file.glob("*.xlsx"))
        change(file)
        repair(edition)
    else:
        change(file)

    assert file.relative_to(edition).as_posix() in [d.file for d in verify(edition).differences]


@pytest.mark.parametrize("name", ["../../out/", "/out/", "a\\..\\b/", "empty/"])
def test_the_archive_of_an_edition_holds_no_folders(name: str, edition: Path) -> None:
    with zipfile.ZipFile(edition / "edition.zip", "a") as packed:
        packed.writestr(zipfile.ZipInfo(name), b"")

    assert [d.kind for d in verify(edition).differences] == ["archive"]


def test_a_folder_name_that_leads_out_is_refused_in_any_zip(edition: Path) -> None:
    with zipfile.ZipFile(edition / "edition.zip", "a") as packed:
        packed.writestr(zipfile.ZipInfo("../out/"), b"")

    assert [d.kind for d in verify(edition / "edition.zip").differences] == ["no-manifest"]


def test_the_archive_of_an_edition_holds_no_links(edition: Path) -> None:
    with zipfile.ZipFile(edition / "edition.zip") as packed:
        held = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(edition / "edition.zip", "w") as packed:
        for name, data in held.items():
            about = zipfile.ZipInfo(name)
            about.external_attr = (0o120777 if name == "results.csv" else 0o100644) << 16
            packed.writestr(about, data)

    assert [d.kind for d in verify(edition).differences] == ["archive"]


def test_a_folder_is_no_archive(edition: Path) -> None:
    (edition / "edition.zip").unlink()
    (edition / "edition.zip").mkdir()

    assert [d.kind for d in verify(edition).differences] == ["archive"]


@pytest.mark.parametrize("index", ["99999", "-99999"])
def test_a_text_that_a_workbook_does_not_hold(index: str, edition: Path) -> None:
    workbook = next((edition / "tables").glob("*.xlsx"))
    forged = f't="s"><v>{index}</v>'.encode()
    edit_member(
        workbook, "xl/worksheets/sheet2.xml", lambda b: re.sub(rb't="s"><v>\d+</v>', forged, b, count=1)
    )
    repair(edition)

    assert workbook.relative_to(edition).as_posix() in [d.file for d in verify(edition).differences]


# ---- the terminal ------------------------------------------------------------------------------------------


def test_what_a_file_holds_does_not_steer_the_terminal(edition: Path, capsys: Capture) -> None:
    results = edition / "results.csv"
    text = results.read_text(encoding="utf-8")
    results.write_text(text.replace(",index,", ",\x1b[2J\u202e\x9bindex,", 1), encoding="utf-8")
    repair(edition)

    capsys.readouterr()
    assert main(["--lang", "en", "verify", str(edition)]) == 1
    said = capsys.readouterr()
    assert "\\u001b[2J\\u202e\\u009bindex" in said.err
    assert not set("\x1b\u202e\x9b") & set(said.out + said.err)
