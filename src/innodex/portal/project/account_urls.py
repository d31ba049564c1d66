"""Log-in and security of one's own account: the pages of the log-in library that make sense without mail."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path

from innodex.portal.project import views

urlpatterns = [
    path("", views.account, name="account"),
    path("log-in/", account.login, name="account_login"),
    path("log-out/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("codes/", views.to_account, name="mfa_index"),
    path("codes/log-in/", mfa.authenticate, name="mfa_authenticate"),
    path("codes/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("codes/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("codes/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/recovery/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/recovery/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("codes/recovery/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
