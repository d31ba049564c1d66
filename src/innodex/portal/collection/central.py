"""Central figures: brought in by the analyst, confirmed by somebody else, and kept as they came."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from innodex.documents import canonical, sha256
from innodex.portal.collection.central_file import Central, Reading, Wanted, as_content, read_central
from innodex.portal.collection.models import CentralFigure, CentralImport
from innodex.portal.people.actor import Actor
from innodex.portal.people.gate import Act, acting
from innodex.portal.rounds import documents, files
from innodex.portal.rounds.models import Round, StoredFile

Key = tuple[str, str, str]  # unit, series, period


@dataclass(frozen=True, slots=True)
class Held:
    """A confirmed figure with where it is from and as of which day."""

    figure: Central
    source: str
    date: str
    batch: int  # the number of the import

    @property
    def day(self) -> datetime.date | None:
        """The date as a day."""
        return datetime.date.fromisoformat(self.date) if self.date else None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of an import beside the one that counts now; `before` is None for a new one."""

    figure: Central
    before: Central | None

    @property
    def kind(self) -> str:
        """new, changed or unchanged."""
        if self.before is None:
            return "new"
        return "unchanged" if self.before == self.figure else "changed"


def read(
    round: Round, data: bytes, filename: str, *, decimal: str = "", ignore: tuple[str, ...] = ()
) -> Reading:
    """What a file says for this round, with everything in it that cannot be taken in."""
    return read_central(data, filename, wanted(round, decimal=decimal, ignore=ignore))


def wanted(round: Round, *, decimal: str = "", ignore: tuple[str, ...] = ()) -> Wanted:
    """What this round takes in: its period and localities, and the series that no locality supplies."""
    folder = documents.folder_of(documents.in_force(round))
    return Wanted(
        folder=folder,
        period=round.period,
        units=frozenset(round.localities.values_list("unit", flat=True)),
        local=frozenset(series.id for series in documents.local_series(folder.framework)),
        decimal=decimal,
        ignore=ignore,
    )


def import_central(
    *,
    round: Round,
    upload: bytes,
    filename: str,
    sources: Mapping[str, Mapping[str, str]],
    decimal: str = "",
    ignore: tuple[str, ...] = (),
    by: Actor,
    at: datetime.datetime,
) -> CentralImport:
    """Take the figures of a file in, to be looked at: nothing counts until somebody else confirms.

    `sources` is {series: {"source": words, "date": "YYYY-MM-DD"}}, one for each series of the file.
    Refused when the file has any fault or a series lacks its source or date.
    """
    with acting("collection.import_central", on=round, by=by, at=at) as act:
        reading = read(round, upload, filename, decimal=decimal, ignore=ignore)
        act.require(not reading.problems, "central-faulty", number=len(reading.problems))
        stated = {series: _stated(sources.get(series, {})) for series in reading.series}
        act.require(all(one is not None for one in stated.values()), "central-source")
        act.digest = sha256(canonical(as_content(reading.figures)))
        stored = _keep(act, upload, filename, round)
        batch = act.create(
            CentralImport,
            round=round,
            number=round.central_imports.count() + 1,
            file=stored,
            sources=stated,
            digest=act.digest,
            imported_by=by.user,
            imported_at=at,
        )
        act.create_many(CentralFigure, [_row(batch, figure) for figure in reading.figures])
    return batch


def _keep(act: Act, upload: bytes, filename: str, round: Round) -> StoredFile:
    """The file as it came. Tables as text, which are no evidence, are taken in here alone."""
    assert act.membership is not None, "an import is somebody's"
    organisation = act.membership.organisation
    if filename.lower().endswith(".csv"):
        name = files.clean_name(filename)
        return files.keep(act, upload, name, "csv", round=round, organisation=organisation)
    return files.store(act, files.as_upload(upload, filename), round=round, organisation=organisation)


def _stated(words: Mapping[str, str]) -> dict[str, str] | None:
    """Source and date of a series; None where one is missing or no date."""
    source, date = words.get("source", "").strip(), words.get("date", "").strip()
    try:
        datetime.date.fromisoformat(date)
    except ValueError:
        return None
    return {"source": source, "date": date} if source else None


def _row(batch: CentralImport, figure: Central) -> dict[str, object]:
    return {
        "batch": batch,
        "unit": figure.unit,
        "series": figure.series,
        "period": figure.period,
        "value": figure.value,
        "missing": figure.missing,
        "estimated": figure.estimated,
    }


def confirm_central(*, batch: CentralImport, by: Actor, at: datetime.datetime) -> CentralImport:
    """Let the figures of an import count. Never by the person who brought them in."""
    with acting("collection.confirm_central", on=batch, by=by, at=at) as act:
        act.require(by.user is not None and by.user.pk != batch.imported_by_id, "own-import")
        act.digest = batch.digest
        act.set(batch, state=CentralImport.State.CONFIRMED, confirmed_by=by.user, confirmed_at=at)
    return batch


def discard_central(*, batch: CentralImport, by: Actor, at: datetime.datetime) -> CentralImport:
    """Put an import aside; it stays on record and never counts."""
    with acting("collection.discard_central", on=batch, by=by, at=at) as act:
        act.set(batch, state=CentralImport.State.DISCARDED)
    return batch


def content(batch: CentralImport) -> list[Central]:
    """The figures of one import, by series and unit."""
    rows = batch.figures.order_by("series", "unit", "period")
    return [Central(r.unit, r.series, r.period, r.value, r.missing, r.estimated) for r in rows]


def is_whole(batch: CentralImport) -> bool:
    """True while the rows of an import are what its digest was taken of."""
    return sha256(canonical(as_content(content(batch)))) == batch.digest


def figures(round: Round) -> dict[Key, Held]:
    """{(unit, series, period): figure} that count: of each cell the one of the newest confirmed import."""
    confirmed = round.central_imports.filter(state=CentralImport.State.CONFIRMED)
    rows = CentralFigure.objects.filter(batch__in=confirmed).select_related("batch")
    found: dict[Key, Held] = {}
    # The last confirmed counts, whenever it was brought in.
    for row in rows.order_by("batch__confirmed_at", "batch__number", "pk"):
        figure = Central(row.unit, row.series, row.period, row.value, row.missing, row.estimated)
        stated = row.batch.sources.get(row.series, {})
        found[figure.key] = Held(figure, stated.get("source", ""), stated.get("date", ""), row.batch.number)
    return found


def changes(round: Round, new: Iterable[Central]) -> list[Change]:
    """Each figure beside the one that counts now."""
    held = figures(round)
    return [Change(one, held[one.key].figure if one.key in held else None) for one in new]
