"""Charts are well-formed, stay inside, say what they show, and bring no style of their own."""

from __future__ import annotations

import re
import xml.etree.ElementTree as Tree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innodex.look import (
    Axis,
    Dot,
    Square,
    axis_over,
    band,
    band_axis,
    bar,
    rank_strip,
    sorted_dots,
    thumbnail,
)

ODD = "A < B & \"C\" 'D'"
DOTS = [Dot(float(n), f"{ODD} {n}", f"N{n}", hollow=n == 2) for n in range(5)]
SQUARES = [Square(0, 0), Square(0, 1, marked=True), Square(2, 4, marked=True, part=True, name=f"{ODD}")]
HUNDRED = Axis(0, 100, (0, 50, 100))
DRAWN = {
    "bar": bar(40, HUNDRED),
    "strip": rank_strip(3, 63, title=ODD, label=ODD, mark=ODD),
    "band": band(30, low=20, middle=25, high=40, axis=HUNDRED, title=ODD),
    "axis": band_axis(HUNDRED, ["0", "50", ODD], mark=ODD),
    "dots": sorted_dots(DOTS, HUNDRED, ["0", "50", "100"], unit=ODD, title=ODD, mark=ODD),
    "thumbnail": thumbnail(SQUARES, title=ODD, mark=ODD),
}


def _read(drawing: str) -> Tree.Element:
    return Tree.fromstring(drawing)


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_well_formed_and_has_no_style_of_its_own(name: str) -> None:
    for element in _read(DRAWN[name]).iter():
        assert not {"style", "fill", "stroke", "onclick"} & element.attrib.keys(), name


@pytest.mark.parametrize("name", ["strip", "band", "dots", "thumbnail"])
def test_a_chart_says_in_words_what_it_shows(name: str) -> None:
    images = [one for one in _read(DRAWN[name]).iter() if one.get("role") == "img"]

    assert [one.get("aria-label") for one in images] == [ODD]


@pytest.mark.parametrize("name", ["strip", "axis", "dots", "thumbnail"])
def test_a_chart_of_synthetic_figures_says_so_itself(name: str) -> None:
    assert ODD in [one.text for one in _read(DRAWN[name]).iter("text")]


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=20), st.integers(1, 193))
def test_places_across_stay_between_the_edges(values: list[float], of: int) -> None:
    axis = axis_over(values)
    ordered = sorted(values)
    low, middle, high = ordered[0], ordered[len(ordered) // 2], ordered[-1]
    drawings = [
        *(bar(value, axis) for value in values),
        *(band(v, low=low, middle=middle, high=high, axis=axis, title="t") for v in values),
        sorted_dots(
            [Dot(v, "w", "n") for v in ordered], axis, [str(t) for t in axis.ticks], unit="", title="t"
        ),
        rank_strip(of, of, title="t", label="l"),
    ]
    for drawing in drawings:
        for place in re.findall(r'(?:x|cx|x1|x2|width)="(-?[\d.]+)%"', drawing):
            assert 0 <= float(place) <= 100


@pytest.mark.parametrize(
    ("value", "low", "x", "width"), [(50, 0, None, "50%"), (50, -50, "50%", "50%"), (-25, -50, "25%", "25%")]
)
def test_a_bar_starts_at_zero(value: float, low: float, x: str | None, width: str) -> None:
    high = 100 if low == 0 else 50
    drawn = _read(bar(value, Axis(low, high, ()))).find("rect")

    assert drawn is not None
    assert (drawn.get("x"), drawn.get("width")) == (x, width)


def test_dots_run_from_left_to_right_and_higher_is_higher() -> None:
    circles = list(_read(DRAWN["dots"]).iter("circle"))
    across = [float(one.attrib["cx"].rstrip("%")) for one in circles]
    down = [float(one.attrib["cy"]) for one in circles]

    assert across == sorted(across)
    assert down == sorted(down, reverse=True)
    assert [one.attrib["class"] for one in circles].count("dot hollow") == 1
    assert [one.findtext("title") for one in circles] == [dot.words for dot in DOTS]


def test_a_thumbnail_marks_dashes_and_names() -> None:
    drawing = _read(DRAWN["thumbnail"])
    kinds = [one.attrib["class"] for one in drawing.iter("rect")]

    assert kinds == ["off", "on", "p on"]
    written = [one.text for one in drawing.iter("text")]
    assert written[: len(ODD.split())] == ODD.split()


@given(st.integers(1, 500))
def test_a_strip_names_its_ends_and_leaves_room_between_figures(of: int) -> None:
    drawing = _read(rank_strip(1, of, title="t", label="l"))
    named = [int(one.text or "") for one in drawing.iter("text") if one.get("class") == "m"]

    assert named[0] == 1
    assert named[-1] == of
    assert len(named) <= 14
    assert named == sorted(set(named))
