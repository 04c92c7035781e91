"""An account for somebody who follows an invite link: allauth's sign-up, which here asks for no company."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.views import SignupView
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from users.accounts.models import User
from users.accounts.signup_forms import Signup


class LinkSignupForm(Signup):
    """Person, address, password. allauth confirms the address before the person is logged in."""

    field_order: ClassVar = ["first_name", "last_name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("company_name", "slug", "country", "time_zone"):
            del self.fields[name]
        self.fields["email"].label = _("Work email")
        self.fields["password1"].help_text = _("At least 10 characters.")
        for name in ("email", "password1"):
            self.fields[name].widget.attrs.pop("placeholder", None)

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth's hook; a person who follows a link founds no company, so there is nothing to do."""


class LinkSignup(SignupView):
    """The page; after the code it leads back to the link."""

    template_name = "access/joining/join_account.html"

    def get_form_class(self) -> type[LinkSignupForm]:
        return LinkSignupForm

    def get_success_url(self) -> str:
        return reverse("access:join", args=[self.kwargs["token"]])
