"""Derived nodes: formulas over nodes and series, from a recipe document through `build`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from _arrays import NAN, law
from _trees import text
from innodex.documents import Faulty
from innodex.framework import Direct, Direction, Framework, Node, Series
from innodex.panel import Panel
from innodex.recipe import Recipe, read
from innodex.recipe._derive import FUNCTIONS, Number, Operation, Reference, Unreadable, parse
from innodex.result import Derived, build

FRAMEWORK = Framework(
    (
        Node("index", "index", None, "index", text("Index")),
        Node("a", "a", "index", "indicator", text("A"), direction=Direction.HIGHER, formula=Direct("a")),
        Node("2.1", "2.1", "index", "indicator", text("B"), direction=Direction.HIGHER, formula=Direct("b")),
    ),
    tuple(Series(one, text(one)) for one in ("a", "b", "extra", "2020")),
)
STEPS = """
schema = 1
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
missing = "all"
[[steps]]
step = "derive"
{nodes}
[[steps]]
step = "rank"
ties = "min"
significant = 12
"""
FIGURES = {
    "U": (1.0, 10.0, 4.0), "V": (3.0, 30.0, 0.0), "W": (2.0, 50.0, NAN), "X": (NAN, 20.0, 9.0),
}  # fmt: skip


def node(code: str, formula: str, better: str = 'better = "none"') -> str:
    return f'[steps.nodes."{code}"]\nformula = "{formula}"\n{better}\n'


def recipe(*nodes: str) -> Recipe:
    reading = read(STEPS.replace("{nodes}", "\n".join(nodes)).encode())
    assert reading.recipe is not None, reading.faults
    return reading.recipe


def panel() -> Panel:
    figures = np.array([list(FIGURES.values())])
    return Panel.of(figures, periods=("2022",), units=tuple(FIGURES), series=("a", "b", "extra"))


def derived(*nodes: str) -> dict[str, Derived]:
    return {one.code: one for one in build(FRAMEWORK, panel(), recipe(*nodes)).derived}


def values(formula: str) -> list[float]:
    return derived(node("x", formula))["x"].value[0].tolist()


def faults(*nodes: str) -> list[tuple[str, str]]:
    reading = read(STEPS.replace("{nodes}", "\n".join(nodes)).encode())
    if reading.recipe is None:
        return [(fault.kind, str(fault.row)) for fault in reading.faults]
    with pytest.raises(Faulty) as refused:
        build(FRAMEWORK, panel(), reading.recipe)
    return [(fault.kind, str(fault.values.get("found"))) for fault in refused.value.faults]


# Scores: a 0, 100, 50, –; 2.1 0, 50, 100, 25; index 0, 75, 75, –.
@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("index + 1", [1, 76, 76, NAN]),
        ("[2.1] * 2", [0, 100, 200, 50]),
        ("score(a) - [2.1]", [0, 50, -50, NAN]),
        ("raw(a) ^ 2", [1, 9, 4, NAN]),
        ("series(a) + raw([2.1]) + b", [21, 63, 102, NAN]),
        ("extra", [4, 0, NAN, 9]),
        ("1 / extra", [0.25, NAN, NAN, 1 / 9]),
        ("sqrt(extra) + ln(1) + exp(0)", [3, 1, NAN, 4]),
        ("sqrt(0 - extra - 1)", [NAN, NAN, NAN, NAN]),
        ("ln(extra)", [math.log(4), NAN, NAN, math.log(9)]),
        ("extra ^ 0", [1, 1, NAN, 1]),
        ("1 ^ extra", [1, 1, NAN, 1]),
        ("min(b, 25, extra + 15)", [10, 15, NAN, 20]),
        ("max(b, 25)", [25, 30, 50, 25]),
        ("mean(b, extra)", [7, 15, NAN, 14.5]),
        ("clip(b, 15, 40)", [15, 30, 40, 20]),
        ("abs(0 - b)", [10, 30, 50, 20]),
        ("log10(b * 10)", [2, math.log10(300), math.log10(500), math.log10(200)]),
        ("half_even(b / 20, 0)", [0, 2, 2, 1]),
        ("half_up(b / 20, 0)", [1, 2, 3, 1]),
        ("-b ^ 2", [-100, -900, -2500, -400]),
        ("2 ^ -1 * b", [5, 15, 25, 10]),
        ("2 ^ 3 ^ 2 - 512 + b", [10, 30, 50, 20]),
        ("b - 1 - 2", [7, 27, 47, 17]),
        ("b / 5 / 2", [1, 3, 5, 2]),
        ("exp(b * 1000)", [NAN, NAN, NAN, NAN]),
    ],
)
def test_a_formula_has_the_value_by_hand(formula: str, wanted: list[float]) -> None:
    np.testing.assert_allclose(values(formula), wanted, rtol=1e-14)


def test_a_derived_node_takes_part_in_a_later_one_as_it_was_rounded() -> None:
    found = derived(
        node("loss", "b / 30", 'better = "none"\ndecimals = 1\nrounding = "half-even"'),
        node("twice", "loss * 2"),
    )

    np.testing.assert_allclose(found["loss"].value[0], [0.3, 1.0, 1.7, 0.7])
    np.testing.assert_allclose(found["twice"].value[0], [0.6, 2.0, 3.4, 1.4])


def test_ranks_are_those_of_the_rounded_values() -> None:
    better = 'better = "{}"\nties = "min"\ndecimals = 0\nrounding = "half-up"'
    found = derived(
        node("up", "b / 20", better.format("higher")), node("down", "b / 20", better.format("lower"))
    )

    # 0.5, 1.5, 2.5 and 1 become 1, 2, 3 and 1.
    np.testing.assert_array_equal(found["up"].rank[0], [3, 2, 1, 3])
    np.testing.assert_array_equal(found["down"].rank[0], [1, 3, 4, 1])


def test_without_better_there_are_no_ranks_and_the_name_is_the_code() -> None:
    found = derived(node("x", "b"))["x"]

    assert np.isnan(found.rank).all()
    assert found.name.get("en") == found.name.get("vi") == "x"


def test_names_are_kept_in_both_languages() -> None:
    named = 'better = "none"\nname_vi = "Tổn thất"\nname_en = "Loss"'
    found = derived(node("x", "b", named))["x"]

    assert (found.name.get("vi"), found.name.get("en")) == ("Tổn thất", "Loss")


@pytest.mark.parametrize(
    ("formula", "place", "rest"),
    [
        ("", 1, "∅"),
        ("1 +", 4, "∅"),
        ("1 + * 2", 5, "* 2"),
        ("(1", 3, "∅"),
        ("1)", 2, ")"),
        ("2.1.3", 4, ".3"),
        ("a b", 3, "b"),
        ("median(a)", 1, "median(a)"),
        ("min()", 5, ")"),
        ("sqrt(1, 2)", 1, "sqrt(1, 2)"),
        ("half_up(a, 0.5)", 1, "half_up(a, 0.5)"),
        ("half_up(a, b)", 1, "half_up(a, b)"),
        ("half_even(a, 16)", 1, "half_even(a, 16)"),
        ("score(a + b)", 9, "+ b)"),
        ("__import__('os')", 1, "__import__('os')"),
        ("[a", 1, "[a"),
        ("a; b", 2, "; b"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(formula: str, place: int, rest: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        parse(formula)

    assert (unreadable.value.place, unreadable.value.rest) == (place, rest)


def test_depth_and_length_have_an_end() -> None:
    for formula in ("(" * 5000 + "1" + ")" * 5000, "-" * 500 + "1", "1" + "+1" * 2000, "^".join("1" * 900)):
        with pytest.raises(Unreadable):
            parse(formula)


SIMPLE = st.one_of(
    st.integers(0, 9).map(lambda n: Number(float(n))),
    st.sampled_from(["a", "2.1", "tỷ lệ", "x_1"]).map(lambda name: Reference("", name)),
    st.sampled_from(["a", "2.1"]).map(lambda name: Reference("score", name)),
)
TREES = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+-*/^"), inner, inner).map(lambda t: Operation(t[0], t[1:])),
        inner.map(lambda one: Operation("-", (one,))),
        st.tuples(st.sampled_from(["min", "max", "mean"]), inner, inner).map(
            lambda t: Operation(t[0], t[1:])
        ),
    ),
    max_leaves=8,
)


def written(tree: object) -> str:
    """A tree as somebody careful with parentheses writes it."""
    match tree:
        case Number(value):
            return f"{value:g}"
        case Reference(kind, name):
            return f"{kind}([{name}])" if kind else f"[{name}]"
        case Operation("-", (one,)):
            return f"(-{written(one)})"
        case Operation(sign, operands) if sign in FUNCTIONS:
            return f"{sign}({', '.join(map(written, operands))})"
        case Operation(sign, (one, other)):
            return f"({written(one)} {sign} {written(other)})"
    raise AssertionError(tree)


@law(TREES)
def test_what_is_written_reads_back_equal(tree: object) -> None:
    assert parse(written(tree)) == tree


def test_what_does_not_fit_the_framework_is_refused() -> None:
    assert faults(node("x", "indx + 1")) == [("unknown-name", "indx")]
    assert faults(node("x", "y"), node("y", "b")) == [("unknown-name", "y")]
    assert faults(node("x", "x")) == [("unknown-name", "x")]
    assert faults(node("x", "raw(index)")) == [("unknown-name", "index")]
    assert faults(node("x", "a + 1")) == [("ambiguous-name", "a")]
    assert faults(node("a", "b")) == [("derived-code-taken", "a")]
    assert faults(node("x", "series(2020)")) == [("series-without-data", "2020")]


def test_what_cannot_be_read_stands_where_it_is_written() -> None:
    assert faults(node("x", "1 +")) == [("bad-formula", "19")]
    assert faults("nodes = 3") == [("wrong-type", "18")]
    assert faults("") == [("wrong-type", "16")]
    assert faults("[steps.nodes]\nx = 3") == [("wrong-type", "19")]
    assert faults('[steps.nodes.x]\nformula = "b"') == [("missing-policy", "18")]
    ranked = 'better = "higher"\nties = "min"'
    assert faults(node("x", "b", ranked)) == [("missing-policy", "18")]
    assert faults(node("x", "b", 'better = "none"\ndecimals = 2')) == [("missing-policy", "18")]
    assert faults(node("x", "b", 'better = "none"\nties = "min"')) == [("unknown-policy", "21")]


def test_the_formula_counts_in_the_digest() -> None:
    one, other = recipe(node("x", "b + 1")), recipe(node("x", "b + 2"))

    assert one.digest != other.digest
    assert one.digest == recipe("# a comment", node("x", "b + 1")).digest
