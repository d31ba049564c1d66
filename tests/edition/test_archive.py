"""The archive: the same bytes from the same files, and no harm from a foreign one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.edition import NotAnEdition, archive, unpack

FILES = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}(/[a-z]{1,5}\.(csv|xlsx|html))?", fullmatch=True),
    st.binary(max_size=200),
    max_size=6,
)


@given(FILES)
def test_the_archive_depends_on_the_files_alone(files: dict[str, bytes]) -> None:
    backwards = dict(reversed(files.items()))

    assert archive(files) == archive(backwards)
    with zipfile.ZipFile(io.BytesIO(archive(files))) as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == files


def test_what_is_unpacked_is_what_was_packed(tmp_path: Path) -> None:
    files = {"manifest.json": b"{}", "site/vi/index.html": b"x", "inputs/data/a.csv": b"\xff\x00"}
    (tmp_path / "edition.zip").write_bytes(archive(files))

    place = unpack(tmp_path / "edition.zip", tmp_path / "out")

    found = {
        path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()
    }
    assert found == files


def test_an_archive_with_one_folder_at_its_top_is_understood(tmp_path: Path) -> None:
    (tmp_path / "edition.zip").write_bytes(archive({"mine/manifest.json": b"{}", "mine/x": b"x"}))

    assert unpack(tmp_path / "edition.zip", tmp_path / "out") == tmp_path / "out" / "mine"


@pytest.mark.parametrize("name", ["../out.txt", "/abs.txt", "a/../../x", "a\\..\\x", "C:/x", "x\ny"])
def test_a_name_that_leaves_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
        packed.writestr("manifest.json", "{}")
        about = zipfile.ZipInfo("x")
        about.filename = name
        packed.writestr(about, "harm")

    with pytest.raises(NotAnEdition):
        unpack(tmp_path / "bad.zip", tmp_path / "deep" / "out")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["bad.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
        packed.writestr("manifest.json", "{}")
        packed.writestr("manifest.json", "[]")

    with pytest.raises(NotAnEdition):
        unpack(tmp_path / "bad.zip", tmp_path / "out")


def test_more_than_any_edition_holds_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("innodex.edition._archive._MOST_BYTES", 1000)
    (tmp_path / "bomb.zip").write_bytes(archive({"manifest.json": b"{}", "x": b"\0" * 5000}))

    with pytest.raises(NotAnEdition, match="more than"):
        unpack(tmp_path / "bomb.zip", tmp_path / "out")


@given(st.data())
def test_a_damaged_archive_is_refused_or_read_whole(data: st.DataObject) -> None:
    import tempfile

    files = {"manifest.json": b"{}" * 50, "a/b.csv": b"1,2,3\n" * 40}
    whole = archive(files)
    at = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:at] + data.draw(st.binary(min_size=0, max_size=3)) + whole[at + 1 :]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "x.zip")
        path.write_bytes(broken)
        try:
            unpack(path, Path(scratch, "out"))
        except NotAnEdition:
            return
