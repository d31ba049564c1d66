"""The two tables of COINr, iData and iMeta, as an index folder.

The figures are taken over byte by byte; tree, territory and a neutral recipe are made of the rest. COINr's
vocabulary: Becker, W. and others (2022), COINr: An R package for developing composite indicators, Journal of
Open Source Software 7(78).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from innodex.documents import CODE, Fault, Row, Table, nearest, number, read_table, say
from innodex.formats._coinr_recipes import COLUMNS, columns_of, recipes
from innodex.formats._imported import Imported, Origins, checked, remark, table
from innodex.formats._rows import literal
from innodex.recipe import read as read_recipe

DATA = "data/iData.csv"
TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
_DIRECTIONS = {"1": "higher", "-1": "lower"}
_ABSENT = ("", "NA")
# How a level is called, by how many there are between the index and its indicators.
_BETWEEN = {0: (), 1: ("pillar",), 2: ("subindex", "pillar"), 3: ("subindex", "pillar", "group")}
_COLUMNS = {
    "series.csv": {"id": "iCode", "name": "iName", "unit": "Unit"},
    "framework.csv": {
        "code": "iCode", "id": "iCode", "parent": "Parent", "level": "Level", "name": "iName",
        "unit": "Unit", "direction": "Direction", "series": "iCode", "numerator": "iCode",
        "denominator": "Denominator",
    },
    "territory.csv": {"code": "uCode", "name": "uName"},
}  # fmt: skip


def cell(row: Row, column: str) -> str:
    """The words of a cell; what R writes for a missing value is none."""
    words = row.get(column)
    return "" if words in _ABSENT else words


def whole(words: str) -> str:
    """A number as people write it: `1` for `1.0`; anything else as it is."""
    value = number(words)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else words


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of iMeta."""

    row: Row
    code: str
    kind: str

    @property
    def at(self) -> int:
        """Its row in the table."""
        return self.row.number

    def get(self, column: str) -> str:
        """A cell of it."""
        return cell(self.row, column)


def read_coinr(
    data: bytes,
    meta: bytes,
    *,
    files: tuple[str, str] = ("iData.csv", "iMeta.csv"),
    period: str | None = None,
    region: str | None = None,
    names: str = "en",
    lang: str = "en",
) -> Imported:
    """The index folder of COINr's two tables, or every fault of them by row and column.

    `files` are the tables' names for faults; `period` is needed where iData has no column Time; `region` is
    the column of groups that becomes the region; `names` is the language that names are written in, `lang`
    that of the comments in what is made. The first recipe is neutral: the tables hold no method.
    """
    return _Import(data, meta, files, period, region, names, lang).run()


