"""How forms are written: our own field and error list, everywhere."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Writes a whole form as an error summary and fields."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
