"""Reading an SDMX-ML structure message, 2.1 or 3.0: code lists, and which list stands behind a dimension."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from innodex.documents import Fault, Text
from innodex.formats._sdmx import Item, Note

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_URN = re.compile(r"=([^:]+):([^()]+)\(([^()]*)\)")


@dataclass(slots=True)
class Structure:
    """`lists` {id of a code list: {code: item}}, `behind` {(structure, dimension): code list}.

    `dimensions` {structure: its dimensions in order}, `flows` {dataflow: structure}.
    """

    lists: dict[str, dict[str, Item]] = field(default_factory=dict)
    behind: dict[tuple[str, str], str] = field(default_factory=dict)
    dimensions: dict[str, list[str]] = field(default_factory=dict)
    flows: dict[str, str] = field(default_factory=dict)
    title: Text = Text()
    synthetic: bool = False

    def dimensions_of(self, flow: str) -> list[str]:
        """The dimensions of a dataflow or data structure; those of the only one where the name is unknown."""
        name = self.flows.get(flow, flow)
        if name not in self.dimensions and len(self.dimensions) == 1:
            return next(iter(self.dimensions.values()))
        return self.dimensions.get(name, [])

    def items(self, dimension: str) -> dict[str, Item]:
        """The codes of a dimension."""
        listed = next((one for (_, name), one in self.behind.items() if name == dimension), "")
        return self.lists.get(listed, {})


def read_structure(data: bytes, file: str) -> tuple[Structure, list[Fault]]:
    """What a structure message says, and what is wrong with the file. Entities of its own are refused."""
    from xml.etree import ElementTree

    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        return Structure(), [Fault("not-structure", file, None, None, {"reason": "DOCTYPE"})]
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        line = error.position[0]
        return Structure(), [Fault("not-structure", file, line, None, {"reason": str(error)})]
    if _local(root) != "Structure":
        return Structure(), [Fault("not-structure", file, 1, None, {"reason": _local(root)})]
    return _read(root), []


def _read(root: Element) -> Structure:
    found = Structure()
    for element in _under(root, "Codelist"):
        found.lists[element.get("id", "")] = {item.id: item for item in _items(element)}
    for element in _under(root, "DataStructure"):
        _take_structure(found, element)
    for element in _under(root, "Dataflow"):
        if (target := _reference(_child(element, "Structure"))) and element.get("id"):
            found.flows[element.get("id", "")] = target
            found.title = found.title or _texts(element, "Name")
            found.synthetic |= "synthetic" in dict(_notes(element))
    return found


def _take_structure(found: Structure, element: Element) -> None:
    name = element.get("id", "")
    axes = next(_under(element, "DimensionList"), None)
    listed = [one for one in (() if axes is None else axes) if _local(one) in ("Dimension", "TimeDimension")]
    if not listed:
        return
    found.dimensions[name] = [one.get("id", "") for one in listed]
    for one in listed:
        for enumeration in _under(one, "Enumeration"):
            found.behind[name, one.get("id", "")] = _reference(enumeration)


def _items(element: Element) -> Iterator[Item]:
    for code in _under(element, "Code"):
        above = _child(code, "Parent")
        parent = "" if above is None else _reference(above)
        about = _texts(code, "Description")
        yield Item(code.get("id", ""), _texts(code, "Name"), parent, dict(_notes(code)), about)


def _notes(element: Element) -> Iterator[tuple[str, Note]]:
    box = _child(element, "Annotations")
    for one in () if box is None else box:
        kind, value = _child(one, "AnnotationType"), _child(one, "AnnotationValue")
        if kind is not None and kind.text:
            words = "" if value is None else (value.text or "").strip()
            yield kind.text.strip(), Note(words, _texts(one, "AnnotationText"))


def _reference(element: Element | None) -> str:
    """The identifier that an element points to: a URN, a bare identifier, or a Ref of SDMX-ML 2.1."""
    if element is None:
        return ""
    ref = _child(element, "Ref")
    if ref is not None:
        return ref.get("id", "")
    inner = _child(element, "URN")
    words = ((inner if inner is not None else element).text or "").strip()
    match = _URN.search(words)
    return match[2] if match else words


def _texts(element: Element, name: str) -> Text:
    found: Mapping[str, str] = {
        one.get(_LANG, ""): (one.text or "").strip() for one in element if _local(one) == name
    }
    return Text.of(found)


def _local(element: Element) -> str:
    """The name of an element without its namespace: the versions differ in nothing else that is read here."""
    return str(element.tag).rpartition("}")[2]


def _under(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if _local(one) == name)


def _child(element: Element, name: str) -> Element | None:
    return next((one for one in element if _local(one) == name), None)
