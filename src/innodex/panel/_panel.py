"""What was measured: value × period × unit × series, each cell with its status and source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROWS = 16384


class Status(IntEnum):
    """What a cell holds. Zero is a value; every status but the first two has none."""

    OBSERVED = 0
    ESTIMATED = 1
    MISSING = 2
    NOT_APPLICABLE = 3
    CONFIDENTIAL = 4

    @property
    def word(self) -> str:
        """The word that files hold."""
        return self.name.lower()


STATUS_WORDS = {status.word: status for status in Status}


@dataclass(frozen=True)
class Panel:
    """Figures with axes (period, unit, series). NaN: none, `status` says why; `source` indexes `sources`."""

    periods: tuple[str, ...]
    units: tuple[str, ...]
    series: tuple[str, ...]
    values: Floats
    status: npt.NDArray[np.uint8]
    source: npt.NDArray[np.int32]
    sources: tuple[str, ...] = ("",)

    @classmethod
    def of(
        cls, values: Floats, *, periods: tuple[str, ...], units: tuple[str, ...], series: tuple[str, ...]
    ) -> Panel:
        """A panel of observed figures from an array (period, unit, series); NaN becomes missing."""
        values = np.asarray(values, dtype=np.float64)
        expected = (len(periods), len(units), len(series))
        if values.shape != expected:
            raise ValueError(
                f"values have the shape {values.shape}; periods, units and series ask for {expected}"
            )
        status = np.where(np.isnan(values), Status.MISSING, Status.OBSERVED).astype(np.uint8)
        return cls(periods, units, series, values, status, np.zeros(values.shape, np.int32))

    def only(self, period: str) -> Panel:
        """The same panel with one period."""
        at = slice(self.periods.index(period), self.periods.index(period) + 1)
        return Panel(
            (period,),
            self.units,
            self.series,
            self.values[at],
            self.status[at],
            self.source[at],
            self.sources,
        )

    @cached_property
    def digest(self) -> str:
        """SHA-256 over axes, values, status and sources, whatever the order in which the files held them."""
        from innodex.documents import canonical

        head = canonical([list(self.periods), list(self.units), list(self.series), list(self.sources)])
        whole = hashlib.sha256(head)
        for array in (self.values, self.status, self.source):
            for period in array:
                # By parts: a copy of a large panel would not fit beside it.
                for start in range(0, len(period), _ROWS):
                    plain = period[start : start + _ROWS]
                    if plain.dtype == np.float64:
                        plain = np.where(np.isnan(plain), np.nan, plain + 0.0)  # one NaN, one nought
                    plain = np.ascontiguousarray(plain)
                    whole.update(plain.astype(plain.dtype.newbyteorder("<"), copy=False).data)
        return whole.hexdigest()
