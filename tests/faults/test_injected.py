"""Every kind of fault, brought about in every shipped folder, is found where it is and nowhere else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from _support import ROOT
from faults import _folders as folders
from faults._book import Book, Mark, Unfit
from faults._disk import check, dressed, fill, found, scratch, snapshot
from faults._folders import EXAMPLES, prepared
from faults._injectors import INJECTORS, Injector
from faults._search import POSITIONS, picker, search, seeds
from innodex.documents import Fault, has
from innodex.formats import Checked

WAYS = Counter(injector.kind for injector in INJECTORS)
# Kinds that no folder can have: `build` and `read_out` say them to programs (test_interface.py).
OF_THE_INTERFACE = {"no-territory", "broken-output"}
# Kinds that only workbooks and archives can have (test_cells.py).
OF_WORKBOOKS = {
    "not-a-book", "old-book", "locked-file", "macro-book", "broken-archive", "too-large", "unsafe-path",
    "several-folders", "no-reader", "missing-sheet", "unknown-sheet", "unused-text", "date-cell",
    "truth-cell", "percent-cell", "formula-cell",
}  # fmt: skip
# Kinds that come to light while scores are computed: `build` says them, `check` does not (tests/result).
OF_THE_ARITHMETIC = {
    "weights-not-found", "reference-missing", "reference-worst", "no-ratio",
    "outside-domain", "too-few-units", "dependent-figures", "nonpositive-child",
}  # fmt: skip
# Kinds that only files of other programs can have (tests/formats).
OF_IMPORTS = {"not-structure", "no-parquet", "not-parquet", "bad-ranking"}
BESIDE = OF_IMPORTS | OF_THE_INTERFACE | OF_WORKBOOKS | OF_THE_ARITHMETIC


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A place in memory for the damaged folders."""
    with scratch() as path:
        yield path


def _finds(book: Book, marks: list[Mark], folder: Path) -> Checked:
    """The program says exactly this of the folder, in both languages, and changes nothing in it."""
    files, place = book.write()
    fill(folder, files)

    checked = check(folder)

    assert found(folder, checked) == sorted({place(mark) for mark in marks}, key=repr)
    assert checked.folder is None or not checked.faults
    assert snapshot(folder) == files
    _speaks(checked)
    return checked


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
def test_a_fault_is_found_where_it_is(injector: Injector, name: str, folder: Path) -> None:
    def trial(data: st.DataObject) -> None:
        book = dressed(prepared(name, injector.preparations).copy(), data.draw(seeds))
        try:
            marks = injector.inject(book, picker(data))
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
                marks += injector.inject(book, picker(data))
            except Unfit:
                continue
            kinds.add(injector.kind)
            blind |= injector.blinds
            needed |= injector.needs
        assume(len(kinds) > 1)
        _finds(book, marks, folder)

    search(trial)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_clean_folder_has_no_fault_however_it_is_written(name: str, folder: Path) -> None:
    """Separators, marks, blank rows, empty columns, inline tables: none is a fault, none changes a thing."""

    def trial(data: st.DataObject) -> None:
        family = data.draw(st.sampled_from([(), *FAMILIES]))
        plain = _finds(prepared(name, family), [], folder).folder
        other = _finds(dressed(prepared(name, family).copy(), data.draw(seeds)), [], folder).folder

        assert plain is not None
        assert other is not None
        assert plain.panel is not None
        assert other.panel is not None
        assert plain.panel.digest == other.panel.digest
        assert plain.recipe.digest == other.recipe.digest
        assert plain.territory.digest == other.territory.digest
        assert plain.settings == other.settings

    search(trial)


def test_every_kind_has_an_injector() -> None:
    catalogue = (ROOT / "src/innodex/documents/locale/en/faults.po").read_text("utf-8")
    kinds = set(re.findall(r'^msgid "faults\.([a-z0-9-]+)\.what"$', catalogue, re.MULTILINE))

    assert kinds == {injector.kind for injector in INJECTORS} | BESIDE


def test_every_kind_says_what_to_try() -> None:
    for kind in {injector.kind for injector in INJECTORS} | BESIDE:
        assert has(f"faults.{kind}.what"), kind
        assert has(f"faults.{kind}.try") or has(f"faults.{kind}.else"), kind


def test_a_guess_is_made_only_where_there_is_one() -> None:
    def said(near: str) -> str:
        return Fault("unknown-node", "recipe.toml", 3, "zzz", {"found": "zzz", "near": near}).text("en")

    assert "Did you mean 1.1?" in said("1.1")
    assert "mean" not in said("–")
