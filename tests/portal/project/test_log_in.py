"""Every log-in page and every refusal of its forms is Vietnamese, and leads where it should."""

from __future__ import annotations

import ast
import html
import re
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import allauth
import django
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from _founded import PASSWORD, administrator
from innodex.portal.people.models import Event, User
from innodex.portal.project import account_urls

NEW = "a river of pepper"
# Words that no Vietnamese sentence has.
ENGLISH = re.compile(
    r"\b(?:the|your|you|please|enter|password|passwords|code|codes|this|that|must|field|required|email|address|"
    r"account|incorrect|invalid|again|common|short|least|characters|entirely|numeric|similar|is|are|and|"
    r"with|have|been|recovery|authenticator|sign|log|too|many|attempts|try|later)\b",
    re.IGNORECASE,
)


def visible(content: bytes) -> str:
    """The words of a page in Vietnamese: without the marks, the code samples and the names of languages."""
    text = re.sub(r"<(script|style|code)\b.*?</\1>", " ", content.decode(), flags=re.DOTALL)
    shown = re.findall(r'\b(?:alt|title|aria-label|placeholder|value)="([^"]*)"', text)
    shown = [words for words in shown if " " in words]
    text = re.sub(r'<(\w+)[^>]*\blang="en"[^>]*>.*?</\1>', " ", text, flags=re.DOTALL)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", text), *shown]))


@pytest.mark.parametrize(
    "sentence",
    ["Mật khẩu của bạn quá ngắn. This password is too short.", "Enter a valid email address.", "Log in"],
)
def test_the_rule_sees_english(sentence: str) -> None:
    assert ENGLISH.search(visible(f"<p>{sentence}</p>".encode()))


