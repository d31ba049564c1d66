"""The app of collection."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """Names the app."""

    name = "innodex.portal.collection"
    label = "collection"
    default_auto_field = "django.db.models.BigAutoField"
