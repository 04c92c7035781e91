"""Forms of accounts that a company creates: `Create user account`, editing, a new password, a CSV file."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from access.accounts import csv_file
from access.invitations.forms import LEVELS, TermsForm
from access.joining.forms import LoginForm
from access.members.accounts import Account
from orgs.companies.forms import SentOnce
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from users.accounts.forms import NameField
from users.accounts.models import User
from users.input.birthdays import read_date
from users.input.field_errors import Form

PART = {"inputmode": "numeric", "autocomplete": "off"}


class PersonForm(Form):
    """Name, Last name, Birth date. `today` is the UTC date, before which people are born."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    first_name = NameField(label=_("Name"), max_length=60, error_messages={"required": _("Enter the person’s name.")})
    last_name = NameField(
        label=_("Last name"), max_length=60, error_messages={"required": _("Enter the person’s last name.")}
    )
    day = forms.CharField(label=_("Day"), required=False, max_length=2, widget=forms.TextInput(attrs=PART))
    month = forms.CharField(label=_("Month"), required=False, max_length=2, widget=forms.TextInput(attrs=PART))
    year = forms.CharField(label=_("Year"), required=False, max_length=4, widget=forms.TextInput(attrs=PART))

    def clean_year(self) -> str:
        """The three boxes together; `birth_date` is in the cleaned data afterwards."""
        parts = [self.cleaned_data.get(name, "") for name in ("year", "month", "day")]
        if not any(parts):
            raise ValidationError(_("Enter the birth date."))
        self.cleaned_data["birth_date"] = read_date(*parts, today=self.today)
        return str(parts[0])


class PasswordForm(Form):
    """Password, One more time."""

    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. It opens only the page to choose an own one, for 7 days."),
        error_messages={"required": _("Enter a password.")},
    )
    again = forms.CharField(
        label=_("One more time"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Enter the password one more time.")},
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.address(), first_name=self.cleaned_data.get("first_name", "")))
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise ValidationError(_("The two passwords differ."))
        return again

    def address(self) -> str:
        """The account's address, which the password must not resemble."""
        return ""


class CreateForm(SentOnce, LoginForm, PasswordForm, PersonForm, TermsForm):
    """`Create user account`, in the order of the page."""

    field_order = ("first_name", "last_name", "day", "month", "year", "login", "domain", "password", "again")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)

    def another(self) -> CreateForm:
        """An empty form for the next person, with the domain and the terms of this one."""
        kept = {name: self.cleaned_data[name] for name in ("domain", "level", "department", "team")}
        domains = self.fields["domain"].choices  # type: ignore[attr-defined]
        return CreateForm(initial=kept, domains=domains, org=self.org, today=self.today)

    def account(self) -> Account:
        data = self.cleaned_data
        return Account(data["first_name"], data["last_name"], data["birth_date"], data["login"], data["domain"])


class EditForm(PersonForm):
    """Name and birth date of an account that the company created."""

    @classmethod
    def for_member(cls, member: Membership, *, today: dt.date) -> EditForm:
        """The form with what is known."""
        user, born = member.user, member.user.birth_date
        initial = {"first_name": user.first_name, "last_name": user.last_name}
        if born:
            initial |= {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
        return cls(initial=initial, today=today)


class GivePasswordForm(PasswordForm):
    """`Reset password`."""

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def address(self) -> str:
        return self.member.user.email


class CsvForm(Form):
    """The file with people."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def text(self) -> str:
        """The file's text. Raises Refused for what is no CSV file of people."""
        file = self.cleaned_data["file"]
        if file.size > csv_file.MOST_CHARACTERS:
            raise Refused(_("The file is larger than 2 MB."), field="file")
        return csv_file.decode(file.read())


class ImportForm(Form):
    """The checked file, and what its people get."""

    csv = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=csv_file.MOST_CHARACTERS)
    token = forms.UUIDField(widget=forms.HiddenInput)
    level = forms.ChoiceField(
        label=_("Access"), choices=LEVELS, initial=Level.READ_ONLY, widget=forms.RadioSelect, required=False
    )
    with_mail = forms.BooleanField(
        label=_("Send each person an email with a link to choose a password"), required=False, initial=True
    )

    def wishes(self) -> dict[str, Any]:
        """The arguments of `csv_import.start`."""
        data = self.cleaned_data
        token: uuid.UUID = data["token"]
        level = Level(data["level"] or Level.READ_ONLY)
        return {"level": level, "with_mail": data["with_mail"], "key": token.hex}
