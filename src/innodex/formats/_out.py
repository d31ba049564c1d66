"""The files of a build: written so that they read back exactly, and read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product, zip_longest

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, Faulty, exact, pretty
from innodex.framework import Framework, series_of
from innodex.panel import STATUS_WORDS, Floats, Panel, Status
from innodex.result import Flag, Result
from innodex.territory import Territory

OUT_FILES = (
    "results.csv",
    "panel.csv",
    "treated.csv",
    "normalised.csv",
    "weights.csv",
    "group_ranks.csv",
    "result.json",
)
_RESULTS = "period,unit,node,level,score,rank"
_PANEL = "period,unit,series,value,status,source"
_INDICATORS = "period,unit,node,value,flag"
_WEIGHTS = "period,node,parent,weight,share,effective"
_GROUPS = "period,unit,node,group,rank,of"


def write_out(result: Result, panel: Panel, territory: Territory | None = None) -> dict[str, bytes]:
    """{file name: bytes} of everything a build leaves behind."""
    words = {value: Flag(value).word for value in np.unique(result.flags).tolist()}
    files = {
        "results.csv": _csv(_RESULTS, _results(result)),
        "panel.csv": _csv(_PANEL, _panel(panel)),
        "treated.csv": _csv(_INDICATORS, _indicators(result, result.treated, words)),
        "normalised.csv": _csv(_INDICATORS, _indicators(result, result.normalised, words)),
        "weights.csv": _csv(_WEIGHTS, _weights(result)),
    }
    if result.within and territory is not None:
        files["group_ranks.csv"] = _csv(_GROUPS, _group_ranks(result, territory))
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


def _weights(result: Result) -> Iterator[str]:
    for p, period in enumerate(_quoted(result.periods)):
        for n, node in enumerate(result.nodes):
            given = exact(float(result.weight[p, n]))
            there = result.applicable[p, n]
            parts = (exact(float(x[p, n])) if there else "" for x in (result.share, result.effective))
            yield ",".join((period, node, result.parents[n], given, *parts))


def _group_ranks(result: Result, territory: Territory) -> Iterator[str]:
    regions = [territory.by_code[unit].region or "" for unit in result.units]
    written = _quoted(regions)
    members = {
        region: [u for u, own in enumerate(regions) if own == region] for region in dict.fromkeys(regions)
    }
    ranked = ~np.isnan(result.group_rank[0])
    of = {region: np.count_nonzero(ranked[:, at], axis=1).tolist() for region, at in members.items()}
    for p, u, place in _places(result):
        if regions[u]:
            ranks = result.group_rank[0, p, u].tolist()
            for node, rank, count in zip(result.nodes, ranks, of[regions[u]][p], strict=True):
                yield f"{place},{node},{written[u]},{exact(rank)},{count}"


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
        within, digests, version = self._about()
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
        result = Result(
            periods=periods,
            units=units,
            nodes=tuple(codes),
            levels=tuple(node.level for node in nodes),
            parents=tuple(node.parent or "" for node in nodes),
            indicators=tuple(at for at, node in enumerate(nodes) if node.is_indicator),
            raw=treated.copy(),
            denominated=treated.copy(),
            imputed=treated.copy(),
            treated=treated,
            normalised=normalised,
            flags=flags | later,
            score=score,
            rank=rank,
            applicable=applicable,
            weight=weight,
            share=share,
            effective=effective,
            included=np.ones(shape[:2], bool),
            within=within,
            group_rank=self._group_ranks(within, periods, units),
            digests=digests,
            version=version,
        )
        return result, self._panel(periods, units)

    def _about(self) -> tuple[tuple[str, ...], dict[str, str], str]:
        """The groupings ranked within, the digests and the version that result.json names."""
        about = json.loads(self._bytes("result.json"))
        return tuple(about["within"]), dict(about["digests"]), str(about["innodex"])

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
                ranks[0, when[row[0]], who[row[1]], codes[row[2]]] = rank
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
