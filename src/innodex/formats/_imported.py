"""What an import makes: the files of an index folder, or every fault, placed in what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from innodex.documents import Fault, say
from innodex.formats._csv import table
from innodex.formats._folder import check_files

__all__ = ["Imported", "Origins", "checked", "remark", "table"]


@dataclass(frozen=True, slots=True)
class Imported:
    """The files of an index folder by path; none where there are faults.

    `remarks` are sentences of the catalogue about what the source left open: (key, values).
    """

    files: Mapping[str, bytes]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    remarks: tuple[tuple[str, Mapping[str, object]], ...] = ()


@dataclass(slots=True)
class Origins:
    """Where the rows and columns of tables that were made came from, so that faults name what people wrote.

    `rows` holds {(file made, row made): (source, its row)}, `columns` {file made: {column made: its column}}.
    """

    rows: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # files taken over as they are
    behind: dict[str, str] = field(default_factory=dict)  # what a file as a whole is made from

    def knows(self, fault: Fault) -> bool:
        """True where the fault has a row of its own in a source."""
        return fault.file in self.files or (fault.file, fault.row or 0) in self.rows

    def moved(self, fault: Fault) -> Fault:
        """The fault where its cause was written; where that is no single row, the file as a whole."""
        if fault.file in self.files:
            return replace(fault, file=self.files[fault.file])
        source, row = self.rows.get((fault.file, fault.row or 0), ("", 0))
        if not source:
            return replace(fault, file=self.behind.get(fault.file, fault.file), row=None, column=None)
        column = self.columns.get(fault.file, {}).get(fault.column or "", fault.column)
        return replace(fault, file=source, row=row, column=column)


def remark(lang: str, key: str, **values: object) -> str:
    """A comment of a document that is made: every line begins with `# `."""
    return "".join(f"# {line}\n" for line in say(lang, key, count=None, **values).split("\n"))


def checked(
    files: Mapping[str, bytes],
    origins: Origins,
    found: Sequence[Fault] = (),
    remarks: Sequence[tuple[str, Mapping[str, object]]] = (),
) -> Imported:
    """The import as `check` sees it: the faults `found` before, and those of the files that were made.

    Where something was found before, what the files made of it add is told only where nothing is said yet.
    """
    reading = check_files(files)
    placed = [*found, *(origins.moved(fault) for fault in reading.faults if origins.knows(fault))]
    # What has no row of its own follows from something that has, if there is anything.
    faults = placed or [origins.moved(fault) for fault in reading.faults]
    said: dict[tuple[str, int | None, str | None], Fault] = {}
    for fault in faults:
        said.setdefault((fault.file, fault.row, fault.column), fault)
    if said:
        return Imported({}, tuple(sorted(said.values(), key=Fault.order)))
    warnings = tuple(origins.moved(fault) for fault in reading.warnings)
    return Imported(dict(files), (), warnings, tuple(remarks))
