"""Figures and results as SDMX-CSV 2.0, with the structure message that says what they mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from innodex.documents import Text, exact, languages, say
from innodex.formats._folder import Folder
from innodex.formats._sdmx import (
    BRACKETED,
    IMPUTED,
    STATUS_CODES,
    VERSION,
    Item,
    Note,
    identifiers,
    is_time,
    notes,
)
from innodex.framework import Direct, Node, Ratio, Rubric, Series
from innodex.panel import Panel, Status
from innodex.result import Derived, Flag, Result
from innodex.territory import Territory, Unit

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SDMX_FILES = ("figures.csv", "results.csv", "structure.xml")
_SPACES = {
    part: f"http://www.sdmx.org/resources/sdmxml/schemas/v3_0/{part}"
    for part in ("message", "structure", "common")
}
_PREFIXES = {"mes": "message", "str": "structure", "com": "common"}
# Signs that XML does not have, not even written as numbers.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MEASURES = ("RAW", "TREATED", "SCORE", "RANK")
# Components of the two structures in order: (id, role). A list CL_… stands behind each one that is coded.
_FIGURES = ("UNIT", "SERIES", "TIME_PERIOD")
_BESIDE = ("OBS_VALUE", "OBS_STATUS")
_RESULTS = ("UNIT", "NODE", "MEASURE", "TIME_PERIOD")


class NoTime(ValueError):
    """A period that SDMX does not know as one; `period` names it."""

    def __init__(self, period: str) -> None:
        self.period = period
        super().__init__(period)


def write_sdmx(
    folder: Folder, panel: Panel, result: Result, *, agency: str = "INNODEX", date: str | None = None
) -> dict[str, bytes]:
    """{file name: bytes}: `figures.csv` (the panel), `results.csv` and `structure.xml`.

    `agency` is who maintains the structure; `date` (ISO 8601) is when it was prepared: the clock is not read.
    Raises NoTime for a period that is none in SDMX, such as `pilot`.
    """
    for period in panel.periods:
        if not is_time(period):
            raise NoTime(period)
    names, invented = _names(folder, panel, result), folder.settings.synthetic
    figures = f"{agency}:FIGURES({VERSION})", _FIGURES, (*_BESIDE, "SOURCE"), _figures(panel, names)
    results = f"{agency}:RESULTS({VERSION})", _RESULTS, _BESIDE, _results(result, names)
    return {
        "figures.csv": _csv(*figures, invented=invented),
        "results.csv": _csv(*results, invented=invented),
        "structure.xml": _structure(folder, result, names, agency, date or "1970-01-01"),
    }


# {"UNIT" | "SERIES" | "NODE": {code: identifier}}
Names = Mapping[str, Mapping[str, str]]


def _names(folder: Folder, panel: Panel, result: Result) -> Names:
    tree = folder.framework
    nodes = [*(node.code for node in tree.nodes), *(one.code for one in result.derived)]
    return {
        "UNIT": identifiers(panel.units),
        "SERIES": identifiers(one.id for one in tree.series),
        "NODE": identifiers(nodes, named=True),
    }


# ---- figures ---------------------------------------------------------------------------------------------


def _csv(
    structure: str, dimensions: Sequence[str], beside: Sequence[str], rows: Iterable[Sequence[str]],
    *, invented: bool,
) -> bytes:  # fmt: skip
    text = io.StringIO()
    # Lines end as RFC 4180 says, on which SDMX-CSV rests.
    writer = csv.writer(text, lineterminator="\r\n")
    label = ("true",) if invented else ()
    writer.writerow(
        ("STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, *beside, *(("SYNTHETIC",) if invented else ()))
    )
    writer.writerows(("dataflow", structure, "I", *row, *label) for row in rows)
    return text.getvalue().encode()


def _value(value: float) -> str:
    return "NaN" if value != value else exact(value)


def _figures(panel: Panel, names: Names) -> Iterator[tuple[str, ...]]:
    codes = [STATUS_CODES[status] for status in Status]
    units, series = names["UNIT"], [names["SERIES"][one] for one in panel.series]
    for p, period in enumerate(panel.periods):
        for u, unit in enumerate(panel.units):
            arrays = (array[p, u].tolist() for array in (panel.values, panel.status, panel.source))
            for one, value, status, source in zip(series, *arrays, strict=True):
                yield units[unit], one, period, _value(value), codes[status], panel.sources[source]


def _results(result: Result, names: Names) -> Iterator[tuple[str, ...]]:
    leaves = {node: at for at, node in enumerate(result.indicators)}
    units, nodes = names["UNIT"], names["NODE"]
    for p, period in enumerate(result.periods):
        for u, unit in enumerate(result.units):
            for n, node in enumerate(result.nodes):
                for measure, value, status in _measured(result, p, u, n, leaves.get(n)):
                    yield units[unit], nodes[node], measure, period, _value(value), status
            for one in result.derived:
                for measure, array in (("SCORE", one.value), ("RANK", one.rank)):
                    value, status = _with_status(array[p, u], Flag(0), True)
                    yield units[unit], nodes[one.code], measure, period, _value(value), status


def _measured(result: Result, p: int, u: int, n: int, leaf: int | None) -> Iterator[tuple[str, float, str]]:
    flag = Flag(0) if leaf is None else Flag(int(result.flags[p, u, leaf]))
    if leaf is not None:
        yield "RAW", *_with_status(result.raw[p, u, leaf], flag & ~Flag.IMPUTED, True)
        yield "TREATED", *_with_status(result.treated[p, u, leaf], flag, True)
    there = bool(result.applicable[p, n])
    yield "SCORE", *_with_status(result.score[p, u, n], flag, there)
    rank, status = _with_status(result.rank[p, u, n], Flag(0), there)
    if result.bracketed is not None and not np.isnan(place := result.bracketed[p, u, n]):
        rank, status = float(place), BRACKETED
    yield "RANK", rank, status


def _with_status(value: np.float64, flag: Flag, applicable: bool) -> tuple[float, str]:
    known = not np.isnan(value)
    if not known:
        missing = (
            (Flag.CONFIDENTIAL, Status.CONFIDENTIAL),
            (Flag.NOT_APPLICABLE, Status.NOT_APPLICABLE),
        )
        found = next((status for one, status in missing if one in flag), Status.MISSING)
        return float(value), STATUS_CODES[found if applicable else Status.NOT_APPLICABLE]
    if Flag.IMPUTED in flag:
        return float(value), IMPUTED
    return float(value), STATUS_CODES[Status.ESTIMATED if Flag.ESTIMATED in flag else Status.OBSERVED]


# ---- what they mean --------------------------------------------------------------------------------------


def _words(key: str) -> Text:
    """A word of the catalogue in every language."""
    return Text.of({lang: say(lang, f"exchange.sdmx.{key}") for lang in languages()})


def _units(territory: Territory, names: Mapping[str, str]) -> Iterator[Item]:
    for code, name in sorted(names.items()):
        unit = territory.by_code[code]
        about = {**_code(code, name), **_about_unit(unit), **_region(unit, territory)}
        yield Item(name, unit.name, notes=about)


def _code(code: str, name: str) -> dict[str, Note]:
    """What a code is called here, where SDMX must call it otherwise."""
    return {"code": Note(code)} if code != name else {}


def _about_unit(unit: Unit) -> dict[str, Note]:
    return notes(
        kind=unit.kind, groups=" ".join(unit.groups), valid_from=unit.valid_from, valid_to=unit.valid_to
    )


def _region(unit: Unit, territory: Territory) -> dict[str, Note]:
    if not unit.region:
        return {}
    name = territory.regions_by_code[unit.region].name
    return {"region": Note(unit.region, Text() if name == Text.of({"": unit.region}) else name)}


def _series(series: Series, name: str) -> Item:
    limits = {name: getattr(series, name) for name in ("minimum", "maximum", "change")}
    about = notes(
        unit=series.unit, source_kind=series.source_kind, supplied_by=series.supplied_by,
        evidence=series.evidence, note=series.note, whole="yes" if series.whole else "",
        part_of=series.part_of,
        **{name: exact(value) for name, value in limits.items() if value is not None},
    )  # fmt: skip
    return Item(name, series.name, notes={**_code(series.id, name), **about})


def _node(node: Node, names: Mapping[str, str], sheets: Mapping[tuple[str, str], str]) -> Item:
    about = notes(
        id=node.id if node.id != node.code else "", level=node.level, unit=node.unit,
        direction=node.direction, certainty=node.certainty, valid_from=node.valid_from,
        valid_to=node.valid_to, note=node.note, **_formula(node),
    )  # fmt: skip
    name, above = names[node.code], names[node.parent] if node.parent else ""
    sheet = Text.of({lang: words for (code, lang), words in sheets.items() if code == node.code})
    return Item(name, node.name, above, {**_code(node.code, name), **about}, sheet)


def _derived(node: Derived, name: str) -> Item:
    """A node that a formula of the recipe makes of others: it hangs nowhere in the tree."""
    return Item(
        name, node.name or Text.of({"": node.code}), notes={**_code(node.code, name), **notes(derived="yes")}
    )


def _formula(node: Node) -> dict[str, str]:
    match node.formula:
        case Direct(series):
            return {"series": series}
        case Ratio(numerator, denominator, scale):
            return {
                "numerator": numerator, "denominator": denominator,
                "scale": "" if scale == 1 else exact(scale),
            }  # fmt: skip
        case Rubric(criteria):
            return {"rubric": " ".join(f"{one.series}:{exact(one.maximum)}" for one in criteria)}
        case None:
            return {}


def _lists(folder: Folder, result: Result, names: Names) -> dict[str, list[Item]]:
    """{name of a code list without CL_: its codes}."""
    tree, statuses = folder.framework, (*STATUS_CODES.values(), IMPUTED, BRACKETED)
    return {
        "UNIT": list(_units(folder.territory, names["UNIT"])),
        "SERIES": [_series(one, names["SERIES"][one.id]) for one in tree.series],
        "NODE": [
            *(_node(node, names["NODE"], tree.sheets) for node in tree.nodes),
            *(_derived(one, names["NODE"][one.code]) for one in result.derived),
        ],
        "MEASURE": [Item(one, _words(f"measure.{one}")) for one in _MEASURES],
        "OBS_STATUS": [Item(one, _words(f"status.{one}")) for one in statuses],
    }


# ---- the message -----------------------------------------------------------------------------------------


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_SPACES[_PREFIXES[prefix]]}}}{local}"


def _add(above: Element, name: str, text: str | None = None, **attributes: str) -> Element:
    from xml.etree.ElementTree import SubElement

    element = SubElement(above, _tag(name), attributes)
    element.text = None if text is None else _UNWRITABLE.sub(" ", text)
    return element


def _named(above: Element, name: str, text: Text) -> None:
    """One element for each language of a text."""
    for lang, words in text:
        element = _add(above, name, words)
        if lang:
            element.set(_LANG, lang)


def _urn(kind: str, agency: str, name: str, item: str = "") -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={agency}:{name}({VERSION})" + (f".{item}" if item else "")


def _structure(folder: Folder, result: Result, names: Names, agency: str, date: str) -> bytes:
    from xml.etree import ElementTree

    for prefix, part in _PREFIXES.items():
        ElementTree.register_namespace(prefix, _SPACES[part])
    message = ElementTree.Element(_tag("mes:Structure"))
    header = _add(message, "mes:Header")
    _add(header, "mes:ID", "STRUCTURE")
    # Invented figures are no statistics, whoever reads them.
    _add(header, "mes:Test", "true" if folder.settings.synthetic else "false")
    _add(header, "mes:Prepared", date)
    _add(header, "mes:Sender", id=agency)
    parts = _add(message, "mes:Structures")
    lists = _add(parts, "str:Codelists")
    for name, items in _lists(folder, result, names).items():
        _code_list(lists, agency, name, items)
    invented = ("SYNTHETIC",) if folder.settings.synthetic else ()
    _concepts(_add(parts, "str:ConceptSchemes"), agency, invented)
    flows = _add(parts, "str:Dataflows")
    for name in ("FIGURES", "RESULTS"):
        flow = _add(flows, "str:Dataflow", id=name, agencyID=agency, version=VERSION)
        if folder.settings.synthetic:
            _annotate(flow, {"synthetic": Note("true", _words("synthetic"))})
        title = folder.settings.title
        said = {lang: f"{words}: {say(lang, f'exchange.sdmx.flow.{name}')}" for lang, words in title}
        _named(flow, "com:Name", title if name == "FIGURES" else Text.of(said))
        if name == "FIGURES" and folder.settings.description:
            _named(flow, "com:Description", folder.settings.description)
        _add(flow, "str:Structure", _urn("datastructure.DataStructure", agency, f"DSD_{name}"))
    structures = _add(parts, "str:DataStructures")
    _data_structure(structures, agency, "FIGURES", _FIGURES, ("OBS_STATUS", "SOURCE", *invented))
    _data_structure(structures, agency, "RESULTS", _RESULTS, ("OBS_STATUS", *invented))
    ElementTree.indent(message, space=" ")
    written: bytes = ElementTree.tostring(message, "utf-8", xml_declaration=True)
    return written + b"\n"


def _code_list(above: Element, agency: str, name: str, items: Iterable[Item]) -> None:
    element = _add(above, "str:Codelist", id=f"CL_{name}", agencyID=agency, version=VERSION)
    _named(element, "com:Name", _words(f"concept.{name}"))
    for item in items:
        code = _add(element, "str:Code", id=item.id)
        _annotate(code, item.notes)
        _named(code, "com:Name", item.name)
        _named(code, "com:Description", item.about)
        if item.parent:
            _add(code, "str:Parent", item.parent)


def _annotate(above: Element, found: Mapping[str, Note]) -> None:
    if not found:
        return
    box = _add(above, "com:Annotations")
    for kind, note in found.items():
        annotation = _add(box, "com:Annotation")
        _add(annotation, "com:AnnotationType", kind)
        _named(annotation, "com:AnnotationText", note.text)
        if note.value:
            _add(annotation, "com:AnnotationValue", note.value)


def _concepts(above: Element, agency: str, more: Sequence[str]) -> None:
    scheme = _add(above, "str:ConceptScheme", id="CS_INDEX", agencyID=agency, version=VERSION)
    _named(scheme, "com:Name", _words("concepts"))
    for name in dict.fromkeys((*_FIGURES, *_RESULTS, "OBS_VALUE", "OBS_STATUS", "SOURCE", *more)):
        concept = _add(scheme, "str:Concept", id=name)
        _named(concept, "com:Name", _words(f"concept.{name}"))


def _data_structure(
    above: Element, agency: str, name: str, dimensions: Sequence[str], attributes: Sequence[str]
) -> None:
    structure = _add(above, "str:DataStructure", id=f"DSD_{name}", agencyID=agency, version=VERSION)
    _named(structure, "com:Name", _words(f"flow.{name}"))
    parts = _add(structure, "str:DataStructureComponents")
    axes = _add(parts, "str:DimensionList", id="DimensionDescriptor")
    for position, dimension in enumerate(dimensions, start=1):
        if dimension == "TIME_PERIOD":
            axis = _add(axes, "str:TimeDimension", id=dimension)
            _identity(axis, agency, dimension)
            shape = _add(axis, "str:LocalRepresentation")
            _add(shape, "str:TextFormat", textType="ObservationalTimePeriod")
        else:
            _coded(axes, "str:Dimension", agency, dimension, position=str(position))
    beside = _add(parts, "str:AttributeList", id="AttributeDescriptor")
    for attribute in attributes:
        if attribute == "OBS_STATUS":
            element = _coded(beside, "str:Attribute", agency, attribute, usage="optional")
        else:
            element = _add(beside, "str:Attribute", id=attribute, usage="optional")
            _identity(element, agency, attribute)
            _add(_add(element, "str:LocalRepresentation"), "str:TextFormat", textType="String")
        _add(_add(element, "str:AttributeRelationship"), "str:Observation")
    measures = _add(parts, "str:MeasureList", id="MeasureDescriptor")
    measure = _add(measures, "str:Measure", id="OBS_VALUE", usage="optional")
    _identity(measure, agency, "OBS_VALUE")
    _add(_add(measure, "str:LocalRepresentation"), "str:TextFormat", textType="Double")


def _identity(above: Element, agency: str, name: str) -> None:
    _add(above, "str:ConceptIdentity", _urn("conceptscheme.Concept", agency, "CS_INDEX", name))


def _coded(above: Element, kind: str, agency: str, name: str, **attributes: str) -> Element:
    element = _add(above, kind, id=name, **attributes)
    _identity(element, agency, name)
    shape = _add(element, "str:LocalRepresentation")
    _add(shape, "str:Enumeration", _urn("codelist.Codelist", agency, f"CL_{name}"))
    return element
