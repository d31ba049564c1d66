"""docs/reference/methods: a page a method, written from the recipe's own table and the engine's docstrings.

python tools/methods.py          writes the pages
python tools/methods.py --check  says whether they are up to date, and writes nothing
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from innodex.recipe import METHODS, STEPS, Policy, Spec

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference" / "methods"
PARTS = ("Formula", "Use", "Avoid", "Source")
OF = {
    "denominate": "Sizes out of figures",
    "transform": "Figures on another scale",
    "screen": "Who has figures enough",
    "impute": "What stands in for a missing figure",
    "treat": "Outliers",
    "normalise": "Onto one scale",
    "weigh": "How much each counts",
    "aggregate": "A node from its children",
    "derive": "Nodes by formula",
    "rank": "Places",
    "classify": "Classes",
    "profile": "Strengths and weaknesses",
    "trends": "Over the years",
    "describe": "Descriptions",
}
# What methods are made of, and what is done with results: functions with a page but no name of their own in a
# recipe. {step: {name of the page: function}}
PARTS_OF = {
    "treat": {
        "test": "treat.shape",
        "winsorise": "treat.winsorise",
        "log-ct": "treat.log_ct",
        "log-ct-orig": "treat.log_ct_orig",
        "log-ct-plus": "treat.log_ct_plus",
        "log-gii": "treat.log_gii",
        "boxcox": "treat.boxcox",
    },
    "weigh": {"varimax": "weigh.varimax", "consistency": "weigh.consistency_ratio"},
    "rank": {"places": "rank.ranks"},
    "trends": {
        "growth": "trend.growth",
        "percent-change": "trend.percent_change",
    },
    "describe": {
        "correlation": "describe.correlation",
        "cronbach": "describe.cronbach",
    },
}


@dataclass(frozen=True)
class Told:
    """What a docstring tells of a method, by its parts."""

    first: str
    words: str
    parts: dict[str, str]
    example: str


def told(place: str) -> Told:
    """The docstring of a function of the engine, "treat.log_ct"; AttributeError where there is none."""
    stage, _, name = place.partition(".")
    function = getattr(importlib.import_module(f"innodex.engine.{stage}"), name)
    text = inspect.getdoc(function) or ""
    text, _, example = text.partition("\n>>> ")
    heads = rf"^({'|'.join(PARTS)}):[ \t]*"
    first, _, rest = text.partition("\n")
    words, *found = re.split(heads, rest, flags=re.MULTILINE)
    parts = {name: inspect.cleandoc(body) for name, body in zip(found[::2], found[1::2], strict=True)}
    return Told(first.strip(), words.strip(), parts, f">>> {example}".strip() if example else "")


def all_methods() -> Iterator[tuple[str, str, Spec]]:
    """Every method that the engine has a function for: (step, its name in a recipe, how it is written)."""
    for step in STEPS:
        for method, spec in METHODS.get(step, {}).items():
            if spec.page:
                yield step, method, spec


def file_of(step: str, method: str) -> str:
    """The name of a method's page."""
    return f"{step}-{method}.md"


def page(step: str, method: str, spec: Spec) -> str:
    """One method's page."""
    about = told(spec.page)
    where = f'In a recipe: [`step = "{step}"`](../recipe.md#{step}), `method = "{method}"`.'
    return _written(f"{method} · {step}", about, spec.page, where, list(_policies(spec)))


def part_page(step: str, name: str, place: str) -> str:
    """The page of a function that methods are made of."""
    where = f"Part of [`{step}`](../recipe.md#{step})." if step in STEPS else ""
    return _written(f"{name} · {step}", told(place), place, where, [])


def _written(title: str, about: Told, place: str, where: str, policies: list[str]) -> str:
    stage, _, name = place.partition(".")
    lines = [f"# {title}", "", about.first, ""]
    lines += [where, ""] if where else []
    lines += [about.words, ""] if about.words else []
    if "Formula" in about.parts:
        lines += ["## Formula", "", about.parts["Formula"], ""]
    lines += policies
    if about.example:
        lines += [
            "## Worked example",
            "",
            f"`{name}` of `innodex.engine.{stage}`; the example runs as a test.",
            "",
        ]
        lines += ["```pycon", *_example(about.example), "```", ""]
    for part, head in (("Use", "When to use it"), ("Avoid", "When not"), ("Source", "Source")):
        if part in about.parts:
            lines += [f"## {head}", "", _sentence(about.parts[part]), ""]
    return "\n".join(lines).rstrip() + "\n"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _example(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def _policies(spec: Spec) -> Iterator[str]:
    table = {**spec.policies, **_conditional(spec)}
    yield "## Policies"
    yield ""
    if not table and not spec.optional:
        yield "None."
        yield ""
        return
    yield "| Policy | Allowed | Meaning |"
    yield "|---|---|---|"
    for name, policy in table.items():
        yield _row(name, policy, "" if name in spec.policies else "where another policy asks for it: ")
    for name, policy in spec.optional.items():
        yield _row(name, policy, "may be left out: ")
    yield ""


def _conditional(spec: Spec) -> dict[str, Policy]:
    """Policies that some word of another policy asks for, or two words together."""
    found: dict[str, Policy] = {**spec.policies, **spec.optional}
    for _ in range(2):  # a policy asked for may ask for another
        said = [
            (name, word)
            for name, policy in found.items()
            for word in ((*policy.words,) if policy.words else (True, False) if policy.yes else ("",))
        ]
        for one, other in product(said, said):
            found.update(spec.also(dict([one, other])))
    listed = {**spec.policies, **spec.optional}
    return {name: policy for name, policy in found.items() if name not in listed}


def _row(name: str, policy: Policy, before: str) -> str:
    allowed = (
        ", ".join(f"`{word}`" for word in policy.allowed.split(", ")) if policy.words else policy.allowed
    )
    if policy.text:
        allowed = "a list of texts" if policy.many else "a text"
    return f"| `{name}` | {allowed} | {before}{policy.says} |".replace("|  |", "| – |")


def index() -> str:
    """The list of all methods."""
    lines = [
        "# Methods",
        "",
        "Written by `python tools/methods.py` from the table that recipes are read with, and from the",
        "functions that compute them. Every example on these pages runs as a test.",
        "",
    ]
    for step, head in OF.items():
        listed = [(method, spec.page) for one, method, spec in all_methods() if one == step]
        listed += PARTS_OF.get(step, {}).items()
        if listed:
            lines += [f"## {head} · `{step}`" if step in STEPS else f"## {head}", ""]
            lines += ["| Method | What it gives |", "|---|---|"]
            lines += [
                f"| [{method}]({file_of(step, method)}) | {told(place).first} |" for method, place in listed
            ]
            lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """{file name: text} of all pages."""
    found = {file_of(step, method): page(step, method, spec) for step, method, spec in all_methods()}
    parts = {
        file_of(step, name): part_page(step, name, place)
        for step, named in PARTS_OF.items()
        for name, place in named.items()
    }
    return {"README.md": index(), **found, **parts}


def main() -> int:
    """Write the pages, or say which are out of date."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--check", action="store_true")
    check = options.parse_args().check
    wanted = pages()
    old = (
        {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")} if PAGES.exists() else {}
    )
    if old == wanted:
        print("up to date")
        return 0
    if check:
        print("out of date:", ", ".join(sorted(n for n in {*old, *wanted} if old.get(n) != wanted.get(n))))
        return 1
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in set(old) - set(wanted):
        (PAGES / name).unlink()
    for name, text in wanted.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    print(f"{len(wanted)} pages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
