"""Pages of the frame in a real browser: accessible, whole at 390 px, nothing foreign, nothing refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from _command import PASSWORD, Operator, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def address(_begun: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose gallery is open to everybody who is logged in."""
    with served(Operator(_begun.home, _begun.database, {"INNODEX_TEST_SERVER": "1"})) as found:
        yield found


@pytest.fixture(params=[("vi", 1280, "light"), ("en", 390, "light"), ("vi", 390, "dark")])
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str) -> Iterator[Page]:
    """A page in one language, at one width, in light or dark; what it complains of is remembered."""
    lang, width, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, base_url=address
    )
    context.add_cookies([{"name": "innodex_language", "value": lang, "url": address}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def look(page: Page, axe_source: str) -> None:
    """No rule of accessibility is broken, and nothing is wider than the screen."""
    # The rules are handed to the page by the browser, not by a script that the page would have to allow.
    page.evaluate(axe_source)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    broken = [
        (rule["id"], node["html"][:160], node["failureSummary"][:200])
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
    assert broken == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def log_in(page: Page) -> None:
    """As the administrator."""
    page.goto("portal/")
    page.fill("#id_login", "an@example.com")
    page.fill("#id_password", PASSWORD)
    page.click("main button")
    page.wait_for_url("**/portal/")


def test_the_log_in_page_empty_and_faulty(reader: Page, axe_source: str) -> None:
    reader.goto("portal/")
    look(reader, axe_source)

    reader.click("main button")
    look(reader, axe_source)
    reader.click("#errors a >> nth=1")

    assert reader.evaluate("document.activeElement.id") == "id_password"


@pytest.mark.parametrize("path", ["", "account/", "components/", "account/password/", "account/log-out/"])
def test_pages_behind_the_log_in(reader: Page, axe_source: str, path: str) -> None:
    log_in(reader)
    reader.goto(f"portal/{path}")
    look(reader, axe_source)


def test_menus_open_without_script_and_inside_the_screen(reader: Page, axe_source: str) -> None:
    log_in(reader)
    reader.click("header details:last-of-type summary")
    menu = reader.locator("header details:last-of-type ul").bounding_box()
    width = reader.viewport_size["width"]

    assert menu
    assert menu["x"] >= 0
    assert menu["x"] + menu["width"] <= width
    look(reader, axe_source)


def test_the_picture_of_the_code_can_be_scanned_in_the_dark(reader: Page, axe_source: str) -> None:
    log_in(reader)
    reader.goto("portal/account/codes/activate/")
    reader.fill("#id_password", PASSWORD)
    reader.click("main button")
    reader.wait_for_url("**/activate/**")

    assert reader.evaluate("document.querySelector('img.qr').naturalWidth") > 0
    assert reader.evaluate("getComputedStyle(document.querySelector('img.qr')).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    look(reader, axe_source)


def test_a_printed_receipt_has_no_menus(chromium: Browser, address: str, tmp_path: Path) -> None:
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    log_in(page)
    page.goto("portal/components/")
    page.emulate_media(media="print")

    assert not page.locator("header.top").is_visible()
    assert not page.locator("main .actions >> nth=0").is_visible()
    assert page.locator("article.receipt").is_visible()
    context.close()


def test_every_page_works_without_script(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    log_in(page)
    page.click("header details:last-of-type summary")
    page.click('header details:last-of-type a[href="/portal/account/"]')
    page.wait_for_url("**/account/")

    assert page.locator("h1").inner_text() == "Tài khoản và bảo mật"
    context.close()
