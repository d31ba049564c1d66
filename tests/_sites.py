"""Editions made for the tests of the site: fictional, seeded, each with what pages must cope with."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html.parser import HTMLParser

import numpy as np

from innodex.documents import Text
from innodex.edition import Audience, Edition
from innodex.framework import (
    Certainty,
    Criterion,
    Direct,
    Direction,
    Formula,
    Framework,
    Node,
    Ratio,
    Rubric,
    Series,
    series_of,
)
from innodex.panel import Panel, Status
from innodex.recipe import (
    METHODS,
    Aggregation,
    AsIs,
    Availability,
    Caps,
    Derivation,
    Goalposts,
    MinMax,
    Normalisation,
    Per,
    Prepare,
    Ranking,
    Recipe,
    ZScore,
)
from innodex.result import build
from innodex.territory import Region, Territory, Tile, Unit

LANGUAGES = ("vi", "en")
_FILES = {
    "results.csv": 61_900,
    "result.json": 640,
    "tables/ranking.csv": 4_100,
    "tables/edition.xlsx": 1_900_000,
    "inputs/index.toml": 512,
    "inputs/data/figures 2024.csv": 21_000,
    "inputs/sheets/1.1.vi.md": 900,
}


def text(vi: str, en: str) -> Text:
    """The same words in both languages."""
    return Text.of({"vi": vi, "en": en})


def _name(rng: random.Random) -> str:
    first = ("Đồi", "Suối", "Bãi", "Đá", "Ấp", "Rừng", "Mũi", "Ơn", "Ô", "Cồn")
    last = ("Ngọc", "Đỏ", "Lam", "Quế", "Nguyệt", "Ươm", "Sương", "Trầm", "Bạc", "Ấm")
    return f"{rng.choice(first)} {rng.choice(last)}"


def territory(count: int, *, regions: int = 0, tiles: bool = False, kind: str = "province") -> Territory:
    """Units "U01" … with invented names, spread over regions and a grid with a gap and a separate part."""
    rng = random.Random(count)
    found = tuple(Region(f"r{n}", text(f"Vùng Đồi {n}", f"Hill Region {n}")) for n in range(1, regions + 1))
    units, grid = [], []
    names: set[str] = set()
    for n in range(1, count + 1):
        name = _name(rng)
        while name in names:
            name = f"{_name(rng)} {rng.choice(('Thượng', 'Hạ', 'Trung'))}"
        names.add(name)
        region = found[n % regions].code if regions else None
        units.append(Unit(f"U{n:02}", text(name, f"Unit {n}"), kind, region))
        if tiles:
            grid.append(Tile(2 + n // 8, 1 + n % 8, f"U{n:02}", text(name, f"Unit {n}")))
    if tiles:
        grid.append(Tile(3, 10, "U05-Q", text("QĐ Sao Mai", "Thousand Stars"), part_of="U05"))
        grid.append(Tile(0, 0, "X9", text("Ngoài khung", "Elsewhere")))
    return Territory("tests", tuple(units), found, tuple(grid))


def _series(code: str, n: int) -> Series:
    units = (("%", "%"), ("triệu đồng", "million VND"), ("trên 10.000 dân", "per 10,000 people"))
    kind = ("statistics", "survey", "own word")[n % 3]
    return Series(
        code,
        text(f"Số liệu {n}", f"Figure {n}"),
        text(*units[n % 3]),
        kind,
        text("Cục Thống kê", "Statistics office"),
        text("báo cáo", "report"),
    )


def _leaf(code: str, parent: str, n: int, formula: Formula | None = None, **more: object) -> Node:
    node = Node(
        id=f"i-{code}",
        code=code,
        parent=parent,
        level="indicator",
        name=text(f"Chỉ số thành phần số {n}", f"Indicator number {n}"),
        direction=Direction.LOWER if n % 5 == 4 else Direction.HIGHER,
        formula=formula or Direct(f"s{n}"),
    )
    return replace(node, **more)  # type: ignore[arg-type]


def _parent(code: str, parent: str | None, level: str, words: str) -> Node:
    return Node(f"p-{code}", code, parent, level, text(f"Phần {words}", f"Part {words}"))


def recipe(**more: object) -> Recipe:
    """Min–max, equal weights, plain means, ranks with the best of tied places; `more` replaces fields."""
    plain = Recipe(
        title=text("Phương pháp thử", "A recipe for tests"),
        normalise=MinMax(0, 100, "missing"),
        normalise_at={},
        weight=1.0,
        weight_at={},
        aggregate=Aggregation("arithmetic", "available", 0.0),
        aggregate_at={},
        rank=Ranking("min", significant=12),
        rank_at={},
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Made:
    """What an edition is made of before its figures."""

    territory: Territory
    nodes: tuple[Node, ...]
    recipe: Recipe
    periods: tuple[str, ...] = ("2024",)
    positive: bool = False
    sheets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    blanks: Callable[[Panel], Panel] = lambda panel: panel


def make(made: Made) -> Edition:
    """Figures drawn from a seed, the result computed from them by the house's own verb."""
    needed = sorted({one for node in made.nodes for one in series_of(node.formula)}, key=lambda s: int(s[1:]))
    framework = Framework(made.nodes, tuple(_series(one, int(one[1:])) for one in needed), made.sheets)
    rng = np.random.default_rng(7)
    shape = (len(made.periods), len(made.territory.units), len(needed))
    values = np.round(np.exp(rng.normal(3, 0.7, shape)), 1 if made.positive else 2)
    units = tuple(unit.code for unit in made.territory.units)
    panel = made.blanks(Panel.of(values, periods=made.periods, units=units, series=tuple(needed)))
    result = build(framework, panel, made.recipe, territory=made.territory)
    plain = Edition(
        id="chi-so-thu-2024-0123abcd",
        title=text("Chỉ số thử nghiệm", "Index for tests"),
        description=text("Một chỉ số để thử trang.", "An index to try pages with."),
        languages=LANGUAGES,
        synthetic=True,
        audience=Audience.PUBLIC,
        date=datetime.date(2026, 8, 30),
        publisher=text("Nhóm thử nghiệm", "The testers"),
        licence="CC0-1.0",
        decimals=2,
        framework=framework,
        territory=made.territory,
        recipe=made.recipe,
        panel=panel,
        result=result,
        files=_FILES,
    )
    return replace(plain, **made.fields)  # type: ignore[arg-type]


def _holes(panel: Panel) -> Panel:
    """A unit without any figure, ties, one constant series, and cells of every status."""
    values, status = panel.values.copy(), panel.status.copy()
    values[-1, 2, :], status[-1, 2, :] = np.nan, Status.MISSING
    values[:, 11, :] = values[:, 12, :]
    values[:, :, 6] = np.where(np.isnan(values[:, :, 6]), np.nan, 5.0)
    for u, kind in ((13, Status.MISSING), (14, Status.CONFIDENTIAL), (15, Status.NOT_APPLICABLE)):
        values[-1, u, 1], status[-1, u, 1] = np.nan, kind
    status[-1, 16:20, 1] = Status.ESTIMATED
    source = panel.source.copy()
    source[:, :, 3] = 1
    sources = ("", "Niên giám <2024> & phụ lục")
    return replace(panel, values=values, status=status, source=source, sources=sources)


def full() -> Edition:
    """63 units with regions, tiles and three periods; seven pillars, gaps, ties and doubtful definitions."""
    return _whole(63, 7)


def few() -> Edition:
    """The same with 20 units and two pillars, where every page is looked at many times."""
    return _whole(20, 2)


def _whole(units: int, pillars: int) -> Edition:
    nodes = [_parent("IX", None, "index", "tổng hợp")]
    nodes += [_parent("IN", "IX", "subindex", "đầu vào"), _parent("OUT", "IX", "subindex", "đầu ra")]
    n = 0
    for pillar in range(1, pillars + 1):
        nodes.append(
            _parent(f"{pillar}", "IN" if pillar <= pillars / 2 else "OUT", "pillar", f"trụ cột {pillar}")
        )
        for group in (1, 2):
            nodes.append(_parent(f"{pillar}.{group}", f"{pillar}", "group", f"nhóm {pillar}.{group}"))
            for one in (1, 2):
                n += 1
                nodes.append(_leaf(f"{pillar}.{group}.{one}", f"{pillar}.{group}", n))
    by_code = {node.code: at for at, node in enumerate(nodes)}
    for code, more in {
        "1.1.1": {"certainty": Certainty.PROVISIONAL},
        "1.1.2": {"certainty": Certainty.ASSUMED, "formula": Ratio("s2", "s30", 1000.0)},
        "2.1.1": {"formula": Rubric((Criterion("s31", 400.0), Criterion("s32", 600.0)))},
        "2.2.1": {"valid_from": "2025"},
        "2.2.2": {"valid_to": "2023"},
        "1.2.2": {"valid_from": "2020", "valid_to": "2030", "certainty": Certainty.OFFICIAL},
    }.items():
        nodes[by_code[code]] = replace(nodes[by_code[code]], **more)  # type: ignore[arg-type]
    hostile = (
        "# Nội dung\n\nMột **định nghĩa** với <script>alert(1)</script>.\n\n| a | b |\n|---|--:|\n| 1 | 2 |"
    )
    foreign = "## Content\n\nSee [the sheet](https://example.org/sheet) ![x](https://example.org/x.png)."
    sheets = {
        ("1.1.1", "vi"): hostile,
        ("1.1.1", "en"): foreign,
        ("1", "vi"): "Chỉ có tiếng Việt.",
        ("IX", "vi"): "## Tổng hợp\n\nThuyết minh chung.",
    }
    return make(
        Made(
            territory(units, regions=6, tiles=True),
            tuple(nodes),
            recipe(within=("region",), weight_at={"1": 2.0}),
            periods=("2022", "2023", "2024"),
            sheets=sheets,
            blanks=_holes,
            fields={"note": text("Một lưu ý.", "A remark.")},
        )
    )


