"""A folder is written whole or not at all, and nothing that is not ours is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.edition import Occupied, is_build, put

BUILD = {"results.csv": b"period\n", "result.json": json.dumps({"innodex": "1", "digests": {}}).encode()}


def tree(folder: Path) -> dict[str, bytes]:
    """{path: bytes} of everything below, hidden things too."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    "make", [lambda out: None, lambda out: out.mkdir(), lambda out: put(out, BUILD, ours=is_build)]
)
def test_an_absent_an_empty_and_an_own_folder_are_written(make, tmp_path: Path) -> None:
    out = tmp_path / "out"
    make(out)

    put(out, {**BUILD, "panel.csv": b"new"}, ours=is_build)

    assert tree(tmp_path) == {f"out/{name}": data for name, data in {**BUILD, "panel.csv": b"new"}.items()}


def test_what_an_earlier_build_left_and_the_new_one_has_not_is_gone(tmp_path: Path) -> None:
    put(tmp_path / "out", {**BUILD, "group_ranks.csv": b"old"}, ours=is_build)

    put(tmp_path / "out", BUILD, ours=is_build)

    assert sorted(tree(tmp_path / "out")) == ["result.json", "results.csv"]


@given(st.sampled_from(["thesis.docx", "results.xlsx", "sub/results.csv", ".git/config", "result.json.bak"]))
def test_one_foreign_file_keeps_a_folder_safe(name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch, "out")
        put(out, BUILD, ours=is_build)
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(b"mine")
        before = tree(Path(scratch))

        with pytest.raises(Occupied) as refused:
            put(out, {"results.csv": b"new"}, ours=is_build)

        assert refused.value.kind == "out-has-foreign"
        assert refused.value.found == name
        assert tree(Path(scratch)) == before


@pytest.mark.parametrize("about", [b"", b"{", b"[]", b"{}", b'{"innodex": "1"}'])
def test_a_result_json_that_we_did_not_write_makes_no_folder_ours(about: bytes, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "result.json").write_bytes(about)

    with pytest.raises(Occupied) as refused:
        put(out, BUILD, ours=is_build)

    assert refused.value.kind == "out-is-foreign"
    assert tree(out) == {"result.json": about}


def test_a_file_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")

    with pytest.raises(Occupied):
        put(tmp_path / "out", BUILD, ours=is_build)
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_link_in_the_folder_is_foreign(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_bytes(b"mine")
    put(tmp_path / "out", BUILD, ours=is_build)
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Occupied):
        put(tmp_path / "out", BUILD, ours=is_build)
    assert (tmp_path / "elsewhere" / "precious").exists()


def test_what_a_file_manager_leaves_behind_is_no_hindrance(tmp_path: Path) -> None:
    put(tmp_path / "out", BUILD, ours=is_build)
    (tmp_path / "out" / ".DS_Store").write_bytes(b"x")

    put(tmp_path / "out", BUILD, ours=is_build)

    assert sorted(tree(tmp_path / "out")) == sorted(BUILD)


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("broken", ["write", "first rename", "second rename"])
def test_on_failure_everything_is_as_before(
    earlier: bool, broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "deep" / "out"
    if earlier:
        put(out, BUILD, ours=is_build)
    before = tree(tmp_path)
    renames = 0
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        nonlocal renames
        renames += 1
        if broken == ("first rename" if renames == 1 else "second rename") or (
            broken == "second rename" and not earlier
        ):
            raise PermissionError(13, "no", str(self))
        return rename(self, target)

    if broken == "write":
        files = {"results.csv": b"new", "a": b"", "a/b": b"a file cannot be a folder"}
    else:
        files = {"results.csv": b"new"}
        monkeypatch.setattr(Path, "rename", failing)
        if broken == "second rename" and earlier:
            # The old folder must be able to come back.
            calls = iter([True, False, True])
            monkeypatch.setattr(
                Path, "rename", lambda self, target: rename(self, target) if next(calls) else _refuse(self)
            )

    with pytest.raises(OSError):  # noqa: PT011
        put(out, files, ours=is_build)

    assert tree(tmp_path) == before
    assert out.parent.exists() == earlier


def _refuse(path: Path) -> Path:
    raise PermissionError(13, "no", str(path))


def test_an_empty_folder_is_filled_and_stays_the_same_one(tmp_path: Path) -> None:
    """Whoever stands in it, in a terminal, is still in it afterwards."""
    out = tmp_path / "out"
    out.mkdir()
    before = out.stat().st_ino

    put(out, {**BUILD, "tables/a.csv": b"x"}, ours=is_build)

    assert out.stat().st_ino == before
    assert tree(out) == {**BUILD, "tables/a.csv": b"x"}
    assert os.listdir(tmp_path) == ["out"]


def test_an_empty_folder_that_could_not_be_filled_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    rename = Path.rename
    calls = iter([True, False, True, True])
    monkeypatch.setattr(
        Path, "rename", lambda self, target: rename(self, target) if next(calls) else _refuse(self)
    )

    with pytest.raises(PermissionError):
        put(out, BUILD, ours=is_build)
    monkeypatch.undo()

    assert os.listdir(out) == []
    assert os.listdir(tmp_path) == ["out"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "out", BUILD, ours=is_build)
    before = tree(tmp_path)

    def interrupted(self: Path, data: bytes) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path / "out", BUILD, ours=is_build)
    monkeypatch.undo()

    assert tree(tmp_path) == before
    assert os.listdir(tmp_path) == ["out"]


@pytest.mark.skipif(os.name != "posix", reason="rights are told by their bits on POSIX only")
def test_what_is_written_can_be_read_by_others_as_any_new_file(tmp_path: Path) -> None:
    put(tmp_path / "out", BUILD, ours=is_build)
    (tmp_path / "plain").mkdir()

    assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode
