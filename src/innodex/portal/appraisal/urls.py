"""Addresses of the appraisal, below a round."""

from django.urls import path

from innodex.portal.appraisal import views

PREFIX = "portal/rounds/"
_ROUND = "<slug:code>/appraisal/"
_UNIT = "<slug:code>/appraisal/<str:unit>/"

urlpatterns = [
    path(_ROUND, views.queue, name="queue"),
    path("<slug:code>/assignment/", views.assignment, name="assignment"),
    path("<slug:code>/countersign/", views.countersign, name="countersign"),
    path(_UNIT, views.submission, name="submission"),
    path(f"{_UNIT}start/", views.start, name="start"),
    path(f"{_UNIT}return/", views.give_back, name="return"),
    path(f"{_UNIT}close/", views.close, name="close"),
    path(f"{_UNIT}approve/", views.approve, name="approve"),
    path(f"{_UNIT}extend/", views.extend, name="extend"),
    path(f"{_UNIT}items/<int:pk>/", views.item, name="item"),
    path(f"{_UNIT}items/<int:pk>/accept/", views.accept, name="accept"),
    path(f"{_UNIT}evidence/<int:pk>/", views.evidence, name="evidence"),
]
