"""The app of appraisal."""

from django.apps import AppConfig


class AppraisalConfig(AppConfig):
    """Names the app."""

    name = "innodex.portal.appraisal"
    label = "appraisal"
    default_auto_field = "django.db.models.BigAutoField"
