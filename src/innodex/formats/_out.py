"""The files of a build: written so that they read back exactly, and read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise, product, zip_longest

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, Faulty, Text, exact, pretty
from innodex.framework import Framework, series_of
from innodex.panel import STATUS_WORDS, Floats, Panel, Status
from innodex.recipe import REGION
from innodex.result import Derived, Flag, Result
from innodex.territory import Territory

OUT_FILES = (
    "results.csv",
    "panel.csv",
    "raw.csv",
    "denominated.csv",
    "imputed.csv",
    "treated.csv",
    "normalised.csv",
    "weights.csv",
    "group_ranks.csv",
    "screened.csv",
    "bracketed.csv",
    "classes.csv",
    "derived.csv",
    "result.json",
)
# A table that was asked for beside them, and that nothing is read back from.
_REPORT = re.compile(r"report_[a-z0-9-]+\.csv")
_RESULTS = "period,unit,node,level,score,rank"
_PANEL = "period,unit,series,value,status,source"
_INDICATORS = "period,unit,node,value,flag"
_WEIGHTS = "period,node,parent,weight,share,effective"
_GROUPS = "period,unit,node,group,rank,of"
_STEP = "period,unit,node,value"
_SCREENED = "period,unit,included"
_BRACKETED = "period,unit,node,rank"
_CLASSES = "period,unit,node,class"
_DERIVED = "period,unit,node,value,rank"
_YES_NO = {"yes": 1, "no": 0}


def is_out_file(name: str) -> bool:
    """True for the name of a file that a build may leave behind."""
    return name in OUT_FILES or _REPORT.fullmatch(name) is not None


def write_out(result: Result, panel: Panel, territory: Territory | None = None) -> dict[str, bytes]:
    """{file name: bytes} of everything a build leaves behind."""
    words = {value: Flag(value).word for value in np.unique(result.flags).tolist()}
    files = {
        "results.csv": _csv(_RESULTS, _results(result)),
        "panel.csv": _csv(_PANEL, _panel(panel)),
        **{name: _csv(_STEP, _step(result, values)) for name, values in _steps(result)},
        "treated.csv": _csv(_INDICATORS, _indicators(result, result.treated, words)),
        "normalised.csv": _csv(_INDICATORS, _indicators(result, result.normalised, words)),
        "weights.csv": _csv(_WEIGHTS, _weights(result)),
    }
    if result.within and territory is not None:
        files["group_ranks.csv"] = _csv(_GROUPS, _group_ranks(result, territory))
    if not result.included.all():
        files["screened.csv"] = _csv(_SCREENED, _screened(result))
    if result.bracketed is not None:
        files["bracketed.csv"] = _csv(_BRACKETED, _some(result, result.bracketed))
    if result.classes is not None:
        files["classes.csv"] = _csv(_CLASSES, _some(result, np.where(result.classes, result.classes, np.nan)))
    if result.derived:
        files["derived.csv"] = _csv(_DERIVED, _derived(result))
    files["result.json"] = pretty(summary(result, panel))
    return files


def summary(result: Result, panel: Panel) -> dict[str, object]:
    """What result.json holds: what made the result, and its extent."""
    return {
        "innodex": result.version,
        "digests": dict(sorted(result.digests.items())),
        "periods": list(result.periods),
        "units": len(result.units),
        "nodes": len(result.nodes),
        "indicators": len(result.indicators),
        "series": len(panel.series),
        "within": list(result.within),
        **({"derived": {one.code: one.name.as_dict() for one in result.derived}} if result.derived else {}),
    }


def _csv(head: str, lines: Iterable[str]) -> bytes:
    return "\n".join((head, *lines, "")).encode()


def _quoted(words: Iterable[str]) -> list[str]:
    """Cells of text as CSV holds them. Done once per word, not once per row: the files are long."""
    special = re.compile('[",\r\n]')
    return ['"' + word.replace('"', '""') + '"' if special.search(word) else word for word in words]


def _places(result: Result | Panel) -> Iterator[tuple[int, int, str]]:
    """(period, unit, the cells that name both) in the order of every file."""
    units = _quoted(result.units)
    for p, period in enumerate(_quoted(result.periods)):
        for u, unit in enumerate(units):
            yield p, u, f"{period},{unit}"


def _results(result: Result) -> Iterator[str]:
    named = [",".join(pair) for pair in zip(result.nodes, _quoted(result.levels), strict=True)]
    for p, u, place in _places(result):
        scores, ranks = result.score[p, u].tolist(), result.rank[p, u].tolist()
        for node, score, rank in zip(named, scores, ranks, strict=True):
            yield f"{place},{node},{exact(score)},{exact(rank)}"


def _panel(panel: Panel) -> Iterator[str]:
    status_words = [status.word for status in Status]
    sources = _quoted(panel.sources)
    for p, u, place in _places(panel):
        arrays = (array[p, u].tolist() for array in (panel.values, panel.status, panel.source))
        for series, value, status, source in zip(panel.series, *arrays, strict=True):
            yield f"{place},{series},{exact(value)},{status_words[status]},{sources[source]}"


def _indicators(result: Result, values: Floats, words: Mapping[int, str]) -> Iterator[str]:
    codes = [result.nodes[at] for at in result.indicators]
    for p, u, place in _places(result):
        row = zip(codes, values[p, u].tolist(), result.flags[p, u].tolist(), strict=True)
        for code, value, flag in row:
            yield f"{place},{code},{exact(value)},{words[flag]}"


def _steps(result: Result) -> Iterator[tuple[str, Floats]]:
    """The indicators before the steps that changed them: (file, values), in the order of the steps."""
    chain = (
        ("raw.csv", result.raw),
        ("denominated.csv", result.denominated),
        ("imputed.csv", result.imputed),
        ("", result.treated),
    )
    for (name, before), (_, after) in pairwise(chain):
        if before is not after and not np.array_equal(before, after, equal_nan=True):
            yield name, before


def _step(result: Result, values: Floats) -> Iterator[str]:
    codes = [result.nodes[at] for at in result.indicators]
    for p, u, place in _places(result):
        for code, value in zip(codes, values[p, u].tolist(), strict=True):
            yield f"{place},{code},{exact(value)}"


def _screened(result: Result) -> Iterator[str]:
    for p, u, place in _places(result):
        yield f"{place},{'yes' if result.included[p, u] else 'no'}"


def _some(result: Result, values: Floats) -> Iterator[str]:
    """A value of units at nodes, only where there is one."""
    for p, u, place in _places(result):
        for node, value in zip(result.nodes, values[p, u].tolist(), strict=True):
            if value == value:
                yield f"{place},{node},{exact(value)}"


def _derived(result: Result) -> Iterator[str]:
    codes = _quoted([one.code for one in result.derived])
    for p, u, place in _places(result):
        for code, one in zip(codes, result.derived, strict=True):
            yield f"{place},{code},{exact(float(one.value[p, u]))},{exact(float(one.rank[p, u]))}"


def _weights(result: Result) -> Iterator[str]:
    for p, period in enumerate(_quoted(result.periods)):
        for n, node in enumerate(result.nodes):
            given = exact(float(result.weight[p, n]))
            there = result.applicable[p, n]
            parts = (exact(float(x[p, n])) if there else "" for x in (result.share, result.effective))
            yield ",".join((period, node, result.parents[n], given, *parts))


def _group_ranks(result: Result, territory: Territory) -> Iterator[str]:
    groupings = [_grouping(result, territory, g) for g in range(len(result.within))]
    for p, u, place in _places(result):
        for g, (names, of) in enumerate(groupings):
            if names[u]:
                (written,) = _quoted([names[u]])
                ranks = result.group_rank[g, p, u].tolist()
                for node, rank, count in zip(result.nodes, ranks, of[names[u]][p], strict=True):
                    yield f"{place},{node},{written},{exact(rank)},{count}"


def _grouping(result: Result, territory: Territory, g: int) -> tuple[list[str], dict[str, list[list[int]]]]:
    """The group of each unit in a grouping (blank: none), and {group: ranked units by period and node}."""
    name = result.within[g]
    own = (territory.by_code[unit] for unit in result.units)
    groups = [(one.region or "") if name == REGION else name * (name in one.groups) for one in own]
    ranked = ~np.isnan(result.group_rank[g])
    members = {group: [u for u, own in enumerate(groups) if own == group] for group in dict.fromkeys(groups)}
    return groups, {group: np.count_nonzero(ranked[:, at], axis=1).tolist() for group, at in members.items()}


def read_out(
    files: Mapping[str, bytes], framework: Framework, territory: Territory | None = None
) -> tuple[Result, Panel]:
    """The result and the panel in the files of a build.

    Raises Faulty, naming file and row, where a file is missing, cut short, or does not hold what the
    framework asks for.
    """
    reader = _Reader(files, framework, territory)
    try:
        return reader.read()
    except _Broken as broken:
        raise Faulty([broken.fault]) from broken
    except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
        raise Faulty([Fault("broken-output", reader.file, None, None, {"reason": str(error)})]) from error


class _Broken(Exception):
    def __init__(self, file: str, row: int | None, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.fault = Fault("broken-output", file, row, column, {"reason": reason})


Rows = list[list[str]]
Keys = Iterable[tuple[str, ...]]


class _Reader:
    def __init__(self, files: Mapping[str, bytes], framework: Framework, territory: Territory | None) -> None:
        self.files, self.framework, self.territory = files, framework, territory
        self.file = "result.json"  # the one being read

    def read(self) -> tuple[Result, Panel]:
        within, digests, version, derived = self._about()
        nodes = self.framework.nodes
        codes = [node.code for node in nodes]
        rows = self._rows("results.csv", _RESULTS)
        periods = tuple(dict.fromkeys(row[0] for row in rows))
        units = tuple(dict.fromkeys(row[1] for row in rows))
        levels = [(node.code, node.level) for node in nodes]
        self._expect(rows, ((p, u, *place) for p in periods for u in units for place in levels))
        shape = (len(periods), len(units), len(nodes))
        score, rank = (self._floats(rows, _RESULTS, name).reshape(shape) for name in ("score", "rank"))
        treated, flags = self._indicator_file("treated.csv", periods, units)
        normalised, later = self._indicator_file("normalised.csv", periods, units)
        weight, share, effective, applicable = self._weights(periods)
        before = self._before(periods, units, treated)
        classes = self._some("classes.csv", _CLASSES, periods, units)
        result = Result(
            periods=periods,
            units=units,
            nodes=tuple(codes),
            levels=tuple(node.level for node in nodes),
            parents=tuple(node.parent or "" for node in nodes),
            indicators=tuple(at for at, node in enumerate(nodes) if node.is_indicator),
            raw=before["raw.csv"],
            denominated=before["denominated.csv"],
            imputed=before["imputed.csv"],
            treated=treated,
            normalised=normalised,
            flags=flags | later,
            score=score,
            rank=rank,
            applicable=applicable,
            weight=weight,
            share=share,
            effective=effective,
            included=self._screened(periods, units),
            bracketed=self._some("bracketed.csv", _BRACKETED, periods, units),
            classes=None if classes is None else np.nan_to_num(classes).astype(np.int64),
            derived=self._derived(periods, units, derived),
            within=within,
            group_rank=self._group_ranks(within, periods, units),
            digests=digests,
            version=version,
        )
        return result, self._panel(periods, units)

    def _about(self) -> tuple[tuple[str, ...], dict[str, str], str, dict[str, Text]]:
        """The groupings ranked within, the digests, the version and the derived nodes of result.json."""
        about = json.loads(self._bytes("result.json"))
        derived = {str(code): Text.of(name) for code, name in about.get("derived", {}).items()}
        return tuple(about["within"]), dict(about["digests"]), str(about["innodex"]), derived

    # ---- one file ----------------------------------------------------------------------------------------

    def _bytes(self, name: str) -> bytes:
        self.file = name
        if name not in self.files:
            raise _Broken(name, None, None, "–")
        return self.files[name]

    def _rows(self, name: str, head: str) -> Rows:
        """The rows below the head, each with as many cells as the head."""
        lines = csv.reader(io.StringIO(self._bytes(name).decode(), newline=""), strict=True)
        rows: Rows = []
        try:
            rows.extend(lines)
        except csv.Error as error:
            raise _Broken(name, len(rows) + 1, None, str(error)) from error
        names = head.split(",")
        for number, row in enumerate(rows, start=1):
            if len(row) != len(names) or (number == 1 and row != names):
                raise _Broken(name, number, None, f"{','.join(row)} ≠ {head}")
        if not rows:
            raise _Broken(name, 1, None, head)
        if not self.files[name].endswith(b"\n"):  # a last figure cut in two is still a figure
            raise _Broken(name, len(rows), None, f"{','.join(rows[-1])} …")
        return rows[1:]

    def _expect(self, rows: Rows, keys: Keys) -> None:
        """Raise unless the first cells of the rows are these, in this order."""
        for number, (row, key) in enumerate(zip_longest(rows, keys), start=2):
            found = () if row is None or key is None else tuple(row[: len(key)])
            if row is None or key is None or found != key:
                reason = f"{','.join(row or [])} ≠ {','.join(key or ())}"
                raise _Broken(self.file, number, None, reason)

    def _floats(self, rows: Rows, head: str, column: str) -> Floats:
        at = head.split(",").index(column)
        try:
            return np.array([float(row[at]) if row[at] else np.nan for row in rows], np.float64)
        except ValueError:
            number = next(number for number, row in enumerate(rows, start=2) if not _is_float(row[at]))
            raise _Broken(self.file, number, column, rows[number - 2][at]) from None

    def _words(self, rows: Rows, head: str, column: str, values: Callable[[str], int]) -> list[int]:
        """The numbers that the words of a column stand for."""
        at = head.split(",").index(column)
        known: dict[str, int] = {}
        for number, row in enumerate(rows, start=2):
            if row[at] not in known:
                try:
                    known[row[at]] = values(row[at])
                except KeyError:
                    raise _Broken(self.file, number, column, row[at]) from None
        return [known[row[at]] for row in rows]

    # ---- what each holds ---------------------------------------------------------------------------------

    def _indicator_file(
        self, name: str, periods: tuple[str, ...], units: tuple[str, ...]
    ) -> tuple[Floats, npt.NDArray[np.uint8]]:
        codes = [node.code for node in self.framework.indicators]
        rows = self._rows(name, _INDICATORS)
        self._expect(rows, product(periods, units, codes))
        shape = (len(periods), len(units), len(codes))
        values = self._floats(rows, _INDICATORS, "value").reshape(shape)
        flags = np.array(self._words(rows, _INDICATORS, "flag", _flag), np.uint8).reshape(shape)
        return values, flags

    def _before(self, periods: tuple[str, ...], units: tuple[str, ...], treated: Floats) -> dict[str, Floats]:
        """The indicators before each step; a step that changed nothing has left no file."""
        codes = [node.code for node in self.framework.indicators]
        found: dict[str, Floats] = {}
        after = treated
        for name in ("imputed.csv", "denominated.csv", "raw.csv"):
            if name in self.files:
                rows = self._rows(name, _STEP)
                self._expect(rows, product(periods, units, codes))
                after = self._floats(rows, _STEP, "value").reshape(treated.shape)
            found[name] = after
        return found

    def _screened(self, periods: tuple[str, ...], units: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        shape = (len(periods), len(units))
        if "screened.csv" not in self.files:
            return np.ones(shape, bool)
        rows = self._rows("screened.csv", _SCREENED)
        self._expect(rows, product(periods, units))
        words = self._words(rows, _SCREENED, "included", _YES_NO.__getitem__)
        return np.array(words, bool).reshape(shape)

    def _some(self, name: str, head: str, periods: tuple[str, ...], units: tuple[str, ...]) -> Floats | None:
        """(P, U, N): the last column of a file that has a row only where there is a value."""
        if name not in self.files:
            return None
        codes = [node.code for node in self.framework.nodes]
        when, who, what = ({name: n for n, name in enumerate(axis)} for axis in (periods, units, codes))
        found = np.full((len(periods), len(units), len(codes)), np.nan)
        rows = self._rows(name, head)
        values = self._floats(rows, head, head.rpartition(",")[2]).tolist()
        for number, (row, value) in enumerate(zip(rows, values, strict=True), start=2):
            if row[0] not in when or row[1] not in who or row[2] not in what:
                raise _Broken(self.file, number, None, ",".join(row))
            found[when[row[0]], who[row[1]], what[row[2]]] = value
        return found

    def _derived(
        self, periods: tuple[str, ...], units: tuple[str, ...], names: Mapping[str, Text]
    ) -> tuple[Derived, ...]:
        if not names:
            return ()
        rows = self._rows("derived.csv", _DERIVED)
        self._expect(rows, product(periods, units, names))
        shape = (len(periods), len(units), len(names))
        value, rank = (self._floats(rows, _DERIVED, name).reshape(shape) for name in ("value", "rank"))
        return tuple(
            Derived(code, name, value[:, :, at], rank[:, :, at])
            for at, (code, name) in enumerate(names.items())
        )

    def _weights(self, periods: tuple[str, ...]) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
        nodes = self.framework.nodes
        rows = self._rows("weights.csv", _WEIGHTS)
        places = [(node.code, node.parent or "") for node in nodes]
        self._expect(rows, ((period, *place) for period in periods for place in places))
        shape = (len(periods), len(nodes))
        weight, share, effective = (
            self._floats(rows, _WEIGHTS, name).reshape(shape) for name in ("weight", "share", "effective")
        )
        applicable = ~np.isnan(share)
        return weight, np.nan_to_num(share), np.nan_to_num(effective), applicable

    def _group_ranks(
        self, within: tuple[str, ...], periods: tuple[str, ...], units: tuple[str, ...]
    ) -> Floats:
        codes = {node.code: n for n, node in enumerate(self.framework.nodes)}
        ranks = np.full((len(within), len(periods), len(units), len(codes)), np.nan)
        if within and "group_ranks.csv" in self.files:
            when, who = ({name: n for n, name in enumerate(axis)} for axis in (periods, units))
            rows = self._rows("group_ranks.csv", _GROUPS)
            found = self._floats(rows, _GROUPS, "rank")
            for number, (row, rank) in enumerate(zip(rows, found.tolist(), strict=True), start=2):
                if row[0] not in when or row[1] not in who or row[2] not in codes:
                    raise _Broken(self.file, number, None, ",".join(row))
                named = row[3] in within and row[3] != REGION
                if not named and REGION not in within:
                    raise _Broken(self.file, number, "group", row[3])
                g = within.index(row[3] if named else REGION)
                ranks[g, when[row[0]], who[row[1]], codes[row[2]]] = rank
        return ranks

    def _panel(self, periods: tuple[str, ...], units: tuple[str, ...]) -> Panel:
        rows = self._rows("panel.csv", _PANEL)
        series = tuple(dict.fromkeys(row[2] for row in rows))
        for node in self.framework.indicators:
            if lacking := [one for one in series_of(node.formula) if one not in series]:
                raise _Broken(self.file, len(rows) + 2, "series", ", ".join(lacking))
        self._expect(rows, product(periods, units, series))
        shape = (len(periods), len(units), len(series))
        notes = ("", *sorted({row[5] for row in rows} - {""}))
        note_at = {note: n for n, note in enumerate(notes)}
        status = np.array(self._words(rows, _PANEL, "status", STATUS_WORDS.__getitem__), np.uint8)
        source = np.array([note_at[row[5]] for row in rows], np.int32)
        values = self._floats(rows, _PANEL, "value")
        return Panel(
            periods, units, series, values.reshape(shape), status.reshape(shape), source.reshape(shape), notes
        )


def _is_float(cell: str) -> bool:
    try:
        float(cell or "nan")
    except ValueError:
        return False
    return True


def _flag(words: str) -> int:
    value = Flag.NONE
    for word in words.split():
        value |= Flag[word.upper()]
    return int(value)
