"""Write docs/reference/roles.md from the table of rights; `--check` only says whether it is current."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from innodex.documents import say
from innodex.portal.people.permissions import PHASES, ROLES_OF, RULES, Grant, Role, Rule, Scope

HERE = Path(__file__).resolve().parent.parent
PAGE = HERE / "docs" / "reference" / "roles.md"
LANG = "en"

BEGINNING = """\
# Roles and rights

Written by `python tools/roles.py` from `src/innodex/portal/people/permissions.py`, the table that is checked
before every action; the portal shows the same table, in Vietnamese and English, under *Roles and rights*. Who
may *see* what is said in [Rights and the event log](../explanation/rights-and-log.md).

Rights come from roles in organisations, never from an account. Beyond the table: in one organisation nobody
both enters and sends, nobody both appraises and approves, and who sends has written nothing in what is sent.
"""


def page() -> str:
    """The whole page."""
    parts = [BEGINNING, "## Roles\n", _roles(), "## Actions\n", _legend()]
    for app in dict.fromkeys(name.partition(".")[0] for name in RULES):
        parts += [f"### {say(LANG, f'people.app.{app}')}\n", _actions(app)]
    return "\n".join(parts)


def _roles() -> str:
    lines = ["| Role | Code | Given by | What it is |", "|---|---|---|---|"]
    for role in Role:
        by = [kind for kind, given in ROLES_OF.items() if role in given]
        kinds = [say(LANG, f"people.kind.{kind.value}") for kind in by]
        about = say(LANG, f"people.role.{role.value}.about")
        name = say(LANG, f"people.role.{role.value}")
        lines.append(f"| {name} | `{role.name}` | {', '.join(kinds)} | {about} |")
    return "\n".join(lines) + "\n"


def _legend() -> str:
    return (
        "States are those of the thing acted on, phases those of its round; a dash means any. Where a\n"
        "deadline is marked, the action is refused after it.\n"
    )


def _actions(app: str) -> str:
    lines = ["| Action | What | Who | States | Phases | Deadline |", "|---|---|---|---|---|---|"]
    lines += [_row(rule) for rule in RULES.values() if rule.action.partition(".")[0] == app]
    return "\n".join(lines) + "\n"


def _row(rule: Rule) -> str:
    cells = (
        f"`{rule.action}`",
        say(LANG, f"people.action.{rule.action}"),
        "; ".join(_who(grant) for grant in rule.grants),
        _codes(sorted(rule.states)),
        _codes(sorted(rule.phases, key=PHASES.index)),
        "yes" if rule.timed else "–",
    )
    return f"| {' | '.join(cells)} |"


def _codes(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


def _who(grant: Grant) -> str:
    scope = "" if grant.scope is Scope.ANY else say(LANG, f"people.scope.{grant.scope.value}")
    return scope if grant.role is None else f"`{grant.role.name}` {scope}".strip()


def main() -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = page()
    if not parser.parse_args().check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    print(f"{PAGE.relative_to(HERE)} is not current: run `python tools/roles.py`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
