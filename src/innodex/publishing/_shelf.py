"""A folder of editions, or one of them, as readers see it: which address leads to which file."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from innodex.documents import languages, say, sha256, shown_date, sort_key
from innodex.edition import ARCHIVE, MANIFEST, SITE, Manifest, NotAnEdition

# Addresses of the shelf's own files; no edition can have this name.
OWN = "-"
_NO_DATE = datetime.date.min


@dataclass(frozen=True)
class Volume:
    """One edition on the shelf, by the name of its folder; an empty name for an edition that stands alone."""

    name: str
    place: Path
    manifest: Manifest
    digest: str
    base: str = ""

    @property
    def langs(self) -> tuple[str, ...]:
        """The languages of its site, the first one first."""
        return self.manifest.languages

    def title(self, lang: str) -> str:
        """Its title in one language."""
        return self.manifest.title.get(lang)

    def link(self, path: str) -> str:
        """The address of one of its files."""
        return quote(f"{self.base}/" + "/".join(part for part in (self.name, path) if part))

    def home(self, lang: str) -> str:
        """The address of its first page in one language."""
        return self.link(f"{SITE}/{lang}/")

    def facts(self, lang: str) -> list[str]:
        """Period, date, audience and what it replaces, as far as there are any."""
        manifest = self.manifest
        found = [say(lang, "edition.shelf.period", period=manifest.period)]
        if manifest.date:
            found.append(shown_date(manifest.date, lang))
        found.append(say(lang, f"edition.shelf.audience.{manifest.audience}"))
        if manifest.replaces:
            found.append(say(lang, "edition.shelf.replaces", digest=manifest.replaces[:12]))
        return found

    def file(self, path: str) -> Path | None:
        """The file at a path of the edition: only what the manifest lists, and no link to elsewhere."""
        if path not in self.manifest.files and path not in (MANIFEST, ARCHIVE):
            return None
        file = self.place / path
        inside = [file, *file.parents][: path.count("/") + 1]
        return file if file.is_file() and not any(part.is_symlink() for part in inside) else None


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at an address: a file, or bytes made on the spot with the ending that tells their kind."""

    file: Path | None = None
    data: bytes = b""
    ending: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The page stands at another address."""

    to: str


@dataclass
class Shelf:
    """The editions in a folder. It is looked at anew for each list: a new edition appears at once.

    `audiences` keeps all others off the shelf; `base` is the beginning of every edition's address.
    """

    place: Path
    audiences: frozenset[str] | None = None
    base: str = ""
    _known: dict[Path, tuple[tuple[int, int], Volume]] = field(default_factory=dict)

    @property
    def alone(self) -> Volume | None:
        """The edition, where the folder is one itself."""
        return self._volume("", self.place)

    def volumes(self) -> list[Volume]:
        """Every edition: the newest date first, those without a date last, then by title."""
        alone = self.alone
        if alone is not None:
            return [alone]
        folders = sorted(path for path in self.place.iterdir() if path.is_dir())
        found = [volume for path in folders if (volume := self._volume(path.name, path)) is not None]
        by_title = sorted(found, key=lambda v: (sort_key(v.title(v.langs[0]), v.langs[0]), v.name))
        return sorted(by_title, key=lambda v: v.manifest.date or _NO_DATE, reverse=True)

    def _volume(self, name: str, place: Path) -> Volume | None:
        if name == OWN or name.startswith(".") or (name and place.is_symlink()):
            return None
        file = place / MANIFEST
        try:
            about = file.stat()
            state = (about.st_mtime_ns, about.st_size)
            if place in self._known and self._known[place][0] == state:
                return self._known[place][1]
            data = file.read_bytes()
            volume = Volume(name, place, Manifest.read(data), sha256(data), self.base)
        except (OSError, NotAnEdition):
            return None
        if self.audiences is not None and volume.manifest.audience not in self.audiences:
            return None
        self._known[place] = (state, volume)
        return volume

    def look(self, address: str) -> Found | Moved | None:
        """What stands at an address (decoded, beginning with a slash); None where nothing does."""
        own = self._own(address)
        if own is not None:
            return own
        alone = self.alone
        name, _, path = ("", "/", address[1:]) if alone else address[1:].partition("/")
        if not alone and not name:
            return Found(data=self.page(), ending=".html") if not path else None
        volume = alone or self._volume(name, self.place / name) if _is_name(name) or alone else None
        if volume is None:
            return None
        if not path:
            return Moved(volume.home(volume.langs[0]))
        file = volume.file(f"{path}index.html" if path.endswith("/") else path)
        if file is None and not path.endswith("/") and volume.file(f"{path}/index.html"):
            return Moved(quote(f"{self.base}{address}/"))
        return None if file is None else Found(file=file, ending=file.suffix)

    def _own(self, address: str) -> Found | None:
        make = _own_files().get(address)
        return None if make is None else Found(data=make(), ending=Path(address).suffix)

    def page(self, *, missing: bool = False) -> bytes:
        """The list of editions; with `missing`, the page that says that nothing stands here."""
        volumes = [] if missing else self.volumes()
        return _page(volumes, missing=missing)


def _is_name(name: str) -> bool:
    """One folder name, and no way out of the shelf."""
    return name not in ("", ".", "..") and not any(sign in name for sign in "/\\:\x00")


@cache
def _own_files() -> dict[str, Callable[[], bytes]]:
    from innodex.look import fonts, icon, stylesheet

    files: dict[str, Callable[[], bytes]] = {
        f"/{OWN}/style.css": lambda: stylesheet().encode(),
        f"/{OWN}/icon.svg": lambda: icon().encode(),
    }
    for name in fonts():
        files[f"/{OWN}/fonts/{name}"] = lambda name=name: fonts()[name]  # type: ignore[misc]
    return files


def _page(volumes: list[Volume], *, missing: bool) -> bytes:
    from jinja2 import Environment, StrictUndefined  # only for a page

    source = (resources.files("innodex.publishing") / "templates" / "shelf.html").read_text(encoding="utf-8")
    pages = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    # The shelf speaks every language at once: it stands before any choice of one.
    langs = sorted(languages(), reverse=True)

    def each(key: str) -> list[tuple[str, str]]:
        return [(lang, say(lang, f"edition.shelf.{key}")) for lang in langs]

    made = pages.from_string(source).render(volumes=volumes, missing=missing, langs=langs, each=each, say=say)
    return made.encode()
