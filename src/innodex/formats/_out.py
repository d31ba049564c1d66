"""The files of a build: written so that they read back exactly, and read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt

from innodex.documents import Fault, Faulty, exact, pretty
from innodex.framework import Framework
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


def write_out(result: Result, panel: Panel, territory: Territory | None = None) -> dict[str, bytes]:
    """{file name: bytes} of everything a build leaves behind."""
    words = {value: Flag(value).word for value in np.unique(result.flags).tolist()}
    files = {
        "results.csv": _csv("period,unit,node,level,score,rank", _results(result)),
        "panel.csv": _csv("period,unit,series,value,status,source", _panel(panel)),
        "treated.csv": _csv("period,unit,node,value,flag", _indicators(result, result.treated, words)),
        "normalised.csv": _csv("period,unit,node,value,flag", _indicators(result, result.normalised, words)),
        "weights.csv": _csv("period,node,parent,weight,share,effective", _weights(result)),
    }
    if result.within and territory is not None:
        files["group_ranks.csv"] = _csv("period,unit,node,group,rank,of", _group_ranks(result, territory))
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
            given = exact(float(result.weight[n]))
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

    Raises Faulty where a file is missing, cut short, or does not hold what the framework asks for.
    """
    try:
        return _Reader(files, framework, territory).read()
    except (
        KeyError,
        ValueError,
        IndexError,
        UnicodeDecodeError,
        csv.Error,
        TypeError,
        AttributeError,
    ) as error:
        raise Faulty([Fault("broken-output", "results.csv", None, None, {"reason": str(error)})]) from error


class _Reader:
    def __init__(self, files: Mapping[str, bytes], framework: Framework, territory: Territory | None) -> None:
        self.files, self.framework, self.territory = files, framework, territory

    def read(self) -> tuple[Result, Panel]:
        about = json.loads(self.files["result.json"])
        nodes = self.framework.nodes
        rows = self._rows("results.csv")
        periods = tuple(dict.fromkeys(row[0] for row in rows))
        units = tuple(dict.fromkeys(row[1] for row in rows))
        shape = (len(periods), len(units), len(nodes))
        score, rank = (_floats([row[at] for row in rows]).reshape(shape) for at in (4, 5))
        own = (len(periods), len(units), len(self.framework.indicators))
        treated, flags = self._indicator_file("treated.csv", own)
        normalised, later = self._indicator_file("normalised.csv", own)
        weight, share, effective, applicable = self._weights(periods)
        result = Result(
            periods=periods,
            units=units,
            nodes=tuple(node.code for node in nodes),
            levels=tuple(node.level for node in nodes),
            parents=tuple(node.parent or "" for node in nodes),
            indicators=tuple(at for at, node in enumerate(nodes) if node.is_indicator),
            raw=treated.copy(),
            treated=treated,
            normalised=normalised,
            flags=flags | later,
            score=score,
            rank=rank,
            applicable=applicable,
            weight=weight,
            share=share,
            effective=effective,
            within=tuple(about["within"]),
            group_rank=self._group_ranks(tuple(about["within"]), periods, units),
            digests=about["digests"],
            version=about["innodex"],
        )
        return result, self._panel(periods, units)

    def _rows(self, name: str) -> list[list[str]]:
        rows = list(csv.reader(io.StringIO(self.files[name].decode(), newline="")))
        return rows[1:]

    def _indicator_file(self, name: str, shape: tuple[int, int, int]) -> tuple[Floats, npt.NDArray[np.uint8]]:
        rows = self._rows(name)
        values = _floats([row[3] for row in rows]).reshape(shape)
        flag_of = {word: _flag(word) for word in {row[4] for row in rows}}
        flags = np.array([flag_of[row[4]] for row in rows], np.uint8).reshape(shape)
        return values, flags

    def _weights(self, periods: tuple[str, ...]) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
        at = {node.code: n for n, node in enumerate(self.framework.nodes)}
        when = {period: p for p, period in enumerate(periods)}
        weight = np.zeros(len(at))
        share, effective = np.zeros((len(when), len(at))), np.zeros((len(when), len(at)))
        applicable = np.zeros((len(when), len(at)), np.bool_)
        for period, node, _, given, part, whole in self._rows("weights.csv"):
            place = when[period], at[node]
            weight[at[node]] = float(given)
            if part:
                share[place], effective[place], applicable[place] = float(part), float(whole), True
        return weight, share, effective, applicable

    def _group_ranks(
        self, within: tuple[str, ...], periods: tuple[str, ...], units: tuple[str, ...]
    ) -> Floats:
        codes = {node.code: n for n, node in enumerate(self.framework.nodes)}
        ranks = np.full((len(within), len(periods), len(units), len(codes)), np.nan)
        if within and "group_ranks.csv" in self.files:
            when, who = ({name: n for n, name in enumerate(axis)} for axis in (periods, units))
            for period, unit, node, _, rank, _ in self._rows("group_ranks.csv"):
                ranks[0, when[period], who[unit], codes[node]] = float(rank) if rank else np.nan
        return ranks

    def _panel(self, periods: tuple[str, ...], units: tuple[str, ...]) -> Panel:
        rows = self._rows("panel.csv")
        series = tuple(dict.fromkeys(row[2] for row in rows))
        shape = (len(periods), len(units), len(series))
        notes = ("", *sorted({row[5] for row in rows} - {""}))
        note_at = {note: n for n, note in enumerate(notes)}
        status = np.array([STATUS_WORDS[row[4]] for row in rows], np.uint8).reshape(shape)
        source = np.array([note_at[row[5]] for row in rows], np.int32).reshape(shape)
        return Panel(
            periods, units, series, _floats([row[3] for row in rows]).reshape(shape), status, source, notes
        )


def _floats(cells: Iterable[str]) -> Floats:
    return np.array([float(cell) if cell else np.nan for cell in cells], np.float64)


def _flag(words: str) -> int:
    value = Flag.NONE
    for word in words.split():
        value |= Flag[word.upper()]
    return int(value)
