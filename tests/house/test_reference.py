"""The reference pages name everything that the readers take, and their samples are read without a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import innodex
from _support import ROOT
from innodex.formats import _settings
from innodex.framework import _read as framework_reader
from innodex.recipe import METHODS, STEPS
from innodex.recipe import read as read_recipe

RECIPE = (ROOT / "docs" / "reference" / "recipe.md").read_text(encoding="utf-8")
FOLDER = (ROOT / "docs" / "reference" / "folder.md").read_text(encoding="utf-8")


def section(page: str, head: str) -> str:
    """The text from a heading to the next one of the same rank or above."""
    rank = len(head) - len(head.lstrip("#"))
    _, found, rest = page.partition(f"\n{head}\n")
    assert found, head
    return re.split(rf"^#{{1,{rank}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("method", METHODS["normalise"])
def test_every_policy_of_a_scale_is_in_its_section(method: str) -> None:
    text = section(RECIPE, f'### method = "{method}"')

    spec = METHODS["normalise"][method]
    for name, policy in {**spec.policies, **spec.optional}.items():
        if name != "sample":
            assert f"`{name}`" in text, name
        for word in policy.words:
            assert f'`"{word}"`' in text, word


@pytest.mark.parametrize("method", ["arithmetic", "geometric", "sum"])
def test_every_policy_of_an_aggregation_is_explained(method: str) -> None:
    text = section(RECIPE, "## aggregate")

    assert f'`"{method}"`' in text
    for name, policy in METHODS["aggregate"][method].policies.items():
        assert f"`{name}`" in text, name
        for word in policy.words:
            assert f'`"{word}"`' in text, word


@pytest.mark.parametrize("method", METHODS["weigh"])
def test_every_policy_of_a_weight_is_explained(method: str) -> None:
    text = section(RECIPE, "## weigh")
    spec = METHODS["weigh"][method]

    assert f'`"{method}"`' in text
    for name, policy in {**spec.policies, **spec.optional}.items():
        assert f"`{name}`" in text, name
        for word in policy.words:
            assert f'`"{word}"`' in text, word


def test_every_policy_of_a_rank_is_explained() -> None:
    text = section(RECIPE, "## rank")

    for name in ("ties", "significant", "decimals", "rounding", "within"):
        assert f"`{name}`" in text
    for word in ("min", "max", "dense", "mean", "half-even", "half-up"):
        assert f'`"{word}"`' in text


def test_every_step_has_its_section_in_order() -> None:
    places = [RECIPE.index(f"\n## {step}\n") for step in STEPS]

    assert places == sorted(places)


def test_every_setting_is_explained() -> None:
    top, data = section(FOLDER, "## index.toml"), section(FOLDER, "### [data]")

    texts = {f"{name}_{lang}" for name in _settings._TEXTS for lang in ("vi", "en")}
    for key in set(_settings._KEYS) - {"data"} - texts:
        assert f"| `{key}` |" in top, key
    for name in _settings._TEXTS:
        assert f"`{name}_" in top, name
    for key in set(_settings._DATA_KEYS) - {"columns", "sources"}:
        assert re.search(rf"^\|[^|]*`{key}`", data, re.MULTILINE), key
    assert "`[data.columns]`" in data
    assert "`[data.sources]`" in data


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        ("## series.csv", framework_reader._SERIES),
        ("## framework.csv", framework_reader._FRAMEWORK),
        ("## rubric.csv", framework_reader._RUBRIC),
    ],
)
def test_every_column_is_explained(head: str, columns: tuple[str, ...]) -> None:
    text = section(FOLDER, head)

    for column in set(columns) - {"note", "source"}:
        assert f"`{column}`" in text, column


def samples(page: str, language: str) -> list[str]:
    """The samples of a page in the order in which they stand."""
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("form", ["wide", "long"])
def test_the_samples_together_are_an_index(tmp_path: Path, form: str) -> None:
    """What the two pages show is read without fault or warning, once there is a framework for it."""
    (tmp_path / "data").mkdir()
    data = dict(zip(("wide", "long"), samples(FOLDER, "csv"), strict=True))
    series = ["id,name_en", "gdp,Product", "population,Population"]
    framework = [
        "code,parent,level,name_en,direction,series",
        "top,,index,Top,,",
        "2.1,top,indicator,Product,higher,gdp",
        *(["life-expectancy,top,indicator,Another,higher,population"] if form == "wide" else []),
    ]
    recipe = samples(RECIPE, "toml")[0]
    if form == "long":
        recipe = re.sub(r"\[steps.at.life-expectancy\].*?\n\n", "", recipe, flags=re.DOTALL)
    files = {
        "index.toml": "\n".join(samples(FOLDER, "toml")),
        "recipe.toml": recipe,
        "series.csv": "\n".join(series),
        "framework.csv": "\n".join(framework),
        "data/figures.csv": data[form],
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    checked = innodex.check_folder(tmp_path)

    assert [f"{f.place('en')}: {f.text('en')}" for f in (*checked.faults, *checked.warnings)] == []
    assert checked.folder is not None
    assert checked.folder.panel is not None


def test_the_samples_of_weights_are_read_without_a_fault() -> None:
    whole = samples(RECIPE, "toml")[0]
    before, _, rest = whole.partition('[[steps]]\nstep = "weigh"')
    _, _, after = rest.partition('[[steps]]\nstep = "aggregate"')
    found = samples(section(RECIPE, "## weigh"), "toml")

    assert len(found) == 2
    for sample in found:
        document = f'{before}{sample}\n[[steps]]\nstep = "aggregate"{after}'
        assert [fault.text("en") for fault in read_recipe(document.encode()).faults] == []


def test_anchors_between_the_two_pages_exist() -> None:
    pages = {"recipe.md": RECIPE, "folder.md": FOLDER}
    for name, page in pages.items():
        for target, anchor in re.findall(r"\]\(([\w.-]*\.md)?#([\w-]+)\)", page):
            heads = re.findall(r"^#+ (.+)$", pages[target or name], re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, (name, anchor)
