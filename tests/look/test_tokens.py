"""Contrast of every pair of colours in use, in light and in dark (WCAG 2.2: 4.5 for text, 3 for shapes)."""

from __future__ import annotations

import pytest

from innodex.look import CLASSES, DARK, LIGHT, SEQUENTIAL

SCHEMES = {"light": LIGHT, "dark": DARK}


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ink", ["ink", "mute", "accent", "contrast"])
@pytest.mark.parametrize("ground", ["paper", "surface"])
def test_words_can_be_read(scheme: str, ink: str, ground: str) -> None:
    assert _contrast(SCHEMES[scheme][ink], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("shape", ["accent", "border", "focus", "ink"])
def test_shapes_can_be_seen(scheme: str, shape: str) -> None:
    assert _contrast(SCHEMES[scheme][shape], SCHEMES[scheme]["paper"]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_words_on_every_class_of_the_map_can_be_read(scheme: str) -> None:
    tokens = SCHEMES[scheme]
    for n in range(1, CLASSES + 1):
        assert _contrast(tokens[f"q{n}"], tokens[f"i{n}"]) >= 4.5, n


def test_a_dot_stands_out_from_its_band() -> None:
    for tokens in SCHEMES.values():
        assert _contrast(tokens["accent"], tokens["band"]) >= 3


def test_the_best_class_is_the_one_farthest_from_the_paper() -> None:
    for tokens in SCHEMES.values():
        steps = [_contrast(tokens[f"q{n}"], tokens["paper"]) for n in range(1, CLASSES + 1)]
        assert steps == sorted(steps)
    assert [DARK[f"q{n}"] for n in range(1, CLASSES + 1)] == list(SEQUENTIAL[::-1])


def test_light_and_dark_name_the_same_things() -> None:
    assert LIGHT.keys() == DARK.keys()
