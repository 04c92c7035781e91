"""allauth's forms of passkeys: what a browser never sends is an error of the form, and no error page."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn import forms as webauthn
from django import forms

from users.input.field_errors import NamedErrors


class CredentialField(forms.JSONField):
    """JSON whatever its numbers and its depth."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (ValueError, RecursionError) as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


def credential() -> CredentialField:
    return CredentialField(required=True, widget=forms.HiddenInput)


class AddForm(NamedErrors, webauthn.AddWebAuthnForm):
    credential = credential()


class AuthenticateForm(webauthn.AuthenticateWebAuthnForm):
    credential = credential()


class LoginForm(webauthn.LoginWebAuthnForm):
    credential = credential()


class ReauthenticateForm(webauthn.ReauthenticateWebAuthnForm):
    credential = credential()
