"""Definition sheets: Markdown without foreign HTML and without anything that a page would have to load."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@cache
def sheet(text: str, top: int) -> Markup:
    """The sheet as a piece of a page; its headings begin at the level `top`."""
    tokens = _reader().parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, max(top, int(token.tag[1]) + top - 2))}"
        if token.type == "th_open":
            token.attrSet("scope", "col")
        # Alignment would come as a style, which the pages forbid.
        token.attrs.pop("style", None)
    return Markup(_reader().renderer.render(tokens, _reader().options, {}))
