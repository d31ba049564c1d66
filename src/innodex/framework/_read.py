"""Reading a framework from its files: series.csv, framework.csv, rubric.csv and the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from innodex.documents import CODE, Fault, Row, Table, Text, nearest, number, read_table
from innodex.framework._framework import (
    Certainty,
    Criterion,
    Direct,
    Direction,
    Formula,
    Framework,
    Node,
    Ratio,
    Rubric,
    Series,
)

_NAMES = r"name_[a-z]{2,3}"
_SERIES = ("id", "unit", "source_kind", "supplied_by", "evidence", "note", "source")
_FRAMEWORK = (
    "id",
    "code",
    "parent",
    "level",
    "unit",
    "direction",
    "certainty",
    "valid_from",
    "valid_to",
    "series",
    "numerator",
    "denominator",
    "scale",
    "note",
    "source",
)
_RUBRIC = ("indicator", "criterion", "maximum", "note", "source")


@dataclass(slots=True)
class Reading:
    """What was read. `framework` is None when faults keep it from being one.

    `codes` and `series_ids` hold what could be recognised all the same, for checking other files;
    they are None where too little is known to call something else unknown.
    """

    framework: Framework | None = None
    faults: list[Fault] = field(default_factory=list)
    codes: frozenset[str] | None = None
    series_ids: frozenset[str] | None = None
    series_rows: dict[str, int] = field(default_factory=dict)


def read(files: Mapping[str, bytes]) -> Reading:
    """The framework in `files` ({path: bytes}), with every fault of its files."""
    reading = Reading()
    series = _read_series(files, reading)
    nodes = _Tree(files, reading)
    sheets = _read_sheets(files, reading)
    if not any(not fault.is_warning for fault in reading.faults):
        reading.framework = Framework(tuple(nodes.nodes()), tuple(series), sheets)
    return reading


def _open(files: Mapping[str, bytes], name: str, reading: Reading) -> Table | None:
    if name not in files:
        reading.faults.append(Fault("missing-file", name))
        return None
    return read_table(files[name], name)


def words(row: Row, prefix: str) -> Text:
    """The text in the columns `prefix_vi`, `prefix_en`, … or in `prefix` alone."""
    found = {
        column.removeprefix(prefix + "_"): row.get(column)
        for column in row.cells
        if column.startswith(prefix + "_") and len(column) <= len(prefix) + 4
    }
    return Text.of(found) or Text.of({"": row.get(prefix)})


def _identified(table: Table, column: str) -> Iterable[tuple[Row, str]]:
    """Rows with a good, new identifier in `column`; each other row is a fault."""
    seen: dict[str, int] = {}
    for row in table:
        code = row.get(column)
        if not code:
            if row.whole:
                table.fault("missing-cell", row.number, column)
        elif not CODE.fullmatch(code):
            table.fault("bad-code", row.number, column, found=code)
        elif code.casefold() in seen:
            table.fault("duplicate-code", row.number, column, found=code, first=seen[code.casefold()])
        else:
            seen[code.casefold()] = row.number
            yield row, code


def _read_series(files: Mapping[str, bytes], reading: Reading) -> list[Series]:
    table = _open(files, "series.csv", reading)
    if table is None:
        return []
    table.need(("id",))
    table.allow(_SERIES, (_NAMES, r"unit_[a-z]{2,3}"))
    series: list[Series] = []
    for row, code in _identified(table, "id") if "id" in table.columns else ():
        name = words(row, "name")
        if not name and row.whole:
            table.fault("missing-name", row.number, _name_column(table))
        reading.series_rows[code] = row.number
        kind, supplier, evidence = (row.get(c) for c in ("source_kind", "supplied_by", "evidence"))
        series.append(Series(code, name, words(row, "unit"), kind, supplier, evidence, row.get("note")))
    reading.faults.extend(table.faults)
    if table.sound and not _unnamed(table, "id"):
        reading.series_ids = frozenset(one.id for one in series)
    return series


def _unnamed(table: Table, column: str) -> bool:
    """True when some row's identifier could not be read, so that a name elsewhere may have meant it."""
    return any(
        (fault.column == column and fault.kind in ("missing-cell", "bad-code", "not-utf8"))
        or fault.kind == "ragged-row"
        for fault in table.faults
    )


def _name_column(table: Table) -> str:
    return next((column for column in table.columns if column.startswith("name_")), "name_en")


