"""Colours by name, for light and for dark. Contrast of every pair in use is held by a test."""

from __future__ import annotations

# Six classes from low to high, in even steps of lightness; dark mode runs the other way, so that high is
# always what stands out from the paper.
SEQUENTIAL = ("#E6F1EF", "#B7D9D3", "#7DBAB3", "#3F938F", "#0B6E6E", "#074A4D")
_INKS = ("#1C2B33", "#1C2B33", "#1C2B33", "#0B1A1C", "#FFFFFF", "#FFFFFF")


def _classes(colours: tuple[str, ...], inks: tuple[str, ...]) -> dict[str, str]:
    fills = {f"q{n}": colour for n, colour in enumerate(colours, start=1)}
    return fills | {f"i{n}": ink for n, ink in enumerate(inks, start=1)}


LIGHT = {
    "paper": "#FBFBF8",
    "surface": "#FFFFFF",
    "ink": "#1C2B33",
    "mute": "#55646C",
    "line": "#CBD4D6",
    "border": "#7C8A90",
    "accent": "#0B6E6E",
    "contrast": "#A8481A",
    "focus": "#0B5C8A",
    "band": "#B7D9D3",
    **_classes(SEQUENTIAL, _INKS),
}
DARK = {
    "paper": "#11191D",
    "surface": "#182328",
    "ink": "#E6ECEE",
    "mute": "#A3B1B7",
    "line": "#33434A",
    "border": "#7C8A90",
    "accent": "#5CC2BB",
    "contrast": "#F0A36B",
    "focus": "#7CC0E8",
    "band": "#074A4D",
    **_classes(SEQUENTIAL[::-1], _INKS[::-1]),
}
