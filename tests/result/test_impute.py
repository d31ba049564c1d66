"""The step `impute`, through recipe documents; several imputed sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from _arrays import NAN, Array, close
from innodex.documents import Faulty
from innodex.panel import Panel, Status
from innodex.recipe import METHODS
from innodex.result import Flag, build, imputed_sets
from innodex.result._impute import when
from parity._sets import HERE, number, rows
from result._prepare import TERRITORY, UNITS, at, framework, made, marked, panel, recipe, refused, step

A1 = [1.0, 3, NAN, 8, NAN]
GAPS = panel({"a1": A1, "a2": [10.0, 20, 30, 40, 50]})
OUT = step("screen", "named", fail="unranked", drop=["U4"])


def filled(steps: str, given: Panel = GAPS, column: str = "a1", period: int = 0) -> list[float]:
    result = made(steps, given)
    found: list[float] = result.imputed[period, :, result.indicator_at[column]].tolist()
    return found


# ---- each method by name -------------------------------------------------------------------------------


def test_a_number() -> None:
    close(filled(step("impute", "none") + at("a1", "value", value=0)), [1, 3, 0, 8, 0])


def test_mean_and_median() -> None:
    close(filled(step("impute", "mean")), [1, 3, 4, 8, 4])
    close(filled(step("impute", "median")), [1, 3, 3, 8, 3])


def test_by_region() -> None:
    """U3 and U4 are the south; U5 is in no region."""
    close(filled(step("impute", "mean", groups=["region"], empty="missing")), [1, 3, 8, 8, NAN])
    close(filled(step("impute", "mean", groups=["region"], empty="all")), [1, 3, 8, 8, 4])


def test_by_groups_of_the_territory() -> None:
    """U2, U4 and U5 are small."""
    close(filled(step("impute", "median", groups=["large", "small"], empty="missing")), [1, 3, 1, 8, 5.5])
    close(filled(step("impute", "median", groups=["small"], empty="missing")), [1, 3, NAN, 8, 5.5])


def test_groups_without_the_unit_that_is_screened_out() -> None:
    """The south has then no figure of a1: the gap stays, or gets the mean of those that count."""
    close(filled(OUT + step("impute", "mean", groups=["region"], empty="missing")), [1, 3, NAN, 8, NAN])
    close(filled(OUT + step("impute", "mean", groups=["region"], empty="all")), [1, 3, 2, 8, 2])


def test_row_inside_a_branch() -> None:
    """a1 from a2 alone, its only sibling: U3 stands halfway from 10 to 50, so halfway from 1 to 8."""
    rule = {"average": "mean", "scale": "minmax"}
    close(filled(step("impute", "row", inside="parent", **rule)), [1, 3, 4.5, 8, 8])
    close(filled(step("impute", "row", inside="group", **rule)), [1, 3, 4.5, 8, 8])
    close(filled(step("impute", "row", inside="Q", **rule)), A1)
    close(filled(step("impute", "row", inside="parent", average="mean", scale="none")), [1, 3, 30, 8, 50])


def test_nearest() -> None:
    """By a2, U3 lies between U2 and U4: of two equally near the first counts, or both."""
    rule = {"inside": "parent", "distance": "euclidean", "scale": "none", "average": "mean"}
    close(filled(step("impute", "nearest", k=1, **rule)), [1, 3, 3, 8, 8])
    close(filled(step("impute", "nearest", k=2, **rule)), [1, 3, 5.5, 8, 5.5])
    close(filled(OUT + step("impute", "nearest", k=1, **rule)), [1, 3, 3, 8, 3])


def test_nearest_does_not_go_by_the_order_of_units() -> None:
    """The tie of U2 and U4 is settled by code, wherever they stand."""
    rule = {"inside": "parent", "distance": "manhattan", "scale": "minmax", "average": "mean"}
    order = [3, 2, 4, 1, 0]
    turned = Panel.of(
        GAPS.values[:, order], periods=GAPS.periods, units=tuple(UNITS[u] for u in order), series=GAPS.series
    )

    close(
        np.array(filled(step("impute", "nearest", k=1, **rule), turned))[np.argsort(order)], [1, 3, 3, 8, 8]
    )


def test_regression() -> None:
    """On U1, U2 and U4 the least-squares line of a1 on a2: slope 2300/1400 · 1/10, mean (70/3, 4)."""
    slope = (-40 / 3 * -3 + -10 / 3 * -1 + 50 / 3 * 4) / ((40 / 3) ** 2 + (10 / 3) ** 2 + (50 / 3) ** 2)
    wanted = [1, 3, 4 + slope * (30 - 70 / 3), 8, 4 + slope * (50 - 70 / 3)]

    close(filled(step("impute", "none") + at("a1", "regression", predictors=["a2"])), wanted)
    close(filled(step("impute", "regression", predictors=["a1", "a2"])), wanted)


def test_em_with_one_complete_indicator_is_the_same_line() -> None:
    """Anderson (1957): what EM expects of a gap is the regression on those that have both."""
    line = filled(step("impute", "regression", predictors=["a2"]))

    close(filled(step("impute", "em", inside="parent", ridge=0, nothing="missing")), line, 1e-6)


YEARS = ("2020", "2021", "2023", "2024")
OVER = panel(
    {"a1": np.array([[2.0, NAN], [NAN, NAN], [NAN, 5], [8, NAN]])[:, [0, 1, 1, 1, 1]]}, periods=YEARS
)


def along(steps: str, unit: int, given: Panel = OVER) -> list[float]:
    found: list[float] = made(steps, given).imputed[:, unit, 0].tolist()
    return found


def test_over_time() -> None:
    close(along(step("impute", "latest", max_age=1), 0), [2, 2, NAN, 8])
    close(along(step("impute", "latest", max_age=3), 0), [2, 2, 2, 8])
    close(along(step("impute", "hold"), 1), [5, 5, 5, 5])
    close(along(step("impute", "linear", ends="missing", single="missing"), 0), [2, 3.5, 6.5, 8])
    close(along(step("impute", "linear", ends="missing", single="missing"), 1), [NAN, NAN, 5, NAN])
    close(along(step("impute", "linear", ends="hold", single="hold"), 1), [5, 5, 5, 5])


def test_periods_in_any_order() -> None:
    back = Panel.of(OVER.values[::-1], periods=YEARS[::-1], units=UNITS, series=OVER.series)

    for steps in (step("impute", "latest", max_age=3), step("impute", "hold")):
        close(along(steps, 0, back)[::-1], along(steps, 0))


def test_where_periods_lie_in_time() -> None:
    close(when(("2020", "2021-07", "2022-Q2", "2023-H2")), [2020, 2021.5, 2022.25, 2023.5])
    close(when(("wave-b", "wave-a", "2020")), [2, 1, 0])


def test_the_latest_figure_names_its_period() -> None:
    result = made(step("impute", "latest", max_age=1), OVER)
    (report,) = [one for one in result.reports if one.name == "impute"]

    assert report.head == ("step", "period", "unit", "node", "method", "value", "from")
    assert report.rows[0] == ("impute", "2021", "U1", "a1", "latest", 2.0, "2020")
    assert report.rows[1] == ("impute", "2024", "U2", "a1", "latest", 5.0, "2023")
    assert len(report.rows) == 5


# ---- what holds for all --------------------------------------------------------------------------------


def test_filled_cells_are_marked_to_the_end() -> None:
    result = made(step("impute", "mean"), GAPS)

    both = Flag.MISSING | Flag.IMPUTED
    assert result.flags[0, :, 0].tolist() == [0, 0, both, 0, both]
    assert not result.flags[0, :, 1:].any()
    close(result.raw[0, :, 0], A1)
    close(result.score[0, 2, result.node_at["a1"]], 4)


def test_what_does_not_apply_is_never_filled() -> None:
    result = made(step("impute", "mean"), marked(GAPS, Status.NOT_APPLICABLE, "U3", "a1"))
    assert np.isnan(result.imputed[0, 2, 0])
    assert result.flags[0, 2, 0] == Flag.NOT_APPLICABLE
    assert result.imputed[0, 4, 0] == 4

    later = made(step("impute", "value", value=7), GAPS, tree=framework(valid_from={"a1": "2030"}))
    assert np.isnan(later.imputed[0, :, 0]).all()


def test_gaps_look_at_figures_not_at_other_gaps_that_were_filled() -> None:
    """a2 of U1 is missing too: its row has nothing to go by, though a1 is filled in the same step."""
    given = panel({"a1": [NAN, 2.0, 3, 4, 5], "a2": [NAN, 1.0, 2, 3, 4]})
    steps = step("impute", "row", inside="parent", average="mean", scale="minmax") + at("a1", "mean")

    assert np.isnan(filled(steps, given, "a2")[0])
    assert filled(steps, given, "a1")[0] == 3.5
    # In a second step it has.
    twice = steps + step("impute", "row", inside="parent", average="mean", scale="minmax")
    assert filled(twice, given, "a2")[0] == 2.5


def test_a_step_after_another_fills_what_is_left() -> None:
    steps = step("impute", "latest", max_age=1) + step("impute", "mean")

    close(made(steps, OVER).imputed[:, 0, 0], [2, 2, 5, 8])
    result = made(steps, OVER)
    assert [one.rows[0][0] for one in result.reports if one.name == "impute"] == ["impute", "impute-2"]


def test_pooled_and_named_samples() -> None:
    figures = np.array([[1.0, NAN], [5, 7]])[:, [0, 0, 0, 0, 1]]
    given = panel({"a1": figures}, periods=("2023", "2024"))
    for sample, wanted in (("period", [1, 7]), ("pooled", [31 / 9, 7]), ("2024", [27 / 5, 7])):
        close(made(step("impute", "mean", sample=sample), given).imputed[:, 4, 0], wanted)
        grouped = step("impute", "mean", groups=["large", "small"], empty="missing", sample=sample)
        smalls = {"period": 1.0, "pooled": (1 + 1 + 5 + 5 + 7) / 5, "2024": 17 / 3}
        close(made(grouped, given).imputed[0, 4, 0], smalls[sample])


@pytest.mark.parametrize("method", ["em", "regression"])
def test_pooled_models(method: str) -> None:
    """On the line a1 = 2 a2 + 1, one period has too few units and all periods together have enough."""
    a2 = np.array([[1.0, 2, 3, 4, 5], [2, 3, 4, 6, 9]])
    a1 = 2 * a2 + 1 + np.array([0.01, -0.01, 0.02, -0.02, 0])
    a1[0, 1:] = NAN
    given = panel({"a1": a1, "a2": a2}, periods=("2023", "2024"))
    rule: dict[str, Any] = {"inside": "parent", "ridge": 0, "nothing": "missing"}
    rule = rule if method == "em" else {"predictors": ["a2"]}

    close(
        filled(step("impute", "none") + at("a1", method, **rule, sample="pooled"), given), 2 * a2[0] + 1, 0.03
    )


# ---- what cannot be done -------------------------------------------------------------------------------


def test_too_few_units_are_named() -> None:
    given = panel({"a1": [1.0, NAN, NAN, NAN, NAN], "a2": [1.0, 2, 3, 4, 5]})
    (fault,) = refused(step("impute", "none") + at("a1", "regression", predictors=["a2"]), given)
    assert (fault.kind, fault.values["found"], fault.values["allowed"]) == ("too-few-units", 1, 3)

    both = panel({"a1": [1.0, 4, NAN, NAN, NAN], "a2": [3.0, 2, NAN, NAN, NAN]})
    (fault,) = refused(step("impute", "em", inside="parent", ridge=0, nothing="mean"), both)
    assert (fault.kind, fault.values["code"], fault.values["found"]) == ("too-few-units", "a", 2)
    assert fault.values["allowed"] == 3
    close(filled(step("impute", "em", inside="parent", ridge=0.1, nothing="mean"), both)[2:], [2.5] * 3)


def test_a_pooled_sample_is_named_by_its_ends() -> None:
    given = panel({"a1": np.full((2, 5), NAN), "a2": np.ones((2, 5))}, periods=("2023", "2024"))
    rule = step("impute", "none") + at("a1", "regression", predictors=["a2"], sample="pooled")

    (fault,) = refused(rule, given)

    assert (fault.kind, fault.values["period"]) == ("too-few-units", "2023 … 2024")


def test_figures_that_follow_from_each_other_are_named() -> None:
    given = panel({"a1": [2.0, 4, NAN, 8, 10], "a2": [1.0, 2, 3, 4, 5]})
    rule = step("impute", "em", inside="a", ridge=0, nothing="mean")

    (fault,) = refused(rule, given)

    assert (fault.kind, fault.values["code"], fault.values["period"]) == ("dependent-figures", "a", "2024")
    close(filled(rule.replace("ridge = 0", "ridge = 0.000001"), given)[2], 6, 1e-4)
    predictors = step("impute", "none") + at("b1", "regression", predictors=["a2", "c1"])
    (fault,) = refused(
        predictors, panel({"b1": [1.0, 2, 3, 4, NAN], "a2": [1.0, 2, 3, 4, 5], "c1": [2.0, 4, 6, 8, 10]})
    )
    assert fault.kind == "dependent-figures"


def test_nothing_is_refused_where_there_is_no_gap() -> None:
    made(step("impute", "em", inside="index", ridge=0, nothing="mean"), panel({}))


def test_misfits_are_named() -> None:
    steps = step("impute", "row", inside="Parent", average="mean", scale="none")
    steps += at("a1", "regression", predictors=["b11", "a2"]) + at("a2", "mean", groups=["nort"], empty="all")
    found = {(fault.kind, fault.values["found"], fault.values["near"]) for fault in refused(steps, GAPS)}

    assert found == {
        ("unknown-branch", "Parent", "–"),
        ("unknown-predictor", "b11", "b1"),
        ("no-such-group", "nort", "north"),
    }
    (fault,) = refused(step("impute", "mean", groups=["region"], empty="all"), GAPS, scheme=False)
    assert fault.kind == "no-such-group"


# ---- several sets --------------------------------------------------------------------------------------


def sets(steps: str, given: Panel = GAPS, *, count: int = 200, seed: int = 1) -> Array:
    return imputed_sets(framework(), given, recipe(steps), sets=count, seed=seed, territory=TERRITORY)


DRAWN = {
    "mean": (step("impute", "mean"), {1.0, 3.0, 8.0}),
    "region": (step("impute", "median", groups=["region"], empty="missing"), {8.0}),
    "nearest": (
        step("impute", "nearest", k=2, inside="parent", distance="euclidean", scale="none", average="mean"),
        {3.0, 8.0},
    ),
    "value": (step("impute", "value", value=7), {7.0}),
    "row": (step("impute", "row", inside="parent", average="mean", scale="minmax"), {4.5}),
}


@pytest.mark.parametrize("name", DRAWN)
def test_sets_draw_from_figures_that_are_there(name: str) -> None:
    steps, wanted = DRAWN[name]
    found = sets(steps)

    assert found.shape == (200, 1, 5, 8)
    assert set(found[:, 0, 2, 0]) == wanted
    there = ~np.isnan(np.array(A1))
    assert (found[:, 0, there, 0] == np.array(A1)[there]).all()


def test_sets_of_em_scatter_about_what_is_expected() -> None:
    random = np.random.default_rng(3)
    a2 = np.array([1.0, 2, 3, 4, 5])
    given = panel({"a1": [2.2, 3.9, 6.3, 7.7, NAN], "a2": a2 + random.normal(0, 0.01, 5)})
    rule = step("impute", "em", inside="parent", ridge=0.05, nothing="mean")
    found = sets(rule, given, count=3000)[:, 0, 4, 0]

    assert found.mean() == pytest.approx(filled(rule, given)[4], abs=4 * found.std() / np.sqrt(3000))
    assert 0.2 < found.std() < 2


def test_a_set_is_the_same_however_many_and_in_whatever_order() -> None:
    steps = step("impute", "mean") + at("a2", "em", inside="parent", ridge=0.1, nothing="mean")
    given = panel({"a1": A1, "a2": [1.0, NAN, 4, NAN, 9]})
    order = [4, 0, 3, 1, 2]
    turned = Panel.of(
        given.values[:, order],
        periods=given.periods,
        units=tuple(UNITS[u] for u in order),
        series=given.series,
    )

    close(sets(steps, given, count=3), sets(steps, given, count=9)[:3])
    close(sets(steps, turned, count=3), sets(steps, given, count=3)[:, :, order])
    assert not np.array_equal(sets(steps, given, count=3), sets(steps, given, count=3, seed=2))


def test_steps_in_between_are_taken_and_certain_ones_once() -> None:
    """Latest first, the same in all sets; what it leaves is drawn."""
    steps = step("impute", "latest", max_age=1) + step("screen", "none") + step("impute", "mean")
    found = sets(steps, OVER, count=50)

    assert (found[:, 1, 0, 0] == 2).all()
    assert set(found[:, 0, 1, 0]) == {2.0}
    assert set(found[:, 3, 1, 0]) == {5.0}
    assert not np.isnan(found).any()


def test_sets_without_imputation_keep_their_gaps() -> None:
    found = sets(step("screen", "none"), count=2)

    close(found, np.stack([GAPS.values[:, :, :8]] * 2))


def test_sets_are_refused_as_a_build_is() -> None:
    with pytest.raises(ValueError, match="sets is 0"):
        sets(step("impute", "mean"), count=0)
    with pytest.raises(Faulty):
        sets(step("impute", "row", inside="zz", average="mean", scale="none"))
    with pytest.raises(Faulty):
        sets(step("impute", "regression", predictors=["b1"]), panel({"a1": [NAN] * 5}))


# ---- against the reference, from the recipe on ---------------------------------------------------------


def test_the_small_reference_set_by_region() -> None:
    """A division, then group means, as a recipe: the files 01 and 03 of the reference."""
    from innodex.documents import Text
    from innodex.framework import Direct, Direction, Framework, Node, Series
    from innodex.territory import Region, Territory, Unit

    data = rows(HERE / "small" / "inputs" / "iData.csv")
    codes = [f"X{n}" for n in range(1, 7)]
    name = Text((("en", "x"),))
    nodes = [Node("R", "R", None, "", name)]
    nodes += [Node(c, c, "R", "", name, direction=Direction.HIGHER, formula=Direct(c)) for c in codes]
    tree = Framework(tuple(nodes), tuple(Series(c, name) for c in (*codes, "Pop")))
    units = tuple(row["uCode"] for row in data)
    values = np.array([[[number(row[c]) for c in (*codes, "Pop")] for row in data]])
    given = Panel.of(values, periods=("2024",), units=units, series=(*codes, "Pop"))
    scheme = Territory(
        "small",
        tuple(Unit(row["uCode"], name, region=row["Area3"]) for row in data),
        tuple(Region(code, name) for code in sorted({row["Area3"] for row in data})),
    )
    steps = step("denominate", "none") + at("X4", "per", series="Pop", scale=1)
    steps += step("impute", "mean", groups=["region"], empty="missing")

    result = build(tree, given, recipe(steps), territory=scheme)

    for file, found in (("01_denominated", result.denominated), ("03_impute_i_mean_grp", result.imputed)):
        wanted = {
            row["uCode"]: [number(row[c]) for c in codes] for row in rows(HERE / "small" / f"{file}.csv")
        }
        close(found[0], [wanted[unit] for unit in units])


def test_every_method_of_the_step_is_tested_here() -> None:
    source = __import__("pathlib").Path(__file__).read_text(encoding="utf-8")
    for name in METHODS["impute"]:
        assert name == "none" or f'"impute", "{name}"' in source or f'"a1", "{name}"' in source, name
