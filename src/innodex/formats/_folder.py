"""Reading an index from a folder, an archive or a workbook: every fault at once, the exact bytes used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from innodex import framework as frameworks
from innodex import recipe as recipes
from innodex.documents import Document, Fault, Faulty, nearest
from innodex.formats._book import Book, open_book
from innodex.formats._container import is_archive, is_workbook, unpack_zip
from innodex.formats._data import DataReader, DataReading, panel_of
from innodex.formats._settings import Settings, read_settings
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import Recipe
from innodex.result import (
    Known,
    bad_cells,
    check_recipe,
    check_regions,
    check_samples,
    series_without_data,
)
from innodex.territory import (
    Territory,
    builtin,
    builtin_bytes,
    builtins,
    read_aliases,
    read_units,
    unknown_unit,
)

_FILES = ("index.toml", "series.csv", "framework.csv", "rubric.csv", "recipe.toml", "aliases.csv")
_FOLDERS = {"sheets": ".md", "territory": ".csv", "data": ".csv"}
# How often one slip may be repeated in a file before the first place stands for all: where the file was saved
# in a wrong way, and where one word is wrong wherever it comes.
_SYSTEMATIC = {"not-utf8": 100, "decimal-comma": 100, "decimal-point": 100, "duplicate-row": 100}
_WORDS = {"unknown-unit": 20, "unknown-series": 20, "lost-zero": 20, "bad-period": 20, "ragged-row": 20}
# What may be wrong with a territory or its aliases while every unit is still known by all its names.
_HARMLESS = frozenset({"bad-date", "not-a-count", "tile-taken", "validity-order"})
_BESIDE = frozenset({"unknown-column", "duplicate-column", "unnamed-column"})


@dataclass(frozen=True)
class Folder:
    """An index folder without faults. `files` holds the bytes of every file used, by path."""

    settings: Settings
    framework: Framework
    territory: Territory
    recipe: Recipe
    panel: Panel | None
    files: Mapping[str, bytes]
    warnings: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Checked:
    """Every fault and warning of a folder, and the folder itself when there is no fault."""

    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    folder: Folder | None
    has_data: bool


def read_folder(
    path: str | Path, *, data: str | Path | None = None, recipe: str | Path | None = None
) -> Folder:
    """The index in a folder; `data` replaces its data files and `recipe` its recipe.

    Raises Faulty with every fault at once.
    """
    checked = check_folder(path, data=data, recipe=recipe)
    if checked.folder is None:
        raise Faulty(checked.faults)
    return checked.folder


def check_folder(
    path: str | Path, *, data: str | Path | None = None, recipe: str | Path | None = None
) -> Checked:
    """Everything that is wrong with an index folder, each with its place.

    `path` may also be a workbook (.xlsx) or a packed folder (.zip).
    """
    given = Given({"data": data, "recipe": recipe})
    if not Path(path).is_file():
        return _Check(_on_disk(Path(path), without=given.replaced), given, str(path)).run()
    content, name = Path(path).read_bytes(), Path(path).name
    try:
        if is_archive(content) and not is_workbook(content):
            return check_files(unpack_zip(content, name), name=str(path), given=given)
        return read_workbook(content, name, given=given)
    except Faulty as faulty:
        return Checked(tuple(faulty.faults), (), None, False)


def check_files(files: Mapping[str, bytes], *, name: str = ".", given: Given | None = None) -> Checked:
    """Everything that is wrong with an index folder in memory, {path: bytes}; `name` is what it is called.

    Files that no index has are left alone. `given` are files that replace some of them.
    """
    given = given or Given()
    return _Check(_wanted(files, given.replaced), given, name, files).run()


def read_workbook(
    source: str | Path | bytes, name: str | None = None, *, given: Given | None = None
) -> Checked:
    """Everything that is wrong with an index in a workbook, a sheet for each file, by sheet and cell.

    What cannot be opened at all is one fault; nothing is raised.
    """
    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    name = name or ("workbook.xlsx" if isinstance(source, bytes) else Path(source).name)
    try:
        book = open_book(data, name)
    except Faulty as faulty:
        return Checked(tuple(faulty.faults), (), None, False)
    given = given or Given()
    return _Check(_wanted(book.files, given.replaced), given, name, book.files, book).run()


class Given:
    """Files that replace those of a folder, by what they are: `data` and `recipe`."""

    def __init__(self, paths: Mapping[str, str | Path | None] | None = None) -> None:
        self.paths = {kind: Path(path) for kind, path in (paths or {}).items() if path is not None}

    @property
    def replaced(self) -> tuple[str, ...]:
        """How the paths begin of the files that these replace."""
        beginnings = {"data": "data/", "recipe": "recipe.toml"}
        return tuple(beginnings[kind] for kind in self.paths)


def _wanted(files: Mapping[str, bytes], replaced: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Those files that an index has."""
    return {path: data for path, data in files.items() if _is_wanted(path) and not path.startswith(replaced)}


