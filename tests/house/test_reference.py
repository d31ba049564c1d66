"""The reference pages name everything that the readers take, and their samples are read without a fault."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from _support import ROOT
from innodex import recipe
from innodex.formats import _settings
from innodex.framework import _read as framework_reader
from innodex.recipe import _read as recipe_reader

RECIPE = (ROOT / "docs" / "reference" / "recipe.md").read_text(encoding="utf-8")
FOLDER = (ROOT / "docs" / "reference" / "folder.md").read_text(encoding="utf-8")


def section(page: str, head: str) -> str:
    """The text from a heading to the next one of the same rank or above."""
    rank = len(head) - len(head.lstrip("#"))
    _, found, rest = page.partition(f"\n{head}\n")
    assert found, head
    return re.split(rf"^#{{1,{rank}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("method", recipe_reader.NORMALISE)
def test_every_policy_of_a_scale_is_in_its_section(method: str) -> None:
    text = section(RECIPE, f'### method = "{method}"')

    for name, policy in recipe_reader.NORMALISE[method].items():
        assert f"`{name}`" in text, name
        for word in policy.words:
            assert f'`"{word}"`' in text, word


@pytest.mark.parametrize("method", recipe_reader.AGGREGATE)
def test_every_policy_of_an_aggregation_is_explained(method: str) -> None:
    text = section(RECIPE, "## aggregate")

    assert f'`"{method}"`' in text
    for name, policy in recipe_reader.AGGREGATE[method].items():
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
    places = [RECIPE.index(f"\n## {step}\n") for step in recipe_reader.STEPS]

    assert places == sorted(places)


def test_the_sample_recipe_is_one() -> None:
    sample = re.findall(r"```toml\n(.*?)```", RECIPE, re.DOTALL)[0]

    read, faults = recipe.read(sample.encode())

    assert faults == []
    assert read is not None


def test_every_setting_is_explained() -> None:
    top, data = section(FOLDER, "## index.toml"), section(FOLDER, "### [data]")

    for key in set(_settings._KEYS) - {"data"}:
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


def test_the_sample_settings_are_read() -> None:
    sample = re.findall(r"```toml\n(.*?)```", section(FOLDER, "## index.toml"), re.DOTALL)[0]

    settings, document = _settings.read_settings(sample.encode())

    assert document.faults == []
    assert settings is not None


def test_links_between_the_two_pages_lead_somewhere() -> None:
    pages = {"recipe.md": RECIPE, "folder.md": FOLDER}
    for name, page in pages.items():
        for target, anchor in re.findall(r"\]\(([\w./-]*\.md)?(?:#([\w-]+))?\)", page):
            other = pages.get(Path(target).name if target else name)
            if target:
                assert (ROOT / "docs" / "reference" / target).exists(), target
            if anchor and other is not None:
                heads = re.findall(r"^#+ (.+)$", other, re.MULTILINE)
                slugs = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
                assert anchor in slugs, (name, anchor, slugs)
