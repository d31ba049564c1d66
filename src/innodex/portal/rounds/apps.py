"""The app of rounds."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """Names the app."""

    name = "innodex.portal.rounds"
    label = "rounds"
    default_auto_field = "django.db.models.BigAutoField"
