"""Addresses of central figures, under portal/."""

from django.urls import path

from innodex.portal.collection import central_views as views

_CENTRAL = "rounds/<slug:code>/central/"

urlpatterns = [
    path(_CENTRAL, views.overview, name="central"),
    path(f"{_CENTRAL}new/", views.new, name="central-new"),
    path(f"{_CENTRAL}new/sources/", views.sources, name="central-sources"),
    path(f"{_CENTRAL}<int:number>/", views.batch, name="central-import"),
    path(f"{_CENTRAL}<int:number>/confirm/", views.confirm, name="central-confirm"),
    path(f"{_CENTRAL}<int:number>/discard/", views.discard, name="central-discard"),
    path(f"{_CENTRAL}<int:number>/file/", views.file, name="central-file"),
]
