"""Publish two shipped examples, rehearse a pilot in a fictional country, and serve both, for `make demo`.

Editions are published again only when the example or the program is newer than they are. The rehearsal is
made at the first start, with a calendar relative to it; `make clean` ends it.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".demo"
EDITIONS = HOME / "editions"
ACCOUNTS = HOME / "accounts.json"
DATABASE = "db.sqlite3"
# What the command line returns after Ctrl-C.
INTERRUPTED = 130
# One with invented figures for a fictional country, one with real figures of countries.
EXAMPLES = ("provincial-innovation", "tai")


def _newest(*folders: Path) -> float:
    """When the newest file under `folders` changed."""
    return max(
        path.stat().st_mtime
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    )


def is_stale(example: Path, edition: Path) -> bool:
    """True when the edition is absent or older than its example or the program."""
    manifest = edition / "manifest.json"
    return not manifest.exists() or manifest.stat().st_mtime < _newest(example, ROOT / "src" / "innodex")


def publish_examples() -> None:
    """Bring the editions up to date; what the command says goes to the standard error."""
    EDITIONS.mkdir(parents=True, exist_ok=True)
    for name in EXAMPLES:
        example, edition = ROOT / "examples" / name, EDITIONS / name
        if not is_stale(example, edition):
            continue
        from innodex.cli import main

        with contextlib.redirect_stdout(sys.stderr):
            code = main(["publish", str(example), "--out", str(edition), "--audience", "public"])
        if code:
            sys.exit(0 if code == INTERRUPTED else code)


def rehearse() -> list[dict[str, str]]:
    """Make the rehearsal where there is none that fits this program; one account for each role."""
    from innodex.portal import prepare
    from innodex.portal.project.home import make_home

    # The rehearsal keeps to its own folder, whatever database this machine serves.
    os.environ.pop("INNODEX_DATABASE_URL", None)
    make_home(HOME)
    prepare(HOME)
    from innodex.portal.project import state

    if ACCOUNTS.exists() and (HOME / DATABASE).exists() and not state.pending():
        accounts: list[dict[str, str]] = json.loads(ACCOUNTS.read_text(encoding="utf-8"))
        return accounts
    _forget()
    return _made()


def _forget() -> None:
    """Remove a rehearsal that was not finished, or is of another version of the program."""
    ACCOUNTS.unlink(missing_ok=True)
    for file in HOME.glob(DATABASE + "*"):
        file.unlink()
    for folder in ("evidence", "runs", "uploads"):
        shutil.rmtree(HOME / folder, ignore_errors=True)
        (HOME / folder).mkdir()


def _made() -> list[dict[str, str]]:
    from innodex.portal.project import demo, state

    print("The rehearsal is being made; this takes a moment.", file=sys.stderr)
    state.migrate()
    passwords = {key: f"trang-{secrets.token_urlsafe(9)}" for key in demo.SHOWN}
    now = datetime.datetime.now(datetime.UTC)
    show = demo.furnish(ROOT / "examples" / "provincial-innovation", now=now, passwords=passwords)
    accounts = [
        {
            "role": role,
            "email": show.users[key].email,
            "password": passwords[key],
            "name": show.users[key].name,
        }
        for key, role in demo.SHOWN.items()
    ]
    # Written last: it says that all the rest is there.
    ACCOUNTS.touch(mode=0o600)
    ACCOUNTS.write_text(json.dumps(accounts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return accounts


def tell(accounts: list[dict[str, str]]) -> None:
    """Print who can sign in at /portal/."""
    print("Sign in at /portal/ as one of these (all invented):")
    for account in accounts:
        print(f"  {account['role']:<10}  {account['email']:<36}  {account['password']}  {account['name']}")


def serve(port: int) -> int:
    """Serve the home folder until interrupted; the server prints the line with its address."""
    from innodex.cli import main

    return main(["serve", "--home", str(HOME), "--port", str(port)])


def _run(port: int) -> int:
    # A reader of the line may sit behind a pipe.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    try:
        publish_examples()
        tell(rehearse())
        code = serve(port)
        return 0 if code == INTERRUPTED else code
    except KeyboardInterrupt:
        return 0


@contextlib.contextmanager
def _terminal() -> Iterator[int | None]:
    """The controlling terminal, or None where there is none."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
    except OSError:
        yield None
        return
    try:
        yield terminal
    finally:
        os.close(terminal)


def in_the_foreground(work: Callable[[], int]) -> int:
    """Run `work` in a process group of its own that holds the terminal, and return its exit code.

    Ctrl-C then reaches `work` alone. A make that is interrupted itself ends with an error, whatever its
    recipe returned.
    """
    with _terminal() as terminal:
        own = os.getpgrp()
        holds = terminal is not None and os.tcgetpgrp(terminal) == own
        # Handing the terminal over from the background would stop the process that does it.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)

        def hand_to(group: int) -> None:
            if holds and terminal is not None:
                os.tcsetpgrp(terminal, group)

        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            hand_to(os.getpid())
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            code = 1
            try:
                code = work()
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else 1
            finally:
                sys.stdout.flush()
                os._exit(code)

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: os.kill(child, signal.SIGINT))
        try:
            return _wait(child, hand_to, own)
        finally:
            hand_to(own)


def _wait(child: int, hand_to: Callable[[int], None], own: int) -> int:
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            code = os.waitstatus_to_exitcode(status)
            return 0 if code == -signal.SIGINT else abs(code)
        # Ctrl-Z: stop with the rest of the job, and go on with it.
        hand_to(own)
        os.killpg(own, signal.SIGTSTP)
        hand_to(child)
        os.killpg(child, signal.SIGCONT)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    arguments = parser.parse_args()
    sys.exit(in_the_foreground(lambda: _run(arguments.port)))
