"""What readers do: search, filter, sort, read without script, open from the disk, on a telephone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from _sites import LANGUAGES, case
from innodex.documents import say, sort_key, without_marks

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
ROWS = "#ranking tbody tr"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page in a context of its own; whatever the browser complains about fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(f"{request.url} {request.failure}"))
    yield page
    context.close()
    # A page that is left while it loads is no complaint.
    assert [words for words in complaints if "ERR_ABORTED" not in words] == []


def _shown(page: Page) -> list[str]:
    return page.locator(f"{ROWS}:visible th").all_inner_texts()


def _named(word: str) -> list[str]:
    names = [unit.name.get("vi") for unit in case("full").territory.units]
    return [name for name in names if word in without_marks(name)]


@pytest.mark.parametrize("typed", ["do", "ĐỎ", "o bac", "uom", "Đá  Đỏ ", "duom"])
def test_search_needs_no_marks(page: Page, address: Callable[[str], str], typed: str) -> None:
    page.goto(f"{address('full')}/vi/index.html")
    page.get_by_label(say("vi", "site.filter.search", unit="địa phương")).fill(typed)

    assert sorted(_shown(page)) == sorted(_named(without_marks(typed)))
    status = page.get_by_role("status").inner_text()
    assert status == f"Đang hiện {len(_named(without_marks(typed)))} trên 63 địa phương"


def test_the_searched_words_do_find_something() -> None:
    assert _named("do")
    assert _named("o bac")
    assert _named("uom")
    assert not _named("zz")


def test_region_and_search_work_together(page: Page, address: Callable[[str], str]) -> None:
    page.goto(f"{address('full')}/en/index.html")
    territory = case("full").territory
    page.get_by_label("Region").select_option(label="Hill Region 3")
    fellows = [unit.name.get("en") for unit in territory.units if unit.region == "r3"]
    assert sorted(_shown(page)) == sorted(fellows)

    page.get_by_label("Find a locality").fill("unit 2")
    expected = [name for name in fellows if name.startswith("Unit 2")]
    assert sorted(_shown(page)) == sorted(expected)
    assert page.get_by_role("status").inner_text() == f"Showing {len(expected)} of 63 localities"

    page.get_by_label("Find a locality").fill("")
    page.get_by_label("Region").select_option(label="All regions")
    assert len(_shown(page)) == 63


def test_every_column_sorts_both_ways_and_missing_stays_last(
    page: Page, address: Callable[[str], str]
) -> None:
    page.goto(f"{address('full')}/vi/index.html")
    heads = page.locator("#ranking thead th")
    before = _shown(page)
    (unranked,) = [unit.name.get("vi") for unit in case("full").territory.units if unit.code == "U03"]
    for at in range(heads.count()):
        head = heads.nth(at)
        first = head.get_attribute("data-first") or "ascending"
        if head.get_attribute("aria-sort"):
            head.get_by_role("button").click()  # the rank is sorted already: once round
        else:
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == first
            head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") != first
        assert page.locator("#ranking th[aria-sort]").count() == 1
        assert say("vi", "site.filter.sorted").partition("{")[0] in page.get_by_role("status").inner_text()
        if at != 1 and at != 2:  # names and regions are never missing
            assert _shown(page)[-1] == unranked
    page.locator("#ranking thead th").first.get_by_role("button").click()
    assert _shown(page) == before


def test_names_sort_as_the_language_does(page: Page, address: Callable[[str], str]) -> None:
    page.goto(f"{address('full')}/vi/index.html")
    page.locator("#ranking thead th").nth(1).get_by_role("button").click()

    names = _shown(page)
    assert names == sorted(names, key=sort_key)
    assert names != sorted(names)


def test_scores_sort_by_value(page: Page, address: Callable[[str], str]) -> None:
    page.goto(f"{address('full')}/en/indicators/1.2.1.html")
    page.locator("#standing thead th").nth(2).get_by_role("button").click()
    shown = page.locator("#standing tbody tr td:nth-child(3)").all_inner_texts()
    values = [float(cell.replace(",", "")) for cell in shown if cell[0].isdigit()]

    assert len(values) > 50
    assert values == sorted(values) or values == sorted(values, reverse=True)


def test_sorting_works_from_the_keyboard(page: Page, address: Callable[[str], str]) -> None:
    page.goto(f"{address('full')}/vi/index.html")
    button = page.locator("#ranking thead th").nth(1).get_by_role("button")
    button.focus()
    page.keyboard.press("Enter")

    assert page.locator("#ranking thead th").nth(1).get_attribute("aria-sort") == "ascending"
    assert page.evaluate("document.activeElement.textContent").strip() == button.inner_text().strip()


def test_the_tree_can_be_searched(page: Page, address: Callable[[str], str]) -> None:
    page.goto(f"{address('full')}/vi/indicators.html")
    page.get_by_label(say("vi", "site.filter.indicator")).fill("tru cot 3")

    assert page.locator("#tree tbody tr:visible").count() == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_script_everything_is_there(
    chromium: Browser, address: Callable[[str], str], lang: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address('full')}/{lang}/index.html")

    assert page.locator(f"{ROWS}:visible").count() == 63
    assert page.locator("form:visible").count() == 0
    assert page.locator("button").count() == 0
    assert page.locator(".tiles a:visible").count() == 64
    page.locator(f"{ROWS} th a").first.click()
    assert page.locator("h1").inner_text()
    context.close()


def test_it_opens_from_the_disk(page: Page, editions: Callable[[str], Path]) -> None:
    """Style, script and fonts are allowed and found; the journey goes on by links."""
    page.goto((editions("full") / "site" / "index.html").as_uri())
    page.get_by_role("link", name="Tiếng Việt").click()
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.evaluate("[...document.fonts].filter(face => face.status === 'loaded').length") == 6
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 251, 248)"
    page.get_by_label(say("vi", "site.filter.search", unit="địa phương")).fill("zz")
    assert _shown(page) == []

    page.locator(".tiles a").first.click()
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Data", exact=True).click()
    page.get_by_role("link", name="results.csv").click(trial=True)


def test_the_policy_of_the_pages_holds(chromium: Browser, address: Callable[[str], str]) -> None:
    """A script that is not the site's own does not run."""
    page = chromium.new_page()
    page.goto(f"{address('full')}/vi/index.html")
    ran = page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); return window.ran === 1; }"
    )
    page.close()
    assert ran is False


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [390, 320])
def test_no_page_scrolls_sideways_on_a_telephone(
    page: Page, address: Callable[[str], str], lang: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    wide = []
    for name in ("few", "plain", "deep"):
        code = case(name).framework.indicators[0].code
        kinds = ("index", "units/U05", f"indicators/{code}", "indicators", "method", "data")
        for path in [f"{lang}/{kind}.html" for kind in kinds]:
            page.goto(f"{address(name)}/{path}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((name, path))
    assert wide == []


@pytest.mark.parametrize("width", [390, 1280])
def test_letters_are_large_enough(page: Page, address: Callable[[str], str], width: int) -> None:
    """11 px on tiles and drawings, 12 px elsewhere, after all scaling."""
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("index.html", "units/U05.html", "indicators/1.1.2.html", "data.html"):
        page.goto(f"{address('full')}/vi/{path}")
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('body *')]
              .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
              .filter(e => e.getClientRects().length && !e.closest('.v,.f'))
              .map(e => [parseFloat(getComputedStyle(e).fontSize)
                * (e.ownerSVGElement ? e.getScreenCTM().a : 1), !!e.closest('.tiles,svg')])"""
        )
        assert len(sizes) > 30
        assert min(size for size, _ in sizes) >= 10.99
        assert min(size for size, small in sizes if not small) >= 12


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_on_tiles_fit(page: Page, address: Callable[[str], str], lang: str) -> None:
    for width in (390, 1010, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address('full')}/{lang}/index.html")
        page.evaluate("document.fonts.ready.then(() => true)")
        over = page.evaluate(
            """() => [...document.querySelectorAll('.tiles a')]
              .filter(a => a.scrollWidth > a.clientWidth + 1 || a.scrollHeight > a.clientHeight + 1)
              .map(a => a.textContent)"""
        )
        assert over == [], width


def test_dark_is_dark(chromium: Browser, address: Callable[[str], str]) -> None:
    context = chromium.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"{address('tiny')}/vi/index.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 25, 29)"
    context.close()
