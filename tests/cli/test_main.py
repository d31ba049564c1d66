"""What holds for every command: language, help, usage, exit codes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from _editions import new_folder
from innodex.cli import main
from innodex.cli._main import language
from innodex.cli._parser import AUDIENCES, COMMANDS
from innodex.edition import Audience

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("words", "environment", "spoken"),
    [
        ([], {}, "en"),
        (["--lang", "vi"], {}, "vi"),
        (["check", "x", "--lang=vi"], {"LANG": "en_GB.UTF-8"}, "vi"),
        (["--lang", "en"], {"INNODEX_LANG": "vi"}, "en"),
        ([], {"INNODEX_LANG": "vi", "LANG": "en_GB.UTF-8"}, "vi"),
        ([], {"INNODEX_LANG": "xx", "LANG": "vi_VN.UTF-8"}, "vi"),
        ([], {"LC_ALL": "vi_VN"}, "vi"),
        ([], {"LC_ALL": "C", "LANG": "vi_VN.UTF-8"}, "en"),
        ([], {"LC_ALL": "", "LANG": "vi_VN.UTF-8"}, "vi"),
        ([], {"LANG": "de_DE"}, "en"),
        (["--lang", "xx"], {"LANG": "vi_VN"}, "vi"),
        (["--lang"], {}, "en"),
    ],
)
def test_the_language_is_asked_for_or_found(
    words: list[str], environment: dict[str, str], spoken: str
) -> None:
    assert language(words, environment) == spoken


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_a_command_says_what_it_does_and_gives_an_example(
    command: str, lang: str, capsys: Capture
) -> None:
    assert main(["--lang", lang, command, "--help"]) == 0

    said = capsys.readouterr().out
    assert f"\n  innodex {command} " in said
    assert len(said.split()) > 50
    spoken = {"usage:": "en", "cách dùng:": "vi"}[said.partition(" innodex")[0]]
    assert spoken == lang


def test_every_option_is_explained(capsys: Capture) -> None:
    """No line of an option stands without words beside or below it."""
    for command in COMMANDS:
        main(["--lang", "en", command, "--help"])
        lines = capsys.readouterr().out.splitlines()
        for number, line in enumerate(lines):
            if line.startswith("  -"):
                assert len(line.split("  ")) > 2 or lines[number + 1].startswith(" " * 8), line


def test_the_audiences_are_those_of_an_edition() -> None:
    assert tuple(audience.value for audience in Audience) == AUDIENCES


@pytest.mark.parametrize(
    ("words", "mentions"),
    [
        (["bild"], "bild"),
        (["build"], "DIR"),
        (["build", "DIR"], "--out"),
        (["build", "DIR", "--out"], "--out"),
        (["build", "DIR", "--out", "x", "--colour", "red"], "--colour red"),
        (["publish", "DIR", "--out", "x", "--audience", "everybody"], "everybody"),
        (["serve", "DIR", "--port", "many"], "many"),
        (["--lang", "xx"], "xx"),
        (["check", "does-not-exist"], "does-not-exist"),
        (["check", "."], None),
        (["build", "does-not-exist", "--out", "x"], "does-not-exist"),
        (["verify", "does-not-exist"], "does-not-exist"),
        (["serve", "does-not-exist"], "does-not-exist"),
        (["publish", ".", "--out", "x", "--date", "1/10/2026"], "1/10/2026"),
        (["publish", ".", "--out", "x", "--date", "2026-02-30"], "2026-02-30"),
        (["publish", ".", "--out", "x", "--replaces", "abc"], "abc"),
        (["verify", ".", "--expect", "abc"], "abc"),
        (["serve", ".", "--port", "70000"], "70000"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_misused_command_ends_with_2_and_says_where_to_read_on(
    words: list[str],
    mentions: str | None,
    lang: str,
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "DIR").mkdir()
    monkeypatch.setenv("INNODEX_LANG", lang)

    code = main(words)

    said = capsys.readouterr()
    assert said.out == ""
    if mentions is None:  # a folder, but no index folder: a fault of its content
        assert code == 1
        return
    assert code == 2
    assert mentions in said.err
    assert "--help" in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["DIR"]


def test_without_a_command_the_help_is_shown(capsys: Capture) -> None:
    assert main([]) == 2
    assert "innodex COMMAND --help" in capsys.readouterr().out


def test_the_version_is_the_packages(capsys: Capture) -> None:
    import innodex

    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == innodex.__version__


def test_a_terminal_without_accents_gets_escapes_and_no_crash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="strict")
    monkeypatch.setattr(sys, "stdout", out)

    assert main(["--lang", "vi", "--help"]) == 0

    out.flush()
    assert b"c\\xe1ch d\\xf9ng" in out.buffer.getvalue()  # type: ignore[attr-defined]


def test_an_interruption_is_quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    folder = new_folder(tmp_path / "index")
    capsys.readouterr()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("innodex.cli._build.build", interrupted)

    assert main(["build", str(folder), "--out", str(tmp_path / "out")]) == 130
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_disk_that_refuses_is_named_and_nothing_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    folder = new_folder(tmp_path / "index")

    def full(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)

    assert main(["--lang", "en", "build", str(folder), "--out", str(tmp_path / "out")]) == 1
    assert "No space left" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("patience", [0.0, 1000.0])
@pytest.mark.parametrize("watched", [True, False])
def test_progress_is_told_to_somebody_who_waits_at_a_terminal(
    patience: float, watched: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = new_folder(tmp_path / "index")
    heard = Terminal() if watched else io.StringIO()
    monkeypatch.setattr("innodex.cli._console._PATIENCE", patience - 1 if patience == 0 else patience)
    monkeypatch.setattr(sys, "stderr", heard)

    assert main(["--lang", "en", "build", str(folder), "--out", str(tmp_path / "out")]) == 0

    assert ("Computing …" in heard.getvalue()) == (watched and patience == 0)


def test_a_fault_of_the_program_is_a_sentence_and_never_a_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise RecursionError("deep")

    monkeypatch.setattr("innodex.cli._check.run", broken)

    assert main(["--lang", "en", "check", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "RecursionError, test_main.py:" in said
    assert "Traceback" not in said

    monkeypatch.setenv("INNODEX_TRACEBACK", "1")
    with pytest.raises(RecursionError):
        main(["check", str(tmp_path)])
