"""allauth's forms, whose fields say what is wrong with them by name. `ACCOUNT_FORMS` and `MFA_FORMS` name them."""

from __future__ import annotations

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn

from users.accounts.forms import AddressField
from users.input.field_errors import NamedErrors


class AddEmailForm(NamedErrors, account.AddEmailForm):
    email = AddressField(required=True)


class ChangePasswordForm(NamedErrors, account.ChangePasswordForm):
    pass


class SetPasswordForm(NamedErrors, account.SetPasswordForm):
    pass


class ResetPasswordForm(NamedErrors, account.ResetPasswordForm):
    email = AddressField(required=True)


class ResetPasswordKeyForm(NamedErrors, account.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(NamedErrors, account.ReauthenticateForm):
    pass


class AuthenticateForm(NamedErrors, mfa.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(NamedErrors, mfa.ReauthenticateForm):
    pass


class ActivateAppForm(NamedErrors, totp.ActivateTOTPForm):
    pass


class EditPasskeyForm(NamedErrors, webauthn.EditWebAuthnForm):
    pass
