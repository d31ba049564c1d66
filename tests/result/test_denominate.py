"""The steps `denominate` and `transform`, through recipe documents."""

from __future__ import annotations

import numpy as np
import pytest

from _arrays import NAN, close
from innodex.documents import Faulty
from innodex.panel import Status
from innodex.recipe import Recipe, read
from innodex.result import Flag, build
from result._prepare import AFTER, TERRITORY, at, framework, made, marked, panel, refused, step

PEOPLE = [1000.0, 2000, 4000, 5000, 10_000]
PER_HEAD = step("denominate", "none") + at("a1", "per", series="people", scale=1000)


def test_per_thousand_people() -> None:
    result = made(PER_HEAD, panel({"a1": [3, 4, 4, 5, NAN], "people": PEOPLE}))

    close(result.raw[0, :, 0], [3, 4, 4, 5, NAN])
    close(result.denominated[0, :, 0], [3, 2, 1, 1, NAN])
    assert (result.denominated[0, :, 1] == 1).all()
    assert result.rank[0, :4, result.node_at["a1"]].tolist() == [1, 2, 3, 3]


def test_an_exception_for_a_node_holds_for_all_below_it() -> None:
    steps = step("denominate", "per", series="people", scale=1000)
    steps += at("P", "none") + at("b2", "per", series="people", scale=1)
    result = made(steps, panel({"people": PEOPLE}))

    assert (result.denominated[0, :, :3] == 1).all()
    close(result.denominated[0, :, 3], 1 / np.array(PEOPLE))
    close(result.denominated[0, :, 4:], np.tile(1000 / np.array(PEOPLE)[:, None], 4))


def test_the_status_of_a_denominator_is_seen() -> None:
    given = marked(panel({"people": PEOPLE}), Status.ESTIMATED, "U2", "people")
    result = made(PER_HEAD, marked(given, Status.MISSING, "U3", "people"))

    assert result.flags[0, :, 0].tolist() == [0, Flag.ESTIMATED, Flag.MISSING, 0, 0]
    assert np.isnan(result.denominated[0, 2, 0])
    assert not result.flags[0, :, 1:].any()


def test_an_indicator_that_does_not_apply_stays_so() -> None:
    tree = framework(valid_from={"a1": "2025"})
    result = made(PER_HEAD, panel({"people": PEOPLE}), tree=tree)

    assert (result.flags[0, :, 0] == Flag.NOT_APPLICABLE).all()
    assert np.isnan(result.denominated[0, :, 0]).all()


def test_a_zero_denominator_is_refused_and_named() -> None:
    (fault,) = refused(PER_HEAD, panel({"people": [1.0, 0, 2, 3, 4]}))

    assert (fault.kind, fault.column) == ("zero-denominator", "people")
    assert (fault.values["unit"], fault.values["code"]) == ("U2", "a1")


def test_an_unknown_series_is_refused() -> None:
    (fault,) = refused(PER_HEAD.replace("people", "peopel"), panel({}))

    assert (fault.kind, fault.values["near"]) == ("unknown-series", "people")


def test_a_transformation_after_a_denominator() -> None:
    """log10(1000 · 100 / 1000) = 2, and the array before treatment holds it."""
    steps = PER_HEAD + step("transform", "none") + at("a1", "log", base="10", shift=0, outside="missing")
    result = made(steps, panel({"a1": [100.0, 0, 4, 5, 1], "people": PEOPLE}))

    close(result.denominated[0, :2, 0], [2, NAN])
    close(result.imputed[0, :2, 0], [2, NAN])


def test_every_transformation_by_its_name() -> None:
    methods = {
        "a1": ("power", {"exponent": 0.5, "outside": "refuse"}, 3.0),
        "a2": ("logit", {"whole": 18, "outside": "refuse"}, 0.0),
        "b1": ("asinh", {"unit": 9}, np.arcsinh(1)),
        "b2": ("linear", {"factor": 2, "shift": 1}, 19.0),
        "c1": ("gap", {"target": 12}, 3.0),
        "c2": ("log", {"base": "2", "shift": 7, "outside": "refuse"}, 4.0),
    }
    steps = step("transform", "none") + "".join(
        at(code, name, **kept) for code, (name, kept, _) in methods.items()
    )
    result = made(steps, panel(dict.fromkeys(methods, np.full(5, 9.0))))

    for code, (_, _, wanted) in methods.items():
        close(result.denominated[0, :, result.indicator_at[code]], np.full(5, wanted))


def test_what_has_no_logarithm_is_refused_cell_by_cell() -> None:
    steps = step("transform", "none") + at("P", "log", base="e", shift=0, outside="refuse")
    faults = refused(steps, panel({"a1": [1.0, 0, 1, -2, 1], "c1": np.zeros(5)}))

    assert [(fault.kind, fault.values["code"], fault.values["unit"]) for fault in faults] == [
        ("outside-domain", "a1", "U2"),
        ("outside-domain", "a1", "U4"),
    ]
    assert faults[0].row == 6  # the exception, after two lines of head and three of the step


LOG_SCALE = """
[steps.at.a1]
method = "goalposts"
lower = 1
upper = 100
scale = "log"
cap = "none"
low = 0
high = 1
"""


def scaled_by_logarithm(steps: str) -> Recipe:
    plain = 'step = "normalise"\nmethod = "none"\n'
    after = AFTER.replace(plain, plain + LOG_SCALE)
    reading = read(f'schema = 1\ntitle_en = "Test"\n{steps}{after}'.encode())
    assert reading.recipe is not None
    return reading.recipe


def test_a_logarithm_is_taken_of_what_the_steps_before_have_left() -> None:
    """-4 moved up by 5 is 1; the file's own figure is no fault."""
    moved = scaled_by_logarithm(step("transform", "none") + at("a1", "linear", factor=1, shift=5))
    result = build(framework(), panel({"a1": [-4.0, 5, 95, NAN, 0]}), moved, territory=TERRITORY)

    close(result.normalised[0, :, 0], [0, 0.5, 1, NAN, np.log(5) / np.log(100)])


def test_a_step_that_leaves_no_logarithm_is_refused() -> None:
    """A gap filled with zero, or a figure moved below: as if it stood in the file."""
    fill = scaled_by_logarithm(step("impute", "none") + at("a1", "value", value=0))
    down = scaled_by_logarithm(step("transform", "none") + at("a1", "linear", factor=1, shift=-2))
    for steps, unit in ((fill, "U2"), (down, "U1")):
        with pytest.raises(Faulty) as told:
            build(framework(), panel({"a1": [2.0, NAN, 4, 5, 6]}), steps, territory=TERRITORY)
        (fault,) = told.value.faults
        assert (fault.kind, fault.column, fault.values["unit"]) == ("log-of-nonpositive", "a1", unit)
        assert "{" not in fault.text("vi")
