"""Reading an index folder: every file, every fault at once, and the exact bytes that were used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from innodex import framework as frameworks
from innodex import recipe as recipes
from innodex.documents import Document, Fault, Faulty, nearest
from innodex.formats._data import DataReader, DataReading, panel_of
from innodex.formats._settings import Settings, read_settings
from innodex.framework import Framework
from innodex.panel import Panel
from innodex.recipe import Recipe
from innodex.result import bad_cells, check_recipe, series_without_data
from innodex.territory import Territory, builtin, builtin_bytes, builtins, read_aliases, read_units

_FILES = ("index.toml", "series.csv", "framework.csv", "rubric.csv", "recipe.toml", "aliases.csv")


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
    """Everything that is wrong with an index folder, each with its place."""
    return _Check(Path(path), data, recipe).run()


@dataclass(slots=True)
class _Check:
    path: Path
    data: str | Path | None
    recipe_file: str | Path | None
    files: dict[str, bytes] = field(default_factory=dict)
    shown_as: dict[str, str] = field(default_factory=dict)  # path within the folder -> as the user wrote it
    found: list[Fault] = field(default_factory=list)

    def run(self) -> Checked:
        if not (self.path / "index.toml").is_file():
            return Checked((Fault("not-a-folder", str(self.path)),), (), None, False)
        self._load()
        settings, document = read_settings(self.files["index.toml"])
        reading = frameworks.read(self.files)
        self.found.extend(reading.faults)
        recipe = self._recipe(reading)
        territory = self._territory(settings, document)
        panel = self._panel(settings, document, reading, territory, recipe)
        self.found.extend(document.faults)
        return self._outcome(settings, reading.framework, territory, recipe, panel)

    def _outcome(
        self,
        settings: Settings | None,
        framework: Framework | None,
        territory: Territory | None,
        recipe: Recipe | None,
        panel: Panel | None,
    ) -> Checked:
        listed = sorted({(f.order(), f.text("en")): f for f in self.found}.values(), key=Fault.order)
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

    def _load(self) -> None:
        for name in _FILES:
            self._load_one(self.path / name, name)
        for folder, ending in (("sheets", ".md"), ("territory", ".csv"), ("data", ".csv")):
            if folder == "data" and self.data is not None:
                continue
            for file in sorted((self.path / folder).glob("*" + ending)):
                self._load_one(file, f"{folder}/{file.name}")
        if self.data is not None:
            given = Path(self.data)
            self._load_given(given, f"data/{given.stem}.csv")
        if self.recipe_file is not None:
            self.files.pop("recipe.toml", None)
            self._load_given(Path(self.recipe_file), "recipe.toml")

    def _load_one(self, file: Path, name: str) -> None:
        if file.is_file():
            self.files[name] = file.read_bytes()

    def _load_given(self, file: Path, name: str) -> None:
        self.shown_as[name] = str(file)
        if file.is_file():
            self.files[name] = file.read_bytes()
        else:
            self.found.append(Fault("missing-file", str(file)))

    def _as_shown(self, name: str) -> str:
        return self.shown_as.get(name, name)

    # ---- recipe ------------------------------------------------------------------------------------------

    def _recipe(self, reading: frameworks.Reading) -> Recipe | None:
        file = self._as_shown("recipe.toml")
        if "recipe.toml" not in self.files:
            if self.recipe_file is None:
                self.found.append(Fault("missing-file", file))
            return None
        recipe, faults = recipes.read(self.files["recipe.toml"], file)
        self.found.extend(faults)
        if recipe is not None and reading.framework is not None:
            self.found.extend(check_recipe(recipe, reading.framework))
        return recipe

    # ---- territory ---------------------------------------------------------------------------------------

    def _territory(self, settings: Settings | None, document: Document) -> Territory | None:
        if settings is None or not settings.territory:
            return None
        name = settings.territory
        territory = self._own_territory(name) if name.endswith(".csv") else self._builtin(name, document)
        if territory is not None and "aliases.csv" in self.files:
            territory, faults = read_aliases(self.files["aliases.csv"], "aliases.csv", territory)
            self.found.extend(faults)
        return territory

    def _own_territory(self, name: str) -> Territory | None:
        self._load_one(self.path / name, name)
        if name not in self.files or Path(name).name != name:
            self.found.append(Fault("missing-file", name))
            return None
        territory, faults = read_units(self.files[name], name, name.removesuffix(".csv"))
        self.found.extend(faults)
        broken = not territory.units or any(
            f.kind in ("not-utf8", "empty-file", "missing-column") for f in faults
        )
        return None if broken else territory

    def _builtin(self, name: str, document: Document) -> Territory | None:
        """A built-in territory; an edition carries its own copy, which then counts."""
        copy = f"territory/{name}.csv"
        if copy in self.files:
            territory, faults = read_units(self.files[copy], copy, name)
            self.found.extend(faults)
            return territory
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
        reading: frameworks.Reading,
        territory: Territory | None,
        recipe: Recipe | None,
    ) -> Panel | None:
        names = [name for name in self.files if name.startswith("data/")]
        chosen = self._chosen(settings, document, territory)
        if settings is None or not names:
            return None
        self._check_columns(settings, document, reading)
        reader = DataReader(
            settings.data,
            period=settings.period,
            territory=territory,
            series=reading.series_ids,
            chosen=chosen,
        )
        for name in sorted(names):
            reader.read(self.files[name], self._as_shown(name))
        data = reader.reading
        self.found.extend(data.faults)
        if reading.framework is None or territory is None or not data.whole:
            return None
        if not data.periods:
            if not any(not fault.is_warning for fault in data.faults):
                self.found.append(Fault("no-rows", self._as_shown(sorted(names)[0])))
            return None
        units = data.units if chosen is None else chosen
        panel = panel_of(data, units=units, series=[series.id for series in reading.framework.series])
        self._check_panel(panel, data, reading.framework, recipe, reading)
        return panel

    def _chosen(
        self, settings: Settings | None, document: Document, territory: Territory | None
    ) -> frozenset[str] | None:
        if settings is None or territory is None or settings.units == "data":
            return None
        if settings.units == "all":
            return frozenset(territory.by_code)
        if isinstance(settings.units, str):
            name = settings.units.removeprefix("group:")
            codes = territory.group(name)
            if not codes:
                groups = {g for unit in territory.units for g in (*unit.groups, unit.region or "")} - {""}
                document.fault(
                    "unknown-group", ("units",), found=name, allowed=", ".join(sorted(groups)) or "–"
                )  # fmt: skip
            return frozenset(codes)
        found = {words: territory.find(words) for words in settings.units}
        for words, code in found.items():
            if code is None:
                near = nearest(words, territory.by_code) or "–"
                document.fault("unknown-unit", ("units",), found=words, near=near)
        return frozenset(code for code in found.values() if code is not None)

    def _check_columns(self, settings: Settings, document: Document, reading: frameworks.Reading) -> None:
        known = reading.series_ids
        if known is None:
            return
        for table, names in (
            ("columns", settings.data.columns.items()),
            ("sources", settings.data.sources.items()),
        ):
            for key, value in names:
                series = value if table == "columns" else key
                if series not in known:
                    near = nearest(series, known) or "–"
                    document.fault("unknown-series", ("data", table, key), found=series, near=near)

    def _check_panel(
        self,
        panel: Panel,
        data: DataReading,
        framework: Framework,
        recipe: Recipe | None,
        reading: frameworks.Reading,
    ) -> None:
        unused = [fault.column or "" for fault in data.faults if fault.kind == "unused-column"]
        for series in series_without_data(panel, framework):
            near = nearest(series, unused) or "–"
            row = reading.series_rows.get(series)
            self.found.append(
                Fault("series-without-data", "series.csv", row, "id", {"found": series, "near": near})
            )
        fits = recipe is None or not check_recipe(recipe, framework)
        for cell in bad_cells(panel, framework, recipe if fits else None):
            origin = data.cells[cell.period, cell.unit, cell.series]
            values = {"period": cell.period, "unit": cell.unit, **cell.values}
            self.found.append(Fault(cell.kind, origin.file, origin.row, origin.column, values))
