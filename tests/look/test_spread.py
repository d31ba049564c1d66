"""One among others that stay unnamed."""

from __future__ import annotations

import re

from innodex.look import axis_over, spread


def places(drawing: str, kind: str) -> list[float]:
    return [float(x) for x in re.findall(rf'class="{kind}" cx="([\d.]+)%"', drawing)]


def test_the_order_of_the_others_leaves_no_trace():
    axis = axis_over([1.0, 9.0])
    drawing = spread(4.0, [9.0, 1.0, 5.0], axis, title="x")
    assert drawing == spread(4.0, [5.0, 9.0, 1.0], axis, title="x")
    assert places(drawing, "other") == sorted(places(drawing, "other"))
    assert places(drawing, "dot") == [axis.at(4.0)]


def test_without_an_own_value_only_the_others_are_drawn():
    drawing = spread(None, [1.0, 2.0], axis_over([1.0, 2.0]), title="a < b")
    assert not places(drawing, "dot")
    assert len(places(drawing, "other")) == 2
    assert 'aria-label="a &lt; b"' in drawing


def test_a_drawing_says_that_its_figures_are_synthetic():
    assert "invented" in spread(1.0, [2.0], axis_over([1.0, 2.0]), title="x", mark="invented")
