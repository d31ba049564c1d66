"""With a fault in the folder no command writes anything: not in the folder, not beside it, not elsewhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from faults._book import Unfit
from faults._disk import fill, snapshot
from faults._folders import EXAMPLES, prepared
from faults._injectors import INJECTORS, Injector
from innodex.cli import main
from innodex.documents import WARNINGS

STOPPING = [one for one in INJECTORS if one.kind not in WARNINGS]


def _damaged(injector: Injector, name: str) -> dict[str, bytes]:
    """The files of a folder with this fault somewhere."""
    for seed in range(50):
        book = prepared(name, injector.preparations).copy()
        try:
            injector.inject(book, random.Random(f"{injector.name} {seed}").choice)
        except (Unfit, IndexError):
            continue
        return book.write()[0]
    raise AssertionError(injector.name)


@pytest.mark.parametrize("injector", STOPPING, ids=lambda injector: injector.name)
def test_a_command_refuses_and_writes_nothing(
    injector: Injector, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = EXAMPLES[STOPPING.index(injector) % len(EXAMPLES)]
    folder, out = tmp_path / "index", tmp_path / "out"
    files = _damaged(injector, name)
    fill(folder, files)
    for command in (["check"], ["build", "--out", str(out)], ["publish", "--out", str(out)]):
        code = main(["--lang", "en", command[0], str(folder), *command[1:]])
        said = capsys.readouterr().err

        # A folder that is none is a mistake in the command for some, a fault of the folder for others.
        assert code == 1 or (injector.kind == "not-a-folder" and code == 2), said
        assert said
        assert "Traceback" not in said
        assert [path.name for path in tmp_path.iterdir()] == ["index"]
        assert snapshot(folder) == files


def test_an_earlier_build_stays_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = tmp_path / "index", tmp_path / "out"
    book = prepared(EXAMPLES[0], ()).copy()
    fill(folder, book.write()[0])
    assert main(["build", str(folder), "--out", str(out)]) == 0
    before = snapshot(out)
    name = book.data()[0]
    fill(folder, {**book.write()[0], name: b""})

    assert main(["build", str(folder), "--out", str(out)]) == 1

    assert name in capsys.readouterr().err
    assert snapshot(out) == before
