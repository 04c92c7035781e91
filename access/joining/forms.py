"""Forms of whoever joins: a new account by an invitation, on its address or on the company’s domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access.joining.acceptance import Person
from access.members.accounts import is_login
from users.accounts.forms import NamesForm
from users.accounts.models import User
from users.input.field_errors import Form

PASSWORDS = frozenset({"password", "again"})  # are typed again


class LoginForm(Form):
    """The login of a new account, and the domain it is on. `domains`: (A-label, as it is written)."""

    login = forms.CharField(
        label=_("Login"),
        max_length=64,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "data-suggest": "login", "data-suggest-from": "first_name last_name"}
        ),
        error_messages={"required": _("Enter a login.")},
    )

    def __init__(self, *args: Any, domains: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain"] = forms.ChoiceField(
            label=_("Domain"),
            choices=domains,
            initial=domains[0][0],
            error_messages={"invalid_choice": _("Choose a verified domain.")},
        )

    @classmethod
    def choosing(cls, sent: QueryDict, **kwargs: Any) -> Self:
        """The form again with the free login that was chosen, and with all that was typed but the passwords."""
        typed = {name: text for name, text in sent.items() if name not in PASSWORDS}
        return cls(initial={**typed, "login": sent.get("free_login", "")}, **kwargs)

    def clean_login(self) -> str:
        login: str = self.cleaned_data["login"].strip().lower()
        if not is_login(login):
            raise ValidationError(_("Use letters from a to z, digits, and . _ - + between them."))
        return login

    def address(self) -> str:
        """The account's address, which the password must not resemble."""
        return f"{self.cleaned_data.get('login', '')}@{self.cleaned_data.get('domain', '')}"


class NewAccountForm(NamesForm):
    """A new account whose address is proved by the token that was mailed to it."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters."),
        error_messages={"required": _("Choose a password.")},
    )

    def __init__(self, *args: Any, email: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def address(self) -> str:
        """The account's address, which the password must not resemble."""
        return self.email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        if password := data.get("password"):
            names = {name: data.get(name, "") for name in ("first_name", "last_name")}
            try:
                validate_password(password, User(email=self.address(), **names))
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(data["first_name"], data["last_name"], data["password"])


class DomainAccountForm(LoginForm, NewAccountForm):
    """A new account on a domain of the company, for who holds an invitation that allows it."""

    field_order = ("first_name", "last_name", "login", "domain", "password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="domain_%s", **kwargs)  # another form stands on the same page
        self.order_fields(self.field_order)
