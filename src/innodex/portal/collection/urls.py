"""Addresses of the app, under portal/."""

from django.urls import path

from innodex.portal.collection import urls_central, views, views_workbook

PREFIX = "portal/"

_OWN = "rounds/<slug:code>/submission"

urlpatterns = [
    path(f"{_OWN}/", views.submission, name="submission"),
    path(f"{_OWN}/clearance/", views.clearance, name="clearance"),
    path(f"{_OWN}/send/", views.send, name="send"),
    path(f"{_OWN}/send-back/", views.send_back, name="send-back"),
    path(f"{_OWN}/items/<int:pk>/", views.item, name="item"),
    path(f"{_OWN}/items/<int:pk>/save/", views.save, name="save"),
    path(f"{_OWN}/items/<int:pk>/cite/", views.cite, name="cite"),
    path(f"{_OWN}/items/<int:pk>/document/", views.cite_new, name="cite-new"),
    path(f"{_OWN}/citations/<int:pk>/end/", views.unlink, name="unlink"),
    path(f"{_OWN}/evidence/", views.evidence, name="evidence"),
    path(f"{_OWN}/evidence/<int:pk>/", views.document, name="document"),
    path(f"{_OWN}/workbook/", views_workbook.upload, name="workbook"),
    path(f"{_OWN}/workbook/file/", views_workbook.download, name="workbook-file"),
    path(f"{_OWN}/workbook/apply/", views_workbook.apply, name="workbook-apply"),
    path(f"{_OWN}/workbook/marked/<str:digest>/", views_workbook.marked, name="workbook-marked"),
    path("rounds/<slug:code>/submissions/<str:unit>/", views.watched, name="watched"),
    *urls_central.urlpatterns,
]
