"""What a freeze holds, and the index folder that is made of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from innodex.documents import Text, canonical, sha256
from innodex.formats import Checked, Settings, check_files
from innodex.portal.collection import central, content
from innodex.portal.collection.models import Item, Missing, Submission
from innodex.portal.rounds import documents
from innodex.portal.rounds.models import Registration, Round, Snapshot, Version
from innodex.portal.runs.models import Freeze

SETTLED = frozenset({Submission.State.APPROVED, Submission.State.LOCKED, Submission.State.NOT_RECEIVED})
PANEL = "data/panel.csv"
_COLUMNS = ("unit", "period", "series", "value", "status", "source")
# What the panel says where there is no figure. A true zero is a figure.
_STATUS = {Missing.NOT_APPLICABLE: "not_applicable", Missing.CONFIDENTIAL: "confidential"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a frozen panel; `origin` is locality or central."""

    unit: str
    series: str
    period: str
    value: str = ""
    missing: str = ""
    origin: str = "locality"
    source: str = ""
    date: str = ""
    estimated: bool = False
    decision: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def figure(self) -> str:
        """The canonical decimal that the panel holds; empty where there is none."""
        return "0" if self.missing == Missing.NIL else self.value

    @property
    def status(self) -> str:
        """The word that the panel holds."""
        if self.figure:
            return "estimated" if self.estimated else "observed"
        return _STATUS.get(self.missing, "missing")

    def plain(self) -> dict[str, Any]:
        """The cell as the freeze keeps it; what is empty is left out."""
        found = {name: getattr(self, name) for name in self.__slots__}
        found["evidence"] = list(self.evidence)
        return {name: value for name, value in found.items() if value not in ("", [], False)}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Cell:
        """The cell that a freeze kept."""
        return cls(**{**plain, "evidence": tuple(plain.get("evidence", ()))})


def submissions(round: Round) -> list[Submission]:
    """The submissions of the localities that are measured: in a pilot those that confirmed, else all."""
    found = Submission.objects.filter(locality__round=round).select_related("locality")
    if round.kind == Round.Kind.PILOT:
        found = found.filter(locality__registration__state=Registration.State.CONFIRMED)
    return list(found.order_by("locality__position"))


def unsettled(round: Round) -> list[Submission]:
    """The submissions that stand in the way of a freeze: neither approved nor known not to have come."""
    found = Submission.objects.filter(locality__round=round).exclude(state__in=SETTLED)
    return list(found.select_related("locality").order_by("locality__position"))


def gather(round: Round, version: Version) -> dict[str, Any]:
    """Everything that a freeze of the round would hold now, as a document with one canonical form.

    Of a locality that was not received, and of an item without a decision, the figure is missing.
    """
    handed = submissions(round)
    units = [one.locality.unit for one in handed]
    cells = [*_local(handed, version), *_central(round, version, units)]
    cells.sort(key=lambda cell: (cell.unit, cell.series, cell.period))
    return {
        "schema": 1,
        "round": round.code,
        "kind": round.kind,
        "period": round.period,
        "scheme": round.scheme,
        "reference_date": round.reference_date.isoformat(),
        "synthetic": round.synthetic,
        "version": {"number": version.number, "digest": version.digest},
        "units": sorted(units),
        "not_received": sorted(
            one.locality.unit for one in handed if one.state == Submission.State.NOT_RECEIVED
        ),
        "appraised": {one.locality.unit: digest for one in handed if (digest := _appraised(one))},
        "cells": [cell.plain() for cell in cells],
    }


def _appraised(submission: Submission) -> str:
    """The digest of the appraised values that were approved; empty where there are none."""
    kept = _approved(submission)
    return kept.digest if kept is not None else ""


def _approved(submission: Submission) -> Snapshot | None:
    if submission.state not in (Submission.State.APPROVED, Submission.State.LOCKED):
        return None
    return Snapshot.objects.filter(kind="appraised", subject_id=submission.pk).order_by("-number").first()


def _local(handed: list[Submission], version: Version) -> Iterator[Cell]:
    """A cell for each item of each submission; of an approved one as it was approved."""
    languages = documents.folder_of(version).settings.languages
    for submission in handed:
        organisation = submission.locality.organisation
        words = Text.of(organisation.name if organisation is not None else submission.locality.name)
        place = {"unit": submission.locality.unit, "source": words.get(languages[0])}
        if submission.state == Submission.State.NOT_RECEIVED:
            for item in submission.items.all():
                yield Cell(**place, series=item.series, period=item.period, missing=Missing.NOT_AVAILABLE)
            continue
        kept = _approved(submission)
        document = json.loads(kept.content) if kept is not None else content.appraised_document(submission)
        proofs = {key: cell["evidence"] for key, cell in content.sent_cells(submission).items()}
        for item in document["items"]:
            yield _cell(item, place, proofs.get((item["series"], item["period"]), []))


