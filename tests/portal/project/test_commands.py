"""The operator's commands: what they make, what they say, and what they refuse."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import pytest

from _command import PASSWORD, Operator, environment, served, started
from innodex.cli import main
from innodex.portal.project.home import database, read_home

ON_SQLITE = not os.environ.get("INNODEX_DATABASE_URL")
Capture = pytest.CaptureFixture[str]


def test_init_makes_a_home_folder_that_its_owner_alone_can_read(portal: Operator) -> None:
    made = sorted(path.name for path in portal.home.iterdir())

    assert {"settings.toml", "secret", "evidence", "editions", "uploads"} <= set(made)
    assert ("db.sqlite3" in made) == ON_SQLITE
    for name in ("secret", "settings.toml"):
        assert stat.S_IMODE((portal.home / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(portal.home.stat().st_mode) == 0o700
    assert len((portal.home / "secret").read_text()) > 60


def test_init_says_what_comes_next(operator: Operator) -> None:
    words = ("init", "--email", "an@example.com", "--name", "An", "--password-stdin")
    done = operator.run(*words, typed=PASSWORD)

    assert done.returncode == 0
    for command in ("innodex serve", "innodex tick", "innodex backup"):
        assert command in done.stdout


def test_a_second_init_changes_nothing(portal: Operator) -> None:
    secret = (portal.home / "secret").read_text()
    words = ("init", "--email", "binh@example.com", "--name", "Bình", "--password-stdin")
    done = portal.run(*words, typed=PASSWORD)

    assert done.returncode == 1
    assert "accounts already" in done.stderr
    assert (portal.home / "secret").read_text() == secret
    assert "Events: 1," in portal.run("verify-log").stdout


@pytest.mark.parametrize(("lang", "why"), [("en", "too short"), ("vi", "quá ngắn")])
def test_a_weak_password_is_refused_and_the_command_can_be_given_again(
    operator: Operator, lang: str, why: str
) -> None:
    words = ("init", "--email", "an@example.com", "--name", "An", "--password-stdin")
    first = operator.run(*words, typed="short\n", lang=lang)
    second = operator.run(*words, typed=PASSWORD + "\n", lang=lang)

    assert first.returncode == 1
    assert why in first.stderr
    assert second.returncode == 0, second.stderr


def test_init_leaves_a_folder_of_somebodys_work_alone(operator: Operator) -> None:
    operator.home.mkdir()
    (operator.home / "letter.txt").write_text("mine")
    words = ("init", "--email", "an@example.com", "--name", "An", "--password-stdin")
    done = operator.run(*words, typed=PASSWORD)

    assert done.returncode == 2
    assert [path.name for path in operator.home.iterdir()] == ["letter.txt"]


def test_without_a_terminal_the_password_must_come_otherwise(operator: Operator) -> None:
    done = operator.run("init", "--email", "an@example.com", "--name", "An", typed=PASSWORD)

    assert done.returncode == 2
    assert "--password-stdin" in done.stderr
    assert not operator.home.exists()


@pytest.mark.parametrize("command", ["serve", "tick", "migrate", "verify-log"])
def test_without_a_home_folder_each_command_says_how_to_make_one(
    tmp_path: Path, capsys: Capture, command: str
) -> None:
    assert main(["--lang", "en", command, "--home", str(tmp_path / "home")]) == 2
    assert "innodex init" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["serve"],
        ["init", "--email", "a@example.com", "--name", "A", "--password-stdin"],
        ["tick"],
        ["migrate"],
        ["backup", "kept.zip"],
        ["restore", __file__],
        ["verify-log"],
    ],
)
def test_without_the_portals_libraries_each_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, words: list[str]
) -> None:
    monkeypatch.setattr("innodex.portal.find_spec", lambda name: None if name == "allauth" else object())

    assert main(["--lang", "en", *words, "--home", str(tmp_path / "home")]) == 1
    assert "pip install 'innodex[portal]'" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_tick_can_be_given_again_and_again(portal: Operator) -> None:
    first, second = portal.run("tick"), portal.run("tick")

    assert first.returncode == second.returncode == 0
    assert second.stdout == "0 matters were due and done.\n"


def test_tick_every_second_ends_politely(portal: Operator) -> None:
    words = [sys.executable, "-m", "innodex", "tick", "--every", "1", "--home", str(portal.home)]
    with started(words, portal) as process:
        assert process.stdout
        lines = [process.stdout.readline() for _ in range(2)]

    assert all(lines)


def test_migrate_applies_what_is_lacking_and_the_server_waits_for_it(portal: Operator) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom innodex.portal import prepare\n"
        "prepare(Path(sys.argv[1]))\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', 'sessions', 'zero', verbosity=0)"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(portal.home)], check=True, env=environment(portal.database)
    )

    waiting = portal.run("serve", "--port", "0")
    done = portal.run("migrate")
    again = portal.run("migrate")

    assert waiting.returncode == 1
    assert "innodex migrate" in waiting.stderr
    assert done.stdout.splitlines()[0] == "sessions.0001_initial"
    assert again.stdout == "0 changes applied.\n"


def test_verify_log_names_the_first_bad_event(portal: Operator) -> None:
    assert portal.run("verify-log").returncode == 0
    unguarded = "DROP TRIGGER people_event_no_update" + ("" if ON_SQLITE else " ON people_event")
    _execute(portal, unguarded, "UPDATE people_event SET reason = 'another' WHERE sequence = 1")

    done = portal.run("verify-log")

    assert done.returncode == 1
    assert "Chain accounts: event 1 is not as it was written." in done.stderr


def test_the_database_itself_refuses_a_change_of_the_log(portal: Operator) -> None:
    with pytest.raises(Exception, match="never changed or removed"):
        _execute(portal, "UPDATE people_event SET reason = 'another'")
    with pytest.raises(Exception, match="never changed or removed"):
        _execute(portal, "DELETE FROM people_event")


def _execute(portal: Operator, *statements: str) -> None:
    if portal.database:
        import psycopg

        with psycopg.connect(portal.database) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    connection = sqlite3.connect(portal.home / "db.sqlite3")
    try:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("[server\n", "settings.toml"),
        ("[sever]\nport = 1\n", "sever"),
        ("[server]\nprot = 1\n", "server.prot"),
        ('[server]\nport = "80"\n', "server.port"),
        ("[server]\nport = true\n", "server.port"),
        ('[portal]\nlanguage = "fr"\n', "fr"),
        ('[portal]\ntime_zone = "Moon/Base"\n', "Moon/Base"),
        ('[server]\naddress = "portal.example"\n', "portal.example"),
        ('[database]\nurl = "mysql://x/y"\n', "postgresql://"),
    ],
)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_wrong_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, lang: str, text: str, mentions: str
) -> None:
    (tmp_path / "settings.toml").write_text(text, encoding="utf-8")
    # Django is configured once per process: what it would meet is what `database` and `read_home` meet.
    monkeypatch.setattr("innodex.portal.prepare", lambda home, language: database(read_home(home)))

    assert main(["--lang", lang, "tick", "--home", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert mentions in said
    assert "settings.toml" in said


def test_a_wrong_setting_stops_the_program_itself(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[server]\nprot = 1\n", encoding="utf-8")

    done = Operator(tmp_path).run("tick")

    assert done.returncode == 1
    assert "server.prot" in done.stderr


def test_a_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    (tmp_path / "settings.toml").write_text("", encoding="utf-8")

    done = Operator(tmp_path, "postgresql://nobody@127.0.0.1:1/none").run("tick")

    assert done.returncode == 1
    assert "cannot be reached" in done.stderr


# ---- the server


def _get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def test_serve_shows_the_portal_its_files_and_the_shelf(portal: Operator) -> None:
    with served(portal) as address:
        status, _, page = _get(f"{address}portal/")
        sheet = re.search(rb'href="(/static/look/portal\.[0-9a-f]{12}\.css)"', page)
        assert sheet, page[:600]
        sheet_status, sheet_headers, content = _get(address.rstrip("/") + sheet[1].decode())
        fonts = re.findall(rb"url\(\"?(fonts/[^)\"]+)\"?\)", content)
        font_status, font_headers, _ = _get(f"{address}static/look/{fonts[0].decode()}")
        script = re.search(rb'src="(/static/django_htmx/htmx[^"]+)"', page)
        assert script
        script_status, _, _ = _get(address.rstrip("/") + script[1].decode())
        alive = _get(f"{address}alive/")
        shelf = _get(address)
        foreign = _get(address, Host="evil.example")

    assert status == sheet_status == font_status == script_status == alive[0] == shelf[0] == 200
    assert "Đăng nhập" in page.decode()
    assert "immutable" in sheet_headers["Cache-Control"]
    assert "immutable" in font_headers["Cache-Control"]
    assert foreign[0] == 400


def test_serve_says_when_a_port_is_taken(portal: Operator) -> None:
    with served(portal) as address:
        port = address.rstrip("/").rpartition(":")[2]
        done = portal.run("serve", "--port", port)

    assert done.returncode == 1
    assert port in done.stderr


def test_serve_takes_a_home_folder_or_editions_not_both(portal: Operator) -> None:
    done = portal.run("serve", str(portal.home))

    assert done.returncode == 2
    assert "EDITIONS" in done.stderr


def test_the_clock_of_a_real_server_cannot_be_set(portal: Operator, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2040-01-01T00:00:00+00:00")
    code = (
        "import os\nfrom innodex.portal.people import clock\nprint(clock.now().year)\n"
        "os.environ['INNODEX_TEST_SERVER'] = '1'\nprint(clock.now().year)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env=environment(INNODEX_TEST_CLOCK=str(clock)),
    )  # fmt: skip

    assert done.stdout.split() == [str(time.gmtime().tm_year), "2040"]


# ---- backup and restore


def _fill(portal: Operator) -> None:
    """Files of every kind that a home folder keeps."""
    (portal.home / "evidence" / "ab").mkdir()
    (portal.home / "evidence" / "ab" / "letter.pdf").write_bytes(os.urandom(3000))
    (portal.home / "editions" / "2026").mkdir()
    (portal.home / "editions" / "2026" / "manifest.json").write_text('{"id": "2026"}')


def _files(home: Path) -> dict[str, bytes]:
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for folder in ("evidence", "editions", "uploads")
        for path in sorted((home / folder).rglob("*"))
        if path.is_file()
    } | {name: (home / name).read_bytes() for name in ("settings.toml", "secret")}


_DUMP = """
import hashlib, json, sys
from pathlib import Path
from innodex.portal import prepare
prepare(Path(sys.argv[1]))
from django.db import connection
with connection.cursor() as cursor:
    rows = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT * FROM "{table}"')
        rows[table] = sorted(repr(row) for row in cursor.fetchall())
