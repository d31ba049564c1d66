"""Every kind of page as a picture: by language and width, and the ranking in the dark; for `make pictures`.

They are for looking at: of a published example with invented figures for a fictional country.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import innodex
from innodex import Edition

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "provincial-innovation"
WIDTHS = (1280, 390)
Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its file name, the page in the site, and how it is looked at."""

    name: str
    page: str
    width: int
    scheme: Scheme
    height: int | None = None  # the first so many pixels; None for the whole page


def kinds(edition: Edition) -> dict[str, str]:
    """{kind of page: a page of that kind}, for any edition."""
    framework = edition.framework
    group = framework.children(framework.root.code)[0].code
    return {
        "ranking": "index.html",
        "unit": f"units/{edition.result.units[0]}.html",
        "indicators": "indicators.html",
        "indicator": f"indicators/{framework.indicators[0].code}.html",
        "group": f"indicators/{group}.html",
        "method": "method.html",
        "data": "data.html",
    }


def shots(edition: Edition) -> Iterator[Shot]:
    """What to take of an edition."""
    for width in WIDTHS:
        yield Shot(f"languages-{width}", "index.html", width, "light")
        for lang in edition.languages:
            for kind, page in kinds(edition).items():
                yield Shot(f"{kind}-{lang}-{width}", f"{lang}/{page}", width, "light")
            yield Shot(f"ranking-{lang}-{width}-dark", f"{lang}/index.html", width, "dark")


def take(browser: Browser, site: Path, shot: Shot, to: Path) -> None:
    """Write one picture of a whole page."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900}, color_scheme=shot.scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto((site / shot.page).as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    if shot.height is not None:
        page.set_viewport_size({"width": shot.width, "height": shot.height})
    page.screenshot(path=to / f"{shot.name}.png", full_page=shot.height is None)
    context.close()


def readme(edition: Edition) -> Iterator[Shot]:
    """The one picture that the README shows."""
    yield Shot("ranking", f"{edition.languages[-1]}/index.html", WIDTHS[0], "light", height=1040)


def pictures(to: Path, wanted: Callable[[Edition], Iterator[Shot]] = shots) -> list[Path]:
    """Publish the example, take the pictures `wanted` of it into the folder `to`, and return their paths."""
    from playwright.sync_api import sync_playwright

    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        place = Path(temporary) / "edition"
        innodex.publish(innodex.read_folder(EXAMPLE), out=place, audience="public")
        browser = playwright.chromium.launch(
            executable_path=_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        taken = list(wanted(innodex.read_edition(place)))
        for shot in taken:
            take(browser, place / "site", shot, to)
        browser.close()
    return [to / f"{shot.name}.png" for shot in taken]


def _chromium() -> str:
    named = os.environ.get("INNODEX_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("Pictures need Chromium: install it, or name it in INNODEX_CHROMIUM.")
    return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--out", type=Path, default=ROOT / "pictures", help="where to write (default: pictures/)"
    )
    parser.add_argument("--readme", action="store_true", help="only the picture of the README, in its place")
    arguments = parser.parse_args()
    to: Path = ROOT / "docs" / "pictures" if arguments.readme else arguments.out
    print(f"{len(pictures(to, readme if arguments.readme else shots))} pictures in {to}")


if __name__ == "__main__":
    main()
