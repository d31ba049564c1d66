"""Orders of preference, or of indicators, become index folders: one for each example of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from innodex.documents import CODE, Fault, Row, Table, is_period, number, read_table, say
from innodex.formats._imported import Imported, Origins, checked, remark, table
from innodex.formats._rows import key_of, literal

EXAMPLE, COUNT, RANKING = "example", "n_indicators", "ranking"
DATA = "data/places.csv"
ROOT = "order"
# The recipes that are made; the first is the folder's own.
_RECIPES = {"condorcet": "recipe.toml", "borda": "recipe-borda.toml", "copeland": "recipe-copeland.toml"}


@dataclass(frozen=True, slots=True)
class Ballot:
    """One line: how many are of this order, and the order itself, the best first; units that are level
    stand together."""

    row: int
    count: float
    order: tuple[tuple[str, ...], ...]

    @property
    def places(self) -> dict[str, float]:
        """{unit: how many stand below it, and half of those level with it}."""
        found: dict[str, float] = {}
        below = sum(map(len, self.order))
        for level in self.order:
            below -= len(level)
            found.update(dict.fromkeys(level, below + (len(level) - 1) / 2))
        return found

    @property
    def words(self) -> str:
        """The order as people write it."""
        return " > ".join(" = ".join(level) for level in self.order)


def read_ballots(
    data: bytes, *, file: str = "ballots.csv", example: str | None = None, period: str, names: str = "en",
    lang: str = "en",
) -> Imported:  # fmt: skip
    """An index folder for each example of a table of ballots, or every fault of the table by row and column.

    Columns: `n_indicators`, how many indicators (or voters) have the order; `ranking`, the units with `>`
    between them, or `=` where they are level; `example` names the folder. With one example, or only the one
    named by `example`, the files stand in the folder itself. Raises KeyError, with those there are, for an
    `example` that the table does not have. `names` is the language that names are written in, `lang` that of
    the comments in what is made.
    """
    if not is_period(period):
        return Imported({}, (Fault("bad-period", file, None, "period", {"found": period}),))
    source = read_table(data, file)
    source.need((COUNT, RANKING))
    source.need_rows()
    if not source.sound:
        return Imported({}, tuple(source.faults))
    ballots = _Reader(source).read()
    if example is not None and example not in ballots:
        raise KeyError(", ".join(ballots))
    chosen = ballots if example is None else {example: ballots[example]}
    made = [_Folder(name or file, chosen[name], file, period, names, lang).made() for name in chosen]
    prefixes = ["" if len(chosen) == 1 else f"{name}/" for name in chosen]
    files = {
        prefix + path: content
        for prefix, one in zip(prefixes, made, strict=True)
        for path, content in one.files.items()
    }
    faults = [*source.faults, *(fault for one in made for fault in one.faults)]
    if faults:
        return Imported({}, tuple(dict.fromkeys(sorted(faults, key=Fault.order))))
    return Imported(files, (), tuple(warning for one in made for warning in one.warnings))


@dataclass(slots=True)
class _Reader:
    source: Table
    found: dict[str, list[Ballot]] = field(default_factory=dict)

    def read(self) -> dict[str, list[Ballot]]:
        """{example: its ballots}; lines with a fault are left out."""
        for row in self.source:
            name = row.cells.get(EXAMPLE, "").strip()
            if EXAMPLE in self.source.columns and not CODE.fullmatch(name):
                self.source.fault("bad-code" if name else "missing-cell", row.number, EXAMPLE, found=name)
            ballot = self._ballot(row)
            kept = self.found.setdefault(name, [])
            if ballot is not None:
                kept.append(ballot)
        return self.found

    def _ballot(self, row: Row) -> Ballot | None:
        count, words = (row.cells.get(name, "").strip() for name in (COUNT, RANKING))
        value = number(count) if count else "missing-cell"
        if isinstance(value, str):
            self.source.fault(value, row.number, COUNT, found=count)
        elif value <= 0:
            self.source.fault("bad-policy", row.number, COUNT, found=count, allowed="> 0")
        order = tuple(tuple(unit.strip() for unit in level.split("=")) for level in words.split(">"))
        units = [unit for level in order for unit in level]
        if not words:
            self.source.fault("missing-cell", row.number, RANKING)
        elif len(set(units)) < max(2, len(units)) or not all(map(CODE.fullmatch, units)):
            self.source.fault("bad-ranking", row.number, RANKING, found=words)
        elif not isinstance(value, str) and value > 0:
            return Ballot(row.number, value, order)
        return None


@dataclass(slots=True)
class _Folder:
    """One example: its units are those that stand in any of its orders."""

    name: str
    ballots: list[Ballot]
    file: str
    period: str
    names: str
    lang: str
    origins: Origins = field(default_factory=Origins)

    def made(self) -> Imported:
        if not self.ballots:  # every line has a fault of its own
            return Imported({})
        codes = [f"{at}" for at in range(1, len(self.ballots) + 1)]
        units = sorted({unit for ballot in self.ballots for unit in ballot.places})
        name = f"name_{self.names}"
        words = [f"{ballot.count:g} × {ballot.words}" for ballot in self.ballots]
        head = ("code", "parent", "level", name, "direction", "series")
        leaves = [
            (code, ROOT, "indicator", word, "higher", f"b{code}")
            for code, word in zip(codes, words, strict=True)
        ]
        series = [(f"b{code}", word) for code, word in zip(codes, words, strict=True)]
        files = {
            "index.toml": self._index(),
            "framework.csv": table(head, [(ROOT, "", "index", self.name, "", ""), *leaves]),
            "series.csv": table(("id", name), series),
            "territory.csv": table(("code", name), [(unit, unit) for unit in units]),
            **{path: self._recipe(rule, codes) for rule, path in _RECIPES.items()},
            DATA: self._places(units, codes),
        }
        for made in ("framework.csv", "series.csv"):
            first = 3 if made == "framework.csv" else 2
            for at, ballot in enumerate(self.ballots, start=first):
                self.origins.rows[made, at] = (self.file, ballot.row)
        return checked(files, self.origins)

    def _index(self) -> bytes:
        lines = [
            remark(self.lang, "exchange.ballots.index", file=PurePath(self.file).name),
            "schema = 1\n",
            f"title_{self.names} = {literal(self.name)}\n",
            f"languages = [{literal(self.names)}]\n",
            f"period = {literal(self.period)}\n",
            'territory = "territory.csv"\n',
            'units = "all"\n',
            '\n[data]\nunit = "unit"\n',
        ]
        return "".join(lines).encode()

    def _places(self, units: Iterable[str], codes: Iterable[str]) -> bytes:
        rows = [(unit, *(_written(ballot.places.get(unit)) for ballot in self.ballots)) for unit in units]
        return table(("unit", *(f"b{code}" for code in codes)), rows)

    def _recipe(self, rule: str, codes: Iterable[str]) -> bytes:
        weights = "".join(
            f"{key_of(code)} = {literal(ballot.count)}\n"
            for code, ballot in zip(codes, self.ballots, strict=True)
        )
        title = say(self.names, f"exchange.ballots.{rule}-title", count=None)
        lines = [
            remark(self.lang, f"exchange.ballots.{rule}"),
            f"schema = 1\ntitle_{self.names} = {literal(title)}\n",
            _step("normalise", {"method": "none"}),
            _step("weigh", {"weight": 1}) + f"\n[steps.at]\n{weights}",
            _step(
                "aggregate", {"method": rule, "score": "points", "missing": "available", "minimum_share": 0}
            ),
            _step("rank", {"ties": "min", "significant": 12}),
        ]
        return "".join(lines).encode()


def _written(place: float | None) -> str:
    return "" if place is None else f"{place:g}"


def _step(name: str, policies: Mapping[str, object]) -> str:
    lines = [f"{key} = {literal(value)}\n" for key, value in {"step": name, **policies}.items()]
    return "\n[[steps]]\n" + "".join(lines)
