"""Pages of the frame: who gets in, which language is spoken, what every answer carries, what goes wrong."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.core.exceptions import PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from _founded import PASSWORD, administrator
from _support import ROOT
from innodex.portal.people.models import Event, User
from innodex.portal.project import context, gallery, views

PORTAL = ROOT / "src" / "innodex" / "portal"
LOG_IN = "/portal/account/log-in/"


def inside(client: Client) -> User:
    """The administrator, logged in."""
    user = administrator()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return user


# ---- who gets in


@pytest.mark.parametrize("path", ["/portal/", "/portal/account/", "/portal/components/"])
def test_a_stranger_is_led_to_the_log_in_page_and_back(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{LOG_IN}?next={path}"


@pytest.mark.django_db
def test_after_the_log_in_one_is_where_one_wanted_to_be(client: Client) -> None:
    user = administrator()
    wanted = {"login": user.email, "password": PASSWORD}

    own = client.post(f"{LOG_IN}?next=/portal/account/", wanted)
    Client(headers={"host": "localhost"})
    client.post(reverse("account_logout"))
    foreign = client.post(f"{LOG_IN}?next=https://evil.example/", wanted)

    assert own.headers["Location"] == "/portal/account/"
    assert foreign.headers["Location"] == "/portal/"


@pytest.mark.django_db
def test_the_gallery_is_for_administrators(client: Client, settings: Any) -> None:
    user = inside(client)
    settings.TEST_SERVER = False
    assert client.get("/portal/components/").status_code == 200

    user.memberships.update(role="auditor")
    assert client.get("/portal/components/").status_code == 404


@pytest.mark.django_db
def test_the_gallery_shows_every_component(client: Client) -> None:
    inside(client)
    names = {path.stem for path in (PORTAL / "project" / "templates" / "components").glob("*.html")}
    shown = {
        template.name.removeprefix("components/").removesuffix(".html")
        for template in client.get("/portal/components/").templates
        if template.name and template.name.startswith("components/")
    }

    # Shown where the frame itself uses them: a message comes with an act.
    assert names - shown == set()
    assert gallery.TONES


# ---- language


@pytest.mark.django_db
def test_pages_are_vietnamese_until_another_language_is_chosen(client: Client) -> None:
    first = client.get(LOG_IN, headers={"accept-language": "en"})
    client.post("/portal/language/", {"language": "en", "next": LOG_IN})
    second = client.get(LOG_IN)

    assert first.headers["Content-Language"] == "vi"
    assert '<html lang="vi">' in first.content.decode()
    assert second.headers["Content-Language"] == "en"
    assert '<html lang="en">' in second.content.decode()


@pytest.mark.django_db
def test_the_language_of_an_account_follows_it_to_another_machine(client: Client) -> None:
    user = inside(client)
    client.post("/portal/language/", {"language": "en", "next": "/portal/"})
    other = Client(headers={"host": "localhost"})
    other.force_login(User.objects.get(pk=user.pk))

    assert other.get("/portal/").headers["Content-Language"] == "en"
    assert Event.objects.get(action="people.change_language").actor == user


@pytest.mark.django_db
@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_choice_of_language_leads_nowhere_else(client: Client, back: str) -> None:
    answer = client.post("/portal/language/", {"language": "en", "next": back})

    assert answer.headers["Location"] == "/portal/"


@pytest.mark.django_db
def test_an_unknown_language_changes_nothing(client: Client) -> None:
    answer = client.post("/portal/language/", {"language": "xx", "next": LOG_IN})

    assert portal_settings.LANGUAGE_COOKIE_NAME not in answer.cookies


# ---- what every answer carries


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/portal/", LOG_IN, "/nowhere/", "/", "/alive/", "/-/style.css"])
def test_nothing_foreign_is_loaded_and_nobody_frames_a_page(client: Client, path: str) -> None:
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert policy.startswith(("default-src 'self'", "default-src 'none'"))
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts(client: Client) -> None:
    inside(client)
    client.post("/portal/language/", {"language": "en", "next": "/portal/"})

    for name in ("innodex_session", "innodex_csrf", "innodex_language"):
        assert client.cookies[name]["httponly"], name
        assert client.cookies[name]["samesite"] == "Lax", name


@pytest.mark.django_db
def test_pages_of_the_portal_are_not_kept_by_anybody(client: Client) -> None:
    inside(client)

    assert "no-store" in client.get("/portal/").headers["Cache-Control"]


@pytest.mark.django_db
def test_a_server_in_front_learns_that_the_portal_is_alive(client: Client) -> None:
    assert client.get("/alive/").content == b"ok\n"


# ---- what goes wrong


@pytest.mark.django_db
@pytest.mark.parametrize(("lang", "words"), [("vi", "Không có trang này"), ("en", "There is no such page")])
def test_a_page_that_does_not_exist_says_so(client: Client, lang: str, words: str) -> None:
    client.cookies[portal_settings.LANGUAGE_COOKIE_NAME] = lang
    answer = client.get("/portal/nowhere/")

    assert answer.status_code == 404
    assert words in answer.content.decode()


@pytest.mark.django_db
def test_an_old_form_says_what_to_do(client: Client) -> None:
    strict = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    answer = strict.post(LOG_IN, {"login": "an@example.com", "password": PASSWORD})

    assert answer.status_code == 403
    assert "Biểu mẫu đã cũ" in answer.content.decode()


@pytest.mark.django_db
def test_a_page_for_others_says_so(rf: RequestFactory, client: Client) -> None:
    request = client.get(LOG_IN).wsgi_request
    answer = views.forbidden(request, PermissionDenied())

    assert answer.status_code == 403
    assert "Không được phép" in answer.content.decode()


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_in_both_languages(client: Client) -> None:
    answer = client.get(LOG_IN, headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "Yêu cầu không hợp lệ" in answer.content.decode()
    assert "makes no sense" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_the_program_is_told_without_the_database(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(context, "navigation", broken)
    user = administrator()
    quiet = Client(headers={"host": "localhost"}, raise_request_exception=False)
    quiet.force_login(user)

    answer = quiet.get("/portal/")

    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.content.decode()


# ---- templates of every app


FORMATS = {"CSV", "JSON", "PDF", "TOML", "XLSX", "ZIP"}
TEMPLATES = sorted(PORTAL.glob("*/templates/**/*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_style_or_script(path: Any) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(
        r"\sstyle=|<style\b|\son(?:click|change|input|submit|load|error|key\w+|mouse\w+)=|javascript:|\shx-on",
        text,
    )
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_has_its_token(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    for form in re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", text, re.DOTALL | re.IGNORECASE):
        assert "{% csrf_token %}" in form, form[:200]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_words_stand_in_the_catalogue_not_in_a_template(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}|\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{[%{].*?[%}]\}|<[^>]*>", " ", text, flags=re.DOTALL)
    words = set(re.findall(r"[^\W\d_]{3,}", text)) - FORMATS - {"Innodex", "SHA", "danger"}

    assert words == set()


@pytest.mark.django_db
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_invented_round_is_called_so_at_the_top_and_the_bottom(client: Client, lang: str) -> None:
    request = client.get(LOG_IN).wsgi_request
    request.LANGUAGE_CODE = lang
    plain = render_to_string("project/base.html", {}, request)
    marked = render_to_string("project/base.html", {"synthetic": True}, request)

    assert 'class="notice"' not in plain
    assert 'class="notice"' in marked
    assert marked.count("giả lập") >= 2
