"""Is an edition what its inputs give? Hash every file, compute everything again, name what differs."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import innodex
from innodex.documents import Fault, Faulty, sha256
from innodex.edition import (
    INPUTS,
    MANIFEST,
    SITE,
    TABLES,
    Difference,
    Edition,
    Manifest,
    NotAnEdition,
    assemble,
    check_archive,
    check_files,
    compare_csv,
    compare_out,
    compose,
    data_part,
    is_data,
    unpack,
)
from innodex.formats import Folder, read_folder
from innodex.publishing._publish import Progress, site
from innodex.reports import compare_workbooks, tables
from innodex.result import build

_FIGURES = f"{SITE}/figures/"
_TEXT = (".html", ".css", ".js", ".svg", ".json", ".txt", ".xml", ".csv", ".md")


@dataclass(frozen=True)
class Verification:
    """What was found. `differences` is empty for an edition that is what its inputs give.

    `digest` is that of the manifest as it stands; empty where there is none. `files` were read, `numbers`
    recomputed, `tables` rebuilt, `pages` (every file of the site) rendered again; `recomputed` is False where
    the inputs were not to be trusted. `same_version` is False where the edition names another version of the
    program: files of the site that this version makes otherwise are then `unlike`, which is no difference
    (figures excepted), and no proof that they are right either.
    """

    digest: str
    differences: tuple[Difference, ...]
    id: str = ""
    version: str = ""
    files: int = 0
    numbers: int = 0
    tables: int = 0
    pages: int = 0
    recomputed: bool = False
    same_version: bool = True
    unlike: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """True when nothing differs."""
        return not self.differences


def verify(
    path: str | Path, *, expect: str | None = None, progress: Progress = lambda stage: None
) -> Verification:
    """Check the edition in a folder or a zip, with `expect` also that its digest is the one announced.

    Nothing is written. Raises OSError where the path leads nowhere.
    """
    place = Path(path)
    if place.is_dir():
        return _Check(place, progress).run(expect)
    with tempfile.TemporaryDirectory(prefix="innodex-") as folder:
        try:
            inside = unpack(place, Path(folder))
        except NotAnEdition as error:
            return Verification("", (Difference("no-manifest", place.name, str(error)),))
        return _Check(inside, progress).run(expect)


class _Unreadable(Exception):
    """Inputs or numbers that cannot be read; nothing further can be concluded."""


@dataclass
class _Check:
    place: Path
    progress: Progress
    found: list[Difference] = field(default_factory=list)

    def run(self, expect: str | None) -> Verification:
        manifest_file = self.place / MANIFEST
        if not manifest_file.is_file() or manifest_file.is_symlink():
            return Verification("", (Difference("no-manifest", MANIFEST),))
        written = manifest_file.read_bytes()
        digest = sha256(written)
        if expect is not None and expect != digest:
            self.found.append(Difference("expected", MANIFEST, digest, expect))
        try:
            self.manifest = Manifest.read(written)
        except NotAnEdition as error:
            return Verification(digest, (*self.found, Difference("no-manifest", MANIFEST, str(error))))
        self.progress("files")
        self.found += check_files(self.place, self.manifest)
        self.found += check_archive(self.place, self.manifest)
        self.outcome = Verification(
            digest, (), self.manifest.id, self.manifest.version, files=len(self.manifest.files) + 1
        )
        if not any(d.file.startswith(f"{INPUTS}/") or d.kind == "link" for d in self.found):
            self.progress("recompute")
            with contextlib.suppress(_Unreadable):
                self._recompute()
        return replace(self.outcome, differences=tuple(self.found))

    # ---- numbers -----------------------------------------------------------------------------------------

    def _recompute(self) -> None:
        folder = self._inputs()
        recomputed, out = self._build(folder)
        self.outcome = replace(self.outcome, recomputed=True)
        published = {name: data for name, data in self._published("") if "/" not in name}
        wanted = {name: data for name, data in out.items() if name not in self._missing()}
        differences, numbers = compare_out(published, wanted, version=self.manifest.version)
        self.found += differences
        self.found += [Difference("not-recomputed", path) for path in sorted(self._strays())]
        self.found += self._claims(recomputed)
        self.outcome = replace(self.outcome, numbers=numbers)
        # Tables and pages show the published numbers. Where those are forged or incomplete, they are held
        # against the true ones.
        whole = not differences and published.keys() == out.keys()
        editions = [self._as_published(folder), recomputed] if whole else [recomputed]
        self._tables(editions)
        self._pages(editions)

    def _inputs(self) -> Folder:
        try:
            folder = read_folder(self.place / INPUTS)
        except Faulty as faulty:
            raise self._stop("inputs", faulty) from faulty
        used = {f"{INPUTS}/{path}" for path in folder.files}
        given = {path for path in self.manifest.files if path.startswith(f"{INPUTS}/")}
        self.found += [Difference("not-recomputed", path) for path in sorted(given - used)]
        self.found += [Difference("not-published", path) for path in sorted(used - given)]
        return folder

    def _build(self, folder: Folder) -> tuple[Edition, dict[str, bytes]]:
        """The edition as the inputs give it, and the files of its build."""
        if folder.panel is None:
            raise self._stop("inputs", Faulty([Fault("missing-file", f"{INPUTS}/data")]))
        try:
            result = build(folder.framework, folder.panel, folder.recipe, territory=folder.territory)
        except Faulty as faulty:
            raise self._stop("inputs", faulty) from faulty
        made = data_part(folder, result, folder.panel)
        manifest = self.manifest
        edition = compose(
            folder,
            # Pages and tables may name the program that made them; that is the one of the manifest.
            replace(result, version=manifest.version),
            folder.panel,
            audience=manifest.audience,
            date=manifest.date,
            replaces=manifest.replaces,
            files={path: entry.size for path, entry in manifest.files.items() if is_data(path)},
        )
        return edition, {path: data for path, data in made.items() if "/" not in path}

    def _as_published(self, folder: Folder) -> Edition:
        try:
            return assemble(self.place, self.manifest, folder)
        except Faulty as faulty:
            raise self._stop("unreadable", faulty) from faulty

    def _stop(self, kind: str, faulty: Faulty) -> _Unreadable:
        self.found.append(Difference(kind, faulty.faults[0].file, str(faulty).partition("\n")[0]))
        return _Unreadable()

    def _claims(self, edition: Edition) -> list[Difference]:
        """What the manifest says of itself and the inputs say otherwise."""
        manifest = self.manifest
        pairs: dict[str, tuple[object, object]] = {
            "id": (manifest.id, edition.id),
            "title": (manifest.title.as_dict(), edition.title.as_dict()),
            "period": (manifest.period, edition.period),
            "languages": (list(manifest.languages), list(edition.languages)),
            "synthetic": (manifest.synthetic, edition.synthetic),
            "inputs": (dict(manifest.inputs), dict(sorted(edition.result.digests.items()))),
        }
        return [
            Difference("manifest", MANIFEST, str(said), str(given), column=key)
            for key, (said, given) in pairs.items()
            if said != given
        ]

    # ---- tables and pages --------------------------------------------------------------------------------

    def _published(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        missing = self._missing()
        for path in self.manifest.files:
            if path.startswith(prefix) and path not in missing:
                yield path, (self.place / path).read_bytes()

    def _strays(self) -> set[str]:
        """What the manifest lists in folders that no edition has."""
        rooms = (INPUTS, TABLES, SITE)
        return {p for p in self.manifest.files if "/" in p and p.partition("/")[0] not in rooms}

    def _missing(self) -> set[str]:
        return {difference.file for difference in self.found if difference.kind == "missing"}

    def _tables(self, editions: list[Edition]) -> None:
        published = dict(self._published(f"{TABLES}/"))
        made = tables(editions[0])
        self.found += self._alone(published, made)
        for path in sorted(published.keys() & made.keys()):
            if path.endswith(".xlsx"):
                difference = compare_workbooks(path, published[path], made[path])
            else:
                difference, _ = compare_csv(path, published[path], made[path])
            self.found += [difference] if difference else []
        self.outcome = replace(self.outcome, tables=len(made))

    def _pages(self, editions: list[Edition]) -> None:
        published = dict(self._published(f"{SITE}/"))
        made = site(editions[0])
        found = self._alone(published, made)
        other: dict[str, bytes] | None = None
        for path in sorted(published.keys() & made.keys()):
            if published[path] == made[path]:
                continue
            # A last digit within the tolerance may tip a rounding: either reading of it is right.
            other = other if other is not None else site(editions[-1])
            if published[path] != other.get(path):
                found.append(_first_line(path, published[path], made[path]))
        same = self.manifest.version == innodex.__version__
        # Words and layout move from version to version, the figures for download do not.
        judged = [d for d in found if same or d.file.startswith(_FIGURES)]
        self.found += judged
        unlike = tuple(sorted(d.file for d in found if d not in judged))
        self.outcome = replace(self.outcome, pages=len(made), same_version=same, unlike=unlike)

    def _alone(self, published: Mapping[str, bytes], made: Mapping[str, bytes]) -> list[Difference]:
        missing = self._missing()
        return [Difference("not-recomputed", path) for path in sorted(published.keys() - made.keys())] + [
            Difference("not-published", path) for path in sorted(made.keys() - published.keys() - missing)
        ]


def _first_line(path: str, published: bytes, recomputed: bytes) -> Difference:
    if not path.endswith(_TEXT):
        return Difference("bytes", path, sha256(published), sha256(recomputed))
    theirs, ours = (data.decode("utf-8", "backslashreplace").split("\n") for data in (published, recomputed))
    length = max(len(theirs), len(ours))
    at = next(n for n in range(length) if theirs[n : n + 1] != ours[n : n + 1])
    a, b = (lines[at] if at < len(lines) else None for lines in (theirs, ours))
    return Difference("line", path, _around(a, b), _around(b, a), at + 1)


def _around(line: str | None, other: str | None) -> str | None:
    """The part of a long line that differs from the other, with a little of what stands before."""
    if line is None:
        return None
    start = next((n for n, (x, y) in enumerate(zip(line, other or "", strict=False)) if x != y), 0)
    return line[max(0, start - 60) :]
