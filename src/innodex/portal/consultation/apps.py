"""The app of consultation."""

from django.apps import AppConfig


class ConsultationConfig(AppConfig):
    """Names the app, and lets it act when a round opens its consultation and adopts a version."""

    name = "innodex.portal.consultation"
    label = "consultation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make the contributions when the consultation opens; let no version pass over a comment."""
        from innodex.portal.consultation import access, actions
        from innodex.portal.rounds import hooks

        _add(hooks.ON_OPEN.setdefault("consultation", []), actions.open)
        _add(hooks.BEFORE_ADOPTION, actions.check_adoption)
        _add(hooks.FILE_READERS, access.may_read_letter)
        _add(hooks.PARTICIPANTS, access.taking_part)
        _add(hooks.TALLIES, access.tallies)
        _add(hooks.BEHIND, access.behind)


def _add(registry: list, function: object) -> None:
    if function not in registry:
        registry.append(function)