print(json.dumps(rows))
"""


def _rows(operator: Operator) -> dict[str, list[str]]:
    """Every row of every table, as the database gives it."""
    done = subprocess.run(
        [sys.executable, "-c", _DUMP, str(operator.home)],
        capture_output=True, text=True, check=True, env=environment(operator.database),
    )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_what_is_restored_is_what_was_kept(portal: Operator, elsewhere: Operator, tmp_path: Path) -> None:
    _fill(portal)
    with served(portal):  # a running server is no hindrance
        kept = portal.run("backup", str(tmp_path / "kept.zip"))
    done = elsewhere.run("restore", str(tmp_path / "kept.zip"))

    assert kept.returncode == 0, kept.stderr
    assert done.returncode == 0, done.stderr
    assert "The log is whole. Events: 1" in done.stdout
    assert _files(elsewhere.home) == _files(portal.home)
    assert _rows(elsewhere) == _rows(portal)
    assert stat.S_IMODE((tmp_path / "kept.zip").stat().st_mode) == 0o600


def test_a_restored_portal_goes_on(portal: Operator, elsewhere: Operator, tmp_path: Path) -> None:
    portal.run("backup", str(tmp_path / "kept.zip"))
    elsewhere.run("restore", str(tmp_path / "kept.zip"))
    code = (
        "import sys, datetime\nfrom pathlib import Path\nfrom innodex.portal import prepare\n"
        "prepare(Path(sys.argv[1]))\n"
        "from innodex.portal.people.models import User\n"
        "from innodex.portal.people.actor import Actor\n"
        "from innodex.portal.people.actions import change_language\n"
        "user = User.objects.get()\n"
        "now = datetime.datetime.now(datetime.UTC)\n"
        "change_language(user=user, language='en', by=Actor(user=user), at=now)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(elsewhere.home)], check=True, env=environment(elsewhere.database)
    )

    assert "Events: 2," in elsewhere.run("verify-log").stdout
    assert "Events: 1," in portal.run("verify-log").stdout


def test_nothing_is_overwritten_by_a_restore(portal: Operator, tmp_path: Path) -> None:
    portal.run("backup", str(tmp_path / "kept.zip"))
    before = _files(portal.home)

    done = portal.run("restore", str(tmp_path / "kept.zip"))

    assert done.returncode == 2
    assert _files(portal.home) == before


if not ON_SQLITE:

    def test_a_database_that_holds_tables_is_not_filled(
        backup_file: Path, portal: Operator, tmp_path: Path
    ) -> None:
        done = Operator(tmp_path / "other", portal.database).run("restore", str(backup_file))

        assert done.returncode == 1
        assert "not overwritten" in done.stderr
        assert not (tmp_path / "other").exists()


@pytest.fixture(scope="session")
def backup_file(_begun: Operator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of a portal whose home folder holds a letter and an edition."""
    home = tmp_path_factory.mktemp("kept") / "home"
    shutil.copytree(_begun.home, home)
    filled = Operator(home, _begun.database)
    _fill(filled)
    kept = home.with_name("kept.zip")
    assert filled.run("backup", str(kept)).returncode == 0
    return kept