def _is_wanted(path: str) -> bool:
    folder, _, file = path.rpartition("/")
    if not folder:
        return path in _FILES
    ending = _FOLDERS.get(folder, "/")
    return file.lower().endswith(ending) and not file.startswith(".") and len(file) > len(ending)


def _on_disk(path: Path, without: tuple[str, ...]) -> dict[str, bytes]:
    places = [path / name for name in _FILES]
    for folder in _FOLDERS:
        if (path / folder).is_dir():
            places += sorted((path / folder).iterdir())
    named = {place.relative_to(path).as_posix(): place for place in places if place.is_file()}
    wanted = (name for name in named if _is_wanted(name) and not name.startswith(without))
    return {name: named[name].read_bytes() for name in wanted}


@dataclass(slots=True)
class _Check:
    files: dict[str, bytes]
    given: Given
    name: str  # of the whole, as the user wrote it
    others: Mapping[str, bytes] | None = None  # files beside; None: those in the folder `name`
    book: Book | None = None  # the workbook that the files were read from
    shown_as: dict[str, str] = field(default_factory=dict)  # path within the folder -> as the user wrote it
    found: list[Fault] = field(default_factory=list)
    units_sure: bool = True  # False where the territory was not read in full

    def run(self) -> Checked:
        if "index.toml" not in self.files and self.book is None:
            return Checked((Fault("not-a-folder", self.name),), (), None, False)
        self._load_given()
        settings, document = read_settings(self.files.get("index.toml", b""))
        framework = frameworks.read(self.files)
        self.found.extend(framework.faults)
        recipe = self._recipe(framework)
        territory = self._territory(settings, document)
        if recipe.recipe is not None and territory is not None and self.units_sure:
            self.found.extend(check_regions(recipe.recipe, territory))
        panel = self._panel(settings, document, framework, territory, recipe)
        self.found.extend(document.faults)
        return self._outcome(settings, framework.framework, territory, recipe.recipe, panel)

    def _outcome(
        self,
        settings: Settings | None,
        framework: Framework | None,
        territory: Territory | None,
        recipe: Recipe | None,
        panel: Panel | None,
    ) -> Checked:
        found = _condensed(
            sorted({(f.order(), f.text("en")): f for f in self.found}.values(), key=Fault.order)
        )
        listed = found if self.book is None else self.book.placed(found)
        faults = tuple(fault for fault in listed if not fault.is_warning)
        warnings = tuple(fault for fault in listed if fault.is_warning)
        has_data = any(name.startswith("data/") for name in self.files)
        if faults or settings is None or framework is None or territory is None or recipe is None:
            return Checked(faults, warnings, None, has_data)
        folder = Folder(
            settings, framework, territory, recipe, panel, dict(sorted(self.files.items())), warnings
        )
        return Checked((), warnings, folder, has_data)

    # ---- files -------------------------------------------------------------------------------------------

    def _load_given(self) -> None:
        for kind, file in self.given.paths.items():
            columnar = kind == "data" and file.suffix.lower() == ".parquet"
            own = f"{file.stem}.csv" if columnar else file.name
            name = "recipe.toml" if kind == "recipe" else f"data/{own}"
            self.shown_as[name] = str(file)
            if not file.is_file():
                self.found.append(Fault("missing-file", str(file)))
            elif columnar:
                self._load_columnar(file, name)
            else:
                self.files[name] = file.read_bytes()

    def _load_columnar(self, file: Path, name: str) -> None:
        """A Parquet file counts as the table that says the same: that is what an edition keeps."""
        from innodex.formats._parquet import parquet_as_csv  # its library is large, and few need it

        try:
            self.files[name] = parquet_as_csv(file.read_bytes(), str(file))
        except Faulty as faulty:
            self.found.extend(faulty.faults)

    def _beside(self, name: str) -> bytes | None:
        """A file that only index.toml names."""
        if self.others is not None:
            return self.others.get(name)
        path = Path(self.name) / name
        return path.read_bytes() if path.is_file() else None

    def _as_shown(self, name: str) -> str:
        return self.shown_as.get(name, name)

    # ---- recipe ------------------------------------------------------------------------------------------

    def _recipe(self, framework: frameworks.Reading) -> recipes.Reading:
        file = self._as_shown("recipe.toml")
        if "recipe.toml" not in self.files:
            if "recipe" not in self.given.paths:
                self.found.append(Fault("missing-file", file))
            return recipes.Reading()
        reading = recipes.read(self.files["recipe.toml"], file)
        self.found.extend(reading.faults)
        if reading.draft is not None and framework.draft is not None:
            known = Known(
                codes=framework.codes_sure,
                tree=framework.tree_sure,
                leaves=framework.leaves,
                parents=framework.parents,
                spoiled=reading.spoiled,
                series=framework.series_sure,
            )
            self.found.extend(check_recipe(reading.draft, framework.draft, known=known))
        return reading

    # ---- territory ---------------------------------------------------------------------------------------

    def _territory(self, settings: Settings | None, document: Document) -> Territory | None:
        if settings is None or not settings.territory:
            return None
        name = settings.territory
        territory = self._own_territory(name) if name.endswith(".csv") else self._builtin(name, document)
        if territory is not None and "aliases.csv" in self.files:
            data = self.files["aliases.csv"]
            territory, faults = read_aliases(data, "aliases.csv", territory, sure=self.units_sure)
            self.found.extend(faults)
            # An alias that could not be taken in is still somebody's spelling.
            beside = _BESIDE if territory.aliases else frozenset()
            self.units_sure &= all(fault.kind in beside for fault in faults)
        return territory

    def _own_territory(self, name: str) -> Territory | None:
        data = self._beside(name) if Path(name).name == name else None
        if data is None:
            self.found.append(Fault("missing-file", name))
            return None
        self.files[name] = data
        return self._units(name, name.removesuffix(".csv"))

    def _units(self, file: str, scheme: str) -> Territory | None:
        territory, faults = read_units(self.files[file], file, scheme)
        self.found.extend(faults)
        self.units_sure = all(fault.kind in _HARMLESS for fault in faults)
        return territory if territory.units else None

    def _builtin(self, name: str, document: Document) -> Territory | None:
        """A built-in territory; an edition carries its own copy, which then counts."""
        copy = f"territory/{name}.csv"
        if copy in self.files:
            return self._units(copy, name)
        if name not in builtins():
            near = nearest(name, builtins()) or "–"
            document.fault(
                "unknown-territory", ("territory",), found=name, allowed=", ".join(builtins()), near=near
            )
            return None
        self.files[copy] = builtin_bytes(name)
        return builtin(name)

    # ---- data --------------------------------------------------------------------------------------------

    def _panel(
        self,
        settings: Settings | None,
        document: Document,
        framework: frameworks.Reading,
        territory: Territory | None,
        recipe: recipes.Reading,
    ) -> Panel | None:
        names = sorted(name for name in self.files if name.startswith("data/"))
        chosen = self._chosen(settings, document, territory)
        if settings is None:
            return None
        self._check_columns(settings, document, framework)
        reader = DataReader(
            settings.data,
            # A period that could not be read is no reason to say that none was written.
            period=settings.period or ("0" if "period" in document.unread else None),
            territory=territory,
            series=framework.series_ids,
            chosen=chosen,
            series_sure=framework.series_sure,
            units_sure=self.units_sure,
        )
        for name in names if "data" not in document.unread else ():
            reader.read(self.files[name], self._as_shown(name))
        data = reader.reading
        self.found.extend(data.faults)
        if framework.draft is None or not data.periods:
            if data.files and all(fault.is_warning for fault in data.faults):
                self.found.append(Fault("no-rows", self._as_shown(names[0]), 1))
            return None
        units = data.units if chosen is None else chosen
        panel = panel_of(data, units=units, series=[series.id for series in framework.draft.series])
        self._check_panel(panel, data, framework, recipe)
        return panel

    def _chosen(
        self, settings: Settings | None, document: Document, territory: Territory | None
    ) -> frozenset[str] | None:
        """The units wanted; None for those in the data, or where it is not known which."""
        if settings is None or territory is None or settings.units == "data":
            return None
        if settings.units == "all":
            return frozenset(territory.by_code) if self.units_sure else None
        if isinstance(settings.units, str):
            return self._group(settings.units.removeprefix("group:"), document, territory)
        found = [territory.find(words) for words in settings.units]
        if not self.units_sure:
            return None
        for at, (words, code) in enumerate(zip(settings.units, found, strict=True)):
            if code is None:
                kind, values = unknown_unit(words, territory)
                document.fault(kind, ("units", at), **values)
        return None if None in found else frozenset(code for code in found if code is not None)

    def _group(self, name: str, document: Document, territory: Territory) -> frozenset[str] | None:
        codes = territory.group(name)
        groups = sorted({g for unit in territory.units for g in (*unit.groups, unit.region or "")} - {""})
        if not codes and self.units_sure:
            document.fault("unknown-group", ("units",), found=name, allowed=", ".join(groups) or "–")
        return frozenset(codes) or None

    def _check_columns(self, settings: Settings, document: Document, framework: frameworks.Reading) -> None:
        known = framework.series_ids
        named = [(("data", "columns", column), series) for column, series in settings.data.columns.items()]
        named += [(("data", "sources", series), series) for series in settings.data.sources]
        for path, series in named:
            if framework.series_sure and series not in known:
                document.fault("unknown-series", path, found=series, near=nearest(series, known) or "–")

    def _check_panel(
        self, panel: Panel, data: DataReading, framework: frameworks.Reading, recipe: recipes.Reading
    ) -> None:
        assert framework.draft is not None
        unused = [fault.column or "" for fault in data.faults if fault.kind == "unused-column"]
        misspelt = {fault.values["near"] for fault in data.faults if fault.kind == "unknown-series"}
        for series in series_without_data(panel, framework.draft, recipe.draft) if data.whole else ():
            if series not in misspelt:
                values = {"found": series, "near": nearest(series, unused) or "–"}
                row = framework.series_rows.get(series)
                self.found.append(Fault("series-without-data", "series.csv", row, "id", values))
        # A period that could not be read may be the one that is looked for.
        if recipe.draft is not None and not any(fault.kind == "bad-period" for fault in data.faults):
            self.found.extend(check_samples(recipe.draft, panel))
        scaled = recipe.draft if framework.codes_sure else None
        for cell in bad_cells(panel, framework.draft, scaled, spoiled=recipe.spoiled):
            origin = data.cells[cell.period, cell.unit, cell.series]
            place = origin.file, origin.row, origin.column
            where = {"period": cell.period, "unit": cell.unit}
            self.found.append(Fault(cell.kind, *place, {**where, **cell.values}))


def _condensed(faults: list[Fault]) -> list[Fault]:
    """One fault where a whole file has the same one: its first place, and how many more there are."""
    counts = Counter(map(_slip, faults))
    kept: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    for fault in faults:
        group = _slip(fault)
        if counts[group] <= (_SYSTEMATIC | _WORDS).get(fault.kind, len(faults)):
            kept.append(fault)
        elif group not in seen:
            seen.add(group)
            kept.append(replace(fault, values={**fault.values, "more": counts[group] - 1}))
    return kept


def _slip(fault: Fault) -> tuple[str, ...]:
    """What faults with one cause have in common."""
    word = str(fault.values.get("found", "")) if fault.kind in _WORDS else ""
    return fault.file, fault.kind, word
