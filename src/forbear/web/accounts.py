"""Sign-in of staff: the allauth addresses that are on, each with its policy. All others are off.

Nobody signs up here: an administrator makes the account, and gives a new password when one is lost.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, path

from forbear.store.models.access import STAFF
from forbear.web.policy import policy

_anybody = policy(anonymous=True)
_staff = policy(*STAFF)

urlpatterns: list[URLPattern] = [
    path("login/", _anybody(account.login), name="account_login"),
    path("logout/", _anybody(account.logout), name="account_logout"),
    path("inactive/", _anybody(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", _staff(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", _staff(account.password_change), name="account_change_password"),
    path("2fa/", _staff(mfa.index), name="mfa_index"),
    path("2fa/authenticate/", _anybody(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", _staff(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", _staff(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _staff(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", _staff(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/codes/generate/", _staff(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/codes/download/", _staff(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
]
