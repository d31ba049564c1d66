"""Every room has a face, and what stands in it is explained."""

from __future__ import annotations

import ast
import csv
import importlib
import inspect
import io
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from _support import ROOT

SOURCE = ROOT / "src" / "innodex"
ROOMS = sorted(path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py")))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_a_face(room: str) -> None:
    face = importlib.import_module(f"innodex.{room}")

    assert face.__doc__
    assert face.__doc__.strip()
    assert face.__all__
    assert len(set(face.__all__)) == len(face.__all__)


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_explained(room: str) -> None:
    face = importlib.import_module(f"innodex.{room}")
    silent = [
        name
        for name in face.__all__
        if (inspect.isclass(thing := getattr(face, name)) or inspect.isroutine(thing))
        and not _explained(thing)
    ]
    assert silent == []


def _explained(thing: object) -> bool:
    """True for a docstring of its own; the one that dataclasses invent is a signature, not an explanation."""
    own = vars(thing).get("__doc__") if inspect.isclass(thing) else getattr(thing, "__doc__", None)
    return bool(own) and not own.startswith(f"{getattr(thing, '__name__', '')}(")


def test_the_package_offers_what_it_says() -> None:
    innodex = importlib.import_module("innodex")

    for name in innodex.__all__:
        assert getattr(innodex, name) is not None


def test_the_version_is_written_once() -> None:
    innodex = importlib.import_module("innodex")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert innodex.__version__ == project["version"]


def test_the_core_opens_no_address() -> None:
    """`urllib.parse` is arithmetic on text; everything else of urllib is the network."""
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            assert not [n for n in names if re.match(r"urllib(?!\.parse)", n)], path


# Words of the program's own that an example may use as well: levels, folders of an edition, and the two
# divisors of a deviation.
ORDINARY = frozenset(
    ["index", "subindex", "pillar", "group", "indicator", "inputs", "out", "data", "population", "sample"]
)


def _named_in_examples() -> dict[str, str]:
    """What examples call their own: codes and names of nodes and series, and their folders."""
    named = {}
    for folder in (ROOT / "examples").iterdir():
        named[folder.name] = folder.name
        for file in ("framework.csv", "series.csv"):
            source = folder / file
            if not source.exists():
                continue
            text = source.read_text(encoding="utf-8-sig")
            head = text.partition("\n")[0]
            delimiter = ";" if head.count(";") > head.count(",") else ","
            for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
                words = {(row.get(column) or "").strip() for column in ("id", "code", "name_vi", "name_en")}
                named |= {word: folder.name for word in words if re.search(r"\w\D|\D\w", word)}
    return {word: folder for word, folder in named.items() if word.casefold() not in ORDINARY}


def test_no_code_names_an_example_its_nodes_or_its_series() -> None:
    """Long names are looked for inside every string, short ones as the whole of it."""
    named = _named_in_examples()
    long = "|".join(re.escape(word) for word in sorted(named, key=len, reverse=True) if len(word) > 5)
    inside = re.compile(rf"(?<![\w-])(?:{long})(?![\w-])")
    assert len(named) > 50

    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            hit = node.value if node.value in named else (match := inside.search(node.value)) and match[0]
            if hit:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {hit!r} of {named[hit]}")
    assert found == []


def test_vietnamese_is_data_and_translation_never_code() -> None:
    """Letters that only Vietnamese has do not stand in the code, save in tables of letters for sorting."""
    only_vietnamese = re.compile(
        r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]{1}\w|\w[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]"
    )
    found = []
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and " " in node.value
                and only_vietnamese.search(node.value)
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]!r}")
    assert [line for line in found if "_text.py" not in line] == []


def test_help_imports_no_arithmetic() -> None:
    """A cold `--help` loads neither NumPy nor the page maker, and nothing of the portal."""
    code = (
        "import sys\n"
        "from innodex.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'jinja2', 'xlsxwriter', 'babel', 'django', 'innodex.portal'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(ROOT)
    )

    assert done.stderr.strip() == "[]"
    assert done.stdout


def _commands() -> list[str]:
    return [
        "new", "check", "build", "publish", "verify", "serve",
        "init", "migrate", "tick", "backup", "restore", "verify-log",
    ]  # fmt: skip


@pytest.mark.parametrize("command", _commands())
def test_every_command_has_help(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "innodex", command, "--help"], capture_output=True, text=True, cwd=Path(ROOT)
    )

    assert done.returncode == 0, done.stderr
    assert f"innodex {command}" in done.stdout
    assert len(done.stdout.splitlines()) > 5


def test_help_lists_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "innodex", "--help"], capture_output=True, text=True, cwd=Path(ROOT)
    )

    assert done.returncode == 0, done.stderr
    for command in _commands():
        assert re.search(rf"\b{command}\b", done.stdout), command