def plain() -> Edition:
    """23 countries without regions or tiles, one period, z-scores, indicators directly below the top."""
    nodes = (
        _parent("TOP", None, "index", "chung"),
        *(_leaf(f"LONGCODE{n}", "TOP", n) for n in range(1, 9)),
    )
    return make(
        Made(
            territory(23, kind="country"),
            nodes,
            recipe(
                normalise=ZScore("sample", 0, 1, "middle"),
                rank=Ranking("mean", decimals=3, rounding="half-up"),
            ),
            fields={"synthetic": False, "decimals": 3, "publisher": Text(), "licence": "", "date": None},
        )
    )


def tiny() -> Edition:
    """Three units of no kind and two indicators that are summed; internal, replacing another edition."""
    nodes = (_parent("S", None, "index", "tổng"), _leaf("a", "S", 1), _leaf("b", "S", 2))
    return make(
        Made(
            territory(3, kind=""),
            nodes,
            recipe(
                normalise=AsIs(), aggregate=Aggregation("sum", "all"), rank=Ranking("dense", significant=6)
            ),
            periods=("2024-Q1",),
            fields={"audience": Audience.INTERNAL, "replaces": "ab" * 32, "description": Text()},
        )
    )


def deep() -> Edition:
    """Six levels of the tree's own words; goalposts by node, logarithms, geometric means."""
    nodes = [_parent("R", None, "index", "gốc")]
    above = "R"
    for depth, word in enumerate(("domain", "theme", "topic", "facet"), start=1):
        for side in ("a", "b"):
            nodes.append(_parent(f"{depth}{side}", above, word, f"{word} {side}"))
            nodes.append(_leaf(f"{depth}{side}1", f"{depth}{side}", len(nodes)))
        above = f"{depth}a"
    leaves = [node for node in nodes if node.is_indicator]
    at: dict[str, Normalisation] = {
        leaf.code: Goalposts(
            1.0,
            50.0 + n,
            "log" if n % 2 else "linear",
            ("none", "low", "high", "both")[n % 4],  # type: ignore[arg-type]
            0.0,
            1.0,
        )
        for n, leaf in enumerate(leaves)
    }
    return make(
        Made(
            territory(34, regions=1, tiles=True, kind="district"),
            tuple(nodes),
            recipe(
                normalise=None,
                normalise_at=at,
                aggregate_at={"R": Aggregation("geometric", "available", 0.5, "zero")},
                rank_at={"R": Ranking("max", decimals=3, rounding="half-even")},
            ),
            fields={"audience": Audience.MINISTRIES, "decimals": 3},
        )
    )


