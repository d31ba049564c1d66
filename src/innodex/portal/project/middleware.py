"""What every answer of the portal carries, and which language it speaks."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from innodex.documents import languages

Answer = Callable[[HttpRequest], HttpResponse]

# Nothing is loaded from elsewhere and nothing written into a page is run; the picture of the log-in code is
# drawn into the page itself.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class Headers:
    """Content rules of the browser, on every answer that does not bring its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class Language:
    """The language of the cookie, else of the account, else of the home folder; never a guess."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Speak it while the request is answered."""
        lang = chosen(request)
        request.LANGUAGE_CODE = lang
        with translation.override(lang):
            response = self.get_response(request)
            # Some answers are rendered late.
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        response.setdefault("Content-Language", lang)
        return response


def chosen(request: HttpRequest) -> str:
    """The language for one request."""
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if wanted not in languages():
        wanted = getattr(request.user, "language", "") if request.user.is_authenticated else ""
    return wanted if wanted in languages() else settings.LANGUAGE_CODE
