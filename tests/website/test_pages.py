"""Every page of every kind of edition: whole, linked, labelled, and without anything foreign."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from _sites import CASES, LANGUAGES, Element, Page, case, pages, site
from innodex.documents import say
from innodex.website import render

EVERY = pytest.mark.parametrize("name", CASES)
# What an edition holds besides the files it lists.
ALWAYS = {"manifest.json", "edition.zip"}


def _of_language(name: str) -> dict[str, Page]:
    """The pages but the chooser, which speaks every language."""
    return {path: page for path, page in pages(name).items() if path != "index.html"}


def _own_tables(page: Page) -> list[Element]:
    """The tables of the page itself, without those that a definition sheet brings."""
    sheets = [one for one in page.root.walk() if "sheet" in (one.get("class") or "").split()]
    brought = {id(table) for sheet in sheets for table in sheet.all("table")}
    return [table for table in page.root.all("table") if id(table) not in brought]


def _all(name: str, tag: str) -> list[tuple[str, Element]]:
    return [(path, one) for path, page in pages(name).items() for one in page.root.all(tag)]


@EVERY
def test_every_unit_and_node_has_a_page_in_every_language(name: str) -> None:
    edition = case(name)
    expected = {"index.html"}
    for lang in LANGUAGES:
        expected |= {f"{lang}/{page}.html" for page in ("index", "indicators", "method", "data")}
        expected |= {f"{lang}/units/{unit}.html" for unit in edition.result.units}
        nodes = [node.code for node in edition.framework.nodes if node.parent is not None]
        expected |= {f"{lang}/indicators/{code}.html" for code in nodes}

    assert set(pages(name)) == expected


@EVERY
def test_every_page_is_well_formed_and_says_its_language(name: str) -> None:
    """Parsing itself is strict: an element left open or closed out of order raises."""
    for path, page in pages(name).items():
        html = page.root.one("html")
        lang = path.partition("/")[0] if "/" in path else case(name).languages[0]
        assert html["lang"] == lang, path
        ids = [one["id"] for one in html.walk() if one.get("id")]
        assert len(ids) == len(set(ids)), path


@EVERY
def test_titles_are_unique_within_a_language(name: str) -> None:
    for lang in LANGUAGES:
        titles = [
            page.root.all("title")[0].text
            for path, page in pages(name).items()
            if path.startswith(f"{lang}/")
        ]
        assert len(titles) == len(set(titles))
        assert all(titles)


@EVERY
def test_every_link_leads_to_a_file_of_the_site_or_the_edition(name: str) -> None:
    there = {f"site/{path}" for path in site(name)} | set(case(name).files) | ALWAYS
    followed = 0
    for path, page in pages(name).items():
        base = PurePosixPath("site", path).parent
        for one in page.root.walk():
            for attribute in ("href", "src"):
                target = one.get(attribute)
                if target is None or target.startswith("https://example.org/"):  # written by a sheet
                    continue
                parts = urlsplit(target)
                assert not parts.scheme, (path, target)
                assert not parts.netloc, (path, target)
                assert not target.startswith("/"), (path, target)
                if not parts.path:
                    ids = {other.get("id") for other in page.root.walk()}
                    assert parts.fragment in ids, (path, target)
                    continue
                assert _resolved(base, unquote(parts.path)) in there, (path, target)
                followed += 1
    assert followed > len(pages(name)) * 5


def _resolved(base: PurePosixPath, target: str) -> str:
    parts = list(base.parts)
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


@EVERY
def test_each_page_leads_to_itself_in_the_other_language(name: str) -> None:
    for path, page in _of_language(name).items():
        lang, _, rest = path.partition("/")
        (other,) = set(LANGUAGES) - {lang}
        (link,) = [one for one in page.root.one("nav").all("a") if one.get("hreflang")]
        base = PurePosixPath("site", path).parent
        assert _resolved(base, unquote(link["href"])) == f"site/{other}/{rest}"
        assert link["lang"] == link["hreflang"] == other
        assert link.text == say(other, "site.language")


@EVERY
def test_pages_load_nothing_foreign_and_carry_no_style_or_script(name: str) -> None:
    for path, page in pages(name).items():
        for one in page.root.walk():
            assert one.tag not in {"style", "iframe", "object", "embed", "img", "base"}, path
            assert "style" not in one.attributes, (path, one.tag)
            assert not [key for key in one.attributes if key.startswith("on")], path
            if one.tag == "script":
                assert one.inside == [], path
                assert one["src"].endswith("assets/site.js"), path
            if one.tag == "link" and one["rel"] != "alternate":
                assert "assets/" in one["href"], path
        (policy,) = [m["content"] for m in page.root.all("meta") if m.get("http-equiv")]
        assert policy.startswith("default-src 'none'"), path
        assert "unsafe" not in policy, path


@EVERY
def test_synthetic_figures_are_called_so_on_every_page_table_and_chart(name: str) -> None:
    synthetic = case(name).synthetic
    for path, page in _of_language(name).items():
        words = say(path[:2], "site.synthetic.short")
        html = page.root.one("html")
        assert (words in html.text) == synthetic, path
        if not synthetic:
            continue
        assert html.all("div", class_="notice"), path
        for table in _own_tables(page):
            assert table.get("class") == "digests" or words in table.one("caption").text, path
        for kind in ("strip", "axis", "field", "thumb"):
            for chart in html.all("svg", class_=kind):
                assert words in [one.text for one in chart.all("text")], (path, kind)
        for grid in html.all("ul", class_="tiles"):
            section = next(s for s in html.all("section") if grid in s.walk())
            assert words in section.text, path


@EVERY
def test_who_may_read_stands_on_every_page_unless_everybody_may(name: str) -> None:
    audience = case(name).audience
    for path, page in _of_language(name).items():
        words = say(path[:2], f"site.audience.{audience}")
        assert (words in page.root.one("body").text) == (audience != "public"), path


@EVERY
def test_tables_have_captions_and_heads_with_scope(name: str) -> None:
    for path, table in [(path, one) for path, page in pages(name).items() for one in _own_tables(page)]:
        assert table.one("caption").text, path
        for head in table.all("th"):
            assert head.get("scope") in {"col", "row"}, path
        columns = len(table.one("thead").all("th"))
        for row in table.one("tbody").all("tr"):
            cells = [one for one in row.inside if isinstance(one, Element)]
            assert sum(int(cell.get("colspan") or 1) for cell in cells) == columns, path
            assert [cell.tag for cell in cells].count("th") == 1, path


@EVERY
def test_every_place_for_sorting_fits_the_columns(name: str) -> None:
    for path, table in _all(name, "table"):
        keys = [int(head["data-k"]) for head in table.all("th") if head.get("data-k")]
        assert keys == sorted(keys), path
        for row in table.all("tr") if keys else ():
            if row.get("data-o") is not None:
                assert len(row["data-o"].split()) == len(keys), path


@EVERY
def test_headings_step_down_one_at_a_time(name: str) -> None:
    for path, page in pages(name).items():
        levels = [int(one.tag[1]) for one in page.root.walk() if re.fullmatch(r"h[1-6]", one.tag)]
        assert levels[0] == 1, path
        assert levels.count(1) == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


@EVERY
def test_the_same_edition_gives_the_same_bytes(name: str) -> None:
    assert render(CASES[name]()) == dict(site(name))


def test_words_of_the_data_stay_words() -> None:
    """Sheets and sources are data: markup in them is shown, images are not loaded."""
    page = site("full")["vi/indicators/1.1.1.html"].decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    english = pages("full")["en/indicators/1.1.1.html"].root
    assert [one["href"] for one in english.all("a") if one["href"].startswith("https:")] == [
        "https://example.org/sheet",
        "https://example.org/x.png",  # an image is left as a link
    ]
    source = pages("full")["vi/indicators/1.2.2.html"].root
    assert "Niên giám <2024> & phụ lục" in source.one("dl").text


def test_a_sheet_in_one_language_is_shown_in_the_other_and_says_so() -> None:
    (part,) = [one for one in pages("full")["en/indicators/1.html"].root.all("div") if one.get("lang")]

    assert part["lang"] == "vi"
    assert part.text == "Chỉ có tiếng Việt."


def test_codes_that_are_no_file_names_are_written_so_that_they_are() -> None:
    from innodex.website._view import file_name, link

    assert file_name("1.2.3") == link("1.2.3") == "1.2.3"
    assert "/" not in file_name("../a b")
    assert unquote(link("../a b")) == file_name("../a b")
    assert len({file_name(code) for code in ("a/b", "a%2Fb", "a b", ".", "..", "a")}) == 6