def rich() -> Edition:
    """A step of every kind: totals per head, units set aside, gaps filled, outliers held, weights found."""
    nodes = [_parent("IX", None, "index", "tổng hợp")]
    n = 0
    for pillar in (1, 2, 3):
        nodes.append(_parent(f"{pillar}", "IX", "pillar", f"trụ cột {pillar}"))
        for one in (1, 2, 3):
            n += 1
            nodes.append(_leaf(f"{pillar}.{one}", f"{pillar}", n))
    mean = METHODS["impute"]["mean"].make(sample="pooled")
    more = recipe(
        normalise=MinMax(0, 100, "middle", "pooled"),
        prepare=(
            Prepare("denominate", "denominate", None, {"1.1": Per("s9", 100.0)}),
            Prepare("screen", "screen", Availability(0.6, "figures", "bracketed", drop=("U09",))),
            Prepare("impute", "impute", mean, {"3": None}),
            Prepare("treat", "treat", Caps(low=None, high=60.0), {"1.1": Caps(low=None, high=400.0)}),
        ),
        weigh=METHODS["weigh"]["gini"].make(constant="zero"),
        derive=(
            Derivation("GAP", "[1] - [2]", "lower", "min", 12, name_vi="Khoảng cách", name_en="Gap"),
            Derivation(
                "HALF", "[1] / 2", "none", decimals=1, rounding="half-up", name_vi="Một nửa", name_en="Half"
            ),
        ),
        within=("region",),
    )

    def blank(panel: Panel) -> Panel:
        values = panel.values.copy()
        for u in (3, 6):  # too few figures
            values[:, u, :5] = np.nan
        values[:, 12, :] = np.nan  # none at all
        for u, s in ((0, 1), (1, 1), (2, 3), (4, 6), (5, 0)):
            values[-1, u, s] = np.nan
        return Panel.of(values, periods=panel.periods, units=panel.units, series=panel.series)

    return make(
        Made(
            territory(16, regions=2, tiles=True),
            tuple(nodes),
            more,
            periods=("2023", "2024"),
            blanks=blank,
        )
    )


def void() -> Edition:
    """No unit can be ranked: every figure of the newest period is missing."""

    def blank(panel: Panel) -> Panel:
        values = np.full(panel.values.shape, np.nan)
        return Panel.of(values, periods=panel.periods, units=panel.units, series=panel.series)

    nodes = (_parent("V", None, "index", "trống"), _leaf("1", "V", 1), _leaf("2", "V", 2))
    return make(Made(territory(12, regions=2, tiles=True), nodes, recipe(), blanks=blank))


CASES: dict[str, Callable[[], Edition]] = {
    "full": full,
    "few": few,
    "plain": plain,
    "tiny": tiny,
    "deep": deep,
    "void": void,
    "rich": rich,
}


@cache
def case(name: str) -> Edition:
    """One of the editions, made once."""
    return CASES[name]()


@cache
def site(name: str) -> Mapping[str, bytes]:
    """Its site, rendered once."""
    from innodex.website import render

    return render(case(name))


@cache
def pages(name: str) -> Mapping[str, Page]:
    """Its pages, parsed once."""
    return {
        path: Page.of(data.decode()) for path, data in sorted(site(name).items()) if path.endswith(".html")
    }


_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


class Element:
    """One element of a page: its tag, attributes, and what stands in it."""

    def __init__(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag, self.attributes = tag, attributes
        self.inside: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        """An attribute, or None."""
        return self.attributes.get(name)

    def walk(self) -> list[Element]:
        """This element and all below it, in the order of the page."""
        found = [self]
        for part in self.inside:
            if isinstance(part, Element):
                found += part.walk()
        return found

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """The elements of a kind below this one; `class_` must be among the classes."""
        kind = attributes.pop("class_", None)
        return [
            one
            for one in self.walk()
            if one.tag == tag
            and all(one.get(name) == value for name, value in attributes.items())
            and (kind is None or kind in (one.get("class") or "").split())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only element of a kind."""
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        """All words below this element, blanks folded."""
        parts = [part if isinstance(part, str) else f" {part.text} " for part in self.inside]
        return " ".join("".join(parts).split())

    @property
    def seen(self) -> str:
        """The words that stand on the page for everybody to see."""
        parts = []
        for part in self.inside:
            if isinstance(part, str):
                parts.append(part)
            elif part.tag != "title" and "v" not in (part.get("class") or "").split():
                parts.append(f" {part.seen} ")
        return " ".join("".join(parts).split())


class Page(HTMLParser):
    """A page read strictly: what is opened is closed, in order. Raises ValueError where it is not."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]

    @classmethod
    def of(cls, source: str) -> Page:
        """The page written in `source`."""
        page = cls()
        page.feed(source)
        page.close()
        if len(page.open) > 1:
            raise ValueError(f"left open: {[one.tag for one in page.open]}")
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len({name for name, _ in attrs}) < len(attrs):
            raise ValueError(f"an attribute twice in <{tag}>")
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> closes <{self.open[-1].tag}> at {self.getpos()}")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)
