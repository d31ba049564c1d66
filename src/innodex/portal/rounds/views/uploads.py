"""What a checked upload looks like before it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from innodex.documents import Fault, has, say
from innodex.framework import Framework, Node, Series
from innodex.portal.rounds import documents, files

if TYPE_CHECKING:
    import datetime

    from innodex.formats import Folder
    from innodex.territory import Unit


@dataclass(frozen=True, slots=True)
class Supply:
    """A series, the indicators that are made of it, and who supplies it, in the reader's language."""

    series: Series
    indicators: tuple[Node, ...]
    by: str
    maximum: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A fault or warning in the reader's language."""

    place: str
    text: str


def listed(faults: tuple[Fault, ...], lang: str) -> list[Listed]:
    """Every fault with its place and what to do."""
    return [Listed(fault.place(lang), fault.text(lang)) for fault in faults]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the documents say, in short."""

    folder: Folder
    units: tuple[Unit, ...]
    local: tuple[Supply, ...]
    central: tuple[Supply, ...]
    warnings: list[Listed]

    def facts(self, lang: str) -> list[tuple[str, Any]]:
        """Terms and values for the page."""
        framework, settings = self.folder.framework, self.folder.settings
        counts = {
            "title": settings.title.get(lang),
            "territory": settings.territory,
            "units": len(self.units),
            "indicators": len(framework.indicators),
            "local": len(self.local),
            "central": len(self.central),
            "sheets": len({code for code, _ in framework.sheets}),
        }
        found = [(say(lang, f"rounds.preview.{name}"), str(value)) for name, value in counts.items()]
        if self.folder.panel is not None:
            periods = ", ".join(self.folder.panel.periods)
            found.append(
                (say(lang, "rounds.preview.data"), say(lang, "rounds.preview.data-of", periods=periods))
            )
        return found


def _supplier(series: Series, lang: str) -> str:
    """The body that supplies a series, else the kind of its source."""
    named = series.supplied_by.get(lang)
    if series.is_local:
        locality = say(lang, "rounds.supply.locality")
        return f"{locality} ({named})" if named else locality
    key = f"site.kind.{series.source_kind}"
    return named or (say(lang, key) if series.source_kind and has(key) else series.source_kind)


def supplies(framework: Framework, series: tuple[Series, ...], lang: str) -> tuple[Supply, ...]:
    """Series with the indicators that need them, and the most points where they are criteria."""
    by_series, most = documents.indicators_of(framework), documents.maximum_of(framework)
    return tuple(
        Supply(one, by_series[one.id], _supplier(one, lang), f"{most[one.id]:g}" if one.id in most else "")
        for one in series
    )


def preview(folder: Folder, day: datetime.date, lang: str) -> Preview:
    """The preview of an index for the localities of `day`."""
    framework = folder.framework
    return Preview(
        folder,
        documents.units_of(folder, day),
        supplies(framework, documents.local_series(framework), lang),
        supplies(framework, documents.central_series(framework), lang),
        listed(folder.warnings, lang),
    )


def brought(form: Any) -> tuple[bytes, str] | None:
    """The upload of a form, or the one that was kept when it was checked; None where that is gone."""
    upload = form.cleaned_data.get("upload")
    if upload is not None:
        return b"".join(upload.chunks()), files.clean_name(upload.name or "")
    kept = files.kept_upload(form.cleaned_data.get("digest", ""))
    return None if kept is None else (kept, form.cleaned_data.get("filename") or "index.zip")
