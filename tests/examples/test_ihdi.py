"""The inequality-adjusted Human Development Index: every published value of 2022, by derived nodes.

UNDP, Human Development Report 2023/2024, technical notes 1 and 2, tables 1 and 3.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from _examples import (
    HDI_COLUMNS,
    Outcome,
    Table,
    command,
    hdi_figures,
    invented_units,
    made_folder,
    number,
    table,
    write,
)
from _support import example, needs_shared, shared_path

RECIPE = "examples/hdi/inequality.toml"
Values = dict[tuple[str, str], tuple[float | None, float | None]]


def derived(outcome: Outcome) -> Values:
    """{(unit, node): (value, rank)} of the derived nodes."""
    rows = table(outcome.files["derived.csv"])
    return {(row["unit"], row["node"]): (number(row["value"]), number(row["rank"])) for row in rows}


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    shared_path("reference_public", "hdi_2022", "inputs.csv")
    data = "../shared/reference_public/hdi_2022/inputs.csv"
    return command(
        tmp_path_factory.mktemp("ihdi") / "out", "examples/hdi", "--data", data, "--recipe", RECIPE
    )


@pytest.fixture(scope="module")
def published() -> Table:
    return table(shared_path("reference_public", "hdi_2022", "expected.csv"))


@needs_shared
def test_every_published_value_and_none_beside_them(official: Outcome, published: Table) -> None:
    found = derived(official)

    assert len(published) == 193
    assert sum(bool(row["ihdi"]) for row in published) == 165
    for row in published:
        for node in ("ihdi", "loss", "coef_ineq"):
            value, wanted = found[row["iso3"], node][0], number(row[node])
            if wanted is None:
                assert value is None, (row["iso3"], node)
            else:
                assert value == pytest.approx(wanted, abs=1e-12 if node == "ihdi" else 1e-6), row["iso3"]


@needs_shared
def test_the_index_beside_it_is_the_same(official: Outcome, published: Table) -> None:
    index = official.of_node("hdi")

    for row in published:
        assert index["2022", row["iso3"]][1] == float(row["hdi_rank"])


@needs_shared
def test_only_what_is_published_has_a_rank(official: Outcome, published: Table) -> None:
    values = {unit: value for (unit, node), (value, _) in derived(official).items() if node == "ihdi"}
    there = {unit: value for unit, value in values.items() if value is not None}

    for (unit, node), (_, rank) in derived(official).items():
        if node == "ihdi" and unit in there:
            assert rank == 1 + sum(other > there[unit] for other in there.values())
        else:
            assert rank is None


def test_a_country_without_a_measure_of_inequality_has_an_index_and_no_adjusted_one(tmp_path: Path) -> None:
    rows = hdi_figures(units := invented_units(4), seed=3)
    rows[0]["ineq_edu"] = ""
    folder = made_folder("hdi", tmp_path / "hdi", units)
    data = write(tmp_path / "figures.csv", rows, HDI_COLUMNS)

    outcome = command(tmp_path / "out", str(folder), "--data", str(data), "--recipe", RECIPE)

    found = derived(outcome)
    assert outcome.score["2022", "Q000", "hdi"] is not None
    assert [found["Q000", node] for node in ("ihdi", "loss", "coef_ineq")] == [(None, None)] * 3
    row = rows[1]
    shares = [1 - float(row[f"ineq_{one}"]) / 100 for one in ("le", "edu", "inc")]
    hdi = outcome.score["2022", "Q001", "hdi"]
    assert hdi is not None
    wanted = round(hdi * (shares[0] * shares[1] * shares[2]) ** (1 / 3), 3)
    assert found["Q001", "ihdi"][0] == pytest.approx(wanted, abs=1e-12)


def test_the_example_carries_the_recipe() -> None:
    assert (example("hdi") / "inequality.toml").is_file()
