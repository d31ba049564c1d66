"""Reading a framework from its files: series.csv, framework.csv, rubric.csv and the sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from innodex.documents import (
    CODE,
    Fault,
    Row,
    Table,
    Text,
    bad_line,
    decoded,
    encoding,
    is_period,
    nearest,
    number,
    read_table,
    uncertain,
)
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

_NAMED = ("name_vi", "name_en", "unit_vi", "unit_en")
_NAMES = r"name_[a-z]{2,3}"
_UNITS = r"unit_[a-z]{2,3}"
_SAID = r"(?:supplied_by|evidence)_[a-z]{2,3}"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CHECKS = ("whole", "minimum", "maximum", "part_of", "change")
_SERIES = ("id", *_NAMED, "unit", "source_kind", "supplied_by", "evidence", *_CHECKS, "note", "source")
_YES_NO = ("yes", "no")
_FRAMEWORK = (
    "id", "code", "parent", "level", *_NAMED, "unit", "direction", "certainty", "valid_from", "valid_to",
    "series", "numerator", "denominator", "scale", "note", "source",
)  # fmt: skip
_FORMULA = ("series", "numerator", "denominator")
_RUBRIC = ("indicator", "criterion", "maximum", "note", "source")


@dataclass(slots=True)
class Reading:
    """What was read. `framework` is None when faults keep it from being one.

    `draft` is then what could be made out all the same, for checking other files against: its nodes are
    known to be complete only if `codes_sure`, its tree only if `tree_sure`; `leaves` and `parents` are the
    codes of which it is certain that they are indicators or have children.
    """

    framework: Framework | None = None
    draft: Framework | None = None
    faults: list[Fault] = field(default_factory=list)
    codes_sure: bool = False
    tree_sure: bool = False
    leaves: frozenset[str] = frozenset()
    parents: frozenset[str] = frozenset()
    series_ids: frozenset[str] = frozenset()
    series_sure: bool = False
    series_rows: dict[str, int] = field(default_factory=dict)


def read(files: Mapping[str, bytes]) -> Reading:
    """The framework in `files` ({path: bytes}), with every fault of its files."""
    reading = Reading()
    series = _read_series(files, reading)
    nodes = tuple(_Tree(files, reading).nodes())
    sheets = _read_sheets(files, reading, frozenset(node.code for node in nodes))
    reading.draft = Framework(nodes, tuple(series), sheets)
    if all(fault.is_warning for fault in reading.faults):
        reading.framework = reading.draft
    return reading


def _open(files: Mapping[str, bytes], name: str, reading: Reading) -> Table | None:
    if name not in files:
        reading.faults.append(Fault("missing-file", name))
        return None
    return read_table(files[name], name)


def _words(row: Row, prefix: str) -> Text:
    """The text in the columns `prefix_vi`, `prefix_en`, … or in `prefix` alone."""
    found = {
        column.removeprefix(prefix + "_"): row.get(column)
        for column in row.cells
        if column.startswith(prefix + "_") and len(column) <= len(prefix) + 4
    }
    return Text.of(found) or Text.of({"": row.get(prefix)})


def _need_names(table: Table) -> None:
    """A table in which nothing can have a name has one fault, not one in each row."""
    if table.sound and not any(column.startswith("name_") for column in table.columns):
        table.need(("name_en",))


def _check_name(table: Table, row: Row) -> None:
    columns = [column for column in table.columns if column.startswith("name_")]
    if row.whole and columns and not _words(row, "name"):
        table.fault("missing-name", row.number, columns[0])


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
    table.allow(_SERIES, (_NAMES, _UNITS, _SAID))
    table.need(("id",))
    _need_names(table)
    table.need_rows()
    series: list[Series] = []
    for row, code in _identified(table, "id") if "id" in table.columns else ():
        _check_name(table, row)
        reading.series_rows[code] = row.number
        kind = row.get("source_kind")
        supplier, evidence = _words(row, "supplied_by"), _words(row, "evidence")
        name, unit = _words(row, "name"), _words(row, "unit")
        checks = _read_checks(table, row) if row.whole else {}
        series.append(Series(code, name, unit, kind, supplier, evidence, row.get("note"), **checks))
    reading.series_ids = frozenset(one.id for one in series)
    reading.series_sure = table.sound and not uncertain(table.faults, "id")
    if reading.series_sure:
        _check_wholes(table, series, reading)
    reading.faults.extend(table.faults)
    return series


def _read_checks(table: Table, row: Row) -> dict[str, Any]:
    """What a figure of the series is checked against where it is collected."""
    whole = row.get("whole")
    if whole and whole not in _YES_NO:
        near = nearest(whole, _YES_NO) or "–"
        table.fault("unknown-word", row.number, "whole", found=whole, allowed=", ".join(_YES_NO), near=near)
    least, most, change = (_limit(table, row, column) for column in ("minimum", "maximum", "change"))
    if least is not None and most is not None and least > most:
        table.fault("limits-order", row.number, "maximum", least=row.get("minimum"), most=row.get("maximum"))
    if change is not None and change <= 0:
        table.fault("not-positive", row.number, "change", found=row.get("change"))
    part_of = row.get("part_of")
    return {"whole": whole == "yes", "minimum": least, "maximum": most, "part_of": part_of, "change": change}


def _limit(table: Table, row: Row, column: str) -> float | None:
    words = row.get(column)
    if not words:
        return None
    value = number(words)
    if isinstance(value, str):
        table.fault(value, row.number, column, found=words)
        return None
    return value


def _check_wholes(table: Table, series: list[Series], reading: Reading) -> None:
    """A part belongs to another series that exists."""
    for one in series:
        others = reading.series_ids - {one.id}
        if one.part_of and one.part_of not in others:
            near = nearest(one.part_of, others) or "–"
            table.fault(
                "unknown-series", reading.series_rows[one.id], "part_of", found=one.part_of, near=near
            )


class _Tree:
    """framework.csv and rubric.csv on their way to nodes."""

    def __init__(self, files: Mapping[str, bytes], reading: Reading) -> None:
        self.reading = reading
        self.rows: dict[str, Row] = {}
        self.parents: dict[str, str] = {}
        self.formulas: dict[str, Formula] = {}
        self.ageless: set[str] = set()  # nodes whose validity could not be read
        self.unknown: set[str] = set()  # nodes of which nobody can say whether they have a formula
        self.both: set[str] = set()  # nodes with a formula and with children
        self.rubric: Table | None = None
        self.rubric_rows: dict[str, int] = {}
        table = _open(files, "framework.csv", reading)
        if table is None:
            return
        self.table = table
        table.allow(_FRAMEWORK, (_NAMES, _UNITS))
        table.need(("code", "parent", "level", "direction"))
        _need_names(table)
        table.need_rows()
        if "code" in table.columns:
            self._take_rows()
            self._read_rubric(files)
        if table.sound:
            self._check_tree()
        reading.faults.extend(table.faults)

    def _take_rows(self) -> None:
        self.rows = {code: row for row, code in _identified(self.table, "code")}
        self.parents = {code: row.get("parent") for code, row in self.rows.items()}
        self.reading.codes_sure = self.table.sound and not uncertain(self.table.faults, "code")
        ids: dict[str, int] = {}
        for code, row in self.rows.items():
            if row.whole:
                self._check_row(code, row, ids)
                self._read_formula(code, row)

    def _check_row(self, code: str, row: Row, ids: dict[str, int]) -> None:
        table, at = self.table, row.number
        own = row.get("id") or code
        if not CODE.fullmatch(own):
            table.fault("bad-code", at, "id", found=own)
        elif own.casefold() in ids:
            table.fault("duplicate-code", at, "id", found=own, first=ids[own.casefold()])
        ids.setdefault(own.casefold(), at)
        _check_name(table, row)
        if not row.get("level") and "level" in table.columns:
            table.fault("missing-cell", at, "level")
        self._check_choice(row, "direction", [d.value for d in Direction])
        self._check_choice(row, "certainty", [c.value for c in Certainty])
        self._check_validity(code, row)

    def _check_validity(self, code: str, row: Row) -> None:
        table, at = self.table, row.number
        start, end = row.get("valid_from"), row.get("valid_to")
        good = [not period or is_period(period) for period in (start, end)]
        for column, period, fine in zip(("valid_from", "valid_to"), (start, end), good, strict=True):
            if not fine:
                table.fault("bad-period", at, column, found=period)
        if all(good) and start and end and start > end:
            table.fault("validity-order", at, "valid_to", start=start, end=end)
            good = [False]
        if not all(good):
            self.ageless.add(code)

    def _check_choice(self, row: Row, column: str, allowed: list[str]) -> None:
        found = row.get(column)
        if found and found not in allowed:
            near = nearest(found, allowed) or "–"
            self.table.fault(
                "unknown-word", row.number, column, found=found, allowed=", ".join(allowed), near=near
            )

    # ---- formulas ----------------------------------------------------------------------------------------

    def _read_formula(self, code: str, row: Row) -> None:
        series, top, bottom = (row.get(column) for column in _FORMULA)
        at, table = row.number, self.table
        for column, name in zip(_FORMULA, (series, top, bottom), strict=True):
            if name:
                self._check_series(table, at, column, name)
        if not table.read(row, *_FORMULA):
            self.unknown.add(code)
            return
        if series and (top or bottom):
            table.fault("two-formulas", at, "series")
        elif bool(top) != bool(bottom) and not table.hides("denominator" if top else "numerator"):
            table.fault("half-ratio", at, "denominator" if top else "numerator")
        factor = self._scale(row, bool(top or bottom))
        if series:
            self.formulas[code] = Direct(series)
        elif top or bottom:
            self.formulas[code] = Ratio(top, bottom, factor)

    def _scale(self, row: Row, ratio: bool) -> float:
        scale, table = row.get("scale"), self.table
        if not scale:
            return 1.0
        value = number(scale)
        if isinstance(value, str):
            table.fault(value, row.number, "scale", found=scale)
        elif value == 0:
            table.fault("zero-scale", row.number, "scale")
        elif not (ratio or table.hides("numerator") or table.hides("denominator")):
            table.fault("scale-without-ratio", row.number, "scale")
        return value if isinstance(value, float) and value else 1.0

    def _check_series(self, table: Table, row: int, column: str, name: str) -> None:
        known = self.reading.series_ids
        if self.reading.series_sure and name not in known:
            table.fault("unknown-series", row, column, found=name, near=nearest(name, known) or "–")

    def _read_rubric(self, files: Mapping[str, bytes]) -> None:
        if "rubric.csv" not in files:
            return
        self.rubric = table = read_table(files["rubric.csv"], "rubric.csv")
        table.allow(_RUBRIC)
        table.need(("indicator", "criterion", "maximum"))
        seen: dict[tuple[str, str], int] = {}
        rubrics: dict[str, list[Criterion]] = {}
        for row in table if table.sound else ():
            self._take_criterion(table, row, seen, rubrics)
        for code, criteria in rubrics.items():
            if code in self.formulas and self.reading.codes_sure:
                self.table.fault("two-formulas", self.rows[code].number, self._formula_column(code))
            self.formulas[code] = Rubric(tuple(criteria))
        self.reading.faults.extend(table.faults)

    def _formula_column(self, code: str) -> str:
        return next((column for column in _FORMULA if self.rows[code].get(column)), "series")

    def _take_criterion(
        self,
        table: Table,
        row: Row,
        seen: dict[tuple[str, str], int],
        rubrics: dict[str, list[Criterion]],
    ) -> None:
        code, series, text = (row.get(column) for column in _RUBRIC[:3])
        if not row.whole:
            return
        for column in _RUBRIC[:3]:
            if not row.get(column):
                table.fault("missing-cell", row.number, column)
        if code and code not in self.rows and self.reading.codes_sure:
            near = nearest(code, self.rows) or "–"
            table.fault("unknown-node", row.number, "indicator", found=code, near=near)
        if series:
            self._check_series(table, row.number, "criterion", series)
        if code and series and (code, series) in seen:
            table.fault("duplicate-row", row.number, "criterion", first=seen[code, series])
        seen.setdefault((code, series), row.number)
        maximum = number(text) if text else float("inf")
        if isinstance(maximum, str):
            table.fault(maximum, row.number, "maximum", found=text)
        elif maximum <= 0:
            table.fault("not-positive", row.number, "maximum", found=text)
        if code in self.rows:
            self.rubric_rows.setdefault(code, row.number)
            points = maximum if isinstance(maximum, float) and maximum > 0 else float("inf")
            rubrics.setdefault(code, []).append(Criterion(series, points))

    # ---- the tree ----------------------------------------------------------------------------------------

    def _check_tree(self) -> None:
        table, reading = self.table, self.reading
        sure = reading.codes_sure
        for code, parent in self.parents.items():
            if parent and parent not in self.rows and self.rows[code].whole:
                sure = False
                if reading.codes_sure:
                    near = nearest(parent, self.rows) or "–"
                    table.fault("unknown-parent", self.rows[code].number, "parent", found=parent, near=near)
        cycles = self._cycles() if reading.codes_sure else []
        for members in cycles:
            sure = False
            first = min(members, key=lambda code: self.rows[code].number)
            table.fault("cycle", self.rows[first].number, "parent", nodes=", ".join(members))
        roots = [code for code, parent in self.parents.items() if not parent and self.rows[code].whole]
        for code in roots[1:]:
            table.fault("several-roots", self.rows[code].number, "parent", first=roots[0])
        plain = reading.codes_sure and self._check_roles({code for members in cycles for code in members})
        reading.tree_sure = sure and plain and len(roots) == 1
        self._check_leaves()

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

    def _check_roles(self, circling: set[str]) -> bool:
        """No node has both a formula and children; True when that is so.

        Where one child stands below an indicator, the child's parent is wrong; where several do, the formula.
        """
        below: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if self.rows[code].whole and parent in self.rows and code not in circling:
                below.setdefault(parent, []).append(code)
        both = self.both = {code for code in below if code in self.formulas}
        for code, children in below.items():
            if code not in both:
                continue
            if len(children) == 1:
                row = self.rows[children[0]].number
                self.table.fault("parent-is-indicator", row, "parent", found=code)
            elif code in self.rubric_rows and self.rubric is not None:
                place = "rubric.csv", self.rubric_rows[code], "indicator"
                values = {"code": code, "children": ", ".join(children)}
                self.reading.faults.append(Fault("formula-and-children", *place, values))
            else:
                row, column = self.rows[code].number, self._formula_column(code)
                self.table.fault("formula-and-children", row, column, code=code, children=", ".join(children))
        self.reading.leaves = frozenset(self.formulas) - frozenset(below)
        self.reading.parents = frozenset(below) - frozenset(self.formulas) - self.unknown
        return not both

    def _check_leaves(self) -> None:
        parents = set(self.parents.values())
        sure = self.reading.tree_sure and self._formulas_sure()
        bare = [code for code in self.rows if code not in parents and code not in self.formulas]
        if sure and len(bare) > 1 and "series" not in self.table.columns:
            self.table.fault("missing-column", self.table.head, "series", near="–")
            sure = False
        for code, row in self.rows.items():
            if not row.whole:
                continue
            known = code in self.formulas and code not in self.both
            # Of two rows with one code nobody knows which the rubric belongs to.
            known &= self.reading.codes_sure or code not in self.rubric_rows
            if known and not row.get("direction"):
                self.table.fault("missing-direction", row.number, "direction")
            if sure and not (code in self.formulas or code in parents or code in self.unknown):
                self.table.fault("no-formula", row.number, "series", code=code)

    def _formulas_sure(self) -> bool:
        """True when an indicator without formula really has none."""
        if any(self.table.hides(column) for column in _FORMULA):
            return False
        if self.rubric is None:
            return True
        named = all(fault.kind != "unknown-node" for fault in self.rubric.faults)
        return named and self.rubric.sound and not uncertain(self.rubric.faults, "indicator")

    def nodes(self) -> Iterable[Node]:
        """The nodes; in a draft, a leaf of which too little is known has a formula without series."""
        parents = set(self.parents.values())
        for code, row in self.rows.items():
            if not row.whole:
                continue
            formula = self.formulas.get(code, None if code in parents else Rubric(()))
            start, end = ("", "") if code in self.ageless else (row.get("valid_from"), row.get("valid_to"))
            yield Node(
                id=row.get("id") or code,
                code=code,
                parent=row.get("parent") or None,
                level=row.get("level"),
                name=_words(row, "name"),
                unit=_words(row, "unit"),
                direction=_choice(Direction, row.get("direction")) if formula else None,
                certainty=_choice(Certainty, row.get("certainty")),
                valid_from=start or None,
                valid_to=end or None,
                formula=formula,
                note=row.get("note"),
            )


Member = TypeVar("Member", bound=StrEnum)


def _choice(words: type[Member], word: str) -> Member | None:
    return words(word) if word in words.__members__.values() else None


def _read_sheets(
    files: Mapping[str, bytes], reading: Reading, codes: frozenset[str]
) -> dict[tuple[str, str], str]:
    sheets: dict[tuple[str, str], str] = {}
    for path in sorted(files):
        if not (path.startswith("sheets/") and path.endswith(".md")):
            continue
        code, _, lang = path.removeprefix("sheets/").removesuffix(".md").rpartition(".")
        if (bad := bad_line(files[path])) is not None:
            found = {"found": encoding(files[path])}
            reading.faults.append(Fault("not-utf8", path, bad, None, found))
        else:
            sheets[code, lang] = decoded(files[path]).replace("\r\n", "\n")
        if reading.codes_sure and (code not in codes or not _LANGUAGE.fullmatch(lang)):
            near = nearest(code, codes) or "–"
            reading.faults.append(Fault("unused-sheet", path, None, None, {"found": code, "near": near}))
    return sheets
