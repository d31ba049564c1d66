"""The app of people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Users, organisations, rights and the log."""

    name = "innodex.portal.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
