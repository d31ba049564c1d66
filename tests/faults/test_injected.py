"""Every kind of fault, brought about in every shipped folder, is found where it is and nowhere else."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from _support import ROOT
from faults import _folders as folders
from faults._book import Book, Mark, Unfit
from faults._disk import check, dressed, fill, found, scratch, snapshot
from faults._folders import EXAMPLES, prepared
from faults._injectors import INJECTORS, Injector
from innodex.formats import Checked

# More positions by hand: INNODEX_POSITIONS=200 .venv/bin/python -m pytest tests/faults
POSITIONS = int(os.environ.get("INNODEX_POSITIONS", "20"))
WAYS = Counter(injector.kind for injector in INJECTORS)
seeds = st.integers(min_value=0, max_value=2**32 - 1)


def search(trial: Callable[[st.DataObject], None], examples: int) -> None:
    """Look for a counterexample, the same way each time."""
    steady = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),  # the first counterexample tells; making it small takes minutes
        suppress_health_check=list(HealthCheck),
    )
    steady(given(data=st.data())(lambda data: trial(data)))()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place in memory for the damaged folders."""
    with scratch() as path:
        yield path


def _finds(book: Book, marks: list[Mark], folder: Path) -> None:
    """The program says exactly this of the folder, in both languages, and changes nothing in it."""
    files, place = book.write()
    fill(folder, files)

    checked = check(folder)

    assert found(folder, checked) == sorted({place(mark) for mark in marks}, key=repr)
    assert checked.folder is None or not checked.faults
    assert snapshot(folder) == files
    _speaks(checked)


def _speaks(checked: Checked) -> None:
    """Every fault has its sentences in both languages, with every value put in."""
    for fault in [*checked.faults, *checked.warnings]:
        vietnamese, english = fault.text("vi"), fault.text("en")
        assert vietnamese != english
        for sentence in (vietnamese, english, fault.place("vi"), fault.place("en")):
            assert sentence
            assert not re.search(r"\bfaults\.|None|\{\w+\}", sentence), sentence


def _picker(data: st.DataObject) -> Callable[..., object]:
    def pick(choices: Sequence[object]) -> object:
        if not choices:
            raise Unfit
        return data.draw(st.sampled_from(list(choices)))

    return pick


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("injector", INJECTORS, ids=lambda injector: injector.name)
def test_a_fault_is_found_where_it_is(injector: Injector, name: str, folder: Path) -> None:
    def trial(data: st.DataObject) -> None:
        book = dressed(prepared(name, injector.preparations).copy(), data.draw(seeds))
        try:
            marks = injector.inject(book, _picker(data))
        except Unfit:
            assume(False)
        _finds(book, marks, folder)

    # Of a kind that comes about in several ways, each way has its share of the positions.
    search(trial, max(-(-POSITIONS // WAYS[injector.kind]), POSITIONS * 2 // 5))


FAMILIES: tuple[tuple[folders.Preparation, ...], ...] = (
    (folders.with_formulas, folders.with_territory, folders.with_aliases, folders.with_status),
    (folders.with_formulas, folders.with_long),
    (folders.with_numbers, folders.with_aliases, folders.with_list),
    (folders.with_logarithm, folders.with_lower, folders.with_formulas),
    (folders.with_one_period, folders.with_formulas, folders.with_lower),
    (folders.with_formulas, folders.with_commas),
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_clean_folder_has_no_fault(name: str, folder: Path) -> None:
    """However it is written, and whatever was made ready for faults in it."""

    def trial(data: st.DataObject) -> None:
        family = data.draw(st.sampled_from([(), *FAMILIES]))
        _finds(dressed(prepared(name, family).copy(), data.draw(seeds)), [], folder)

    search(trial, POSITIONS * 2)


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("family", FAMILIES, ids=range(len(FAMILIES)))
def test_several_faults_are_found_at_once(
    family: tuple[folders.Preparation, ...], name: str, folder: Path
) -> None:
    able = [one for one in INJECTORS if not one.alone and set(one.preparations) <= set(family)]

    def trial(data: st.DataObject) -> None:
        book = dressed(prepared(name, family).copy(), data.draw(seeds))
        marks: list[Mark] = []
        kinds: set[str] = set()
        blind: set[str] = set()
        needed: set[str] = set()
        for injector in data.draw(st.lists(st.sampled_from(able), min_size=3, max_size=12)):
            if injector.needs & blind or injector.blinds & needed:
                continue
            try:
                marks += injector.inject(book, _picker(data))
            except Unfit:
                continue
            kinds.add(injector.kind)
            blind |= injector.blinds
            needed |= injector.needs
        assume(len(kinds) > 1)
        _finds(book, marks, folder)

    search(trial, POSITIONS)


def test_every_kind_has_an_injector() -> None:
    catalogue = (ROOT / "src/innodex/documents/locale/en/faults.po").read_text("utf-8")
    kinds = set(re.findall(r'^msgid "faults\.([a-z0-9-]+)\.what"$', catalogue, re.MULTILINE))

    assert kinds == {injector.kind for injector in INJECTORS} | OF_THE_INTERFACE


# Kinds that no folder can have: `build` and `read_out` say them to programs; see test_interface.py.
OF_THE_INTERFACE = {"no-territory", "broken-output"}