def _cell(item: Mapping[str, Any], place: Mapping[str, str], cited: list[dict[str, Any]]) -> Cell:
    where = {**place, "series": item["series"], "period": item["period"]}
    if item["decision"] in ("", Item.State.RETURN_ASKED):
        return Cell(**where, missing=Missing.NOT_AVAILABLE)
    if item["decision"] == Item.State.ADJUSTED and item["source"]:
        where["source"] = item["source"]
    value = item["appraised_value"]
    return Cell(
        **where,
        value=value,
        missing="" if value else item["appraised_missing"] or Missing.NOT_AVAILABLE,
        decision=item["decision"],
        evidence=tuple(sorted({one["digest"] for one in cited})),
    )


def _central(round: Round, version: Version, units: list[str]) -> Iterator[Cell]:
    """A cell for each series that no locality supplies and each unit; missing where nothing was confirmed."""
    framework = documents.framework_of(version)
    local = {series.id for series in documents.local_series(framework)}
    held = central.figures(round)
    for series in framework.series:
        for unit in units if series.id not in local else ():
            place = {"unit": unit, "series": series.id, "period": round.period, "origin": "central"}
            found = held.get((unit, series.id, round.period))
            if found is None:
                yield Cell(**place, missing=Missing.NOT_AVAILABLE)
                continue
            figure = found.figure
            yield Cell(
                **place,
                value=figure.value,
                missing=figure.missing,
                source=found.source,
                date=found.date,
                estimated=figure.estimated,
            )


def document_of(freeze: Freeze) -> dict[str, Any]:
    """The document that a freeze keeps. Raises ValueError where its digest no longer fits."""
    if sha256(freeze.content.encode()) != freeze.digest:
        raise ValueError(f"freeze {freeze.pk} is not what its digest was taken of")
    return json.loads(freeze.content)


def cells_of(document: Mapping[str, Any]) -> list[Cell]:
    """The cells of a frozen document."""
    return [Cell.of(plain) for plain in document["cells"]]


def written(document: Mapping[str, Any]) -> str:
    """The canonical text of a document to be frozen."""
    return canonical(document).decode()


def folder(document: Mapping[str, Any], version: Version) -> Checked:
    """The index folder of a frozen panel, with its faults.

    Framework, recipe, sheets and territory are the version's; its own figures of other periods are left
    out: they were neither collected nor appraised in this round, and belong to other localities.
    """
    plain = documents.folder_of(version)
    files = {path: text.encode() for path, text in version.files.items() if not path.startswith("data/")}
    files["index.toml"] = _index(plain.settings, document).encode()
    files[PANEL] = _panel(document)
    return check_files(files, name=PANEL)


def _panel(document: Mapping[str, Any]) -> bytes:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(_COLUMNS)
    for cell in cells_of(document):
        source = ", ".join(words for words in (cell.source, cell.date) if words)
        rows.writerow((cell.unit, cell.period, cell.series, cell.figure, cell.status, source))
    return text.getvalue().encode()


def _index(settings: Settings, document: Mapping[str, Any]) -> str:
    """index.toml of the edition: what the version says of itself, the units of the round, our own columns."""
    lines = ["schema = 1"]
    for name in ("title", "description", "note", "publisher"):
        lines += [f"{name}_{lang} = {_quoted(words)}" for lang, words in getattr(settings, name)]
    lines += [
        f"languages = {_listed(settings.languages)}",
        f"territory = {_quoted(settings.territory)}",
        f"units = {_listed(document['units'])}",
        f"period = {_quoted(document['period'])}",
        f"decimals = {settings.decimals}",
    ]
    if settings.licence:
        lines.append(f"licence = {_quoted(settings.licence)}")
    if document["synthetic"] or settings.synthetic:
        lines.append("synthetic = true")
    lines += ["", "[data]", *(f'{name} = "{name}"' for name in _COLUMNS)]
    return "\n".join(lines) + "\n"


def _quoted(words: str) -> str:
    """A basic string of TOML; the escapes of JSON are among its own."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"
