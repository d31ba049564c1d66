"""index.toml: what an index folder is called, where its data stand and how they are written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from innodex.documents import Document, Text, Word, as_written, is_period, languages, read_toml

_TEXTS = ("title", "description", "note", "publisher")
_TEXT = re.compile(rf"(?:{'|'.join(_TEXTS)})_[a-z]{{2,3}}")
_KEYS = (
    "schema", "languages", "period", "territory", "units", "synthetic", "licence", "decimals", "data",
    *(f"{text}_{lang}" for text in _TEXTS for lang in ("vi", "en")),
)  # fmt: skip
_DATA_NAMES = ("unit", "period", "series", "value", "status", "source", "separator", "decimal")
_DATA_KEYS = (*_DATA_NAMES, "ignore", "missing", "columns", "sources")
# Every key with the names of the tables around it.
INDEX_KEYS = (
    *(key for key in _KEYS if key != "data"),
    *(f"data.{key}" for key in _DATA_KEYS if key not in ("columns", "sources")),
)
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
    meant = doc.allow((), (*_KEYS, *(key for key in doc.content if _TEXT.fullmatch(key))))
    texts = {name: _text(doc, name) for name in _TEXTS}
    if doc.value(("schema",), "whole-number", 1) != 1:
        doc.fault("unknown-schema", ("schema",), found=as_written(doc.raw(("schema",))), allowed=1)
    _check_title(doc, texts["title"], meant)
    if "territory" not in {*doc.content, *meant} or doc.raw(("territory",)) == "":
        doc.fault("missing-key", ("territory",), key="territory")
    return Settings(
        languages=_languages(doc),
        territory=doc.value(("territory",), "text", ""),
        units=_units(doc),
        period=_period(doc),
        licence=doc.value(("licence",), "text", ""),
        decimals=_decimals(doc),
        synthetic=doc.value(("synthetic",), "yes-no", False),
        data=_data(doc),
        **texts,
    ), doc


def _check_title(doc: Document, title: Text, meant: frozenset[str]) -> None:
    written = [key for key in doc.content if key.startswith("title_")]
    blank = [key for key in written if doc.content[key] == ""]
    if blank and not title:
        doc.fault("missing-key", (blank[0],), key=blank[0])
    elif not written and not any(key.startswith("title_") for key in meant):
        doc.fault("missing-key", ("title_en",), key="title_en")


def _text(doc: Document, name: str) -> Text:
    keys = [key for key in doc.content if key.startswith(name + "_") and _TEXT.fullmatch(key)]
    return Text.of({key[len(name) + 1 :]: doc.value((key,), "text", "") for key in keys})


def _languages(doc: Document) -> tuple[str, ...]:
    spoken = doc.words(("languages",), ["vi", "en"])
    for at, lang in enumerate(spoken):
        if lang not in languages():
            doc.fault("unknown-language", ("languages", at), found=lang, allowed=", ".join(languages()))
    if doc.raw(("languages",)) == []:
        doc.refuse(("languages",), [], as_written(list(languages())))
    return tuple(dict.fromkeys(lang for lang in spoken if lang in languages())) or ("en",)


def _decimals(doc: Document) -> int:
    decimals = doc.value(("decimals",), "whole-number", 2)
    if 0 <= decimals <= 12:
        return int(decimals)
    doc.refuse(("decimals",), decimals, "0 … 12")
    return 2


def _units(doc: Document) -> str | tuple[str, ...]:
    units: Any = doc.raw(("units",), "data")
    if isinstance(units, list) and units and all(isinstance(unit, str) for unit in units):
        return tuple(units)
    if isinstance(units, str) and (units in ("data", "all") or units.startswith("group:")):
        return units
    doc.refuse(("units",), units, '"data", "all", "group:…", ["…", "…"]')
    return "data"


def _period(doc: Document) -> str | None:
    """The period as text; a year may stand without quotation marks."""
    period = doc.raw(("period",))
    if isinstance(period, int) and not isinstance(period, bool):
        return str(period)
    period = doc.value(("period",), "text")
    if period is not None and not is_period(period):
        doc.fault("bad-period", ("period",), found=period)
        doc.unread.add("period")
        return None
    return None if period is None else str(period)


def _data(doc: Document) -> DataColumns:
    if not isinstance(doc.raw(("data",), {}), dict):
        doc.refuse(("data",), doc.raw(("data",)), "[data]")
    doc.allow(("data",), _DATA_KEYS)
    plain = DataColumns()
    names = {name: doc.value(("data", name), "text", getattr(plain, name)) for name in _DATA_NAMES}
    for name, allowed in (("separator", _SEPARATORS), ("decimal", (".", ","))):
        if names[name] is not None and names[name] not in allowed:
            words = ", ".join(as_written(mark).replace("\t", "\\t") for mark in allowed)
            doc.refuse(("data", name), names[name], words)
            names[name] = getattr(plain, name)
    return DataColumns(
        ignore=tuple(doc.words(("data", "ignore"), [])),
        missing=frozenset(doc.words(("data", "missing"), sorted(plain.missing))),
        columns=_pairs(doc, "columns"),
        sources=_pairs(doc, "sources"),
        **names,
    )


def _pairs(doc: Document, name: str) -> dict[str, str]:
    """The texts of a table under [data]; anything else there is a fault."""
    value = doc.raw(("data", name), {})
    if not isinstance(value, dict):
        doc.refuse(("data", name), value, Word("faults.type.table"))
        return {}
    found = {key: doc.value(("data", name, key), "text") for key in value}
    return {key: words for key, words in found.items() if words is not None}
