"""The recipe in words: no policy goes unsaid, and another policy reads differently."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from _sites import LANGUAGES, case, pages, recipe
from innodex.documents import say
from innodex.edition import Edition
from innodex.recipe import Aggregation, AsIs, Goalposts, MinMax, Ranking, Recipe, ZScore
from innodex.website import _method
from innodex.website._words import Words

EACH = pytest.mark.parametrize("lang", LANGUAGES)
POSTS: dict[str, Any] = {"lower": 20, "upper": 85, "scale": "linear", "cap": "both", "low": 0, "high": 1}
# Pairs of recipes that differ in one policy.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "low": ({"normalise": MinMax(0, 100, "missing")}, {"normalise": MinMax(1, 100, "missing")}),
    "high": ({"normalise": MinMax(0, 100, "missing")}, {"normalise": MinMax(0, 10, "missing")}),
    "constant": ({"normalise": MinMax(0, 100, "missing")}, {"normalise": MinMax(0, 100, "middle")}),
    "way": ({"normalise": MinMax(0, 1, "missing")}, {"normalise": AsIs()}),
    "sd": (
        {"normalise": ZScore("sample", 0, 1, "missing")},
        {"normalise": ZScore("population", 0, 1, "missing")},
    ),
    "centre": (
        {"normalise": ZScore("sample", 0, 1, "missing")},
        {"normalise": ZScore("sample", 5, 1, "missing")},
    ),
    "spread": (
        {"normalise": ZScore("sample", 0, 1, "missing")},
        {"normalise": ZScore("sample", 0, 2, "missing")},
    ),
    "z-constant": (
        {"normalise": ZScore("sample", 0, 1, "missing")},
        {"normalise": ZScore("sample", 0, 1, "middle")},
    ),
    **{
        f"posts-{key}": ({"normalise": Goalposts(**POSTS)}, {"normalise": Goalposts(**POSTS | {key: value})})
        for key, value in (
            ("lower", 21),
            ("upper", 90),
            ("scale", "log"),
            ("cap", "none"),
            ("low", -1),
            ("high", 2),
        )
    },
    "cap-low-high": (
        {"normalise": Goalposts(**POSTS | {"cap": "low"})},
        {"normalise": Goalposts(**POSTS | {"cap": "high"})},
    ),
    "weight-at": ({}, {"weight_at": {"1": 3.0}}),
    "weight": ({"weight": 1.0, "weight_at": {"1": 3.0}}, {"weight": 2.0, "weight_at": {"1": 3.0}}),
    "mean": ({}, {"aggregate": Aggregation("geometric", "available", 0.0, "zero")}),
    "sum": ({}, {"aggregate": Aggregation("sum", "available", 0.0)}),
    "missing": ({}, {"aggregate": Aggregation("arithmetic", "all")}),
    "share": ({}, {"aggregate": Aggregation("arithmetic", "available", 0.5)}),
    "nonpositive": (
        {"aggregate": Aggregation("geometric", "all", 0.0, "zero")},
        {"aggregate": Aggregation("geometric", "all", 0.0, "missing")},
    ),
    **{f"ties-{ties}": ({}, {"rank": Ranking(ties, significant=12)}) for ties in ("max", "dense", "mean")},
    "significant": ({}, {"rank": Ranking("min", significant=6)}),
    "decimals": ({}, {"rank": Ranking("min", decimals=3, rounding="half-even")}),
    "rounding": (
        {"rank": Ranking("min", decimals=3, rounding="half-even")},
        {"rank": Ranking("min", decimals=3, rounding="half-up")},
    ),
    "within": ({}, {"within": ("region",)}),
    "within-group": ({"within": ("region",)}, {"within": ("region", "border")}),
    "within-groups": ({"within": ("border",)}, {"within": ("border", "coast")}),
    "aggregate-at": ({}, {"aggregate_at": {"IX": Aggregation("arithmetic", "all")}}),
    "normalise-at": ({}, {"normalise_at": {"1.2.1": MinMax(0, 1, "missing")}}),
    "rank-at": ({}, {"rank_at": {"IX": Ranking("min", decimals=3, rounding="half-up")}}),
}


def _with(edition: Edition, found: Recipe) -> Edition:
    """The same edition with the shares that the weights of another recipe give."""
    return replace(edition, recipe=found)


def _said(lang: str, more: dict[str, Any]) -> list[str]:
    words = Words(lang, _with(case("full"), recipe(**more)))
    found = []
    for chapter in _method.chapters(words):
        found.append(" ".join(chapter.sentences))
        for one in chapter.exceptions:
            found.append(" ".join([*one.labels, *one.sentences]))
    return found


@EACH
@pytest.mark.parametrize("pair", PAIRS)
def test_another_policy_reads_differently(pair: str, lang: str) -> None:
    one, other = PAIRS[pair]

    assert _said(lang, one) != _said(lang, other)


@EACH
def test_every_exception_is_named_with_its_nodes(lang: str) -> None:
    edition = case("deep")
    text = pages("deep")[f"{lang}/method.html"].root.one("main").text

    for code in (*edition.recipe.normalise_at, *edition.recipe.aggregate_at, *edition.recipe.rank_at):
        name = edition.framework.by_code[code].name.get(lang)
        assert f"{code} {name}" in text
    assert say(lang, "site.method.each-its-own") in text
    assert say(lang, "methods.normalise.goalposts.cap.low") in text
    assert say(lang, "methods.normalise.goalposts.scale.log") in text
    assert say(lang, "methods.aggregate.nonpositive.zero") in text
    assert say(lang, "methods.rank.rounding.half-even", decimals=3) in text


def test_nodes_with_the_same_exception_stand_together() -> None:
    at = {code: MinMax(0, 1, "missing") for code in ("1.1.1", "1.2.1")}
    words = Words("en", _with(case("full"), recipe(normalise_at=at)))
    (exception,) = _method.chapters(words)[0].exceptions

    assert [label.split()[0] for label in exception.labels] == ["1.1.1", "1.2.1"]


def test_an_exception_that_is_none_is_not_listed() -> None:
    words = Words("en", _with(case("full"), recipe(normalise_at={"1.1.1": MinMax(0, 100, "missing")})))

    assert _method.chapters(words)[0].exceptions == ()


def test_goalposts_are_turned_round_where_less_is_better() -> None:
    edition = case("full")
    node = next(n for n in edition.framework.indicators if n.direction == "lower")
    words = Words("en", edition)
    up = " ".join(_method.normalisation(words, Goalposts(**POSTS), None))
    down = " ".join(_method.normalisation(words, Goalposts(**POSTS), node))

    assert "20 scores 0" in up
    assert "scores 1" in down.partition(",")[0]


@EACH
@pytest.mark.parametrize("name", ["full", "plain", "tiny", "deep"])
def test_the_first_page_says_the_method_in_four_sentences(name: str, lang: str) -> None:
    words = Words(lang, case(name))
    sentences = _method.brief(words)

    assert len(sentences) == 4
    assert all(
        sentence.endswith(".") and sentence.count(".") - sentence.count("0.") <= 2 for sentence in sentences
    )
    assert " ".join(sentences) in pages(name)[f"{lang}/index.html"].root.text


@EACH
def test_it_is_said_that_the_uncertainty_was_not_assessed(lang: str) -> None:
    assert say(lang, "site.method.no-audit") in pages("full")[f"{lang}/method.html"].root.text
    assert say(lang, "site.ranking.unsure") in pages("full")[f"{lang}/index.html"].root.text


@EACH
def test_weights_of_every_node_stand_in_the_tree(lang: str) -> None:
    edition = case("full")
    result = edition.result
    p = result.periods.index("2024")
    rows = {
        row.one("a")["href"].rpartition("/")[2].removesuffix(".html"): [cell.text for cell in row.all("td")]
        for row in pages("full")[f"{lang}/method.html"]
        .root.one("table", class_="tree")
        .one("tbody")
        .all("tr")
    }
    assert rows["1"][0] == "2"
    for code in ("1", "2", "5", "1.1.1"):
        at = result.node_at[code]
        for cell, share in zip(rows[code][1:], (result.share[p, at], result.effective[p, at]), strict=True):
            assert float(cell.rstrip("%").replace(",", ".")) == pytest.approx(100 * share, abs=0.051)
