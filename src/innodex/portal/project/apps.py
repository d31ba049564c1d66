"""The app that holds the others together."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Base pages, components, log-in pages, and the commands of the operator."""

    name = "innodex.portal.project"
    label = "project"
