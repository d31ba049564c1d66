"""axe finds nothing on any kind of page, in both languages, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from _sites import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WIDTHS = {"wide": 1280, "narrow": 390}
# Every kind of page, in the states in which it looks different.
KINDS = (
    "index.html",
    "units/U05.html",
    "units/U03.html",
    "indicators.html",
    "indicators/1.html",
    "indicators/1.1.1.html",
    "indicators/2.2.1.html",
    "method.html",
    "data.html",
)
# Editions of other shapes, looked at once wide and light and once narrow and dark.
OTHERS = {
    "full": ("index.html",),
    "plain": ("index.html", "units/U05.html", "indicators/LONGCODE3.html", "indicators.html"),
    "tiny": ("index.html",),
    "deep": ("method.html",),
    "void": ("index.html", "indicators/1.html"),
    "rich": ("index.html", "units/U04.html", "units/U02.html", "indicators/1.1.html", "method.html"),
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
# Needs a rule that is off by default: targets of at least 24 px.
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
# Only what a failure has to say crosses over from the browser.
RUN = """async options => {
  const outcome = await axe.run(document, options);
  return {
    passes: outcome.passes.length,
    violations: outcome.violations.map(v => [v.id, ...v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))]),
  };
}"""


def _found(chromium: Browser, axe_source: str, addresses: list[str], scheme: str, width: str) -> list[object]:
    context = chromium.new_context(
        viewport={"width": WIDTHS[width], "height": 900},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    found: list[object] = []
    for address in addresses:
        page.goto(address)
        page.evaluate(axe_source)
        outcome = page.evaluate(RUN, OPTIONS)
        assert outcome["passes"] > 8, address
        found += [(address, *violation) for violation in outcome["violations"]]
    context.close()
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_on_any_kind_of_page(
    chromium: Browser,
    axe_source: str,
    address: Callable[[str], str],
    lang: str,
    scheme: str,
    width: str,
) -> None:
    addresses = [f"{address('few')}/{lang}/{path}" for path in KINDS] + [f"{address('few')}/index.html"]

    assert _found(chromium, axe_source, addresses, scheme, width) == []


@pytest.mark.parametrize(("lang", "scheme", "width"), [("vi", "light", "wide"), ("en", "dark", "narrow")])
def test_axe_finds_nothing_in_editions_of_other_shapes(
    chromium: Browser,
    axe_source: str,
    address: Callable[[str], str],
    lang: str,
    scheme: str,
    width: str,
) -> None:
    addresses = [f"{address(name)}/{lang}/{path}" for name, paths in OTHERS.items() for path in paths]

    assert _found(chromium, axe_source, addresses, scheme, width) == []


def test_axe_would_find_something(chromium: Browser, axe_source: str, address: Callable[[str], str]) -> None:
    """The rules are on: faint words and a picture without words are found."""
    page = chromium.new_page()
    page.goto(f"{address('tiny')}/vi/index.html")
    page.evaluate(
        "document.querySelector('main').innerHTML += '<p id=x>faint</p><img src=\"a.png\">';"
        "document.getElementById('x').style.color = '#ddd'"
    )
    page.evaluate(axe_source)
    outcome = page.evaluate(RUN, OPTIONS)
    page.close()

    assert {"color-contrast", "image-alt"} <= {violation[0] for violation in outcome["violations"]}
