"""The upper floor: people, rights and time around the core, as a web application."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

__all__ = ["is_installed", "prepare"]

# What the extra `portal` brings, by the name of its module.
_NEEDED = ("django", "allauth", "django_htmx", "whitenoise", "waitress", "openpyxl")


def is_installed() -> bool:
    """True when everything that the portal is built on is there."""
    return all(find_spec(name) is not None for name in _NEEDED)


def prepare(home: Path, *, language: str = "") -> None:
    """Make Django ready for the portal of one home folder, speaking `language`; once per process."""
    os.environ["INNODEX_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "innodex.portal.project.settings"

    import django

    django.setup()
    if language:
        from django.utils import translation

        translation.activate(language)
