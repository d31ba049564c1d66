"""The first view of the ranking, fonts included, is light; and rendering is quick work."""

from __future__ import annotations

import gzip
import re

from _sites import LANGUAGES, case, site

LIMIT = 150_000


def _transferred(lang: str) -> dict[str, int]:
    """Bytes on the wire of everything the ranking page loads: text gzipped, fonts as they are."""
    files = site("full")
    page = files[f"{lang}/index.html"].decode()
    loaded = re.findall(r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*(?:href|src)="\.\./([^"]+)"', page)
    fonts = re.findall(r"url\((fonts/[^)]+)\)", files["assets/style.css"].decode())
    sizes = {f"{lang}/index.html": len(gzip.compress(page.encode()))}
    sizes |= {path: len(gzip.compress(files[path])) for path in loaded}
    return sizes | {path: len(files[f"assets/{path}"]) for path in fonts}


def test_the_first_view_of_63_units_is_light() -> None:
    assert len(case("full").result.units) == 63
    for lang in LANGUAGES:
        sizes = _transferred(lang)
        assert len(sizes) == 1 + 3 + 6
        assert sum(sizes.values()) <= LIMIT, sizes
