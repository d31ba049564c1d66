"""Who is measured: units by code within one scheme, with names, regions and tiles."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from innodex.documents import Text, digest


@dataclass(frozen=True, slots=True)
class Tile:
    """One square of a tile grid. `part_of` names the unit that a separate part belongs to."""

    row: int
    column: int
    code: str
    label: Text
    part_of: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A group of units that ranks are also given within."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. Codes mean something only together with the territory's scheme."""

    code: str
    name: Text
    kind: str = ""
    region: str | None = None
    groups: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    codes: tuple[tuple[str, str], ...] = ()  # (other scheme, code in it)


@dataclass(frozen=True)
class Territory:
    """A scheme and its units in the order written; `tiles` is empty where no tile grid is known."""

    scheme: str
    units: tuple[Unit, ...]
    regions: tuple[Region, ...] = ()
    tiles: tuple[Tile, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        """{code: unit}."""
        return {unit.code: unit for unit in self.units}

    @cached_property
    def regions_by_code(self) -> dict[str, Region]:
        """{code: region}."""
        return {region.code: region for region in self.regions}

    def group(self, name: str) -> tuple[str, ...]:
        """The codes of the units in a region or group."""
        return tuple(unit.code for unit in self.units if unit.region == name or name in unit.groups)

    @cached_property
    def _spellings(self) -> dict[str, str]:
        found: dict[str, str] = {}
        shared: set[str] = set()
        for unit in self.units:
            for _, words in unit.name:
                if found.setdefault(_spelling(words), unit.code) != unit.code:
                    shared.add(_spelling(words))
        found = {words: code for words, code in found.items() if words not in shared}
        found.update({_spelling(words): code for words, code in self.aliases.items()})
        found.update({unit.code.casefold(): unit.code for unit in self.units})
        return found

    def find(self, words: str) -> str | None:
        """The unit written as its code, its name in any language, or an alias; None when unknown.

        Case, blanks and the way in which marks are encoded do not matter; a name of two units is nobody's.
        """
        if words in self.by_code:
            return words
        return self._spellings.get(_spelling(words))

    def restricted(self, codes: tuple[str, ...]) -> Territory:
        """The same territory with only these units; the tile grid stays whole: no part of a map is lost."""
        kept = set(codes)
        units = tuple(unit for unit in self.units if unit.code in kept)
        aliases = {words: code for words, code in self.aliases.items() if code in kept}
        return Territory(self.scheme, units, self.regions, self.tiles, aliases)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical content."""
        return digest(
            {
                "scheme": self.scheme,
                "units": [
                    [
                        u.code,
                        u.name.as_dict(),
                        u.kind,
                        u.region,
                        list(u.groups),
                        u.valid_from,
                        u.valid_to,
                        list(u.codes),
                    ]
                    for u in self.units
                ],
                "regions": [[r.code, r.name.as_dict()] for r in self.regions],
                "tiles": [[t.row, t.column, t.code, t.label.as_dict(), t.part_of] for t in self.tiles],
                "aliases": dict(self.aliases),
            }
        )


def _spelling(words: str) -> str:
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """From the units of one scheme to those of the next: total (every old unit) and onto (every new one)."""

    old: str
    new: str
    pairs: tuple[tuple[str, str], ...]

    def successor(self, code: str) -> str:
        """The new unit that an old one became part of."""
        return dict(self.pairs)[code]

    def predecessors(self, code: str) -> tuple[str, ...]:
        """The old units that a new one is made of."""
        return tuple(old for old, new in self.pairs if new == code)
