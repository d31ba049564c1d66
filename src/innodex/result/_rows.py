"""The rows of a report, made when somebody reads them: a large panel has millions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import overload

Cells = tuple[str | float | int | None, ...]


class Rows(Sequence[Cells]):
    """Rows as a sequence; `make` is called at the first look."""

    def __init__(self, make: Callable[[], Iterable[Cells]]) -> None:
        self._make = make
        self._made: tuple[Cells, ...] | None = None

    @property
    def _all(self) -> tuple[Cells, ...]:
        if self._made is None:
            self._made = tuple(self._make())
        return self._made

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._all)

    @overload
    def __getitem__(self, at: int) -> Cells: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Cells]: ...
    def __getitem__(self, at: int | slice) -> Cells | Sequence[Cells]:
        """One row, or some."""
        return self._all[at]

    def __eq__(self, other: object) -> bool:
        """True for the same rows in the same order."""
        return isinstance(other, Sequence) and self._all == tuple(other)

    def __hash__(self) -> int:
        """Of the rows."""
        return hash(self._all)
