"""docs/reference/faults.md, written from the message catalogue: what is wrong, allowed, to be tried.

python tools/faults_page.py          writes the page
python tools/faults_page.py --check  says whether it is up to date, and writes nothing
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

from innodex.documents import WARNINGS

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/faults.md"
CATALOGUE = ROOT / "src/innodex/documents/locale/en/faults.po"
HEAD = """# Faults

Everything that `innodex check` can find wrong, by kind. A fault names the file, the row (as a spreadsheet
counts: the head is row 1; in a TOML file the line) and the column (or the key), says what is allowed and what
to try. All faults are reported at once, and nothing is written while there is one. Warnings stop nothing.

Where a word comes near one that is known, the program asks “Did you mean …?”. Words in braces stand for what
was found. The sentences are those of the program; `--lang vi` gives them in Vietnamese.
"""


def sentences() -> dict[str, dict[str, str]]:
    """{kind: {"what" | "allowed" | "near" | "else" | "try": English sentence}}, in the catalogue's order."""
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    found: dict[str, dict[str, str]] = {}
    for message in catalogue:
        if match := re.fullmatch(r"faults\.([a-z0-9-]+)\.(what|allowed|near|else|try)", str(message.id)):
            found.setdefault(match[1], {})[match[2]] = str(message.string)
    return found


def page() -> str:
    """The text of the page."""
    chapters: dict[str, list[str]] = {"Faults that stop": [], "Warnings": []}
    for kind, parts in sorted(sentences().items()):
        lines = [f"### {kind}", "", parts["what"], ""]
        for part in ("allowed", "near", "else", "try"):
            if part in parts:
                lines += [parts[part], ""]
        chapters["Warnings" if kind in WARNINGS else "Faults that stop"] += lines
    body = "\n".join(f"## {title}\n\n" + "\n".join(lines) for title, lines in chapters.items())
    return f"{HEAD}\n{body}".rstrip() + "\n"


def main(words: list[str]) -> int:
    """Write the page, or with --check compare it."""
    text = page()
    if "--check" in words:
        same = PAGE.exists() and PAGE.read_text("utf-8") == text
        print("up to date" if same else f"{PAGE.relative_to(ROOT)} is out of date: run tools/faults_page.py")
        return 0 if same else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
