"""A page can be written, and an edition unpacked, on every file system."""

from __future__ import annotations

import pytest

from innodex.website._view import file_name, link


@pytest.mark.parametrize("code", ["CON", "con", "Nul", "aux.1", "COM1", "lpt9.x"])
def test_a_code_that_names_a_device_is_written_otherwise(code: str) -> None:
    stem = file_name(code).partition(".")[0].upper()

    assert stem.startswith("%")
    assert link(code) == file_name(code).replace("%", "%25")


@pytest.mark.parametrize("code", ["CONE", "icon", "COM", "1.CON", "a.b"])
def test_any_other_code_is_its_own_file_name(code: str) -> None:
    assert file_name(code) == code