@dataclass(slots=True)
class _Import:
    data: bytes
    meta: bytes
    names_of: tuple[str, str]
    period: str | None
    region: str | None
    names: str
    lang: str
    found: list[Fault] = field(default_factory=list)
    remarks: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    origins: Origins = field(default_factory=Origins)

    def run(self) -> Imported:
        meta = read_table(self.meta, self.names_of[1])
        data = read_table(self.data, self.names_of[0])
        meta.need(("iCode", "Direction", "Weight", "Parent", "Type"))
        data.need(("uCode",))
        for one in (meta, data):
            one.need_rows()
        if not (meta.sound and data.sound):
            return Imported({}, tuple(sorted([*meta.faults, *data.faults], key=Fault.order)))
        entries = list(self._entries(meta))
        self._check_entries(meta, entries)
        files = self._files(entries, data)
        # What is wrong with the shape of the data is found again, by the reader of data.
        self.found += [*meta.faults, *(fault for fault in data.faults if fault not in self.found)]
        return checked(files, self.origins, self.found, self.remarks)

    # ---- iMeta -------------------------------------------------------------------------------------------

    def _entries(self, meta: Table) -> Iterator[Entry]:
        known = {kind.casefold(): kind for kind in TYPES}
        for row in meta:
            code, kind = cell(row, "iCode"), cell(row, "Type")
            for column, words in (("iCode", code), ("Type", kind)):
                if not words:
                    meta.fault("missing-cell", row.number, column)
            if kind and kind.casefold() not in known:
                near = nearest(kind, TYPES) or "–"
                allowed = ", ".join(TYPES)
                meta.fault("unknown-word", row.number, "Type", found=kind, allowed=allowed, near=near)
            elif kind and code:
                yield Entry(row, code, known[kind.casefold()])

    def _check_entries(self, meta: Table, entries: list[Entry]) -> None:
        per = [entry.code for entry in entries if entry.kind == "Denominator"]
        for entry in entries:
            if entry.kind in ("Indicator", "Aggregate"):
                self._check_weight(meta, entry)
            if entry.kind != "Indicator":
                continue
            if (words := whole(entry.get("Direction"))) and words not in _DIRECTIONS:
                allowed = ", ".join(_DIRECTIONS)
                meta.fault("unknown-word", entry.at, "Direction", found=words, allowed=allowed, near="–")
            if (other := entry.get("Denominator")) and other not in per:
                near, allowed = nearest(other, per) or "–", ", ".join(per) or "–"
                meta.fault("unknown-word", entry.at, "Denominator", found=other, allowed=allowed, near=near)

    @staticmethod
    def _check_weight(meta: Table, entry: Entry) -> None:
        words = entry.get("Weight")
        value = number(words) if words else 0.0
        if isinstance(value, str):
            meta.fault(value, entry.at, "Weight", found=words)
        elif value < 0:
            meta.fault("bad-policy", entry.at, "Weight", found=words, allowed="≥ 0")

    # ---- what is made ------------------------------------------------------------------------------------

    def _files(self, entries: list[Entry], data: Table) -> dict[str, bytes]:
        tree = _ordered([one for one in entries if one.kind in ("Indicator", "Aggregate")])
        groups = [one for one in entries if one.kind == "Group" and one.code in data.columns]
        root = next((one for one in tree if not one.get("Parent")), None)
        title = (root.get("iName") or root.code) if root else "–"
        self.origins.files[DATA] = self.names_of[0]
        made_of_meta = ("series.csv", "framework.csv", "recipe.toml")
        self.origins.behind = {
            "index.toml": self.names_of[0], "territory.csv": self.names_of[0],
            **dict.fromkeys(made_of_meta, self.names_of[1]),
        }  # fmt: skip
        files = {
            "index.toml": self._index(title, entries, data),
            "series.csv": self._series(entries),
            "framework.csv": self._framework(tree, entries),
            "territory.csv": self._territory(groups, data),
        }
        weights = {entry.code: "Weight" for entry in tree}
        for path, (text, lines) in recipes(tree, self.lang).items():
            files[path] = text.encode()
            for line, node in lines.items():
                self.origins.rows[path, line] = (self.names_of[1], node.at)
            self.origins.columns[path] = {**weights, **columns_of(path)}
            if path != "recipe.toml":  # which is read with the folder
                self.found += [self.origins.moved(fault) for fault in read_recipe(files[path], path).faults]
        files.update(self._sheets(tree))
        return {**files, DATA: self.data}

    def _index(self, title: str, entries: list[Entry], data: Table) -> bytes:
        passed = {"uCode", "Time"}
        idle = [one.code for one in entries if one.kind in ("Group", "Other")]
        ignored = [name for name in ("uName", *idle) if name in data.columns and name not in passed]
        lines = [
            remark(self.lang, "exchange.coinr.index"),
            "schema = 1\n",
            f"title_{self.names} = {literal(title)}\n",
            f'languages = ["{self.names}"]\n',
        ]
        if "Time" not in data.columns:
            if self.period is None:
                data.fault("missing-column", data.head, "Time", near="–")
            lines.append(f"period = {literal(self.period or '0')}\n")
        lines += ['territory = "territory.csv"\n', 'units = "data"\n', "\n[data]\n", 'unit = "uCode"\n']
        if "Time" in data.columns:
            lines.append('period = "Time"\n')
        lines += [f"ignore = {_list(ignored)}\n", 'missing = ["", "NA", "NaN"]\n']
        return "".join(lines).encode()

    def _named(self, *columns: str) -> list[str]:
        return [f"{column}_{self.names}" for column in columns]

    def _trace(self, file: str, source: str, rows: Iterable[int]) -> None:
        """Remember which row of a source each row of a table came from."""
        for number_, row in enumerate(rows, start=2):
            self.origins.rows[file, number_] = (source, row)
        columns = dict(_COLUMNS[file])
        for name in ("name", "unit"):
            if name in columns:
                columns[f"{name}_{self.names}"] = columns.pop(name)
        self.origins.columns[file] = columns

    def _series(self, entries: list[Entry]) -> bytes:
        kept = [one for one in entries if one.kind in ("Indicator", "Denominator")]
        self._trace("series.csv", self.names_of[1], (one.at for one in kept))
        head = ("id", *self._named("name", "unit"), "evidence")
        rows = [(one.code, one.get("iName") or one.code, one.get("Unit"), one.get("Source")) for one in kept]
        return table(head, rows, empty=frozenset(head[:2]))

    def _framework(self, tree: list[Entry], entries: list[Entry]) -> bytes:
        self._trace("framework.csv", self.names_of[1], (one.at for one in tree))
        levels = _levels(tree)
        per = {one.code: one.get("Unit") for one in entries if one.kind == "Denominator"}
        head = (
            "code", "parent", "level", *self._named("name", "unit"), "direction",
            "series", "numerator", "denominator",
        )  # fmt: skip
        rows = [self._node(one, levels[one.code], per) for one in tree]
        return table(head, rows, empty=frozenset(head[:4]) | {"direction", "series"})

    @staticmethod
    def _node(one: Entry, level: str, per: Mapping[str, str]) -> tuple[str, ...]:
        name, unit, other = one.get("iName") or one.code, one.get("Unit"), one.get("Denominator")
        if one.kind == "Aggregate":
            return one.code, one.get("Parent"), level, name, "", "", "", "", ""
        if other and unit and per.get(other):
            unit = f"{unit} / {per[other]}"
        direction = _DIRECTIONS.get(whole(one.get("Direction")), "")
        made_of = ("", one.code, other) if other else (one.code, "", "")
        return (one.code, one.get("Parent"), level, name, unit, direction, *made_of)

    # ---- units -------------------------------------------------------------------------------------------

    def _territory(self, groups: list[Entry], data: Table) -> bytes:
        chosen = self._region(groups, data)
        latest: dict[str, Row] = {}
        moved: dict[str, list[str]] = {}
        for row in data:
            if not (code := cell(row, "uCode")):
                continue
            before = latest.get(code)
            for group in groups if before is not None else ():
                assert before is not None
                if cell(before, group.code) != cell(row, group.code):
                    moved.setdefault(group.code, []).append(code)
            if before is None or _time(row) >= _time(before):
                latest[code] = row
        for column, codes in moved.items():
            units = ", ".join(dict.fromkeys(codes))
            self.remarks.append(("cli.import.coinr.moved", {"group": column, "units": units}))
        self._trace("territory.csv", self.names_of[0], (row.number for row in latest.values()))
        others = [group.code for group in groups if group.code != chosen]
        head = ("code", *self._named("name"), "region", "groups")
        rows = [
            (
                code,
                cell(row, "uName") or code,
                cell(row, chosen) if chosen else "",
                " ".join(group_name(name, cell(row, name)) for name in others if cell(row, name)),
            )
            for code, row in latest.items()
        ]
        return table(head, rows, empty=frozenset(head[:2]))

    def _region(self, groups: list[Entry], data: Table) -> str:
        """The column of groups that becomes the region; blank where there are no groups."""
        codes = [group.code for group in groups]
        if self.region is not None and self.region not in codes:
            near, allowed = nearest(self.region, codes) or "–", ", ".join(codes) or "–"
            data.fault("unknown-word", data.head, self.region, found=self.region, allowed=allowed, near=near)
            return ""
        first = codes[0] if codes else ""
        chosen = self.region or next((code for code in codes if code.casefold() == "region"), first)
        if chosen:
            self.remarks.append(("cli.import.coinr.region", {"column": chosen}))
        return chosen

    # ---- texts -------------------------------------------------------------------------------------------

    def _sheets(self, tree: list[Entry]) -> Iterator[tuple[str, bytes]]:
        """What the tables say beyond what the framework has a column for, as definition sheets."""
        for one in tree:
            said = one.get("Description")
            lines = [said, ""] if said else []
            extra = [column for column in one.row.cells if column not in KNOWN and column[0] != "\x00"]
            listed = [f"- {column}: {one.get(column)}" for column in extra if one.get(column)]
            if target := one.get("Target"):
                listed.append(f"- {say(self.names, 'exchange.coinr.target')}: {target}")
            if (said or listed) and CODE.fullmatch(one.code):
                yield f"sheets/{one.code}.{self.names}.md", "\n".join([*lines, *listed, ""]).encode()


