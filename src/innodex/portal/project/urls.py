"""Addresses: the staff under /portal/, readers of public editions everywhere else."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path, re_path

from innodex.portal.project import account_urls, editions, views

handler400 = "innodex.portal.project.views.bad_request"
handler403 = "innodex.portal.project.views.forbidden"
handler404 = "innodex.portal.project.views.not_found"
handler429 = "innodex.portal.project.views.too_many"
handler500 = "innodex.portal.project.views.broken"


def _apps() -> list[object]:
    """The addresses of every app that has some: each module `urls` says under which beginning it stands."""
    found = []
    for app in settings.APPS:
        name = f"innodex.portal.{app}"
        if name in settings.INSTALLED_APPS and find_spec(f"{name}.urls") is not None:
            module = import_module(f"{name}.urls")
            found.append(
                path(getattr(module, "PREFIX", f"portal/{app}/"), include((module.urlpatterns, app)))
            )
    return found


urlpatterns = [
    path("portal/", views.home, name="home"),
    path("portal/language/", views.language, name="language"),
    path("portal/components/", views.components, name="components"),
    path("portal/account/", include(account_urls)),
    *_apps(),
    path("alive/", views.alive, name="alive"),
    path("", editions.serve, {"address": ""}, name="public"),
    re_path(r"^(?P<address>(?:editions|-)/.*)$", editions.serve, name="edition"),
]
