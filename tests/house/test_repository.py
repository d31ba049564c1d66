"""Rules that hold for every file of the repository."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from _support import ROOT

# Every dot is written [.] and every word broken by [], so that this file does not name what it looks for.
FOREIGN = re.compile(
    r"/wor[k]/(?:main|[.])|/tm[p]/|/far[m]/|/hom[e]/\w|/roo[t]/"
    r"|pyp[i][.]org|python[h]osted|registry[.]npm[j]s|npmj[s][.]com|jsdeliv[r]|unpk[g]|deb[.]debia[n]"
    r"|\bsub-?agent[s]?\b|\bissu[e] #?\d|\bstee[r]ing\b",
    re.IGNORECASE,
)


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git would commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def _text(path: Path) -> str | None:
    content = path.read_bytes()
    if b"\0" in content[:8192]:
        return None
    return content.decode("utf-8", errors="replace")


def test_no_file_names_this_machine_a_registry_or_a_workplace() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked()
        if (text := _text(path)) is not None
        for number, line in enumerate(text.splitlines(), start=1)
        if FOREIGN.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "see /wor" + "k/main/x",
        "open /tm" + "p/x",
        "https://pyp" + "i.org/simple",
        "index.python" + "hosted.org",
    ],
)
def test_the_rule_sees_what_it_forbids(line: str) -> None:
    assert FOREIGN.search(line)


def test_no_lock_file_that_carries_addresses() -> None:
    locks = [path.name for path in tracked() if re.fullmatch(r"uv[.]lock|pylock.*[.]toml", path.name)]
    assert locks == []


def test_no_polygons_and_nothing_large() -> None:
    assert [path.name for path in tracked() if path.suffix == ".geojson"] == []
    assert [str(path.relative_to(ROOT)) for path in tracked() if path.stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("name", ["core", "portal", "test", "dev"])
def test_requirements_are_pinned_and_carry_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    wanted = [entry for entry in re.split(r"\n(?=\S)", text) if not entry.startswith("#")]

    assert wanted
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE)
    for entry in wanted:
        assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry


def test_what_is_pinned_agrees_between_the_files() -> None:
    pinned = {
        name: dict(
            re.findall(
                r"^([a-z0-9.-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
            )
        )
        for name in ("core", "portal", "test", "dev")
    }

    assert pinned["core"].items() <= pinned["dev"].items()
    assert pinned["test"].items() <= pinned["dev"].items()
    assert pinned["core"].items() <= pinned["portal"].items() <= pinned["dev"].items()


def test_every_dependency_has_its_reason() -> None:
    """A comment stands above each dependency in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)
    lines = [line.strip() for line in text.splitlines()]

    extras = project["project"]["optional-dependencies"].values()
    for dependency in [*project["project"]["dependencies"], *(one for extra in extras for one in extra)]:
        place = lines.index(f'"{dependency}",')
        assert lines[place - 1].startswith("#"), dependency


def test_every_command_of_make_says_what_it_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)

    assert phony
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \w", text, re.MULTILINE), target


def test_documents_link_only_to_what_exists() -> None:
    """Relative links of the Markdown files lead somewhere."""
    broken = []
    for path in tracked():
        if path.suffix != ".md" or "sheets" in path.parts:
            continue
        text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if (
                "://" not in target
                and not target.startswith("mailto:")
                and not (path.parent / target).exists()
            ):
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []
