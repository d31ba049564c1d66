"""Places, brackets, classes and what stands out, through `build`, from recipe documents."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from _arrays import NAN, close
from _trees import text
from innodex.documents import Faulty
from innodex.formats import read_out, write_out
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import AsIs, Recipe, read
from innodex.result import Report, Result, build, strengths_and_weaknesses
from innodex.territory import Region, Territory, Unit

UNITS = tuple("ABCDEF")
# Units by indicators: a, b (less is better), c.
X = np.array([[9.0, 1, 5], [8, 2, 5], [7, 3, 5], [7, 4, NAN], [5, 5, 5], [4, 6, 9]])
HEAD = """schema = 1
{before}
[[steps]]
step = "normalise"
method = "minmax"
low = 0
high = 100
constant = "missing"

[[steps]]
step = "weigh"
weight = 1

[[steps]]
step = "aggregate"
method = "arithmetic"
missing = "available"
minimum_share = 0

[[steps]]
step = "rank"
{rank}

{after}
"""
RANK = 'ties = "min"\nsignificant = 12'


def _leaf(code: str, direction: Direction = Direction.HIGHER) -> Node:
    return Node(code, code, "R", "", text(code), direction=direction, formula=Direct(f"s{code}"))


FRAMEWORK = Framework(
    (Node("R", "R", None, "", text("R")), _leaf("a"), _leaf("b", Direction.LOWER), _leaf("c")),
    tuple(Series(series, text(series)) for series in ("sa", "sb", "sc")),
)
TERRITORY = Territory(
    "test",
    tuple(Unit(unit, text(unit), region="N" if unit in "ABCD" else "S") for unit in UNITS),
    (Region("N", text("North")), Region("S", text("South"))),
)


def recipe(before: str = "", after: str = "", rank: str = RANK) -> Recipe:
    reading = read(HEAD.format(before=before, after=after, rank=rank).encode())
    assert reading.recipe is not None, [fault.text("en") for fault in reading.faults]
    return reading.recipe


def faults(after: str) -> list[tuple[str, str | None]]:
    reading = read(HEAD.format(before="", after=after, rank=RANK).encode())
    for fault in reading.faults:
        for lang in ("vi", "en"):
            assert "{" not in fault.text(lang)
    return [(fault.kind, fault.column) for fault in reading.faults]


def made(
    before: str = "", after: str = "", rank: str = RANK, territory: Territory | None = TERRITORY
) -> Result:
    figures = Panel.of(X[None], periods=("2024",), units=UNITS, series=("sa", "sb", "sc"))
    return build(FRAMEWORK, figures, recipe(before, after, rank), territory=territory)


def drop(units: str, fail: str) -> str:
    listed = ", ".join(f'"{unit}"' for unit in units)
    return f'[[steps]]\nstep = "screen"\nmethod = "named"\ndrop = [{listed}]\nfail = "{fail}"'


# ---- places --------------------------------------------------------------------------------------------


def test_nodes_may_have_a_policy_of_their_own() -> None:
    rank = (
        RANK + '\n[steps.at.a]\nties = "mean"\nsignificant = 12\n[steps.at.b]\nties = "dense"\ndecimals = 0\n'
    )
    result = made(rank=rank + 'rounding = "half-up"')
    close(result.rank[0, :, 1], [1, 2, 3.5, 3.5, 5, 6])
    close(result.rank[0, :, 2], [1, 2, 3, 4, 5, 6])
    close(result.rank[0, :, 3], [2, 2, 2, NAN, 2, 1])


def test_scores_may_be_compared_as_they_are() -> None:
    """0.1 + 0.2 is not 0.3 in the last bit: level to twelve digits, and to fifteen, but not as they are."""
    x = X.copy()
    x[:3, 0] = [0.1 + 0.2, 0.3, 0.0]
    x[3:, 0] = NAN
    figures = Panel.of(x[None], periods=("2024",), units=UNITS, series=("sa", "sb", "sc"))
    for digits, wanted in ((12, [1, 1, 3]), (15, [1, 1, 3]), (17, [1, 2, 3])):
        step = recipe(rank=f'ties = "min"\nsignificant = {digits}')
        step = replace(step, normalise_at={"a": AsIs()})
        result = build(FRAMEWORK, figures, step, territory=TERRITORY)
        close(result.rank[0, :3, 1], wanted)


def test_a_unit_without_a_rank_takes_no_place() -> None:
    result = made(drop("C", "unranked"))
    close(result.rank[0, :, 1], [1, 2, NAN, 3, 4, 5])
    assert result.ranked(0, 1) == 5


@pytest.mark.parametrize(
    ("ties", "own", "others"), [("min", 3, 3), ("max", 4, 3), ("mean", 3.5, 3), ("dense", 3, 3)]
)
def test_a_place_in_brackets_is_the_one_it_would_take(ties: str, own: float, others: float) -> None:
    """C is level with D on a; A, B, E and F keep the places that they have without it."""
    rank = f'ties = "{ties}"\nsignificant = 12'
    result = made(drop("C", "bracketed"), rank=rank)
    assert result.bracketed is not None
    close(result.bracketed[0, :, 1], [NAN, NAN, own, NAN, NAN, NAN])
    close(result.rank[0, :, 1], [1, 2, NAN, others, 4, 5])
    assert result.ranked(0, 1) == 5


def test_a_unit_in_brackets_takes_no_place_within_its_region() -> None:
    result = made(drop("C", "bracketed"), rank=RANK + '\nwithin = ["region"]')
    close(result.group_rank[0, 0, :, 1], [1, 2, NAN, 3, 1, 2])


def test_ranks_within_a_group_of_units() -> None:
    """B, D and F are the coast; A and C, which are not, have no place there."""
    units = tuple(
        Unit(one.code, one.name, region=one.region, groups=("coast",) if one.code in "BDF" else ())
        for one in TERRITORY.units
    )
    territory = Territory("test", units, TERRITORY.regions)
    result = made(rank=RANK + '\nwithin = ["coast", "region"]', territory=territory)
    close(result.group_rank[0, 0, :, 1], [NAN, 1, NAN, 2, NAN, 3])
    close(result.group_rank[1, 0, :, 1], [1, 2, 3, 3, 1, 2])
    figures = Panel.of(X[None], periods=("2024",), units=UNITS, series=("sa", "sb", "sc"))
    files = write_out(result, figures, territory)
    assert b"2024,D,a,coast,2,3\n2024,D,b,coast" in files["group_ranks.csv"]
    again, _ = read_out(files, FRAMEWORK, territory)
    close(again.group_rank, result.group_rank)


def test_a_group_that_the_territory_does_not_have() -> None:
    with pytest.raises(Faulty) as caught:
        made(rank=RANK + '\nwithin = ["regoin"]')
    (fault,) = caught.value.faults
    assert (fault.kind, fault.column) == ("no-such-group", "within")
    assert "region" in fault.text("en")


# ---- classes -------------------------------------------------------------------------------------------

THIRDS = '[[steps]]\nstep = "classify"\nmethod = "quantiles"\ncount = 3\nedge = "above"\n'
LIMITS = """[[steps]]
step = "classify"
method = "thresholds"
limits = [40, 80]
edge = "above"
names = ["low", "middle", "high"]
"""


def report(result: Result) -> Report:
    return next(one for one in result.reports if one.name == "classes")


def test_without_the_step_there_are_no_classes() -> None:
    assert made().classes is None


@pytest.mark.parametrize("after", ["", LIMITS, LIMITS.replace("[40, 80]", "[200, 300]")])
def test_classes_are_written_and_read_back(after: str) -> None:
    figures = Panel.of(X[None], periods=("2024",), units=UNITS, series=("sa", "sb", "sc"))
    result = made(after=after)
    files = write_out(result, figures, TERRITORY)
    again, _ = read_out(files, FRAMEWORK, TERRITORY)
    assert ("classes.csv" in files) == bool(after)
    if after:
        np.testing.assert_array_equal(again.classes, result.classes)
        spoiled = {**files, "classes.csv": files["classes.csv"] + b"2024,Z,a,1\n"}
        with pytest.raises(Faulty) as caught:
            read_out(spoiled, FRAMEWORK, TERRITORY)
        assert caught.value.faults[0].kind == "broken-output"


def test_classes_by_limits() -> None:
    """Scores of a: 100, 80, 60, 60, 20, 0; of b: 100, 80 … 0."""
    result = made(after=LIMITS)
    assert result.classes is not None
    assert result.classes[0, :, 1].tolist() == [3, 3, 2, 2, 1, 1]
    assert result.classes[0, :, 2].tolist() == [3, 3, 2, 2, 1, 1]
    assert result.classes[0, :, 3].tolist() == [1, 1, 1, 0, 1, 3]
    below = made(after=LIMITS.replace('"above"', '"below"'))
    assert below.classes is not None
    assert below.classes[0, :, 1].tolist() == [3, 2, 2, 2, 1, 1]
    rows = [row for row in report(result).rows if row[2] == "a"]
    assert rows[0] == ("2024", "A", "a", 3, "high")
    assert len(rows) == 6


def test_classes_of_equal_size_leave_out_who_does_not_count() -> None:
    result = made(drop("A", "unranked"), THIRDS)
    assert result.classes is not None
    assert result.classes[0, :, 2].tolist() == [0, 3, 3, 2, 1, 1]
    assert report(result).rows[0][3:] == (3, None) or report(result).rows[0][1] == "B"


def test_a_node_may_have_classes_of_its_own() -> None:
    own = THIRDS + '[steps.at.R]\nmethod = "quantiles"\ncount = 2\nedge = "above"'
    result = made(after=own)
    assert result.classes is not None
    assert result.classes[0, :, 0].max() == 2
    assert result.classes[0, :, 1].max() == 3


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (LIMITS.replace("[40, 80]", "[80, 40]"), ("bad-policy", "limits")),
        (LIMITS.replace("[40, 80]", "[]"), ("bad-policy", "limits")),
        (LIMITS.replace("[40, 80]", "[40]"), ("bad-policy", "names")),
        (LIMITS.replace('"middle"', '"low"'), ("bad-policy", "names")),
        (LIMITS.replace('edge = "above"\n', ""), ("missing-policy", "edge")),
        (THIRDS.replace("3", "1"), ("bad-policy", "count")),
        (THIRDS + 'names = ["a"]', ("bad-policy", "names")),
        (THIRDS + '[steps.at.X]\nmethod = "quartiles"', ("unknown-method", "X.method")),
    ],
)
def test_policies_of_classes_are_asked_for(step: str, fault: tuple[str, str]) -> None:
    found = faults(step)
    assert fault[0] in [kind for kind, _ in found]
    if "." not in fault[1]:
        assert fault in found


# ---- what stands out -----------------------------------------------------------------------------------


def standing(result: Result, after: str, unit: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rule = recipe(after=after).profile
    return strengths_and_weaknesses(
        result, FRAMEWORK, unit=unit, period="2024", rule=rule, territory=TERRITORY
    )


def profile(method: str, **policies: object) -> str:
    lines = [f"{key} = {value}" if not isinstance(value, str) else f'{key} = "{value}"'
             for key, value in policies.items()]  # fmt: skip
    return "\n".join(['[[steps]]\nstep = "profile"', f'method = "{method}"', *lines])


def test_without_a_rule_a_quarter_and_five() -> None:
    result = made()
    usual = profile("quarter", share=0.25, most=5)
    for unit in UNITS:
        assert standing(result, "", unit) == standing(result, usual, unit)
    assert standing(result, "", "A") == (("a", "b"), ())
    assert standing(result, "", "F") == (("c",), ("a", "b"))


def test_the_best_and_worst_ranks_by_score_or_figure() -> None:
    """In raw figures all but F are level on c; with "drop" the last rank of it is no weakness."""
    result = made()
    keep = profile("extremes", most=1, of="raw", last="keep")
    assert standing(result, keep, "A") == (("a",), ("c",))
    assert standing(result, keep.replace("keep", "drop"), "A") == (("a",), ("b",))
    assert standing(result, keep.replace("raw", "score"), "E") == (("c",), ("b",))


def test_by_percentile_rank() -> None:
    rule = profile("percentile", most=1, always=2, nodes="indicators")
    assert standing(made(), rule, "B") == (("a", "b", "c"), ())
    assert standing(made(), rule, "F") == (("c",), ("a", "b"))
    everywhere = rule.replace("indicators", "all")
    assert standing(made(), everywhere, "A") == standing(made(), rule, "A")  # the top is not judged


def test_about_the_mean_of_a_region() -> None:
    """North on a: 100, 80, 60, 60, mean 75, deviation 16.6 of four."""
    rule = profile("group", group="region", times=1, sd="population", nodes="indicators")
    result = made()
    assert standing(result, rule, "A")[0] == ("a", "b")  # 25 / 16.6, 30 / 22.4
    assert standing(result, rule, "F") == (("c",), ("a", "b"))
    whole = rule.replace('"region"', '"all"')
    assert standing(result, whole, "F")[1] == ("a", "b")


def test_a_region_needs_a_territory_that_has_one() -> None:
    rule = profile("group", group="region", times=1, sd="sample", nodes="all")
    for territory, kind in ((None, "no-territory"), (Territory("test", TERRITORY.units), "no-regions")):
        with pytest.raises(Faulty) as caught:
            made(after=rule, territory=territory)
        assert [(fault.kind, fault.column) for fault in caught.value.faults] == [(kind, "group")]


def test_what_is_in_brackets_is_neither_strong_nor_weak() -> None:
    result = made(drop("A", "bracketed"))
    assert standing(result, "", "A") == ((), ())
    assert standing(result, "", "B")[0] == ("a", "b")
