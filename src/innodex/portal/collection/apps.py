"""The app of collection."""

from django.apps import AppConfig


class CollectionConfig(AppConfig):
    """Names the app, and lets it act when a round opens its collection and counts."""

    name = "innodex.portal.collection"
    label = "collection"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the submissions when collection opens."""
        from innodex.portal.collection.counting import tallies
        from innodex.portal.collection.opening import open
        from innodex.portal.rounds.hooks import ON_OPEN, TALLIES

        ON_OPEN["collection"].append(open)
        TALLIES.append(tallies)
