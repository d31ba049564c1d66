"""The app of runs."""

from django.apps import AppConfig


class RunsConfig(AppConfig):
    """Names the app."""

    name = "innodex.portal.runs"
    label = "runs"
    default_auto_field = "django.db.models.BigAutoField"
