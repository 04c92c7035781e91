"""Forms about companies."""

from __future__ import annotations

import uuid
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from orgs.companies import companies, countries
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import TrialRequest
from users.accounts.forms import NameField, NamesForm, WholeTextField, fill_in
from users.accounts.models import User
from users.input import latin
from users.input.field_errors import Form


def _countries() -> list[tuple[str, Any]]:
    return [("", _("Choose a country")), *countries.choices(get_language() or "en")]


country_choices = lazy(_countries, list)


class SentOnce(Form):
    """A form that acts once, however often it is sent (`idempotent_forms`); its template shows `{{ form.token }}`."""

    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"token": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def sent(self) -> uuid.UUID:
        """Names this form with what was typed: sent again with other words, it is another one."""
        typed = repr([(field.name, field.data) for field in self if field.name != "token"])
        return uuid.uuid5(self.cleaned_data["token"] or uuid.uuid4(), typed)


class CompanyForm(Form):
    """A company's name and country. The browser adds its time zone when it can."""

    company_name = NameField(
        label=_("Company name"),
        min_length=2,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Enter the name of your company.")},
    )
    slug = WholeTextField(
        label=_("Web address"),
        required=False,
        max_length=latin.ADDRESS,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "data-suggest": "address",
                "data-suggest-from": "company_name",
            }
        ),
        help_text=_("What stands in the links to your company’s pages. It stays for good."),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        help_text=_("It sets the currency you would pay in later."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={"required": _("Choose a country."), "invalid_choice": _("Choose a country from the list.")},
    )
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    def clean_slug(self) -> str:
        """The address that was typed. Without one it follows from the name; a name in another script shows it first."""
        typed: str = self.cleaned_data["slug"].strip().lower()
        name = self.cleaned_data.get("company_name", "")
        if not typed and latin.has_other_letters(name):
            fill_in(self, "slug", latin.address(name))
            raise forms.ValidationError(_("This address is made from the name. Change it, or go on with it."))
        if typed:
            _require_address(typed)
        return typed

    def clean_time_zone(self) -> str:
        """UTC when the browser said nothing usable."""
        zone: str = self.cleaned_data["time_zone"]
        return zone if zone in available_timezones() else "UTC"

    def founding(self) -> dict[str, str]:
        """The arguments of `companies.create`."""
        data = self.cleaned_data
        names = {"name": data["company_name"], "slug": data["slug"]}
        return {**names, "country": data["country"], "time_zone": data["time_zone"]}


def _require_address(slug: str) -> None:
    try:
        companies.require_address(slug)
    except Refused as refused:
        raise forms.ValidationError(str(refused)) from refused


class NewCompanyForm(SentOnce, CompanyForm):
    """Founds a company, for someone logged in."""


class DeactivateForm(Form):
    """The box to tick before everybody loses access."""

    understood = forms.BooleanField(error_messages={"required": _("Tick the box to switch Tracker off.")})

    def __init__(self, data: QueryDict | None, *, people: int) -> None:
        super().__init__(data)
        label = ngettext(
            "I understand that %(people)s person loses access at once",
            "I understand that %(people)s people lose access at once",
            people,
        )
        self.fields["understood"].label = label % {"people": people}


class TrialSignup(NamesForm, CompanyForm):
    """The base of the sign-up form: the person's name and the company, next to allauth's address and password."""

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keeps the company's name until the address is confirmed; allauth calls this after saving the person."""
        TrialRequest.objects.create(
            user=user,
            company_name=self.cleaned_data["company_name"],
            slug=self.cleaned_data["slug"],
            country=self.cleaned_data["country"],
            time_zone=self.cleaned_data["time_zone"],
            created_at=timezone.now(),
        )
