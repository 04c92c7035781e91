"""What every form has in common through which somebody new signs up and confirms the address."""

from __future__ import annotations

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from users.accounts import addresses, unconfirmed
from users.accounts.forms import AddressField
from users.accounts.models import User
from users.input.field_errors import NamedErrors


class Signup(allauth_forms.SignupForm):
    """Answers alike whether the address has an account or not, in bytes and in time."""

    email = AddressField()

    def validate_unique_email(self, value: str) -> str:
        """A sign-up that nobody confirmed holds no address."""
        return str(super().validate_unique_email(value)) if addresses.has_account(value) else value

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Sent twice at once, the second sending leads to where the first one does, without another mail."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # a new account costs this, and outsiders have clocks
        try:
            with transaction.atomic():
                unconfirmed.forget([self.cleaned_data["email"]])
                user, response = super().try_save(request)
        except IntegrityError:
            return None, get_adapter().respond_email_verification_sent(request, None)
        if user:
            unconfirmed.begin(request, user)
        return user, response


class CodeForm(NamedErrors, allauth_forms.ConfirmEmailVerificationCodeForm):
    """The code that was mailed to an address."""

    def clean_code(self) -> str:
        """What others began with the address is in nobody's way; what was begun here may itself be gone."""
        allauth_forms.BaseConfirmCodeForm.clean_code(self)
        if self.user is None:
            raise forms.ValidationError(_("This sign-up has ended: the address was confirmed elsewhere. Begin again."))
        unconfirmed.forget([self.email], but=self.user)
        code: str = super().clean_code()
        return code
