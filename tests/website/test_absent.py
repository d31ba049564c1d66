"""What is not known is absent, not empty; what is missing says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from _sites import LANGUAGES, case, pages, site
from innodex.documents import Text, say
from innodex.territory import Territory
from innodex.website import render

EACH = pytest.mark.parametrize("lang", LANGUAGES)


@EACH
def test_without_regions_there_is_neither_column_nor_filter(lang: str) -> None:
    page = pages("plain")[f"{lang}/index.html"].root
    words = say(lang, "site.column.region")

    assert not page.all("select")
    assert words not in [head.text for head in page.all("th")]
    assert words in [head.text for head in pages("full")[f"{lang}/index.html"].root.all("th")]


def test_one_region_for_all_is_no_region() -> None:
    assert not pages("deep")["vi/index.html"].root.all("select")


def test_without_a_grid_there_is_no_map_and_the_rest_is_whole() -> None:
    assert not [one for page in pages("plain").values() for one in page.root.all("ul", class_="tiles")]
    assert not [one for page in pages("plain").values() for one in page.root.all("svg", class_="thumb")]
    heads = pages("plain")["en/index.html"].root.one("table", id="ranking").all("th", scope="col")
    assert len(heads) == 3 + 8  # room for the indicators that stand directly below the top


def test_a_separate_part_is_dashed_named_and_coloured_like_its_unit_everywhere() -> None:
    for lang, name in (("vi", "QĐ Sao Mai"), ("en", "Thousand Stars")):
        shown = pages("full")
        index = shown[f"{lang}/index.html"].root
        (part,) = index.all("li", class_="part")
        (owner,) = [
            one
            for one in index.one("ul", class_="tiles").all("a")
            if one["href"] == "units/U05.html" and one is not part.one("a")
        ]
        assert part.one("a").get("class") == owner.get("class")
        assert part.one("span", class_="f").text == name
        assert any(name in item.text for item in index.one("ul", class_="legend").all("li"))
        for unit in case("full").result.units:
            drawing = shown[f"{lang}/units/{unit}.html"].root.one("svg", class_="thumb")
            written = " ".join(one.text for one in drawing.all("text", class_="l"))
            assert name in written
            (square,) = drawing.all("rect", class_="p")
            assert ("on" in square["class"].split()) == (unit == "U05")


def test_a_tile_without_figures_is_hatched_and_no_link() -> None:
    index = pages("full")["vi/index.html"].root
    (alien,) = index.one("ul", class_="tiles").all("span", class_="none")
    assert "q0" in alien["class"].split()
    assert say("vi", "site.map.no-data") in index.one("ul", class_="legend").text


def test_a_unit_without_a_tile_is_named_beside_the_map() -> None:
    edition = case("deep")
    territory = edition.territory
    tiles = tuple(tile for tile in territory.tiles if tile.code != "U07")
    without = Territory(territory.scheme, territory.units, territory.regions, tiles)
    page = render(replace(edition, territory=without))

    assert say("en", "site.map.off", names="Unit 7") in page["en/index.html"].decode()
    assert (
        "Unit 7"
        not in site("deep")["en/index.html"]
        .decode()
        .partition('class="legend"')[2]
        .partition("</section>")[0]
    )


@EACH
def test_a_unit_without_a_figure_says_so_and_has_no_chart_of_its_own(lang: str) -> None:
    page = pages("full")[f"{lang}/units/U03.html"].root

    assert page.one("p", class_="lead").text == say(lang, "site.unit.no-data")
    assert not page.all("svg", class_="strip")
    assert not page.all("circle")
    assert not page.all("div", class_="good")
    missing = [one.text for one in page.all("span", class_="v")]
    assert set(missing) >= {say(lang, "site.missing")}


@EACH
def test_units_without_a_rank_are_counted_and_named_with_the_reason(lang: str) -> None:
    unit = case("full").territory.by_code["U03"].name.get(lang)
    text = pages("full")[f"{lang}/index.html"].root.one("main").text

    assert say(lang, "site.ranking.without") in text
    sentence = say(
        lang, "site.ranking.without-none", number=1, names=unit, units=say(lang, "site.noun.locality.many")
    )
    assert " ".join(sentence.split()) in text
    assert say(lang, "site.ranking.without") not in pages("plain")[f"{lang}/index.html"].root.text


def test_every_dash_is_explained_to_who_cannot_see_it() -> None:
    for path, page in pages("full").items():
        for cell in page.root.all("td") + page.root.all("b"):
            if cell.seen == "–":
                assert cell.one("span", class_="v").text == say(path[:2], "site.missing"), path


def test_no_unknown_thing_has_a_place() -> None:
    """No interval, no change, no menu entry without a page."""
    for path, page in pages("full").items():
        if "/" not in path:
            continue
        entries = [one["href"] for one in page.root.one("nav").all("a")]
        assert len(entries) == 5
    heads = {head.text for head in pages("full")["en/index.html"].root.all("th", scope="col")}
    assert heads == {"Rank", "Locality", "Region", "Score", "Part đầu vào", "Part đầu ra"}


def test_what_the_edition_does_not_say_leaves_no_gap() -> None:
    bare = pages("plain")["en/data.html"].root.text
    assert say("en", "site.data.licence", licence="").rstrip(".") not in bare
    assert ", ." not in bare
    empty = render(replace(case("tiny"), note=Text(), publisher=Text(), date=None, licence=""))
    assert b"None" not in b"".join(data for path, data in empty.items() if path.endswith(".html"))


def test_an_edition_in_one_language_has_no_way_to_another() -> None:
    files = render(replace(case("tiny"), languages=("vi",)))

    assert not [path for path in files if path.startswith("en/")]
    assert b"hreflang" not in files["vi/index.html"]


@EACH
def test_an_edition_in_which_nobody_is_ranked_is_whole(lang: str) -> None:
    page = pages("void")[f"{lang}/index.html"].root

    assert len(page.one("table", id="ranking").one("tbody").all("tr")) == 12
    assert not page.all("ul", class_="tiles")


@EACH
def test_what_does_not_apply_is_said_and_counts_for_nothing(lang: str) -> None:
    words = say(lang, "site.not-applicable")
    row = next(
        row
        for row in pages("full")[f"{lang}/units/U01.html"].root.all("tr")
        if any(a["href"].endswith("/2.2.1.html") for a in row.all("a"))
    )
    assert [cell.text for cell in row.all("td")].count(words) == 2
    tree = pages("full")[f"{lang}/method.html"].root.one("table", class_="tree")
    row = next(row for row in tree.all("tr") if any(a["href"].endswith("/2.2.1.html") for a in row.all("a")))
    assert [cell.text for cell in row.all("td")][1:] == [words, words]


@EACH
def test_doubtful_definitions_are_marked_and_official_ones_are_not(lang: str) -> None:
    rows = {
        row.one("a")["href"].rpartition("/")[2]: row.text
        for row in pages("full")[f"{lang}/units/U01.html"]
        .root.all("table", class_="tree")[0]
        .one("tbody")
        .all("tr")
    }
    assert say(lang, "site.certainty.provisional") in rows["1.1.1.html"]
    assert say(lang, "site.certainty.assumed") in rows["1.1.2.html"]
    assert say(lang, "site.certainty.official") not in rows["1.2.2.html"]


def test_the_flags_of_every_status_are_said() -> None:
    page = pages("full")["vi/indicators/1.1.2.html"].root
    rows = {row.one("th").text: row.text for row in page.one("table", id="standing").one("tbody").all("tr")}
    names = case("full").territory.by_code
    for unit, flag in (("U14", "missing"), ("U15", "confidential"), ("U17", "estimated")):
        assert say("vi", f"site.flag.{flag}") in rows[names[unit].name.get("vi")]
    assert say("vi", "site.not-applicable") in rows[names["U16"].name.get("vi")]
    assert len(page.one("svg", class_="field").all("circle", class_="hollow")) == 4


def test_what_is_measured_is_called_by_its_kind() -> None:
    words = {"plain": "country", "deep": "locality", "tiny": "unit"}
    for name, noun in words.items():
        for lang in LANGUAGES:
            head = pages(name)[f"{lang}/index.html"].root.one("table", id="ranking").all("th")[1].text
            assert head.lower() == say(lang, f"site.noun.{noun}.one")
