"""Faults of a folder, brought about in a workbook: the same kinds by sheet and cell, and no others."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from faults._book import Unfit
from faults._folders import EXAMPLES, prepared
from faults._injectors import INJECTORS, Injector
from faults._search import picker, search, seeds
from faults._workbook import Workbook, check, found, in_process
from faults.test_injected import FAMILIES

TRIALS = 4
# What only bytes and lines of text can be like; or a folder, but no workbook.
OF_TEXT = {
    "not-utf8", "empty-file", "broken-row", "open-quote", "ragged-row", "broken-toml", "not-a-folder",
    "duplicate-step", "unquoted-code",
}  # fmt: skip
# Where a file asks for a kind of value, a cell is read as what it can be.
LENIENT = {"wrong-type"}
ABLE = [one for one in INJECTORS if one.kind not in OF_TEXT | LENIENT]


@pytest.mark.parametrize("injector", ABLE, ids=lambda injector: injector.name)
def test_a_fault_of_a_file_is_found_in_its_cell(injector: Injector) -> None:
    name = EXAMPLES[INJECTORS.index(injector) % len(EXAMPLES)]

    def trial(data: st.DataObject) -> None:
        book = prepared(name, injector.preparations).copy()
        gap = data.draw(st.sampled_from([0, 0, 2]))
        try:
            marks = injector.inject(book, picker(data))
            workbook = Workbook.of(book, gap)
            written = workbook.write()
        except Unfit:
            assume(False)

        checked = check(written)

        assert found(checked) == sorted({workbook.place(mark) for mark in marks}, key=repr)

    with in_process():
        search(trial, TRIALS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_clean_workbook_is_the_folder(name: str) -> None:
    def trial(data: st.DataObject) -> None:
        book = prepared(name, data.draw(st.sampled_from([(), *FAMILIES]))).copy()
        chance = random.Random(data.draw(seeds))
        checked = check(Workbook.of(book, chance.choice([0, 2, 3])).write())

        assert found(checked) == []
        assert checked.folder is not None
        assert checked.folder.panel is not None

    with in_process():
        search(trial, 6)
