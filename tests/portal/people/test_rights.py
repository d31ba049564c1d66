"""The table of rights and the code say the same: each rule is used, worded, held; nothing passes the gate."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from _support import ROOT
from innodex.documents import has, languages, say
from innodex.portal.people.models import Logged
from innodex.portal.people.permissions import ROLES_OF, RULES, Kind, Role, Scope

PORTAL = ROOT / "src" / "innodex" / "portal"
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
    "create_user", "set_password", "add", "remove", "clear", "set", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip
# Only on a model, a queryset or a related manager: sets and dictionaries have these names too.
ONLY_ON_QUERIES = {"create", "update", "delete", "add", "remove", "clear", "set"}
GATE = ("people/gate.py", "people/history.py")
# What may stand outside the gate: (file, the call as it is written) and why.
ALLOWED: dict[tuple[str, str], str] = {}


def sources() -> Iterator[Path]:
    """The portal's own code; migrations are written by Django and run before there is anything to log."""
    for path in sorted(PORTAL.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def is_query(node: ast.expr) -> bool:
    """True for what can only be a queryset or a manager: it goes over `objects` or a filter."""
    return bool(
        re.search(r"\.objects\b|_set\b|\.filter\(|\.exclude\(|\.all\(\)|\.order_by\(", ast.unparse(node))
    )


def is_related(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in names


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def related_names() -> set[str]:
    """The names under which rows have other rows, such as `organisation.invitations`."""
    return {
        relation.get_accessor_name()
        for model in apps.get_models()
        for relation in model._meta.related_objects
        if relation.get_accessor_name()
    }


def is_written(call: ast.Call, related: set[str]) -> bool:
    """True for a call that writes to the database."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    owner = call.func.value
    if isinstance(owner, ast.Name) and owner.id in ("act", "self", "super"):
        return False
    if isinstance(owner, ast.Call) and ast.unparse(owner.func) == "super":
        return False
    if call.func.attr in ONLY_ON_QUERIES:
        return is_query(owner) or is_related(owner, related)
    return True


def written() -> dict[tuple[str, str], int]:
    found = {}
    for path in sources():
        name = path.relative_to(PORTAL).as_posix()
        for call in calls(tree_of(path)):
            if name not in GATE and is_written(call, related_names()):
                found[name, ast.unparse(call.func)] = call.lineno
    return found


def test_everything_is_written_through_the_gate() -> None:
    beside = {place: line for place, line in written().items() if place not in ALLOWED}
    assert beside == {}


def test_what_is_allowed_beside_the_gate_is_still_there() -> None:
    assert set(ALLOWED) <= set(written())
    assert all(len(reason) > 20 for reason in ALLOWED.values())


@pytest.mark.parametrize(
    "code",
    [
        "user.save()",
        "Item.objects.create(a=1)",
        "Item.objects.filter(pk=1).update(a=2)",
        "body.members.all().delete()",
        "Item.objects.bulk_create([])",
        "Item.objects.get_or_create(pk=1)",
        "user.memberships.create(role='x')",
        "row.save(update_fields=['a'])",
        "organisation.invitations.set([])",
    ],
)
def test_the_search_finds_what_is_written(code: str) -> None:
    [call] = [call for call in calls(ast.parse(code)) if isinstance(call.func, ast.Attribute)][:1]
    assert is_written(call, related_names())


@pytest.mark.parametrize(
    "code", ["names.add('x')", "values.update(a=1)", "act.create(Item)", "act.set(row, a=1)"]
)
def test_the_search_leaves_sets_and_dictionaries_alone(code: str) -> None:
    [call] = list(calls(ast.parse(code)))
    assert not is_written(call, related_names())


# ---- rules


def acted() -> dict[str, set[str]]:
    """{rule: names of the functions that act under it}, as written in the code."""
    found: dict[str, set[str]] = {}
    for path in sources():
        for function in ast.walk(tree_of(path)):
            if isinstance(function, ast.FunctionDef):
                for call in calls(function):
                    if ast.unparse(call.func).endswith("acting") and call.args:
                        for name in literals(call.args[0]):
                            found.setdefault(name, set()).add(function.name)
    return found


def literals(node: ast.expr) -> list[str]:
    return [
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def test_what_acts_has_a_rule() -> None:
    assert set(acted()) - set(RULES) == set()


# One rule of the clock stands for several moves.
SEVERAL = {"rounds.move_clock"}


def test_every_rule_is_used_by_an_action_of_its_name() -> None:
    named = acted()
    unused = [name for name in RULES if name not in named]
    assert unused == []
    otherwise = [
        name
        for name in RULES
        if name not in SEVERAL and name.partition(".")[2] not in {part.strip("_") for part in named[name]}
    ]
    assert otherwise == []


def test_every_role_holds_something_and_is_given_by_somebody() -> None:
    held = {grant.role for rule in RULES.values() for grant in rule.grants}
    given = {role for roles in ROLES_OF.values() for role in roles}
    assert set(Role) <= held
    assert set(Role) == given
    assert set(ROLES_OF) == set(Kind)


def test_every_rule_says_who() -> None:
    for rule in RULES.values():
        assert rule.grants, rule.action
        for grant in rule.grants:
            without = (Scope.SELF, Scope.LINK, Scope.SYSTEM)
            assert (grant.role is None) == (grant.scope in without), rule.action


def test_who_administers_accounts_holds_nothing_else() -> None:
    """Rule 13: no right on values, evidence or states."""
    of_sysadmin = {
        rule.action for rule in RULES.values() if Role.SYSADMIN in {grant.role for grant in rule.grants}
    }
    assert {name.partition(".")[0] for name in of_sysadmin} == {"people"}


def test_who_audits_only_reads() -> None:
    of_auditor = {
        rule.action for rule in RULES.values() if Role.AUDITOR in {grant.role for grant in rule.grants}
    }
    assert all(re.search(r"\.(read|export)_", name) for name in of_auditor), of_auditor


def test_who_enters_does_not_send_and_who_reviews_does_not_approve() -> None:
    def of(role: Role) -> set[str]:
        return {rule.action for rule in RULES.values() if role in {grant.role for grant in rule.grants}}

    both = {"runs.export_edition"}
    assert of(Role.P_ENTRY) & of(Role.P_LEAD) <= both
    approving = {"collection.approve", "runs.freeze", "runs.publish", "rounds.adopt_version"}
    assert not (of(Role.R_REVIEW) | of(Role.R_LEAD) | of(Role.I_ANALYST)) & approving


# ---- words


@pytest.mark.parametrize("lang", languages())
def test_every_rule_role_thing_and_state_has_words(lang: str) -> None:
    keys = [f"people.{kind}.{name}" for name in RULES for kind in ("action", "done")]
    keys += [f"people.app.{name.partition('.')[0]}" for name in RULES]
    for role in Role:
        keys += [f"people.role.{role.value}{part}" for part in ("", ".short", ".about")]
    keys += [f"people.kind.{kind.value}" for kind in Kind] + [
        f"people.scope.{scope.value}" for scope in Scope
    ]
    states, phases = set[str](), set[str]()
    for rule in RULES.values():
        states |= rule.states
        phases |= rule.phases
    for model in apps.get_models():
        if issubclass(model, Logged):
            keys.append(f"people.thing.{model._meta.label_lower}")
            states |= {
                value for field in model._meta.fields if field.name == "state" for value, _ in choices(field)
            }
    keys += [f"people.state.{state}" for state in states] + [f"people.phase.{phase}" for phase in phases]
    assert [key for key in keys if not has(key)] == []
    assert all(say(lang, key).strip() for key in keys)


def choices(field: models.Field) -> list[tuple[str, str]]:
    return list(field.choices or ())


def test_every_refusal_of_people_has_words() -> None:
    kinds = set()
    for path in sorted((PORTAL / "people").rglob("*.py")):
        for call in calls(tree_of(path)):
            name = ast.unparse(call.func)
            if name == "Refused" and call.args:
                kinds |= set(literals(call.args[0]))
            if name.endswith(".require") and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                kinds.add(str(call.args[1].value))
    kinds |= {"apart-entry-lead", "apart-review-approve"}
    missing = [
        kind for kind in kinds if not has(f"people.refused.{kind}") and not has(f"portal.refused.{kind}")
    ]
    assert missing == []


def test_the_reference_of_roles_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "roles.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
