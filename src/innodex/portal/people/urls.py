"""Addresses of people, organisations, links and the log."""

from __future__ import annotations

from django.urls import path, re_path

from innodex.portal.people.views import links, log, organisations, own

PREFIX = "portal/"

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new-organisation"),
    path("organisations/departments/", organisations.departments, name="departments"),
    path("organisations/<slug:code>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:code>/invite/", organisations.invite, name="invite"),
    path("organisations/<slug:code>/end/", organisations.end_organisation, name="end-organisation"),
    path("people/", organisations.people, name="people"),
    path("people/me/", own.me, name="me"),
    path("people/me/language/", own.change_language, name="language"),
    path("people/welcome/", own.welcome, name="welcome"),
    path("people/<int:pk>/", organisations.person, name="person"),
    path("people/<int:pk>/password/", organisations.link_password, name="link-password"),
    path("people/<int:pk>/close/", organisations.close_account, name="close-account"),
    path("people/memberships/<int:pk>/end/", organisations.end_membership, name="end-membership"),
    path("people/invitations/<int:pk>/revoke/", organisations.revoke_invitation, name="revoke-invitation"),
    path("invitations/<str:token>/", links.accept, name="accept"),
    path("passwords/<str:token>/", links.set_password, name="set-password"),
    path("roles/", own.roles, name="roles"),
    path("log/", log.log, name="log"),
    path("log/drafts/", log.drafts, name="log-drafts"),
    re_path(r"^log/export\.(?P<kind>csv|json)$", log.export, name="log-export"),
]
