"""One stylesheet for every page: tokens, faces, rules, and the places of a tile grid."""

from __future__ import annotations

from functools import cache
from importlib import resources

from innodex.look._fonts import font_faces, fonts
from innodex.look._tokens import DARK, LIGHT, SEQUENTIAL


def _tokens(colours: dict[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())


def stylesheet(*, rows: int = 0, columns: int = 0) -> str:
    """The stylesheet; `rows` and `columns` are the extent of the tile grid that pages will show.

    Places of tiles are classes, because the pages forbid styles written into elements.
    """
    rules = (resources.files("innodex.look") / "style.css").read_text(encoding="utf-8")
    grid = [f".k{columns}{{grid-template-columns:repeat({columns},minmax(0,1fr))}}"] if columns else []
    grid += [f".r{n}{{grid-row:{n}}}" for n in range(1, rows + 1)]
    grid += [f".c{n}{{grid-column:{n}}}" for n in range(1, columns + 1)]
    return "\n".join(
        [
            font_faces(),
            f":root{{{_tokens(LIGHT)}}}",
            f"@media screen and (prefers-color-scheme:dark){{:root{{{_tokens(DARK)}}}}}",
            rules.strip(),
            "".join(grid),
            "",
        ]
    )


def portal_stylesheet() -> str:
    """The stylesheet of the portal: the same, and what forms and receipts need."""
    rules = (resources.files("innodex.look") / "portal.css").read_text(encoding="utf-8")
    return f"{stylesheet()}{rules.strip()}\n"


@cache
def portal_files() -> dict[str, bytes]:
    """{path: bytes} of everything that pages of the portal load: stylesheet, fonts, sign."""
    files = {"look/portal.css": portal_stylesheet().encode(), "look/icon.svg": icon().encode()}
    return files | {f"look/fonts/{name}": content for name, content in fonts().items()}


def icon() -> str:
    """The sign of a site: four tiles, one of them first."""
    places = ((1, 1, 5), (9, 1, 2), (1, 9, 2), (9, 9, 1))
    tiles = "".join(
        f'<rect x="{x}" y="{y}" width="6" height="6" rx="1" fill="{SEQUENTIAL[n]}"/>' for x, y, n in places
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{tiles}</svg>\n'
