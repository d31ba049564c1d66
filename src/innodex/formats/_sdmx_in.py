"""SDMX-CSV (2.0, and 1.0 as data portals give it) with a structure message, as an index folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from innodex.documents import Fault, Row, Table, Text, languages, nearest, read_table, say
from innodex.formats._imported import Imported, Origins, checked, remark, table
from innodex.formats._rows import literal
from innodex.formats._sdmx import MISSING, STATUSES, Item, pairs
from innodex.formats._sdmx_structure import Structure, read_structure
from innodex.panel import Status

DATA = "data/figures.csv"
# Dimensions that name a unit, by the words that agencies use for it.
_UNITS = ("UNIT", "REF_AREA", "GEO", "COUNTRY", "LOCATION", "COU", "AREA", "REGION", "COUNTERPART_AREA")
_TIME, _VALUE, _STATUS = "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS"
_HEADS = ("STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY", "DATAFLOW")
_ACTIONS = ("I", "A", "M", "R")
_NO_VALUE = (Status.MISSING, Status.NOT_APPLICABLE, Status.CONFIDENTIAL)


def read_sdmx(
    data: bytes,
    structure: bytes | None = None,
    *,
    files: tuple[str, str] = ("data.csv", "structure.xml"),
    unit: str | None = None,
    period: str | None = None,
    names: str = "en",
    lang: str = "en",
) -> Imported:
    """The index folder of an SDMX-CSV file, or every fault of it by row and column.

    `unit` is the dimension that names the units (found by its name where left out); all other dimensions but
    time that are not the same throughout make up the series. The structure message (SDMX-ML 2.1 or 3.0) gives
    names and, where Innodex wrote it, the whole framework. Without a tree there, every series is an indicator
    right under the index, of which more is taken to be better; `remarks` says so.
    """
    return _Import(data, structure, files, unit, period, names, lang).run()


def _bare(cell: str) -> str:
    """The code of a cell that may hold `code: name`."""
    return cell.partition(": ")[0].strip()


@dataclass(slots=True)
class _Import:
    data: bytes
    message: bytes | None
    names_of: tuple[str, str]
    unit: str | None
    period: str | None
    names: str
    lang: str
    found: list[Fault] = field(default_factory=list)
    remarks: list[tuple[str, Mapping[str, object]]] = field(default_factory=list)
    origins: Origins = field(default_factory=Origins)

    def run(self) -> Imported:
        structure = Structure()
        if self.message is not None:
            structure, self.found = read_structure(self.message, self.names_of[1])
        read = read_table(self.data, self.names_of[0])
        heads = {_bare(column): column for column in read.columns if column[0] != "\x00"}
        self._need(read, heads)
        if not read.sound or self.found:
            return Imported({}, tuple(sorted([*self.found, *read.faults], key=Fault.order)))
        dimensions = self._dimensions(read, heads, structure)
        unit = self._unit(read, dimensions)
        self._check_target(read, heads)
        if not unit or read.faults:
            return Imported({}, tuple(sorted(read.faults, key=Fault.order)))
        keys = [name for name in dimensions if name not in (unit, _TIME)]
        files = self._files(read, heads, unit, self._varying(read, heads, keys), structure)
        self.found += read.faults
        return checked(files, self.origins, self.found, self.remarks)

    # ---- what the columns are ----------------------------------------------------------------------------

    def _need(self, read: Table, heads: Mapping[str, str]) -> None:
        if read.sound:
            lacking = [name for name in (_VALUE, _TIME) if name not in heads]
            if _TIME in lacking and self.period is not None:
                lacking.remove(_TIME)
            for name in lacking:
                read.fault("missing-column", read.head, name, near=nearest(name, heads) or "–")
            read.sound = not lacking
        read.need_rows()

    @staticmethod
    def _dimensions(read: Table, heads: Mapping[str, str], structure: Structure) -> list[str]:
        """The dimensions: as the structure says, else every column before the value."""
        ids = {_flow(cell) for column in ("STRUCTURE_ID", "DATAFLOW") if column in heads
               for cell in {row.get(heads[column]) for row in read.rows[:1]}}  # fmt: skip
        named = structure.dimensions_of(next(iter(ids), ""))
        if named:
            for name in named:
                if name not in heads and name != _TIME:
                    read.fault("missing-column", read.head, name, near=nearest(name, heads) or "–")
            return [name for name in named if name in heads]
        columns = list(heads)
        before = columns[: columns.index(_VALUE)]
        return [name for name in before if name not in _HEADS]

    def _unit(self, read: Table, dimensions: list[str]) -> str:
        others = [name for name in dimensions if name != _TIME]
        wanted = self.unit or next((name for name in _UNITS if name in others), "")
        if wanted in others:
            return wanted
        near, allowed = nearest(wanted, others) or "–", ", ".join(others) or "–"
        read.fault("unknown-word", read.head, wanted or None, found=wanted or "–", allowed=allowed, near=near)
        return ""

    @staticmethod
    def _check_target(read: Table, heads: Mapping[str, str]) -> None:
        """One structure, and nothing that asks for a deletion."""
        first = ""
        for row in read:
            for name in ("STRUCTURE_ID", "DATAFLOW"):
                found = row.get(heads[name]) if name in heads else ""
                first = first or found
                if found != first and found:
                    read.fault("unknown-word", row.number, heads[name], found=found, allowed=first, near="–")
            action = row.get(heads["ACTION"]) if "ACTION" in heads else ""
            if action and action not in _ACTIONS:
                allowed = ", ".join(_ACTIONS)
                read.fault(
                    "unknown-word", row.number, heads["ACTION"], found=action, allowed=allowed, near="–"
                )

    @staticmethod
    def _varying(read: Table, heads: Mapping[str, str], keys: list[str]) -> list[str]:
        """Those dimensions that make the difference between series; the first where none does."""
        values = {name: {row.get(heads[name]) for row in read} for name in keys}
        return [name for name in keys if len(values[name]) > 1] or keys[:1]

    # ---- what is made ------------------------------------------------------------------------------------

    def _files(
        self, read: Table, heads: Mapping[str, str], unit: str, keys: list[str], structure: Structure
    ) -> dict[str, bytes]:
        units, ids = structure.items(unit), structure.items(keys[0]) if len(keys) == 1 else {}
        lists = [structure.items(key) for key in keys]
        rows: list[tuple[str, ...]] = []
        seen_units: dict[str, tuple[str, Text, int]] = {}
        seen_series: dict[str, tuple[Text, int]] = {}
        for row in read:
            code = _bare(row.get(heads[unit]))
            words = [_bare(row.get(heads[key])) for key in keys]
            own = _code(units.get(code), code)
            key = ".".join(_code(ids.get(word), word) for word in words) or "value"
            name = Text.of(
                {lang: ", ".join(items[w].name.get(lang) if w in items else w
                                 for items, w in zip(lists, words, strict=True))
                 for lang in _langs(lists, self.names)}
            )  # fmt: skip
            title = units[code].name if code in units else Text.of({self.names: code})
            seen_units.setdefault(own, (code, title, row.number))
            seen_series.setdefault(key, (name or Text.of({self.names: key}), row.number))
            rows.append(self._figure(read, row, heads, own, key))
            self.origins.rows[DATA, len(rows) + 1] = (self.names_of[0], row.number)
        self.origins.columns[DATA] = {
            "unit": heads[unit], "period": heads.get(_TIME, _TIME), "value": heads[_VALUE],
            "status": heads.get(_STATUS, _STATUS), "series": heads[keys[0]] if keys else heads[_VALUE],
        }  # fmt: skip
        key_column = heads[keys[0]] if keys else heads[_VALUE]
        self.origins.columns |= {
            "territory.csv": {"code": heads[unit]},
            "series.csv": {"id": key_column},
            "framework.csv": {"code": key_column, "series": key_column},
        }
        # What the recipe derives is no node of the tree.
        tree = {name: item for name, item in structure.items("NODE").items() if not item.value("derived")}
        made_of_data = ("index.toml", "series.csv", "framework.csv", "territory.csv", "recipe.toml", DATA)
        self.origins.behind = dict.fromkeys(made_of_data, self.names_of[0])
        if tree:
            self.origins.behind |= dict.fromkeys(
                ("framework.csv", "rubric.csv", "series.csv"), self.names_of[1]
            )
        known = structure.items("SERIES") if tree else ids
        framework = self._tree(tree) if tree else self._flat(seen_series, known)
        title = structure.title or Text.of({self.names: "SDMX"})
        sheets = {
            f"sheets/{_code(item, item.id)}.{lang or self.names}.md": f"{words}\n".encode()
            for item in tree.values()
            for lang, words in item.about
        }
        return {
            "index.toml": self._index(title, structure.synthetic or "SYNTHETIC" in heads),
            "series.csv": self._series(seen_series, known, every=bool(tree)),
            "framework.csv": framework,
            **({"rubric.csv": rubric} if (rubric := _rubric(tree)) else {}),
            "territory.csv": self._territory(seen_units, units),
            "recipe.toml": self._recipe(),
            DATA: table(("unit", "period", "series", "value", "status", "source"), rows,
                        empty=frozenset(("unit", "period", "series", "value"))),
            **sheets,
        }  # fmt: skip

    def _figure(
        self, read: Table, row: Row, heads: Mapping[str, str], unit: str, series: str
    ) -> tuple[str, ...]:
        words = row.get(heads[_VALUE])
        value = "" if words in MISSING else words
        code = _bare(row.get(heads[_STATUS])) if _STATUS in heads else ""
        if code and code not in STATUSES:
            allowed = ", ".join(sorted(STATUSES))
            read.fault("unknown-word", row.number, heads[_STATUS], found=code, allowed=allowed, near="–")
        status = STATUSES.get(code, Status.OBSERVED)
        if value and status in _NO_VALUE:
            read.fault("value-despite-status", row.number, heads[_VALUE], found=value, status=code)
        written = status.word if code and (value or status in _NO_VALUE) else ""
        period = row.get(heads[_TIME]) if _TIME in heads else self.period or ""
        source = row.get(heads["SOURCE"]) if "SOURCE" in heads else ""
        return unit, period, series, value, written, source

    def _index(self, title: Text, synthetic: bool) -> bytes:
        spoken = [lang for lang in languages() if title.as_dict().get(lang)] or [self.names]
        lines = [remark(self.lang, "exchange.sdmx.index"), "schema = 1\n"]
        lines += [f"title_{lang} = {literal(title.get(lang))}\n" for lang in spoken]
        lines += [f"languages = [{', '.join(literal(lang) for lang in spoken)}]\n"]
        if synthetic:
            lines.append("synthetic = true\n")
        lines += ['territory = "territory.csv"\n', 'units = "data"\n', "\n[data]\n", 'period = "period"\n']
        return "".join(lines).encode()

    def _recipe(self) -> bytes:
        lines = [remark(self.lang, "exchange.sdmx.neutral"), "schema = 1\n"]
        for lang in ("vi", "en"):
            lines.append(f"title_{lang} = {literal(say(lang, 'exchange.sdmx.neutral-title'))}\n")
        steps = (
            'step = "normalise"\nmethod = "minmax"\nlow = 0\nhigh = 100\nconstant = "missing"\n',
            'step = "weigh"\nweight = 1\n',
            'step = "aggregate"\nmethod = "arithmetic"\nmissing = "available"\nminimum_share = 0\n',
            'step = "rank"\nties = "min"\nsignificant = 12\n',
        )
        return "".join([*lines, *(f"\n[[steps]]\n{step}" for step in steps)]).encode()

    def _series(
        self, seen: Mapping[str, tuple[Text, int]], known: Mapping[str, Item], *, every: bool
    ) -> bytes:
        by_code = {_code(item, item.id): item for item in known.values()}
        # A tree may name series without any figure; of a list of an agency's only those used are wanted.
        codes = dict.fromkeys([*by_code, *seen] if every else seen)
        rows = []
        for number_, code in enumerate(codes, start=2):
            item = by_code.get(code, Item(code, seen[code][0] if code in seen else Text()))
            if code in seen:
                self.origins.rows["series.csv", number_] = (self.names_of[0], seen[code][1])
            words = [item.value(kind) for kind in
                     ("source_kind", "whole", "minimum", "maximum", "part_of", "change", "note")]  # fmt: skip
            texts = [item.name, *(item.text(kind) for kind in ("unit", "supplied_by", "evidence"))]
            rows.append((code, words, texts))
        head, cells = _spread(
            ("name", "unit", "supplied_by", "evidence"), [row[2] for row in rows], self.names
        )
        plain = ("source_kind", "whole", "minimum", "maximum", "part_of", "change", "note")
        body = [(code, *texts, *words) for (code, words, _), texts in zip(rows, cells, strict=True)]
        return table(("id", *head, *plain), body, empty=frozenset(("id", head[0])))

    def _flat(self, seen: Mapping[str, tuple[Text, int]], known: Mapping[str, Item]) -> bytes:
        """Every series an indicator under one index, assumed to be the better the higher."""
        self.remarks.append(("cli.import.sdmx.flat", {}))
        root = "index" if "index" not in seen else "sdmx-index"
        rows = [(root, "", "index", "", "", "")]
        rows += [(code, root, "indicator", "higher", "assumed", code) for code in seen]
        names = [Text.of({lang: say(lang, "exchange.sdmx.root") for lang in languages()})]
        names += [name for name, _ in seen.values()]
        for number_, (_, at) in enumerate(seen.values(), start=3):
            self.origins.rows["framework.csv", number_] = (self.names_of[0], at)
        head, cells = _spread(("name",), [[name] for name in names], self.names)
        body = [(*row, *name) for row, name in zip(rows, cells, strict=True)]
        plain = ("code", "parent", "level", "direction", "certainty", "series")
        return table((*plain, *head), body, empty=frozenset(plain[:4]) | {head[0]})

    def _tree(self, tree: Mapping[str, Item]) -> bytes:
        """The framework as Innodex wrote it into the structure."""
        plain = ("certainty", "valid_from", "valid_to", "series", "numerator", "denominator", "scale", "note")
        rows, texts = [], []
        for item in tree.values():
            above = tree.get(item.parent)
            first = (
                item.value("id"), _code(item, item.id), _code(above, item.parent) if item.parent else "",
                item.value("level") or "node", item.value("direction"),
            )  # fmt: skip
            rows.append((*first, *(item.value(kind) for kind in plain)))
            texts.append([item.name, item.text("unit")])
        head, cells = _spread(("name", "unit"), texts, self.names)
        body = [(*row, *words) for row, words in zip(rows, cells, strict=True)]
        first_heads = ("id", "code", "parent", "level", "direction")
        return table((*first_heads, *plain, *head), body, empty=frozenset(first_heads[1:]) | {head[0]})

    def _territory(self, seen: Mapping[str, tuple[str, Text, int]], known: Mapping[str, Item]) -> bytes:
        plain = ("kind", "region", "groups", "valid_from", "valid_to")
        rows, texts = [], []
        for number_, (code, (own, name, at)) in enumerate(seen.items(), start=2):
            item = known.get(own, Item(own, name))
            self.origins.rows["territory.csv", number_] = (self.names_of[0], at)
            rows.append((code, *(item.value(kind) for kind in plain)))
            texts.append([name, item.text("region")])
        head, cells = _spread(("name", "region"), texts, self.names)
        body = [(*row, *words) for row, words in zip(rows, cells, strict=True)]
        return table(("code", *plain, *head), body, empty=frozenset(("code", head[0])))


def _flow(words: str) -> str:
    """The identifier in `AGENCY:ID(1.0)`."""
    return words.partition(":")[2].partition("(")[0] or words


def _code(item: Item | None, identifier: str) -> str:
    """What a code is called with us."""
    return (item.value("code") if item is not None else "") or identifier


def _langs(lists: Iterable[Mapping[str, Item]], otherwise: str) -> list[str]:
    found = {lang: None for items in lists for item in items.values() for lang, _ in item.name}
    return list(found) or [otherwise]


def _spread(
    kinds: tuple[str, ...], texts: list[list[Text]], otherwise: str
) -> tuple[list[str], list[list[str]]]:
    """Texts as columns, one for each language that some of them have: (heads, rows of cells).

    A name without a language is in the language `otherwise`.
    """
    named_at = [at for at, kind in enumerate(kinds) if kind in ("name", "region")]
    texts = [
        [
            Text.of({(lang or otherwise) if at in named_at else lang: words for lang, words in text})
            for at, text in enumerate(row)
        ]
        for row in texts
    ]
    heads: list[tuple[int, str]] = []
    for at in range(len(kinds)):
        langs = dict.fromkeys(lang for row in texts for lang, _ in row[at])
        heads += [(at, lang) for lang in sorted(langs, key=lambda lang: (lang != "vi", lang))]
    named = [f"{kinds[at]}_{lang}" if lang else kinds[at] for at, lang in heads]
    return named, [[row[at].as_dict().get(lang, "") for at, lang in heads] for row in texts]


def _rubric(tree: Mapping[str, Item]) -> bytes:
    rows = [
        (_code(item, item.id), series, maximum)
        for item in tree.values()
        for series, maximum in pairs(item.value("rubric"))
    ]
    return table(("indicator", "criterion", "maximum"), rows) if rows else b""
