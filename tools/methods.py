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
}


@dataclass(frozen=True)
class Told:
    """What a docstring tells of a method, by its parts."""

    first: str
    words: str
    parts: dict[str, str]
    example: str


def told(spec: Spec) -> Told:
    """The docstring of the function that does the work. Raises AttributeError where there is none."""
    stage, _, name = spec.page.partition(".")
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
    about = told(spec)
    lines = [
        f"# {method} · {step}",
        "",
        about.first,
        "",
        f'In a recipe: [`step = "{step}"`](../recipe.md#{step}), `method = "{method}"`.',
        "",
        *([about.words, ""] if about.words else []),
    ]
    if "Formula" in about.parts:
        lines += ["## Formula", "", about.parts["Formula"], ""]
    lines += [*_policies(spec)]
    if about.example:
        name = spec.page.rpartition(".")[2]
        lines += ["## Worked example", ""]
        lines += [
            f"`{name}` of `innodex.engine.{spec.page.partition('.')[0]}`; the example runs as a test.",
            "",
        ]
        lines += ["```pycon", *_example(about.example), "```", ""]
    for part, head in (("Use", "When to use it"), ("Avoid", "When not"), ("Source", "Source")):
        if part in about.parts:
            lines += [f"## {head}", "", about.parts[part], ""]
    return "\n".join(lines).rstrip() + "\n"


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
    """Policies that some word of another policy asks for."""
    found: dict[str, Policy] = {}
    for name, policy in spec.policies.items():
        for word in (*policy.words, True, False) if policy.words or policy.yes else ():
            found.update(spec.also({name: word}))
    return {name: policy for name, policy in found.items() if name not in spec.policies}


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
    for step in STEPS:
        listed = [(method, spec) for one, method, spec in all_methods() if one == step]
        if listed:
            lines += [f"## {OF[step]} · `{step}`", "", "| Method | What it gives |", "|---|---|"]
            lines += [
                f"| [{method}]({file_of(step, method)}) | {told(spec).first} |" for method, spec in listed
            ]
            lines += [""]
    return "\n".join(lines).rstrip() + "\n"


def pages() -> dict[str, str]:
    """{file name: text} of all pages."""
    found = {file_of(step, method): page(step, method, spec) for step, method, spec in all_methods()}
    return {"README.md": index(), **found}


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
