"""The manifest reads back as it was written, and takes nothing that we would not have written."""

from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.documents import Text
from innodex.edition import Audience, Entry, Manifest, NotAnEdition, is_safe

DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
PARTS = st.text("abcÀđ ._-0", min_size=1, max_size=8).filter(lambda part: part not in (".", ".."))
PATHS = (
    st.lists(PARTS, min_size=1, max_size=3)
    .map("/".join)
    .filter(lambda path: path not in ("manifest.json", "edition.zip"))
)
MANIFESTS = st.builds(
    Manifest,
    id=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,3}", fullmatch=True),
    title=st.dictionaries(
        st.sampled_from(["vi", "en"]), st.text(min_size=1).filter(str.strip), min_size=1
    ).map(Text.of),
    period=st.text("0123456789-Q", min_size=1, max_size=8),
    languages=st.sampled_from([("vi", "en"), ("en",), ("vi",)]),
    audience=st.sampled_from(Audience),
    date=st.none() | st.dates(),
    replaces=st.none() | DIGESTS,
    synthetic=st.booleans(),
    version=st.text("0123456789.", min_size=1, max_size=9),
    inputs=st.fixed_dictionaries(dict.fromkeys(("framework", "panel", "recipe", "territory"), DIGESTS)),
    files=st.dictionaries(PATHS, st.builds(Entry, sha256=DIGESTS, size=st.integers(0, 10**12)), max_size=5),
)


@given(MANIFESTS)
def test_what_was_written_reads_back_equal(manifest: Manifest) -> None:
    assert Manifest.read(manifest.written()) == manifest


@given(MANIFESTS, st.data())
def test_other_bytes_are_another_manifest_or_none(manifest: Manifest, data: st.DataObject) -> None:
    """A manifest has one form: no two byte strings are read as the same one."""
    written = manifest.written()
    at = data.draw(st.integers(0, len(written) - 1))
    other = written[:at] + data.draw(st.binary(max_size=2)) + written[at + 1 :]
    try:
        read = Manifest.read(other)
    except NotAnEdition:
        return
    assert (read == manifest) == (other == written)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/x",
        "../x",
        "a/../x",
        "a//x",
        "./x",
        "a\\x",
        "C:x",
        "a/",
        "x\n",
        "nul\0",
        "a/*",
        "a?b",
        '"',
        "\udcff",
    ],
)
def test_a_path_that_could_leave_the_folder_is_not_safe(path: str) -> None:
    assert not is_safe(path)


@pytest.mark.parametrize("path", ["x", "data/2024.csv", "sheets/A.1.vi.md", "số liệu/đo.csv", "..x", "a b"])
def test_a_plain_path_is_safe(path: str) -> None:
    assert is_safe(path)


def _sample() -> dict[str, object]:
    manifest = Manifest(
        "sample-2024-0a1b2c3d", Text.of({"en": "Sample"}), "2024", ("en",), Audience.PUBLIC,
        datetime.date(2026, 10, 1), None, True, "0.1.0", {"panel": "0" * 64},
        {"results.csv": Entry("1" * 64, 9)},
    )  # fmt: skip
    return json.loads(manifest.written())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2), ("schema", True), ("id", "Sample"), ("id", "../x"), ("audience", "all"),
        ("date", "1/10/2026"), ("date", "20261001"), ("replaces", "abc"), ("synthetic", "yes"),
        ("languages", []), ("files", []),
        ("files", {"../x": {"sha256": "0" * 64, "size": 1}}),
        ("files", {"x": {"sha256": "A" * 64, "size": 1}}),
        ("files", {"manifest.json": {"sha256": "0" * 64, "size": 1}}), ("title", "Sample"), ("extra", 1),
        ("files", {"x": {"sha256": "0" * 64, "size": 1.0}}),
    ],
)  # fmt: skip
def test_a_field_of_another_form_is_refused(key: str, value: object) -> None:
    written = json.dumps({**_sample(), key: value}, ensure_ascii=False, indent=2) + "\n"

    with pytest.raises(NotAnEdition):
        Manifest.read(written.encode())


def test_a_key_that_stands_twice_is_refused() -> None:
    written = json.dumps(_sample(), indent=2).replace(
        '"audience": "public"', '"audience": "internal",\n  "audience": "public"'
    )

    with pytest.raises(NotAnEdition, match="twice"):
        Manifest.read(written.encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 100_000])
def test_bytes_of_another_kind_are_refused(data: bytes) -> None:
    with pytest.raises(NotAnEdition):
        Manifest.read(data)