class Walk:
    """A client that reads each page, and remembers which of the log-in pages it has seen."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: set[str] = set()

    def get(self, name: str, status: int = 200) -> str:
        """Open a page and look for English."""
        return self._read(name, self.client.get(reverse(name)), status)

    def post(self, name: str, data: dict[str, str], status: int = 200) -> str:
        """Send its form; 200 is the form with errors."""
        return self._read(name, self.client.post(reverse(name), data), status)

    def _read(self, name: str, answer: Any, status: int) -> str:
        assert answer.status_code == status, (name, answer.status_code)
        self.seen.add(name)
        text = visible(answer.content)
        found = ENGLISH.search(text)
        around = text[max(found.start() - 60, 0) : found.end() + 60] if found else ""
        assert not found, f"{name}: …{around}…"
        return text


def code_of(user: User, step: int = 0) -> str:
    """What an authenticator app would show; used codes count as unused again."""
    from django.core.cache import cache as used

    used.clear()
    secret = Authenticator.objects.get(user=user, type="totp").wrap()
    from allauth.mfa.adapter import get_adapter

    key = get_adapter().decrypt(secret.instance.data["secret"])
    return totp.format_hotp_value(totp.hotp_value(key, int(time.time()) // 30 + step))


@pytest.mark.usefixtures("committed")
def test_every_page_and_every_refusal_is_vietnamese(client: Client) -> None:
    user = administrator()
    walk = Walk(client)

    # Log in, every way to fail first.
    walk.get("account_login")
    refused = walk.post("account_login", {})
    assert refused.count("Trường này là bắt buộc.") == 4
    walk.post("account_login", {"login": "an", "password": "x"})
    assert "không đúng" in walk.post("account_login", {"login": user.email, "password": "wrong"})
    walk.post("account_login", {"login": user.email, "password": PASSWORD}, status=302)
    walk.get("account")

    # Another password, every way to fail first.
    walk.get("account_change_password")
    walk.post("account_change_password", {})
    for new in ("short", "123456789012", "password1234", user.email, "nguyễn thị an"):
        fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        walk.post("account_change_password", fields)
    fields = {"oldpassword": "wrong", "password1": NEW, "password2": NEW + "x"}
    refused = walk.post("account_change_password", fields)
    assert "giống nhau" in refused
    assert "Mật khẩu hiện tại không đúng." in refused
    walk.post("account_change_password", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}, 302)
    assert "Đã đổi mật khẩu." in walk.get("account")

    # One-time codes: asked for the password again once some time has passed.
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    walk.get("mfa_activate_totp", 302)
    walk.get("account_reauthenticate")
    walk.post("account_reauthenticate", {})
    assert "không đúng" in walk.post("account_reauthenticate", {"password": "wrong"})
    walk.post("account_reauthenticate", {"password": NEW}, 302)
    walk.get("mfa_activate_totp")
    walk.post("mfa_activate_totp", {"code": ""})
    assert "Mã không đúng." in walk.post("mfa_activate_totp", {"code": "000000"})
    key = client.session["mfa.totp.secret"]
    code = totp.format_hotp_value(totp.hotp_value(key, int(time.time()) // 30))
    walk.post("mfa_activate_totp", {"code": code}, 302)
    assert "Đã bật xác thực hai bước." in walk.get("mfa_view_recovery_codes")
    walk.get("mfa_download_recovery_codes")
    walk.get("mfa_generate_recovery_codes")
    walk.post("mfa_generate_recovery_codes", {}, 302)
    walk.get("mfa_view_recovery_codes")
    walk.get("mfa_index", 302)
    walk.get("account")

    # Log out and in again, with a code.
    walk.get("account_logout")
    walk.post("account_logout", {}, 302)
    assert "Bạn đã đăng xuất." in walk.get("account_login")
    walk.post("account_login", {"login": user.email, "password": NEW}, 302)
    walk.get("mfa_authenticate")
    walk.post("mfa_authenticate", {"code": ""})
    assert "Mã không đúng." in walk.post("mfa_authenticate", {"code": "000000"})
    walk.post("mfa_authenticate", {"code": code_of(user)}, 302)
    walk.get("mfa_reauthenticate")
    walk.post("mfa_reauthenticate", {"code": ""})
    assert "Mã không đúng." in walk.post("mfa_reauthenticate", {"code": "000000"})
    walk.post("mfa_reauthenticate", {"code": code_of(user)}, 302)
    walk.get("account_reauthenticate")

    walk.get("mfa_deactivate_totp")
    walk.post("mfa_deactivate_totp", {}, 302)
    assert "Đã tắt xác thực hai bước." in walk.get("account")
    walk.get("account_inactive")

    assert walk.seen == {pattern.name for pattern in account_urls.urlpatterns}


@pytest.mark.django_db
def test_too_many_failed_attempts_are_slowed_down_in_vietnamese(client: Client, settings: Any) -> None:
    user = administrator()
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip", "login_failed": "2/m/key"}
    walk = Walk(client)

    for _ in range(2):
        walk.post("account_login", {"login": user.email, "password": "wrong"})
    assert "quá nhiều lần" in walk.post("account_login", {"login": user.email, "password": PASSWORD})
    assert "quá nhiều lần" in walk.post("account_login", {"login": user.email, "password": PASSWORD}, 429)


@pytest.mark.django_db
def test_a_change_of_password_is_an_event_and_the_session_goes_on(client: Client) -> None:
    user = administrator()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})

    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    event = Event.objects.get(action="people.change_password")
    assert event.actor == user
    assert NEW not in str(event.changes)
    assert client.get("/portal/account/").status_code == 200
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.django_db
def test_secrets_of_one_time_codes_are_stored_encrypted(client: Client) -> None:
    user = administrator()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    key = client.session["mfa.totp.secret"]
    client.post(
        reverse("mfa_activate_totp"),
        {"code": totp.format_hotp_value(totp.hotp_value(key, int(time.time()) // 30))},
    )

    stored = Authenticator.objects.get(user=user, type="totp").data["secret"]

    assert key not in stored
    assert len(stored) > 60


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["signup", "password/reset", "email", "password/set"])
def test_pages_that_need_mail_do_not_exist(client: Client, name: str) -> None:
    assert client.get(f"/portal/account/{name}/").status_code == 404


# ---- what the libraries may say in forms

_SPEAKING = [
    *(Path(django.__file__).parent / "forms").glob("*.py"),
    Path(django.__file__).parent / "core" / "validators.py",
    Path(django.__file__).parent / "contrib" / "auth" / "password_validation.py",
    *(Path(allauth.__file__).parent / "account").glob("*.py"),
    *(Path(allauth.__file__).parent / "account" / "internal").rglob("*.py"),
    *(Path(allauth.__file__).parent / "mfa").glob("*.py"),
    *(Path(allauth.__file__).parent / "mfa" / "base").rglob("*.py"),
    *(Path(allauth.__file__).parent / "mfa" / "totp").rglob("*.py"),
    *(Path(allauth.__file__).parent / "mfa" / "recovery_codes").rglob("*.py"),
]
_MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


@cache
def _sayings() -> frozenset[tuple[str, ...]]:
    return frozenset(words for path in _SPEAKING for words in _marked(path))


def _marked(path: Path) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _MARKERS:
            plural = "ngettext" in node.func.id
            words = [
                argument.value
                for argument in node.args[: 2 if plural else 1]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            ]
            if words:
                yield tuple(words)


def test_nothing_that_the_libraries_say_in_forms_is_left_in_english() -> None:
    assert len(_sayings()) > 100
    with translation.override("vi"):
        same = [
            words
            for words in sorted(_sayings())
            if (gettext(words[0]) if len(words) == 1 else ngettext(*words, 3)) in words
        ]
    # Punctuation between parts, and names that are the same in both languages.
    names = {"IPv4", "IPv6", "TOTP", "WebAuthn", "URL"}
    assert [words for words in same if re.search(r"[a-z]", words[0]) and words[0] not in names] == []
