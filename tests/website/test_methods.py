"""Every method that a recipe knows has words in every language, and every policy shows on the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from _sites import LANGUAGES, case, recipe
from innodex.recipe import METHODS, Policy, Prepare, Recipe, Spec
from innodex.website import _method, _sentences
from innodex.website._words import Words

EACH = pytest.mark.parametrize("lang", LANGUAGES)
PREPARE = ("denominate", "transform", "screen", "impute", "treat")
BRIEF = ("normalise", "weigh", "aggregate")
EVERY = [(step, name) for step, methods in METHODS.items() for name in methods]
# What may stand in policies that take a code or a name, and in those that depend on each other.
CHOICES: dict[str, list[Any]] = {
    "series": ["s1", "s2"],
    "unit": ["U01", "U02"],
    "keep": [["U01"], ["U02", "U03"]],
    "drop": [["U04"], ["U05"]],
    "under": [["IN"], ["pillar"]],
    "parts": [["IN"], ["subindex"]],
    "pillars": [["pillar"], ["1", "2"]],
    "inside": ["parent", "group", "IN"],
    "predictors": [["1.1.2"], ["1.2.1"]],
    "groups": [["region"], ["border"]],
    "sample": ["pooled", "2023", "period"],
    "reach": ["pooled", "2023"],
    "over": ["pillar", "group"],
    "formula": ["[1] + 1", "([1] + [2]) / 2", "half_up(sqrt([1]), 3)"],
    "name_vi": ["Mức tổn thất", "Khoảng cách"],
    "name_en": ["Loss", "Distance"],
    "points": [{"An": {"1": 6, "2": 4}}, {"An": {"1": 5, "2": 5}}, {"An": {"1": 6, "2": 4}, "Bo": {"1": 1}}],
    "pairs": [{"An": {"1:2": 3}}, {"An": {"1:2": 2}}],
    "limits": [[40, 70], [40, 80]],
    "names": [["Thấp", "Cao"], ["Kém", "Tốt"], ["a", "b", "c"], ["d", "e", "f"]],
    "names_vi": [["Thấp", "Cao"], ["Kém", "Tốt"], ["a", "b", "c"], ["d", "e", "f"]],
    "names_en": [["Low", "High"], ["Poor", "Good"], ["p", "q", "r"], ["u", "v", "w"]],
    "cuts": [[1, 2], [1, 3]],
    "scores": [[0, 5, 9], [0, 5, 10]],
    "lower": [20, 21],
    "upper": [85, 90],
    "low": [0.1, 0.05],
    "high": [0.9, 0.8],
    "below": [0, 1],
    "within": [50, 40],
    "above": [100, 90],
}  # fmt: skip
NUMBERS = (1, 2, 0.5, 0.25, 3, 0)


def _choices(name: str, policy: Policy) -> list[Any]:
    """Values that a policy accepts."""
    if policy.words:
        return list(policy.words)
    if policy.yes:
        return [True, False]
    own = CHOICES.get(name, [])
    found = [one for one in own if policy.accepts(one)] or [one for one in NUMBERS if policy.accepts(one)]
    assert found, f"the test knows no value for the policy {name}"
    return found


def _asked(spec: Spec, values: dict[str, Any]) -> dict[str, Policy]:
    return {**spec.policies, **spec.also(values)}


def _filled(spec: Spec, values: dict[str, Any]) -> dict[str, Any]:
    """The values with whatever they ask for, and without what nobody asks for any more."""
    for _ in range(4):
        asked = _asked(spec, values)
        kept = {name: one for name, one in values.items() if name in asked or name in spec.optional}
        values = kept | {
            name: _choices(name, policy)[0] for name, policy in asked.items() if name not in kept
        }
    return values


def _settings(spec: Spec) -> Iterator[dict[str, Any]]:
    """A plain setting, and one for each word of each policy in it: words ask for policies of their own."""
    plain = _filled(spec, {})
    yield plain
    for name, policy in {**_asked(spec, plain), **spec.optional}.items():
        for choice in _choices(name, policy):
            changed = _filled(spec, plain | {name: choice})
            if changed != plain and not list(spec.check(changed)):
                yield changed


def _value(step: str, spec: Spec, values: dict[str, Any]) -> Any:
    frozen = {name: tuple(one) if isinstance(one, list) else one for name, one in values.items()}
    made = spec.make(**frozen)
    return made("LOSS") if step == "derive" else made


def _recipe(step: str, value: Any) -> Recipe:
    if step in PREPARE:
        return recipe(prepare=(Prepare(step, step, value),))
    # With weights of their own, "given" is not the same as "equal".
    return recipe(weight_at={"1": 2.0}, **{step: (value,) if step == "derive" else value})


def _page(lang: str, found: Recipe) -> str:
    """What the chapters say, without their headings."""
    words = Words(lang, replace(case("full"), recipe=found))
    said = []
    for chapter in _method.chapters(words):
        said += chapter.sentences
        for one in chapter.exceptions:
            said += [*one.labels, *one.sentences]
    return "\n".join(said)


@cache
def _said(lang: str, step: str, name: str, setting: str) -> str:
    spec = METHODS[step][name]
    return _page(lang, _recipe(step, _value(step, spec, eval(setting))))


@EACH
@pytest.mark.parametrize(("step", "name"), EVERY)
def test_every_policy_of_every_method_shows_on_the_page(step: str, name: str, lang: str) -> None:
    spec = METHODS[step][name]
    silent = []
    for setting in _settings(spec):
        said = _said(lang, step, name, repr(setting))
        for policy, how in {**_asked(spec, setting), **spec.optional}.items():
            if policy.startswith(("name_", "names_")) and not policy.endswith(f"_{lang}"):
                continue
            for choice in _choices(policy, how):
                changed = _filled(spec, setting | {policy: choice})
                if choice == setting.get(policy) or _value(step, spec, changed) == _value(
                    step, spec, setting
                ):
                    continue
                if not list(spec.check(changed)) and _said(lang, step, name, repr(changed)) == said:
                    silent.append((policy, setting.get(policy), choice))
    assert silent == []


@EACH
@pytest.mark.parametrize("step", METHODS)
def test_no_two_methods_of_a_step_read_alike(step: str, lang: str) -> None:
    said = [_said(lang, step, name, repr(_filled(spec, {}))) for name, spec in METHODS[step].items()]

    assert len(set(said)) == len(said)


@pytest.mark.parametrize(("step", "name"), EVERY)
def test_a_value_knows_the_name_of_its_method(step: str, name: str) -> None:
    spec = METHODS[step][name]

    assert _sentences.named(step, _value(step, spec, _filled(spec, {})))[0] == name


@EACH
@pytest.mark.parametrize(
    ("step", "name"), [one for one in EVERY if one[0] in ("normalise", "weigh", "aggregate")]
)
def test_the_first_page_has_four_sentences_for_every_method(step: str, name: str, lang: str) -> None:
    spec = METHODS[step][name]
    found = recipe(**{step: _value(step, spec, _filled(spec, {}))})
    sentences = _method.brief(Words(lang, replace(case("full"), recipe=found)))

    assert len(sentences) == 4
    assert all(one[0].isupper() or one[0].isdigit() for one in sentences)
    assert all(one.endswith(".") for one in sentences)


@EACH
def test_what_is_done_before_scaling_is_said_on_the_first_page(lang: str) -> None:
    words = Words(lang, replace(case("full"), recipe=_recipe("impute", METHODS["impute"]["mean"].make())))

    assert words.t("methods.after.impute") in _method.brief(words)[0]
    assert words.t("methods.after.treat") not in _method.brief(words)[0]


@EACH
def test_steps_without_which_the_recipe_does_are_named(lang: str) -> None:
    words = Words(lang, replace(case("full"), recipe=_recipe("impute", METHODS["impute"]["mean"].make())))
    said = _method.unused(words).lower()

    assert words.t("methods.chapter.treat").lower() in said
    assert words.t("methods.chapter.impute").lower() not in said


@EACH
def test_an_exception_of_a_branch_speaks_for_all_below_it(lang: str) -> None:
    mean, none = METHODS["impute"]["mean"].make(), None
    step = Prepare("impute", "impute", mean, {"1": none, "1.1.1": none, "1.1.2": mean})
    words = Words(lang, replace(case("full"), recipe=recipe(prepare=(step,))))
    chapter = _method.chapters(words)[0]

    # 1.1.1 does what its branch does; 1.1.2 departs from it, though it does what all others do.
    assert [one.labels for one in chapter.exceptions] == [
        (words.t("methods.branch", label=words.label("1")),),
        (words.label("1.1.2"),),
    ]
    assert not chapter.each
