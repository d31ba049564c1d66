"""The app of rounds."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    """Names the app, and says who may open the letters and decisions of a call."""

    name = "innodex.portal.rounds"
    label = "rounds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add what registration and selection know about files."""
        from innodex.portal.rounds import hooks
        from innodex.portal.rounds.queries.registration import reads_file

        if reads_file not in hooks.FILE_READERS:
            hooks.FILE_READERS.append(reads_file)
