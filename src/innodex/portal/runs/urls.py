"""Addresses of results, below a round."""

from django.urls import path

from innodex.portal.runs import views

PREFIX = "portal/rounds/<slug:code>/"

urlpatterns = [
    path("results/", views.results, name="results"),
    path("results/freeze/", views.freeze, name="freeze"),
    path("results/compute/", views.compute, name="compute"),
    path("results/<int:number>/publish/", views.publish, name="publish"),
    path("editions/<int:number>/", views.edition, {"path": ""}, name="edition"),
    path("editions/<int:number>/<path:path>", views.edition, name="edition-file"),
]
