"""Every kind of fault, brought about in every shipped folder, is found where it is and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from faults._book import Unfit
from faults._disk import check, dressed, fill, found, scratch, snapshot
from faults._folders import EXAMPLES, prepared
from faults._injectors import INJECTORS, Injector
from innodex.formats import Checked

POSITIONS = 20
steady = settings(
    max_examples=POSITIONS,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
seeds = st.integers(min_value=0, max_value=2**32 - 1)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place in memory for the damaged folders."""
    with scratch() as path:
        yield path


def _speaks(checked: Checked) -> None:
    """Every fault has its sentences in both languages, with every value put in."""
    for fault in [*checked.faults, *checked.warnings]:
        vietnamese, english = fault.text("vi"), fault.text("en")
        assert vietnamese != english
        for sentence in (vietnamese, english, fault.place("vi"), fault.place("en")):
            assert sentence
            assert not re.search(r"\bfaults\.|None|\{\w+\}", sentence), sentence


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("injector", INJECTORS, ids=lambda injector: injector.name)
@given(data=st.data())
@steady
def test_a_fault_is_found_where_it_is(
    injector: Injector, name: str, folder: Path, data: st.DataObject
) -> None:
    book = dressed(prepared(name, injector.preparations).copy(), data.draw(seeds))
    try:
        marks = injector.inject(book, lambda choices: data.draw(st.sampled_from(list(choices))))
    except Unfit:
        assume(False)
    files, place = book.write()
    fill(folder, files)

    checked = check(folder)

    assert found(folder, checked) == sorted((place(mark) for mark in marks), key=repr)
    assert checked.folder is None or not checked.faults
    assert snapshot(folder) == files
    _speaks(checked)
