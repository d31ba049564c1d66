"""The two font families, carried unmodified with their licences."""

from __future__ import annotations

from functools import cache
from importlib import resources

_FOLDER = resources.files("innodex.look") / "fonts"
_LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,"
    "U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
_VIETNAMESE = (
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,"
    "U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB"
)
_FACES = (("Be Vietnam Pro", 400), ("Be Vietnam Pro", 600), ("Source Serif 4", 600))
# The later face wins where ranges overlap.
_SUBSETS = (("vietnamese", _VIETNAMESE), ("latin", _LATIN))


def _name(family: str, subset: str, weight: int) -> str:
    return f"{family.lower().replace(' ', '-')}-{subset}-{weight}-normal.woff2"


def font_faces() -> str:
    """The @font-face rules; a reader without Vietnamese text on the page loads only the latin files."""
    rules = [
        f'@font-face{{font-family:"{family}";font-style:normal;font-display:swap;font-weight:{weight};'
        f'src:url(fonts/{_name(family, subset, weight)}) format("woff2");unicode-range:{span}}}'
        for family, weight in _FACES
        for subset, span in _SUBSETS
    ]
    return "\n".join(rules)


@cache
def fonts() -> dict[str, bytes]:
    """{file name: bytes} of the six files."""
    names = (_name(family, subset, weight) for family, weight in _FACES for subset, _ in _SUBSETS)
    return {name: (_FOLDER / name).read_bytes() for name in names}


@cache
def licences() -> dict[str, bytes]:
    """{file name: bytes} of the licence text of each family."""
    names = sorted({f"{family.lower().replace(' ', '-')}-LICENSE.txt" for family, _ in _FACES})
    return {name: (_FOLDER / name).read_bytes() for name in names}
