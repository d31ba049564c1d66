"""Addresses of a round's consultation."""

from __future__ import annotations

from django.urls import path

from innodex.portal.consultation import views

PREFIX = "portal/rounds/<slug:code>/consultation/"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("answers/", views.answers, name="answers"),
    path("answers/<int:number>/", views.answer, name="answer"),
    path("synthesis/", views.synthesis_page, name="synthesis"),
    path("synthesis.xlsx", views.synthesis_file, name="synthesis-file"),
    path("of/<slug:organisation>/", views.contribution, name="contribution"),
    path("of/<slug:organisation>/write/", views.write, name="write"),
    path("of/<slug:organisation>/agree/", views.agree, name="agree"),
    path("of/<slug:organisation>/drafts/<int:pk>/", views.edit, name="edit"),
    path("of/<slug:organisation>/drafts/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("of/<slug:organisation>/request/", views.request_to_send, name="request"),
    path("of/<slug:organisation>/send/", views.send, name="send"),
    path("of/<slug:organisation>/send-back/", views.send_back, name="send-back"),
]
