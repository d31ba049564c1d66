"""What stands on the pages is what the result holds, in the reader's way of writing numbers."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest

from _sites import CASES, LANGUAGES, Element, case, pages, site
from innodex.documents import exact, say, shown, sort_key
from innodex.result import Flag, Result, strengths_and_weaknesses

EVERY = pytest.mark.parametrize("name", CASES)
EACH = pytest.mark.parametrize("lang", LANGUAGES)


def _rows(table: Element) -> list[list[str]]:
    return [
        [cell.seen for cell in row.inside if isinstance(cell, Element)]
        for row in table.one("tbody").all("tr")
    ]


def _score(value: float, lang: str, decimals: int) -> str:
    return "–" if math.isnan(value) else shown(value, lang, decimals).replace("-", "\u2212")


def _rank(value: float, lang: str) -> str:
    if math.isnan(value):
        return "–"
    return shown(value, lang, 0 if value == int(value) else 1)


def _place(result: Result, p: int, u: int, at: int, lang: str, of: str = "") -> str:
    """A rank as it stands on a page; in brackets where the result has it so."""
    if result.bracketed is not None and not math.isnan(result.bracketed[p, u, at]):
        return f"({_rank(result.bracketed[p, u, at], lang)})"
    rank = _rank(result.rank[p, u, at], lang)
    return rank if rank == "–" else rank + of


def _standing(result: Result, p: int, u: int, at: int) -> tuple[float, float]:
    """Ranked units first, then by score those without a rank."""
    rank, score = result.rank[p, u, at], result.score[p, u, at]
    return (rank, 0.0) if not math.isnan(rank) else (math.inf, math.inf if math.isnan(score) else -score)


@EVERY
@EACH
def test_the_ranking_is_the_result(name: str, lang: str) -> None:
    edition = case(name)
    p, root = (
        edition.result.periods.index(edition.period),
        edition.result.node_at[edition.framework.root.code],
    )
    names = {unit.code: unit.name.get(lang) for unit in edition.territory.units}
    units = sorted(
        range(len(edition.result.units)),
        key=lambda u: (
            _standing(edition.result, p, u, root),
            sort_key(names[edition.result.units[u]], lang),
        ),
    )
    table = pages(name)[f"{lang}/index.html"].root.one("table", id="ranking")
    heads = [head.get("class") or "" for head in table.one("thead").all("th")]
    score = next(n for n, kinds in enumerate(heads) if "s" in kinds.split())

    assert [(row[0], row[1], row[score]) for row in _rows(table)] == [
        (
            _place(edition.result, p, u, root, lang),
            names[edition.result.units[u]],
            _score(edition.result.score[p, u, root], lang, edition.decimals),
        )
        for u in units
    ]


@EVERY
@EACH
def test_the_table_of_a_unit_is_the_result(name: str, lang: str) -> None:
    edition = case(name)
    result = edition.result
    p = result.periods.index(edition.period)
    order = [node.code for node in reversed(list(_reading(edition.framework)))]
    for u, unit in enumerate(result.units):
        page = pages(name)[f"{lang}/units/{unit}.html"].root
        rows = page.all("table", class_="tree")[0].one("tbody").all("tr")
        assert len(rows) == len(order)
        for code, row in zip(order, rows, strict=True):
            at = result.node_at[code]
            cells = [cell.seen for cell in row.inside if isinstance(cell, Element)]
            raw, score, place = (cells[1], *cells[4:6]) if not row.get("class") else ("", *cells[2:4])
            of = f" / {result.ranked(p, at)}"
            assert place == _place(result, p, u, at, lang, of), (unit, code)
            if result.applicable[p, at]:
                assert score == _score(result.score[p, u, at], lang, edition.decimals), (unit, code)
            else:
                assert score == say(lang, "site.not-applicable")
            if code in result.indicator_at:
                _compare_raw(raw, edition.result, p, u, result.indicator_at[code], lang)


def _reading(framework: object, code: str | None = None) -> list[object]:
    """Children before their parent, the last branch first: backwards, the tree as it is read."""
    here = framework.root.code if code is None else code  # type: ignore[attr-defined]
    found: list[object] = []
    for child in reversed(framework.children(here)):  # type: ignore[attr-defined]
        found += _reading(framework, child.code)
    return [*found, framework.by_code[here]]  # type: ignore[attr-defined]


def _compare_raw(shown_raw: str, result: object, p: int, u: int, i: int, lang: str) -> None:
    value, flags = result.raw[p, u, i], Flag(int(result.flags[p, u, i]))  # type: ignore[attr-defined]
    if flags & Flag.NOT_APPLICABLE:
        assert shown_raw == say(lang, "site.not-applicable")
    elif math.isnan(value):
        assert shown_raw == "–"
    else:
        thousands, mark = (".", ",") if lang == "vi" else (",", ".")
        read = float(shown_raw.replace(thousands, "").replace(mark, ".").replace("\u2212", "-"))
        assert read == pytest.approx(value, rel=5e-4)


@EVERY
@EACH
def test_the_table_of_a_node_is_the_result(name: str, lang: str) -> None:
    edition = case(name)
    result = edition.result
    p = result.periods.index(edition.period)
    codes = {unit.name.get(lang): unit.code for unit in edition.territory.units}
    for node in edition.framework.nodes:
        if node.parent is None:
            continue
        page = pages(name)[f"{lang}/indicators/{node.code}.html"].root
        at = result.node_at[node.code]
        if not result.applicable[p, at]:
            assert not page.all("table", id="standing")
            assert say(lang, "site.not-applicable") in page.text.lower()
            continue
        rows = _rows(page.one("table", id="standing"))
        assert len(rows) == len(result.units)
        places = []
        # Behind the value and the period; and behind what it was related to, where it was.
        i = result.indicator_at.get(node.code, 0)
        related = not np.array_equal(result.raw[p, :, i], result.denominated[p, :, i], equal_nan=True)
        scored = 3 if related else 2
        for rank, unit, *cells in rows:
            u = result.unit_at[codes[unit]]
            score = cells[scored] if node.is_indicator else cells[0]
            assert rank == _place(result, p, u, at, lang)
            assert score == _score(result.score[p, u, at], lang, edition.decimals)
            if node.is_indicator:
                _compare_raw(cells[0], result, p, u, result.indicator_at[node.code], lang)
                assert cells[scored - 1] == edition.period
            places.append(_standing(result, p, u, at))
        assert places == sorted(places)


@pytest.mark.parametrize("unit", ["U01", "U13", "U40"])
def test_strengths_and_weaknesses_are_those_of_the_result(unit: str) -> None:
    edition = case("full")
    best, worst = strengths_and_weaknesses(
        edition.result, edition.framework, unit=unit, period=edition.period
    )
    page = pages("full")[f"vi/units/{unit}.html"].root

    for side, codes in (("good", best), ("bad", worst)):
        links = [a["href"] for a in page.one("div", class_=side).all("a")]
        assert links == [f"../indicators/{code}.html" for code in codes]
    assert best or worst


def test_the_rank_within_the_region_stands_where_the_recipe_has_it() -> None:
    edition = case("full")
    result = edition.result
    p, root = result.periods.index("2024"), result.node_at["IX"]
    region = edition.territory.by_code["U01"].region
    fellows = [u for u, unit in enumerate(result.units) if edition.territory.by_code[unit].region == region]
    better = sum(result.score[p, u, root] > result.score[p, result.unit_at["U01"], root] for u in fellows)
    ranked = sum(not np.isnan(result.rank[p, u, root]) for u in fellows)

    lead = pages("full")["en/units/U01.html"].root.one("p", class_="lead").text
    assert f"rank {better + 1} of {ranked} in the region" in lead
    assert "region" not in pages("deep")["en/units/U01.html"].root.one("p", class_="lead").text


def test_earlier_periods_stand_in_a_table_of_their_own_the_newest_first() -> None:
    table = pages("full")["vi/units/U02.html"].root.one("table", class_="narrow")

    assert [row[0] for row in _rows(table)] == ["2024", "2023", "2022"]
    assert not pages("plain")["vi/units/U02.html"].root.all("table", class_="narrow")


@EVERY
def test_the_figures_to_download_are_the_result_unrounded(name: str) -> None:
    edition = case(name)
    result = edition.result
    for node in edition.framework.nodes:
        rows = list(csv.DictReader(io.StringIO(site(name)[f"figures/{node.code}.csv"].decode())))
        at = result.node_at[node.code]
        assert len(rows) == len(result.periods) * len(result.units)
        for row in rows:
            p, u = result.periods.index(row["period"]), result.unit_at[row["unit"]]
            assert row["score"] == exact(result.score[p, u, at])
            assert row["rank"] == exact(result.rank[p, u, at])
            if node.is_indicator:
                i = result.indicator_at[node.code]
                assert row["value"] == exact(result.raw[p, u, i])
                assert row["flag"] == Flag(int(result.flags[p, u, i])).word
                if edition.recipe.prepare:
                    assert row["used"] == exact(result.treated[p, u, i])
            if result.bracketed is not None:
                assert row["bracketed"] == exact(result.bracketed[p, u, at])
            assert row.get("synthetic") == ("true" if edition.synthetic else None)


@EACH
def test_sorting_follows_the_order_of_the_language(lang: str) -> None:
    """The places written for the column of names are those of the collation."""
    table = pages("full")[f"{lang}/index.html"].root.one("table", id="ranking")
    rows = table.one("tbody").all("tr")
    by_place = sorted(rows, key=lambda row: int(row["data-o"].split()[1]))
    names = [row.one("th").text for row in by_place]

    assert names == sorted(names, key=lambda words: sort_key(words, lang))


def test_missing_scores_have_no_place_in_their_column() -> None:
    table = pages("full")["vi/index.html"].root.one("table", id="ranking")
    (last,) = [row for row in table.one("tbody").all("tr") if "–" in row.text]

    rank, name, region, *scores = last["data-o"].split()
    assert rank == "-"
    assert name.isdigit()
    assert region.isdigit()
    assert set(scores) == {"-"}


def test_files_are_listed_with_their_size() -> None:
    table = pages("full")["vi/data.html"].root.all("table")[0]
    rows = {row[0]: row[2] for row in _rows(table)}

    assert rows["results.csv"] == "62 kB"
    assert rows["tables/edition.xlsx"] == "1,9 MB"
    assert rows["result.json"] == "640 byte"
    assert rows["inputs/sheets/"] == "900 byte"
    assert rows["manifest.json"] == ""
