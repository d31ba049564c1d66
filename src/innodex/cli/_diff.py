"""`innodex diff`: what changed between two index folders, builds or editions, and who moved."""

from __future__ import annotations

import argparse
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from innodex.cli import _faults
from innodex.cli._console import Console, Misused
from innodex.documents import Fault, Faulty, Text, exact, shown, shown_short
from innodex.edition import MANIFEST, NotAnEdition
from innodex.edition import read as read_edition
from innodex.formats import Difference, check_folder, compare_folders, is_out_file, read_scores
from innodex.framework import Change, ChangeKind, Framework
from innodex.panel import Panel
from innodex.recipe import Recipe
from innodex.result import Comparison, Scored, build, compare_results
from innodex.territory import Territory

_MOST = 5  # units named as risen, and as fallen
_HEAD = (
    "period_before", "period_after", "unit", "node", "score_before", "score_after", "score_change",
    "rank_before", "rank_after", "places_gained",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two that are compared, as far as it tells."""

    scores: Scored | None
    framework: Framework | None = None
    recipe: Recipe | None = None
    panel: Panel | None = None
    territory: Territory | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """What units and nodes are called, as far as one of the sides knows; else their codes."""

    lang: str
    sides: tuple[Side, ...]

    def unit(self, code: str) -> str:
        for side in self.sides:
            if side.territory is not None and code in side.territory.by_code:
                return side.territory.by_code[code].name.get(self.lang) or code
        return code

    def units(self, codes: Iterable[str]) -> str:
        return ", ".join(map(self.unit, codes))

    def node(self, code: str) -> str:
        for side in self.sides:
            if side.framework is not None and code in side.framework.by_code:
                name = side.framework.by_code[code].name.get(self.lang)
                return f"{code} ({name})" if name and name != code else code
        return code


@dataclass(frozen=True, slots=True)
class _Described:
    framework: Framework
    recipe: Recipe


def run(options: argparse.Namespace, console: Console) -> int:
    """Read both, say what differs, and write the table that was asked for."""
    before = _read(options.before, None, console)
    after = _read(options.after, options.recipe, console) if before is not None else None
    if before is None or after is None:
        return 1
    alike = _tell_documents(before, after, console)
    alike &= _tell_figures(before.panel, after.panel, console)
    if before.scores is not None and after.scores is not None:
        compared = _compared(options, before, after)
        node = _node(options.node, compared, after)
        alike &= _tell_results(compared, node, _Names(console.lang, (after, before)), console)
        if options.out is not None:
            Path(options.out).write_bytes(_table(compared, None if options.node is None else node))
            console.tell("diff.written", path=options.out)
    elif options.out is not None:
        raise Misused("diff.misuse.no-scores")
    if alike:
        console.tell("diff.same")
    return 0


# ---- reading ---------------------------------------------------------------------------------------------


def _read(name: str, recipe: str | None, console: Console) -> Side | None:
    """What stands at a path; None where it has faults, which have been said."""
    path = Path(name)
    if not path.exists():
        raise Misused("cli.misuse.no-folder", path=name)
    if not path.is_dir() and path.suffix.lower() not in (".xlsx", ".zip"):
        raise Misused("cli.misuse.not-a-folder", path=name)
    if recipe is not None and not Path(recipe).is_file():
        raise Misused("cli.misuse.no-file", path=recipe)
    console.step("cli.step.read")
    try:
        if recipe is None and (path / MANIFEST).is_file():
            edition = read_edition(path)
            return Side(edition.result, edition.framework, edition.recipe, edition.panel, edition.territory)
        if recipe is None and (path / "results.csv").is_file() and not (path / "index.toml").exists():
            files = {one.name: one.read_bytes() for one in path.iterdir() if is_out_file(one.name)}
            return Side(read_scores(files))
        return _folder(path, recipe, console)
    except Faulty as faulty:
        _show(faulty.faults, name, console)
    except NotAnEdition as error:
        raise Misused("diff.misuse.unreadable", path=name, reason=str(error)) from error
    return None


def _show(faults: list[Fault], name: str, console: Console) -> None:
    console.complain("diff.faults", path=name)
    _faults.show(faults, (), console)


def _folder(path: Path, recipe: str | None, console: Console) -> Side | None:
    checked = check_folder(path, recipe=recipe)
    if checked.folder is None:
        _show(list(checked.faults), str(path), console)
        return None
    folder = checked.folder
    result = None
    if folder.panel is not None:
        console.step("cli.step.build")
        result = build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
    return Side(result, folder.framework, folder.recipe, folder.panel, folder.territory)


# ---- documents and figures -------------------------------------------------------------------------------


def _tell_documents(before: Side, after: Side, console: Console) -> bool:
    """Say what differs in framework and recipe; true where nothing does."""
    if before.framework is None or after.framework is None or before.recipe is None or after.recipe is None:
        return True
    old, new = _Described(before.framework, before.recipe), _Described(after.framework, after.recipe)
    found = compare_folders(old, new)
    if found.changes:
        console.tell("diff.framework")
        for change in found.changes:
            for line in _change(change, old.framework, new.framework, console):
                console.line(f"  {line}")
    _tell_policies(found, console)
    return not found


def _change(change: Change, old: Framework, new: Framework, console: Console) -> Iterator[str]:
    node = new.by_code[change.new] if change.new is not None else old.by_code[change.old or ""]
    code = (
        f"{change.old} → {change.new}"
        if change.old and change.new and change.old != change.new
        else node.code
    )
    yield console.say(f"diff.node.{change.kind.value}", code=code, name=node.name.get(console.lang))
    if change.kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        return
    for aspect, pair in change.aspects.items():
        lang = _differing(pair, console.lang)
        was, now = (_brief(side.get(lang)) for side in pair)
        other = "" if lang == console.lang else f" ({lang})"
        yield f"  {console.say(f'diff.aspect.{aspect}')}{other}: {was} → {now}"


def _differing(pair: tuple[Text, Text], lang: str) -> str:
    """The reader's language, or the first in which the two differ if they do not in that one."""
    if pair[0].get(lang) != pair[1].get(lang):
        return lang
    langs = (one for text in pair for one, _ in text)
    return next((one for one in langs if pair[0].get(one) != pair[1].get(one)), lang)


def _brief(words: str) -> str:
    plain = " ".join(words.split())
    return "–" if not plain else plain if len(plain) <= 80 else plain[:79] + "…"


def _tell_policies(found: Difference, console: Console) -> None:
    if found.policies:
        console.tell("diff.recipe")
    for one in found.policies:
        place = " · ".join(part for part in (one.step or "recipe.toml", one.node, one.key) if part)
        console.line(f"  {place}: {one.before or '–'} → {one.after or '–'}")


def _tell_figures(before: Panel | None, after: Panel | None, console: Console) -> bool:
    """Say in how many cells the data differ, by series; true where nothing does."""
    if before is None or after is None:
        return True
    axes = [
        [[one.index(name), other.index(name), name] for name in other if name in one]
        for one, other in (
            (before.periods, after.periods), (before.units, after.units), (before.series, after.series),
        )
    ]  # fmt: skip
    old, new = (
        panel.values[np.ix_(*([place[side] for place in axis] for axis in axes))]
        for side, panel in enumerate((before, after))
    )
    differs = (old != new) & ~(np.isnan(old) & np.isnan(new))
    count = int(differs.sum())
    alone = [
        sorted(set(a) ^ set(b)) for a, b in ((before.periods, after.periods), (before.units, after.units))
    ]
    if count or any(alone):
        console.tell("diff.figures")
    if count:
        series = [axes[2][at][2] for at in np.flatnonzero(differs.any(axis=(0, 1)))]
        listed = ", ".join(map(str, series[:_MOST])) + (" …" if len(series) > _MOST else "")
        console.line("  " + console.say("diff.cells", count=count, series=listed))
    for kind, names in zip(("periods", "units"), alone, strict=True):
        if names:
            listed = ", ".join(names[: 2 * _MOST]) + (" …" if len(names) > 2 * _MOST else "")
            console.line("  " + console.say(f"diff.alone.{kind}", names=listed))
    return not (count or any(alone))


# ---- results ---------------------------------------------------------------------------------------------


def _compared(options: argparse.Namespace, before: Side, after: Side) -> Comparison:
    old, new = before.scores, after.scores
    assert old is not None
    assert new is not None
    codes = None
    if before.framework is not None and after.framework is not None:
        now = {node.id: node.code for node in after.framework.nodes}
        codes = {node.code: now.get(node.id, f"{node.code} –") for node in before.framework.nodes}
    pairs = None
    if options.period is not None or options.was is not None:
        latest = options.period or new.periods[-1]
        pairs = [(options.was or latest, latest)]
        for side, period in zip((old, new), pairs[0], strict=True):
            if period not in side.periods:
                raise Misused("cli.misuse.no-period", period=period, known=", ".join(side.periods))
    return compare_results(old, new, pairs=pairs, codes=codes)


def _node(wanted: str | None, compared: Comparison, after: Side) -> int:
    """The node that is told of: the one named, else the top."""
    if wanted is None:
        if not compared.nodes:
            raise Misused("diff.misuse.nothing-common")
        top = after.framework.root.code if after.framework is not None else compared.nodes[0]
        return compared.nodes.index(top) if top in compared.nodes else 0
    if wanted not in compared.nodes:
        raise Misused("diff.misuse.no-node", node=wanted)
    return compared.nodes.index(wanted)


def _tell_results(compared: Comparison, node: int, names: _Names, console: Console) -> bool:
    """Say who moved at one node, for each pair of periods; true where nothing did anywhere."""
    if not compared.differs() and not any(compared.units_only) and not any(compared.nodes_only):
        return True
    for pair, (was, now) in enumerate(compared.pairs):
        period = now if was == now else f"{was} → {now}"
        console.tell("diff.results", node=names.node(compared.nodes[node]), period=period)
        for line in _movement(compared, pair, node, names, console):
            console.line(f"  {line}")
    for kind, sides in (("units", compared.units_only), ("nodes", compared.nodes_only)):
        for side, codes in zip(("before", "after"), sides, strict=True):
            if codes:
                shown_codes = codes[: 2 * _MOST]
                listed = names.units(shown_codes) if kind == "units" else ", ".join(shown_codes)
                more = " …" if len(codes) > 2 * _MOST else ""
                console.tell(f"diff.only.{kind}.{side}", names=listed + more)
    return False


def _movement(compared: Comparison, pair: int, node: int, names: _Names, console: Console) -> Iterator[str]:
    found = compared.movement(pair, node)
    if not found.ranked:
        yield console.say("diff.nobody")
        return

    def words(x: float, decimals: int = 2) -> str:
        return shown(x, console.lang, decimals)

    yield console.say(
        "diff.moved", count=found.ranked, kept=found.kept, risen=found.risen, fallen=found.fallen
    )
    largest = max(found.quantiles[4], -found.quantiles[0])
    yield console.say("diff.size", mean=words(found.mean_size), largest=words(largest, 0))
    if found.correlation == found.correlation:
        yield console.say("diff.correlation", value=words(found.correlation, 3))
    change = compared.change[pair, :, node]
    if not np.isnan(change).all():
        yield console.say("diff.score", mean=words(float(np.nanmean(change)), 3))
    shift = compared.shift[pair, :, node]
    order = sorted(
        (at for at in range(len(shift)) if shift[at] == shift[at]), key=lambda at: (-shift[at], at)
    )
    for kind, listed in (
        ("risen", [at for at in order if shift[at] > 0][:_MOST]),
        ("fallen", [at for at in reversed(order) if shift[at] < 0][:_MOST]),
    ):
        if listed:
            yield console.say(
                f"diff.{kind}", units="; ".join(_moved(compared, pair, at, node, names) for at in listed)
            )
    for kind, codes in (("entered", found.entered), ("left", found.left)):
        if codes:
            yield console.say(f"diff.{kind}", names=names.units(codes))


def _moved(compared: Comparison, pair: int, unit: int, node: int, names: _Names) -> str:
    was, now = (shown_short(float(side[pair, unit, node]), names.lang) for side in compared.rank)
    return f"{names.unit(compared.units[unit])} {was} → {now}"


def _table(compared: Comparison, only: int | None) -> bytes:
    """A row for each unit, node and pair of periods; of one node, if one was named."""
    nodes = range(len(compared.nodes)) if only is None else [only]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEAD)
    columns = (*compared.score, compared.change, *compared.rank, compared.shift)
    for pair, periods in enumerate(compared.pairs):
        for u, unit in enumerate(compared.units):
            for n in nodes:
                numbers = (exact(float(column[pair, u, n])) for column in columns)
                writer.writerow([*periods, unit, compared.nodes[n], *numbers])
    return text.getvalue().encode()
