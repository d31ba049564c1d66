"""The step `screen`, through recipe documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from _arrays import NAN, close
from innodex.panel import Panel, Status
from innodex.result import Flag, availability
from innodex.result._periods import looks_across
from result._prepare import UNITS, at, framework, made, marked, panel, recipe, refused, step

# U1 has all; U2 lacks a1 and a2; U3 lacks a1 and b1; U4 has c and d alone; U5 has nothing but a1.
GAPS = panel(
    {
        "a1": [1.0, NAN, NAN, NAN, 9],
        "a2": [2.0, NAN, 3, NAN, NAN],
        "b1": [2.0, 4, NAN, NAN, NAN],
        "b2": [2.0, 4, 0, NAN, NAN],
        "c1": [2.0, 4, 3, 1, NAN],
        "c2": [2.0, 4, 0, 1, NAN],
        "d1": [2.0, 4, 0, 1, NAN],
        "d2": [2.0, 4, 3, 1, NAN],
    }
)
EACH = {"count": "observed", "fail": "unranked"}


def included(steps: str, given: Panel = GAPS, **policies: Any) -> list[str]:
    result = made(steps, given, **policies)
    return [unit for unit, yes in zip(UNITS, result.included[0], strict=True) if yes]


def test_a_share_of_the_whole_tree() -> None:
    """Eight, six, six, four and one of eight cells."""
    assert included(step("screen", "availability", minimum=0.75, **EACH)) == ["U1", "U2", "U3"]
    assert included(step("screen", "availability", minimum=0.76, **EACH)) == ["U1"]
    assert included(step("screen", "none")) == list(UNITS)


def test_a_share_in_each_of_several_branches() -> None:
    steps = step("screen", "availability", minimum=0.5, under=["pillar"], **EACH)
    assert included(steps) == ["U1", "U2", "U3"]
    steps = step("screen", "availability", minimum=0.5, under=["group"], **EACH)
    assert included(steps) == ["U1", "U3"]
    steps = step("screen", "availability", minimum=0.5, under=["a", "Q"], **EACH)
    assert included(steps) == ["U1", "U3"]


def test_zeros() -> None:
    """Three of U3's six figures are zeros; a unit without figures has no share to fail by."""
    assert included(step("screen", "nonzero", minimum=0.6, fail="unranked")) == ["U1", "U2", "U4", "U5"]
    assert "U3" in included(step("screen", "nonzero", minimum=0.5, fail="unranked"))
    steps = step("screen", "nonzero", minimum=0.5, fail="unranked", under=["P"])
    assert included(steps) == list(UNITS)


def test_a_second_screen_adds_to_the_first() -> None:
    both = step("screen", "availability", minimum=0.75, **EACH)
    both += step("screen", "nonzero", minimum=0.6, fail="unranked")
    assert included(both) == ["U1", "U2"]


def test_by_name() -> None:
    steps = step("screen", "availability", minimum=0.76, **EACH, keep=["U5"], drop=["U1"])
    assert included(steps) == ["U5"]
    later = step("screen", "availability", minimum=0.76, **EACH)
    later += step("screen", "named", fail="unranked", keep=["U4"])
    assert included(later) == ["U1", "U4"]


def test_a_unit_that_fails_keeps_its_profile_and_has_no_rank() -> None:
    result = made(step("screen", "availability", minimum=0.75, **EACH), GAPS)
    root = result.node_at["R"]

    assert np.isnan(result.rank[0, 3:]).all()
    assert not np.isnan(result.score[0, 3:, root]).any()
    assert result.ranked(0, root) == 3
    assert result.bracketed is None


def test_a_unit_that_fails_may_have_its_rank_in_brackets() -> None:
    """U5 scores 9 on a1 and on the index: it would be the first of four."""
    steps = step("screen", "availability", minimum=0.75, count="observed", fail="bracketed")
    result = made(steps, GAPS)
    root = result.node_at["R"]

    assert result.bracketed is not None
    assert np.isnan(result.rank[0, 4, root])
    assert result.bracketed[0, 4, root] == 1
    assert np.isnan(result.bracketed[0, :3]).all()
    assert result.ranked(0, root) == 3


def test_what_is_not_applicable_is_not_asked_for() -> None:
    """Without the two indicators that began later, U2 has six cells of six."""
    tree = framework(valid_from={"a1": "2025", "a2": "2025"})
    steps = step("screen", "availability", minimum=1, **EACH)

    assert included(steps, tree=tree) == ["U1", "U2"]
    given = marked(marked(GAPS, Status.NOT_APPLICABLE, "U3", "a1"), Status.NOT_APPLICABLE, "U3", "b1")
    assert included(steps, given) == ["U1", "U3"]


