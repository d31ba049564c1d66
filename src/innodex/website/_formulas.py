"""The formula of a derived node, with names in place of codes."""

from __future__ import annotations

from innodex.recipe import Number, Operation, Reference
from innodex.website._words import Words

Expression = Number | Reference | Operation
# How closely each operator holds together; a sign stands between * and ^.
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 4}
_SIGN, _WHOLE = 3, 9
_WRITTEN = {"+": " + ", "-": " \u2212 ", "*": " × ", "/": " / ", "^": "^"}


def formula(words: Words, expression: Expression) -> str:
    """The formula as one line."""
    return _written(words, expression)[0]


def _written(words: Words, expression: Expression) -> tuple[str, int]:
    """The words of an expression, and how closely they hold together."""
    match expression:
        case Number(value):
            return words.plain(value), _WHOLE
        case Reference():
            return _name(words, expression), _WHOLE
        case Operation("-", (one,)):
            return "\u2212" + _held(words, one, _SIGN), _SIGN
        case Operation(sign, (left, right)) if sign in _BINDS:
            binds = _BINDS[sign]
            # To the left where operators are equal, but powers to the right.
            first = _held(words, left, binds + (sign == "^"))
            second = _held(words, right, binds + (sign != "^"))
            return f"{first}{_WRITTEN[sign]}{second}", binds
        case Operation(name, operands):
            inside = "; ".join(formula(words, one) for one in operands)
            return f"{words.t(f'methods.derive.function.{name}')}({inside})", _WHOLE


def _held(words: Words, expression: Expression, binds: int) -> str:
    said, own = _written(words, expression)
    return said if own >= binds else f"({said})"


def _name(words: Words, one: Reference) -> str:
    edition = words.edition
    derived = {node.code: node.name for node in edition.recipe.derive}
    if one.kind != "series" and one.name in edition.framework.by_code:
        said = words.name(edition.framework.by_code[one.name].name) or one.name
    elif one.kind != "series" and one.name in derived:
        said = words.name(derived[one.name])
    else:
        series = edition.framework.series_by_id.get(one.name)
        said = (words.name(series.name) if series else "") or one.name
    return words.t("methods.derive.raw" if one.kind == "raw" else "methods.derive.name", name=said)
