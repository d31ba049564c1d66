"""An edition in memory: everything that pages and tables are made from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from innodex.documents import Text
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import Recipe
from innodex.result import Result
from innodex.territory import Territory


class Audience(StrEnum):
    """For whom an edition is meant."""

    INTERNAL = "internal"
    PARTICIPANTS = "participants"
    MINISTRIES = "ministries"
    PUBLIC = "public"


@dataclass(frozen=True)
class Edition:
    """One publication of one index. Pages and tables are rendered from this value and from nothing else.

    `files` are the paths of the data part, relative to the edition's folder, with their size in bytes
    (inputs/…, results.csv, tables/…): what the data page lists and links. `sources` are the notes on where
    figures came from, by series id.
    """

    id: str
    title: Text
    description: Text
    languages: tuple[str, ...]
    synthetic: bool
    audience: Audience
    date: datetime.date | None
    publisher: Text
    licence: str
    decimals: int
    framework: Framework
    territory: Territory
    recipe: Recipe
    panel: Panel
    result: Result
    replaces: str | None = None
    note: Text = Text()
    files: Mapping[str, int] = field(default_factory=dict)

    @property
    def period(self) -> str:
        """The newest period: the one on the pages."""
        return max(self.result.periods)
