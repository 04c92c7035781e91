"""What every form has in common through which somebody new signs up."""

from __future__ import annotations

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from users.models import User


class Signup(allauth_forms.SignupForm):
    """Answers alike whether the address has an account or not, in bytes and in time."""

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Sent twice at once, the second sending leads to where the first one does, without another mail."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])  # a new account costs this, and outsiders have clocks
        try:
            with transaction.atomic():
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        except IntegrityError:
            return None, get_adapter().respond_email_verification_sent(request, None)
