"""index.toml: what an index folder is called, where its data stand and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from innodex.documents import CODE, Document, Text, languages, read_toml

_TEXTS = ("title", "description", "note", "publisher")
_KEYS = ("schema", "languages", "period", "territory", "units", "synthetic", "licence", "decimals", "data")
_DATA_KEYS = (
    "unit", "period", "series", "value", "status", "source", "ignore", "missing", "separator", "decimal",
    "columns", "sources",
)  # fmt: skip
_SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class DataColumns:
    """How data files are written: which column means what, and how numbers and missing values look."""

    unit: str = "unit"
    period: str | None = None
    series: str = "series"
    value: str = "value"
    status: str = "status"
    source: str = "source"
    ignore: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset({"", "NA"})
    separator: str | None = None
    decimal: str = "."
    columns: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """The content of index.toml. `units` is "data", "all", "group:NAME" or the listed codes."""

    title: Text
    languages: tuple[str, ...]
    territory: str
    units: str | tuple[str, ...]
    period: str | None = None
    description: Text = Text()
    note: Text = Text()
    publisher: Text = Text()
    licence: str = ""
    decimals: int = 2
    synthetic: bool = False
    data: DataColumns = DataColumns()


def read_settings(data: bytes, file: str = "index.toml") -> tuple[Settings | None, Document]:
    """The settings, or None where the document cannot be understood; its faults stand in the document."""
    doc = read_toml(data, file)
    if not doc.sound:
        return None, doc
    spoken = doc.value(("languages",), "list", ["vi", "en"])
    for lang in spoken:
        if lang not in languages():
            doc.fault("unknown-language", ("languages",), found=lang, allowed=", ".join(languages()))
    known = tuple(lang for lang in spoken if lang in languages()) or ("en",)
    texts = {name: _text(doc, name) for name in _TEXTS}
    doc.allow((), (*_KEYS, *(key for key in doc.content if key.rpartition("_")[0] in _TEXTS)))
    if doc.value(("schema",), "whole-number", 1) != 1:
        doc.fault("unknown-schema", ("schema",), found=doc.content["schema"], allowed=1)
    if not texts["title"]:
        doc.fault("missing-key", (), key="title_en")
    if "territory" not in doc.content:
        doc.fault("missing-key", (), key="territory")
    decimals = doc.value(("decimals",), "whole-number", 2)
    if not 0 <= decimals <= 12:
        doc.fault("wrong-type", ("decimals",), found=decimals, allowed="0 … 12")
        decimals = 2
    return Settings(
        languages=known,
        territory=doc.value(("territory",), "text", ""),
        units=_units(doc),
        period=_period(doc),
        licence=doc.value(("licence",), "text", ""),
        decimals=decimals,
        synthetic=doc.value(("synthetic",), "yes-no", False),
        data=_data(doc),
        **texts,
    ), doc


def _text(doc: Document, name: str) -> Text:
    keys = [key for key in doc.content if key.startswith(name + "_")]
    return Text.of({key[len(name) + 1 :]: doc.value((key,), "text", "") for key in keys})


def _units(doc: Document) -> str | tuple[str, ...]:
    units: Any = doc.content.get("units", "data")
    if isinstance(units, list) and units and all(isinstance(unit, str) for unit in units):
        return tuple(units)
    if isinstance(units, str) and (units in ("data", "all") or units.startswith("group:")):
        return units
    doc.fault("wrong-type", ("units",), found=repr(units), allowed='"data", "all", "group:…", ["…", "…"]')
    return "data"


def _period(doc: Document) -> str | None:
    period = doc.value(("period",), "text")
    if period is not None and not CODE.fullmatch(period):
        doc.fault("bad-period", ("period",), found=period)
        return None
    return None if period is None else str(period)


def _data(doc: Document) -> DataColumns:
    if "data" in doc.content and not isinstance(doc.content["data"], dict):
        doc.fault("wrong-type", ("data",), found=repr(doc.content["data"]), allowed="[data]")
    doc.allow(("data",), _DATA_KEYS)
    plain = DataColumns()
    names = {
        name: doc.value(("data", name), "text", getattr(plain, name))
        for name in ("unit", "period", "series", "value", "status", "source", "separator", "decimal")
    }
    for name, allowed in (("separator", (None, *_SEPARATORS)), ("decimal", (".", ","))):
        if names[name] not in allowed:
            words = ", ".join(repr(mark) for mark in allowed if mark)
            doc.fault("wrong-type", ("data", name), found=repr(names[name]), allowed=words)
            names[name] = getattr(plain, name)
    ignore = tuple(str(name) for name in doc.value(("data", "ignore"), "list", []))
    missing = frozenset(str(code) for code in doc.value(("data", "missing"), "list", ["", "NA"]))
    columns = {str(k): str(v) for k, v in doc.table(("data", "columns")).items()}
    sources = {str(k): str(v) for k, v in doc.table(("data", "sources")).items()}
    return DataColumns(ignore=ignore, missing=missing, columns=columns, sources=sources, **names)
