"""What we ask of the log-in library beyond its settings."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest

from innodex.portal.people import clock
from innodex.portal.people.actions import change_password
from innodex.portal.people.models import User
from innodex.portal.people.web import actor_of


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation, and no mail is sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an account begins with an invitation."""
        return False

    def set_password(self, user: User, password: str) -> None:
        """Through the gate, like every other change."""
        own = User.objects.get(pk=user.pk)
        change_password(user=own, password=password, by=actor_of(self.request), at=clock.now())
        # The library renews the session by what it holds itself.
        user.refresh_from_db()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """No mail server is assumed; links are shown on screen by those who make them."""


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of one-time codes encrypted with the home folder's own."""

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """The text as it was given."""
        return _box().decrypt(encrypted_text.encode("ascii")).decode()


def _box() -> Fernet:
    key = hashlib.sha256(b"one-time codes:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