def test_estimated_and_imputed_cells() -> None:
    given = marked(GAPS, Status.ESTIMATED, "U1", "a1")
    fill = step("impute", "mean")
    for count, wanted in (("observed", []), ("figures", ["U1"]), ("present", ["U1"])):
        assert (
            included(step("screen", "availability", minimum=1, count=count, fail="unranked"), given) == wanted
        )
    for count, wanted in (("observed", []), ("figures", ["U1"]), ("present", list(UNITS))):
        rule = step("screen", "availability", minimum=1, count=count, fail="unranked")
        assert included(fill + rule, given) == wanted


def test_one_failed_period_may_fail_in_all() -> None:
    figures = np.ones((2, 5))
    figures[0, 1] = NAN
    given = panel({"a1": figures}, periods=("2023", "2024"))
    for periods, wanted in (("each", [[True, False], [True, True]]), ("all", [[True, False], [True, False]])):
        steps = step("screen", "availability", minimum=1, **EACH, periods=periods)
        assert made(steps, given).included[:, :2].tolist() == wanted


def test_a_build_of_one_period_knows_that_the_others_count() -> None:
    rule = step("screen", "availability", minimum=1, **EACH)
    assert not looks_across(recipe(rule))
    assert looks_across(recipe(rule + "periods = 'all'"))


def test_units_out_are_in_no_sample() -> None:
    """U5's 9 would be the mean's largest part: it is left out, and its own gaps get the others' mean."""
    steps = step("screen", "availability", minimum=0.75, **EACH) + step("impute", "mean")
    result = made(steps, GAPS)

    assert result.imputed[0, 1, 0] == 1
    assert result.imputed[0, 4, 1] == 2.5


GII = {
    "minimum": 0.5,
    "parts": ["R"],
    "pillars": ["pillar"],
    "groups": 2,
    "computable": 0.5,
    "count": "observed",
    "fail": "unranked",
}


def test_coverage_of_parts_and_pillars() -> None:
    """U2 has no group a, so one group of P's two: a pillar of two needs both. U3 has half of each."""
    assert included(step("screen", "coverage", **GII)) == ["U1", "U3"]
    assert included(step("screen", "coverage", **(GII | {"groups": 1}))) == ["U1", "U2", "U3"]
    assert included(step("screen", "coverage", **(GII | {"computable": 0.6}))) == ["U1"]
    assert included(step("screen", "coverage", **(GII | {"minimum": 0.8}))) == ["U1"]
    assert included(step("screen", "coverage", **(GII | {"parts": ["P", "Q"], "minimum": 0.6}))) == ["U1"]


def test_nodes_of_which_little_is_known_are_bracketed_though_the_unit_counts() -> None:
    """U3 has half of a and half of b, and all else."""
    steps = step("screen", "coverage", **(GII | {"bracket_below": 0.6}))
    result = made(steps, GAPS)

    assert result.included[0, 2]
    assert result.bracketed is not None
    shown = [code for code, at in result.node_at.items() if not np.isnan(result.bracketed[0, 2, at])]
    assert shown == ["P", "a", "b"]


def test_the_report_says_where_each_unit_failed() -> None:
    result = made(step("screen", "coverage", **GII, drop=["U1"]), GAPS)
    report = next(one for one in result.reports if one.name == "screen")

    assert report.head == ("step", "period", "unit", "node", "rule", "share", "minimum")
    assert list(report.rows) == [
        ("screen", "2024", "U5", "R", "availability", 0.125, 0.5),
        ("screen", "2024", "U2", "P", "groups", None, None),
        ("screen", "2024", "U4", "P", "groups", None, None),
        ("screen", "2024", "U5", "P", "groups", None, None),
        ("screen", "2024", "U5", "Q", "groups", None, None),
        ("screen", "2024", "U1", "", "drop", None, None),
    ]


def test_availability_of_every_node() -> None:
    tree = framework()
    result = made(step("impute", "mean"), marked(GAPS, Status.ESTIMATED, "U1", "a1"))
    nodes = [result.node_at[code] for code in ("R", "P", "a", "a1")]

    close(availability(tree, result)[0][:3, nodes], [[1, 1, 1, 1], [0.75, 0.5, 0, 0], [0.75, 0.5, 0.5, 0]])
    close(availability(tree, result, count="observed")[0][0, nodes], [0.875, 0.75, 0.5, 0])
    assert (availability(tree, result, count="present")[0][:, nodes] == 1).all()
    assert (result.flags[0, 3, :4] & Flag.IMPUTED).all()


def test_misfits_are_named() -> None:
    steps = step("screen", "availability", minimum=0.5, under=["pilar"], keep=["U9"], **EACH)
    steps += at("P", "named", fail="unranked")

    kinds = {(fault.kind, fault.values["found"]) for fault in refused(steps, GAPS)}

    assert kinds == {("unknown-branch", "pilar"), ("unknown-unit", "U9"), ("no-exceptions", "P")}