KNOWN = COLUMNS | frozenset(
    ("iCode", "iName", "Level", "Parent", "Direction", "Weight", "Type", "Unit", "Denominator", "Description",
     "Source", "Target")
)  # fmt: skip


def _list(words: Iterable[str]) -> str:
    return "[" + ", ".join(literal(word) for word in words) + "]"


def _time(row: Row) -> tuple[float, str]:
    """The year of a row as something to compare; text that is no number comes first."""
    words = cell(row, "Time")
    value = number(words) if words else 0.0
    return (value, words) if isinstance(value, float) else (float("-inf"), words)


def group_name(column: str, value: str) -> str:
    """A group of units named by its column and value, without blanks: `PopGroup.Large`."""
    return f"{column}.{re.sub(r'[^A-Za-z0-9_-]+', '-', value).strip('-') or value.encode().hex()}"


def _ordered(nodes: list[Entry]) -> list[Entry]:
    """Parents before their children, siblings as in the table; what hangs nowhere comes last."""
    below: dict[str, list[Entry]] = {}
    for node in nodes:
        below.setdefault(node.get("Parent"), []).append(node)
    ordered: list[Entry] = []
    seen: set[int] = set()
    # An indicator that hangs nowhere is the one that is wrong, not the index.
    waiting = sorted(below.get("", []), key=lambda node: node.kind == "Aggregate")
    while waiting:
        node = waiting.pop()
        if node.at not in seen:
            seen.add(node.at)
            ordered.append(node)
            waiting += below.get(node.code, [])[::-1]
    return [*ordered, *(node for node in nodes if node.at not in seen)]


def _levels(tree: list[Entry]) -> dict[str, str]:
    """{code: what its level is called}, by the number in the column Level or, without it, by depth."""
    parents = {one.code: one.get("Parent") for one in tree}

    def depth(code: str) -> int:
        passed: set[str] = set()
        while (code := parents.get(code, "")) and code not in passed:
            passed.add(code)
        return len(passed)

    def place(one: Entry) -> float:
        level = number(one.get("Level")) if one.get("Level") else ""
        return -level if isinstance(level, float) else float(depth(one.code))

    roots = [one.code for one in tree if not one.get("Parent")]
    inner = [one for one in tree if one.kind == "Aggregate" and one.code not in roots]
    ranks = sorted({place(one) for one in inner})
    words = _BETWEEN.get(len(ranks)) or tuple(f"level-{n + 1}" for n in range(len(ranks)))
    found = {one.code: words[ranks.index(place(one))] for one in inner}
    found |= dict.fromkeys(roots, "index")
    return found | {one.code: "indicator" for one in tree if one.kind == "Indicator"}