@pytest.mark.parametrize("damage", ["cut", "changed", "removed", "added", "outside", "text"])
def test_a_damaged_backup_is_refused_and_nothing_is_made(
    backup_file: Path, tmp_path: Path, capsys: Capture, damage: str
) -> None:
    kept = Path(shutil.copy(backup_file, tmp_path / "kept.zip"))
    _damage(kept, damage)

    assert main(["--lang", "en", "restore", str(kept), "--home", str(tmp_path / "elsewhere")]) == 1
    assert capsys.readouterr().err.strip()
    assert not (tmp_path / "elsewhere").exists()


def _damage(kept: Path, how: str) -> None:
    data = kept.read_bytes()
    if how == "cut":
        kept.write_bytes(data[: len(data) // 2])
        return
    if how == "text":
        kept.write_text("not a backup")
        return
    with zipfile.ZipFile(kept) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    letter = "evidence/ab/letter.pdf"
    if how == "changed":
        content[letter] = content[letter][:-1] + b"!!"
    elif how == "removed":
        del content[letter]
    elif how == "added":
        content["evidence/ab/another.pdf"] = b"x"
    else:
        listed = json.loads(content["backup.json"])
        listed["files"]["../outside"] = listed["files"].pop(letter)
        content["backup.json"] = json.dumps(listed).encode()
        content["../outside"] = content.pop(letter)
    with zipfile.ZipFile(kept, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, value)


def test_a_backup_of_another_kind_of_database_is_refused(
    backup_file: Path, portal: Operator, tmp_path: Path
) -> None:
    kept = Path(shutil.copy(backup_file, tmp_path / "kept.zip"))
    with zipfile.ZipFile(kept) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(content["backup.json"])
    listed["database"] = {"sqlite": "postgresql", "postgresql": "sqlite"}[listed["database"]]
    content["backup.json"] = json.dumps(listed).encode()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, value in content.items():
            archive.writestr(name, value)

    done = Operator(tmp_path / "other", portal.database).run("restore", str(kept))

    assert done.returncode == 1
    assert "same kind of database" in done.stderr
    assert not (tmp_path / "other").exists()


def test_only_the_server_in_front_is_believed_about_who_calls(portal: Operator) -> None:
    settings = portal.home / "settings.toml"
    address = 'address = "https://portal.example"\n'
    told = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https", "Host": "portal.example"}

    settings.write_text(f'[server]\n{address}proxy = "127.0.0.1"\n', encoding="utf-8")
    with served(portal) as url:
        _, believed, _ = _get(f"{url}portal/account/log-in/", **told)
    settings.write_text(f"[server]\n{address}", encoding="utf-8")
    with served(portal) as url:
        _, doubted, _ = _get(f"{url}portal/account/log-in/", **told)

    assert "Secure" in believed["Set-Cookie"]
    assert "max-age=31536000" in believed["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in doubted


def test_the_log_holds_the_callers_address_behind_a_proxy(portal: Operator) -> None:
    (portal.home / "settings.toml").write_text('[server]\nproxy = "127.0.0.1"\n', encoding="utf-8")
    with served(portal) as url:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())

        def send(path: str, **fields: str) -> bytes:
            data = urllib.parse.urlencode(fields).encode() if fields else None
            headers = {"X-Forwarded-For": "203.0.113.7"}
            return opener.open(urllib.request.Request(url + path, data, headers), timeout=20).read()

        def token(page: bytes) -> str:
            found = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page)
            assert found
            return found[1].decode()

        page = send("portal/account/log-in/")
        page = send(
            "portal/account/log-in/",
            csrfmiddlewaretoken=token(page), login="an@example.com", password=PASSWORD,
        )  # fmt: skip
        send("portal/language/", csrfmiddlewaretoken=token(page), language="en", next="/portal/")
    rows = _rows(portal)["people_event"]

    assert len(rows) == 2
    assert sum("203.0.113.7" in row for row in rows) == 1


def test_a_server_for_tests_says_that_it_is_one(portal: Operator) -> None:
    """What fails at once is enough: the sentence comes before the port is tried."""
    tests = Operator(portal.home, portal.database, {"INNODEX_TEST_SERVER": "1"})

    assert "test server" in tests.run("serve", "--host", "203.0.113.7").stderr
    assert "test server" not in portal.run("serve", "--host", "203.0.113.7").stderr
