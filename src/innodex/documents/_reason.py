"""What parsers of the standard library complain of, in words of the catalogue."""

from __future__ import annotations

from innodex.documents._fault import Word

# (part of the complaint, key of the sentence); the first that fits counts.
_REASONS = (
    ("expected after '\"'", "after-quote"),
    ("field larger", "too-long"),
    ("Cannot overwrite", "twice"),
    ("Cannot declare", "twice"),
    ("Duplicate inline", "twice"),
    ("Cannot mutate", "twice"),
    ("Expected newline", "left-over"),
    ("Expected '='", "equals"),
    ("Unterminated", "string"),
    ("Illegal character '\\n'", "string"),
    ('Expected "\'"', "string"),
    ("Unclosed", "bracket"),
    ("Expected ']", "bracket"),
    ("Expected '}", "bracket"),
    ("Invalid statement", "key"),
    ("key part", "key"),
    ("Unescaped", "escape"),
    ("Escaped", "escape"),
    ("hex value", "escape"),
    ("Invalid date", "date"),
    ("recursion", "deep"),
    ("Illegal character", "character"),
    ("Invalid value", "value"),
)


def reason(complaint: str) -> str:
    """The complaint as a word of the catalogue; as it is where the catalogue has none."""
    name = next((name for part, name in _REASONS if part in complaint), None)
    return complaint if name is None else Word(f"faults.reason.{name}")