class _Tree:
    """framework.csv and rubric.csv on their way to nodes."""

    def __init__(self, files: Mapping[str, bytes], reading: Reading) -> None:
        self.reading = reading
        self.rows: dict[str, Row] = {}
        self.parents: dict[str, str] = {}
        self.formulas: dict[str, Formula] = {}
        self.rubrics: dict[str, list[Criterion]] = {}
        self.certain = False
        table = _open(files, "framework.csv", reading)
        if table is None:
            return
        self.table = table
        table.need(("code", "parent", "level", "direction"))
        table.allow(_FRAMEWORK, (_NAMES, r"unit_[a-z]{2,3}"))
        if "code" in table.columns:
            self._take_rows()
            self._read_rubric(files)
        if table.sound:
            self._check_tree()
        reading.faults.extend(table.faults)

    def _take_rows(self) -> None:
        self.rows = {code: row for row, code in _identified(self.table, "code")}
        self.parents = {code: row.get("parent") for code, row in self.rows.items()}
        self.certain = self.table.sound and not _unnamed(self.table, "code")
        if self.certain:
            self.reading.codes = frozenset(self.rows)
        ids: dict[str, int] = {}
        for code, row in self.rows.items():
            if row.whole:
                self._check_row(code, row, ids)

    def _check_row(self, code: str, row: Row, ids: dict[str, int]) -> None:
        table, at = self.table, row.number
        own = row.get("id") or code
        if not CODE.fullmatch(own):
            table.fault("bad-code", at, "id", found=own)
        elif own.casefold() in ids:
            table.fault("duplicate-code", at, "id", found=own, first=ids[own.casefold()])
        ids.setdefault(own.casefold(), at)
        if not words(row, "name"):
            table.fault("missing-name", at, _name_column(table))
        if not row.get("level") and "level" in table.columns:
            table.fault("missing-cell", at, "level")
        self._check_choice(row, "direction", [d.value for d in Direction])
        self._check_choice(row, "certainty", [c.value for c in Certainty])
        start, end = row.get("valid_from"), row.get("valid_to")
        for column, period in (("valid_from", start), ("valid_to", end)):
            if period and not CODE.fullmatch(period):
                table.fault("bad-period", at, column, found=period)
        if start and end and start > end:
            table.fault("validity-order", at, "valid_to", start=start, end=end)
        self._read_formula(code, row)

    def _check_choice(self, row: Row, column: str, allowed: list[str]) -> None:
        found = row.get(column)
        if found and found not in allowed:
            near = nearest(found, allowed) or "–"
            self.table.fault(
                "unknown-word", row.number, column, found=found, allowed=", ".join(allowed), near=near
            )

    def _read_formula(self, code: str, row: Row) -> None:
        series, top, bottom, scale = (row.get(c) for c in ("series", "numerator", "denominator", "scale"))
        at, table = row.number, self.table
        if series and (top or bottom):
            table.fault("two-formulas", at, "series")
        elif bool(top) != bool(bottom):
            table.fault("half-ratio", at, "denominator" if top else "numerator")
        factor = 1.0
        if scale:
            value = number(scale)
            if isinstance(value, str):
                table.fault(value, at, "scale", found=scale)
            elif value == 0:
                table.fault("zero-scale", at, "scale")
            else:
                factor = value
            if not (top or bottom):
                table.fault("scale-without-ratio", at, "scale")
        for column, name in (("series", series), ("numerator", top), ("denominator", bottom)):
            if name:
                self._check_series(table, at, column, name)
        if series:
            self.formulas[code] = Direct(series)
        elif top or bottom:
            self.formulas[code] = Ratio(top, bottom, factor)

    def _check_series(self, table: Table, row: int, column: str, name: str) -> None:
        known = self.reading.series_ids
        if known is not None and name not in known:
            table.fault("unknown-series", row, column, found=name, near=nearest(name, known) or "–")

    def _read_rubric(self, files: Mapping[str, bytes]) -> None:
        if "rubric.csv" not in files:
            return
        table = read_table(files["rubric.csv"], "rubric.csv")
        table.need(("indicator", "criterion", "maximum"))
        table.allow(_RUBRIC)
        seen: dict[tuple[str, str], int] = {}
        for row in table if table.sound else ():
            self._take_criterion(table, row, seen)
        self.reading.faults.extend(table.faults)
        for code, criteria in self.rubrics.items():
            if code in self.formulas:
                self.table.fault("two-formulas", self.rows[code].number, "series")
            self.formulas[code] = Rubric(tuple(criteria))

    def _take_criterion(self, table: Table, row: Row, seen: dict[tuple[str, str], int]) -> None:
        code, series, text = (row.get(c) for c in ("indicator", "criterion", "maximum"))
        if not row.whole:
            if code in self.rows:
                self.rubrics.setdefault(code, [])
            return
        for column in ("indicator", "criterion", "maximum"):
            if not row.get(column):
                table.fault("missing-cell", row.number, column)
        if code and code not in self.rows and self.certain:
            table.fault(
                "unknown-node", row.number, "indicator", found=code, near=nearest(code, self.rows) or "–"
            )
        if series:
            self._check_series(table, row.number, "criterion", series)
        if code and series and (code, series) in seen:
            table.fault("duplicate-row", row.number, "criterion", first=seen[code, series])
        seen.setdefault((code, series), row.number)
        maximum = number(text) if text else 1.0
        if isinstance(maximum, str):
            table.fault(maximum, row.number, "maximum", found=text)
        elif maximum <= 0:
            table.fault("not-positive", row.number, "maximum", found=text)
        if code in self.rows:
            points = maximum if isinstance(maximum, float) else 1.0
            self.rubrics.setdefault(code, []).append(Criterion(series, points))

    def _check_tree(self) -> None:
        table = self.table
        broken = not self.certain
        roots = [code for code, parent in self.parents.items() if not parent and self.rows[code].whole]
        for code, parent in self.parents.items():
            if parent and parent not in self.rows:
                broken = True
                if self.rows[code].whole:
                    near = nearest(parent, self.rows) or "–"
                    table.fault("unknown-parent", self.rows[code].number, "parent", found=parent, near=near)
        cycles = self._cycles()
        for members in cycles:
            first = min(members, key=lambda code: self.rows[code].number)
            table.fault("cycle", self.rows[first].number, "parent", nodes=", ".join(members))
        for code in roots[1:]:
            table.fault("several-roots", self.rows[code].number, "parent", first=roots[0])
        if not roots and not cycles and not broken:
            table.fault("no-root", 1, "parent")
        self._check_leaves(broken or bool(cycles) or len(roots) != 1)

    def _cycles(self) -> list[list[str]]:
        found: list[list[str]] = []
        done: set[str] = set()
        for start in self.parents:
            path: list[str] = []
            here = start
            while here in self.parents and here not in done and here not in path:
                path.append(here)
                here = self.parents[here]
            if here in path:
                found.append(path[path.index(here) :])
            done.update(path)
        return found

    def _check_leaves(self, broken: bool) -> None:
        parents = set(self.parents.values())
        for code, row in self.rows.items():
            if not row.whole:
                continue
            parent = self.parents[code]
            if parent in self.formulas and parent in self.rows:
                self.table.fault("parent-is-indicator", row.number, "parent", found=parent)
            if code in self.formulas:
                if not row.get("direction"):
                    self.table.fault("missing-direction", row.number, "direction")
            elif code not in parents and not broken and not self._half_read(row):
                self.table.fault("no-formula", row.number, "series", code=code)

    def _half_read(self, row: Row) -> bool:
        return any(f.row == row.number and f.kind == "half-ratio" for f in self.table.faults) or any(
            fault.file == "rubric.csv" for fault in self.reading.faults
        )

    def nodes(self) -> Iterable[Node]:
        """The nodes, once there is no fault."""
        for code, row in self.rows.items():
            yield Node(
                id=row.get("id") or code,
                code=code,
                parent=row.get("parent") or None,
                level=row.get("level"),
                name=words(row, "name"),
                unit=words(row, "unit"),
                direction=Direction(row.get("direction")) if code in self.formulas else None,
                certainty=Certainty(row.get("certainty")) if row.get("certainty") else None,
                valid_from=row.get("valid_from") or None,
                valid_to=row.get("valid_to") or None,
                formula=self.formulas.get(code),
                note=row.get("note"),
            )


def _read_sheets(files: Mapping[str, bytes], reading: Reading) -> dict[tuple[str, str], str]:
    sheets: dict[tuple[str, str], str] = {}
    for path in sorted(files):
        if not (path.startswith("sheets/") and path.endswith(".md")):
            continue
        code, _, lang = path.removeprefix("sheets/").removesuffix(".md").rpartition(".")
        try:
            sheets[code, lang] = (
                files[path].removeprefix(b"\xef\xbb\xbf").decode("utf-8").replace("\r\n", "\n")
            )
        except UnicodeDecodeError as error:
            row = files[path][: error.start].count(b"\n") + 1
            reading.faults.append(Fault("not-utf8", path, row, None, {"found": "Latin-1"}))
        if reading.codes is not None and code not in reading.codes:
            near = nearest(code, reading.codes) or "–"
            reading.faults.append(Fault("unused-sheet", path, None, None, {"found": code, "near": near}))
    return sheets
