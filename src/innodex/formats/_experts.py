"""Experts' sheets as people collect them, in a table, brought into the recipe that uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from innodex.documents import CODE, Fault, Row, Table, decoded, number, read_table, read_toml
from innodex.formats._rows import key_of, literal
from innodex.recipe import read as read_recipe

# {expert: {node, or "first:second": figure}}
Sheets = dict[str, dict[str, float]]
_OWN = {"budget": ("node",), "ahp": ("first", "second")}
_KEYS = {"budget": "points", "ahp": "pairs"}
_HEADER = re.compile(r"\s*\[")
_REMARK = re.compile(r"\s*(?:#|$)")


@dataclass(frozen=True, slots=True)
class Judged:
    """A recipe with the sheets in it, as text, or every fault of table and recipe."""

    recipe: bytes
    faults: tuple[Fault, ...] = ()
    experts: tuple[str, ...] = ()


def put_experts(
    sheet: bytes, recipe: bytes, *, files: tuple[str, str] = ("experts.csv", "recipe.toml")
) -> Judged:
    """The recipe with its `weigh` step judged by the experts of a table; everything else stays as written.

    The table has the column `node` (points, for the method "budget") or the columns `first` and `second` (how
    many times the first outweighs the second, for "ahp"); beside them either one column for each expert, or
    `expert` and `value`. An empty cell says nothing; sheets that the recipe had before are replaced.
    """
    return _Judging(files).run(sheet, recipe)


@dataclass(slots=True)
class _Judging:
    files: tuple[str, str]
    found: list[Fault] = field(default_factory=list)

    def run(self, sheet: bytes, recipe: bytes) -> Judged:
        read = read_table(sheet, self.files[0])
        method = "ahp" if {"first", "second"} & set(read.columns) else "budget"
        read.need(_OWN[method])
        read.need_rows()
        sheets = self._sheets(read, method) if read.sound else {}
        span = self._span(recipe, method)
        if faults := [*read.faults, *self.found]:
            return Judged(b"", tuple(sorted(faults, key=Fault.order)))
        assert span is not None
        made = _written(decoded(recipe), span, _KEYS[method], sheets)
        # What else is wrong with the recipe is told as it was given.
        if faults := read_recipe(made, self.files[1]).faults:
            return Judged(b"", tuple(faults))
        return Judged(made, (), tuple(sheets))

    # ---- the table ---------------------------------------------------------------------------------------

    def _sheets(self, read: Table, method: str) -> Sheets:
        own = _OWN[method]
        long = "expert" in read.columns
        if long:
            read.need(("value",))
        heads = [column for column in read.columns if column not in (*own, "note") and column[0] != "\x00"]
        sheets: Sheets = {} if long else {head: {} for head in heads}
        rows: dict[tuple[str, str], int] = {}
        for row in read if read.sound else ():
            key = self._key(read, row, own)
            twice = row.number
            for expert, column in self._cells(read, row, heads, long):
                words = row.get(column)
                if key:
                    twice = min(twice, rows.setdefault((expert, _pair(key)), row.number))
                value = self._figure(read, row, column, words, method)
                if key and value is not None:
                    sheets.setdefault(expert, {})[key] = value
            if twice != row.number:
                read.fault("duplicate-row", row.number, own[0], first=twice)
        for expert, answers in sheets.items():
            if not answers and read.sound and not read.faults:
                read.fault("no-rows", read.head, expert)
        return sheets

    @staticmethod
    def _key(read: Table, row: Row, own: tuple[str, ...]) -> str:
        codes = [row.get(column) for column in own]
        for column, code in zip(own, codes, strict=True):
            if not code:
                read.fault("missing-cell", row.number, column)
            elif not CODE.fullmatch(code):
                read.fault("bad-code", row.number, column, found=code)
        if len(codes) == 2 and codes[0] == codes[1] and codes[0]:
            read.fault("duplicate-code", row.number, own[1], found=codes[1], first=row.number)
        return ":".join(codes) if all(codes) else ""

    @staticmethod
    def _cells(read: Table, row: Row, heads: list[str], long: bool) -> Iterator[tuple[str, str]]:
        """(expert, column of the figure) of each figure in a row."""
        if not long:
            yield from ((head, head) for head in heads if row.get(head))
        elif expert := row.get("expert"):
            yield expert, "value"
        else:
            read.fault("missing-cell", row.number, "expert")

    @staticmethod
    def _figure(read: Table, row: Row, column: str, words: str, method: str) -> float | None:
        value = _ratio(words) if method == "ahp" else number(words)
        if not words:
            read.fault("missing-cell", row.number, column)
        elif isinstance(value, str):
            read.fault(value, row.number, column, found=words)
        elif method == "ahp" and value <= 0:
            read.fault("not-positive", row.number, column, found=words)
        elif value < 0:
            read.fault("bad-policy", row.number, column, found=words, allowed="≥ 0")
        else:
            return value
        return None

    # ---- the recipe --------------------------------------------------------------------------------------

    def _span(self, recipe: bytes, method: str) -> tuple[int, int] | None:
        """The lines of the step `weigh`, from its head to the head of the next step."""
        document = read_toml(recipe, self.files[1])
        self.found += document.faults
        if not document.sound:
            return None
        steps = document.content.get("steps", [])
        listed = [step.get("step") if isinstance(step, Mapping) else None for step in steps]
        if "weigh" not in listed:
            self.found.append(Fault("missing-step", self.files[1], 1, None, {"step": "weigh"}))
            return None
        at = listed.index("weigh")
        found = steps[at].get("method")
        if found != method:
            line = document.line(("steps", at, "method"))
            values = {"found": found or "given", "allowed": method, "near": "–"}
            self.found.append(Fault("unknown-word", self.files[1], line, "method", values))
            return None
        end = document.line(("steps", at + 1)) if at + 1 < len(steps) else 0
        return document.line(("steps", at)), end


def _pair(key: str) -> str:
    """A pair is one question, whichever stands first."""
    return ":".join(sorted(key.split(":")))


def _ratio(words: str) -> float | str:
    """A judgement: a number, or a fraction as experts write it, `1/3`."""
    above, bar, below = words.partition("/")
    if not bar:
        return number(words)
    values = number(above.strip()), number(below.strip())
    if isinstance(values[0], str) or isinstance(values[1], str) or values[1] == 0:
        return "not-a-number"
    return values[0] / values[1]


def _written(text: str, span: tuple[int, int], key: str, sheets: Sheets) -> bytes:
    lines = text.replace("\r\n", "\n").split("\n")
    start, end = span[0] - 1, span[1] - 1 if span[1] else len(lines)
    # Comments right above the next step are about that step.
    while end > start + 1 and _REMARK.match(lines[end - 1]):
        end -= 1
    step = list(_without(lines[start:end], key))
    while step and not step[-1].strip():
        step.pop()
    tables: list[str] = []
    for expert, answers in sheets.items():
        tables += ["", f"[steps.{key}.{key_of(expert)}]"]
        tables += [f"{key_of(code)} = {literal(value)}" for code, value in answers.items()]
    # What belongs to the step itself comes before the tables of its exceptions.
    own = next((n for n, line in enumerate(step) if n and _HEADER.match(line)), len(step))
    while own > 1 and not step[own - 1].strip():
        own -= 1
    made = [*lines[:start], *step[:own], *tables, *step[own:], *lines[end:]]
    return "\n".join(made).rstrip("\n").encode() + b"\n"


def _without(step: list[str], key: str) -> Iterator[str]:
    """The lines of a step but for its tables of sheets."""
    mine = re.compile(rf"\s*\[\s*steps\s*\.\s*{key}\s*[.\]]")
    inline = re.compile(rf"\s*{key}\s*[.=]")
    inside = False
    top = True
    for number_, line in enumerate(step):
        if number_ and _HEADER.match(line):
            inside, top = bool(mine.match(line)), False
        if not inside and not (top and inline.match(line)):
            yield line
