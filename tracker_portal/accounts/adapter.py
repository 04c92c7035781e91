"""Where allauth meets the company: its mails go through the outbox, a confirmed address starts the trial.

Also where it meets the person's safety: sealed secrets, other sessions ended with the old password, a mail when an
unknown browser logs in.
"""

from __future__ import annotations

import secrets
from typing import Any, ClassVar, cast

from allauth.account import forms as allauth_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from orgs.companies import companies
from orgs.forms import safe_next
from orgs.mail import encryption, outbox
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import platform_scope
from users.accounts import addresses, unconfirmed
from users.accounts.forms import AddressField
from users.accounts.models import User
from users.accounts.signup_forms import Signup
from users.input.field_errors import NamedErrors
from users.login import browsers, devices, limits, sessions


class AccountAdapter(DefaultAccountAdapter):
    """Our side of allauth's hooks."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code does not fit. Enter the newest one that we have mailed."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "email_password_mismatch": _("No account has this address and this password. Check both."),
        # of the codes that are mailed; of everything else `validation_error` says until when
        "too_many_login_attempts": _("Too many wrong codes. Log in or sign up again, and you get a new one."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts an account mail into the outbox instead of sending it within the request."""
        files = f"{template_prefix}_subject.txt", f"{template_prefix}_message.html"
        letter = outbox.render_files(*files, {"email": email, **context})
        key = f"account:{secrets.token_hex(16)}"
        with platform_scope():
            outbox.post(org=None, key=key, to=email, letter=letter, now=timezone.now())

    def is_safe_url(self, url: str) -> bool:
        """Where `next` may lead: allauth would allow any host that it has heard of."""
        return safe_next.is_own_path(url)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Too many tries: the form says until when."""
        if code in ("too_many_login_attempts", "rate_limited"):
            return limits.error(self.request)
        error: ValidationError = super().validation_error(code, *args)
        return error

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts a try before the password is looked at; a right one is taken off the count again."""
        super().pre_authenticate(request, **credentials)
        usage = limits.consume_of_account(request, credentials["email"])
        if not usage:
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += usage.usage

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return limits.pair(request, credentials["email"])

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever has just chosen a password through a mailed link need not wait."""
        super()._delete_login_attempts_cached_email(request, **credentials)
        limits.forget_of_account(request, credentials["email"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The password of a sign-up that nobody confirmed opens nothing but in the browser that began it."""
        user: User | None = super().authenticate(request, **credentials)
        return None if user and unconfirmed.is_unconfirmed(user) and not unconfirmed.began(request, user) else user

    @transaction.atomic
    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The code was typed: it founds the company that was asked for with the address.

        A sign-up is confirmed in the browser that began it alone, and while it is there (`users.accounts.unconfirmed`).
        """
        user = User.objects.select_for_update().filter(pk=email_address.user_id).first()
        if user is None or (unconfirmed.is_unconfirmed(user) and not unconfirmed.began(request, user)):
            return False
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            companies.fulfil_request(user=email_address.user, now=timezone.now())
        return confirmed

    def set_password(self, user: User, password: str) -> None:
        """Whoever holds the old password is logged out, except the browser that changes it."""
        if unconfirmed.is_unconfirmed(user):  # the link was mailed to the address, and proves it
            addresses.create_proved(email=user.email, password=password)
            return
        user.first_password_ends_at = None
        super().set_password(user, password)
        sessions.end_others(user.pk, self.request.session.session_key if self.request.user == user else None)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """A browser in which the person never logged in before is told to them by mail."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not browsers.is_known(request, user):
            browsers.remember(request, response, user)
            if not kwargs.get("signup"):
                device = devices.name(self.get_http_user_agent(request))
                self.send_notification_mail("account/email/new_sign_in", user, {"device": device})
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Straight to the company when there is just one, else to the choice of companies; first of all to a name."""
        if not cast(User, request.user).first_name:
            return reverse("profile")
        members = Membership.objects.filter(user=cast(User, request.user), ended_at=None)
        slugs = list(members.values_list("org__slug", flat=True)[:2])
        return reverse("tracker_portal:company", args=slugs) if len(slugs) == 1 else reverse("orgs:company_list")

    def get_email_verification_redirect_url(self, email_address: EmailAddress) -> str:
        return reverse("home")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are sealed in the database; passkeys are named in our words."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_generate_recovery_codes": _("Set up an authenticator app or a passkey first."),
        "incorrect_code": _("This code does not fit. Enter the one that is shown now."),
        "unverified_email": _("Confirm your email address first, then set up the second step."),
    }

    def encrypt(self, text: str) -> str:
        return encryption.seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.unseal(encrypted_text.encode())

    def _get_site_name(self) -> str:
        return "Tracker"

    def generate_authenticator_name(self, user: User, kind: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=kind).count() + 1
        return gettext("Passkey") if number == 1 else gettext("Passkey %(number)s") % {"number": number}


class StartForm(Signup):
    """`Free trial` for someone new (ux.md §2.2)."""

    field_order: ClassVar = ["company_name", "slug", "country", "first_name", "last_name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("Work email")
        self.fields["password1"].help_text = _("At least 10 characters.")
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)


class LoginForm(NamedErrors, allauth_forms.LoginForm):
    """Login with the full address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = AddressField(error_messages=self.fields["login"].error_messages)
        self.fields["login"].label = _("Full email address")
        self.fields["login"].widget.attrs |= {"placeholder": "login@example.com", "autocomplete": "username"}
        self.fields["password"].help_text = ""  # the page has its own link to a new password
        self.fields["password"].widget.attrs.pop("placeholder", None)
