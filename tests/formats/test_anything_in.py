"""Whatever the files of other programs hold, an import gives faults or a folder, and never breaks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from _support import ROOT
from formats.test_experts import AHP, BUDGET, HEAD, PAIRS, TAIL, WIDE
from formats.test_sdmx import NAMES, PORTAL
from innodex.documents import Fault
from innodex.formats import check_files, put_experts, read_coinr, read_sdmx

SMALL = ROOT / "tests" / "reference" / "small" / "inputs"
COINR = (SMALL / "iData.csv").read_bytes(), (SMALL / "iMeta.csv").read_bytes()
# What people and programs put into cells.
ODD = st.sampled_from(
    [b"", b"NA", b"NaN", b"Inf", b"-1", b"0", b"1e999", b"1,5", b"#N/A", b"TRUE", b"\xff", b"\x00", b'"',
     b",", b";", b"\n", b"\r\n", b"\xef\xbb\xbf", b"K01", b"X1", b"PA", b"Index", b"Group", b"[", b"]", b"=",
     b"'", b"<", b">", b"&", "Đà Nẵng".encode(), b"a: b", b"2024", b"1/3", b"..", b"/", b"$", b" "]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with some cells, lines or signs exchanged, left out or put in twice."""
    for _ in range(draw(st.integers(1, 4))):
        parts = re.split(rb"([,\n])", data)
        at = draw(st.integers(0, len(parts) - 1))
        how = draw(st.sampled_from(["cell", "gone", "twice", "cut"]))
        if how == "cell":
            parts[at] = draw(ODD)
        elif how == "gone":
            del parts[at]
        elif how == "twice":
            parts.insert(at, parts[at])
        else:
            parts = parts[: at + 1]
        data = b"".join(parts)
    return data


def speaks(faults: tuple[Fault, ...], *files: str) -> None:
    """Every fault stands in a file that was given, and has its sentence in both languages."""
    for fault in faults:
        assert fault.file in files, fault
        for lang in ("vi", "en"):
            assert not re.search(r"\bfaults\.[a-z]|\{\w+\}", fault.text(lang)), fault


many = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@many
@given(data=damaged(COINR[0]), meta=damaged(COINR[1]), both=st.sampled_from(["data", "meta", "both"]))
def test_tables_of_coinr(data: bytes, meta: bytes, both: str) -> None:
    data = COINR[0] if both == "meta" else data
    meta = COINR[1] if both == "data" else meta

    made = read_coinr(data, meta, period="2024")

    assert bool(made.faults) != bool(made.files)
    speaks(made.faults, "iData.csv", "iMeta.csv")
    if made.files:
        assert check_files(made.files).faults == ()


@many
@given(data=damaged(PORTAL), message=st.none() | damaged(NAMES))
def test_files_of_sdmx(data: bytes, message: bytes | None) -> None:
    made = read_sdmx(data, message)

    assert bool(made.faults) != bool(made.files)
    speaks(made.faults, "data.csv", "structure.xml")
    if made.files:
        assert check_files(made.files).faults == ()


def _experts(method: str) -> Callable[[st.DrawFn], tuple[bytes, bytes]]:
    sheet, recipe = (PAIRS, AHP) if method == "ahp" else (WIDE, BUDGET)

    def draw_both(draw: st.DrawFn) -> tuple[bytes, bytes]:
        whole = (HEAD + recipe + TAIL).encode()
        changed = draw(st.booleans())
        return draw(damaged(sheet.encode())), draw(damaged(whole)) if changed else whole

    return draw_both


@many
@pytest.mark.parametrize("method", ["budget", "ahp"])
@given(draw=st.data())
def test_sheets_of_experts(method: str, draw: st.DataObject) -> None:
    sheet, recipe = _experts(method)(draw.draw)

    made = put_experts(sheet, recipe)

    assert bool(made.faults) != bool(made.recipe)
    speaks(made.faults, "experts.csv", "recipe.toml")
