"""The app of consultation."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """Names the app."""

    name = "innodex.portal.consultation"
    label = "consultation"
    default_auto_field = "django.db.models.BigAutoField"
