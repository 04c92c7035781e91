"""The form of payment details: its fields, their checks and error texts, for both kinds of payer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.payers import russian_bank, tax_numbers
from billing.payers.models import DocumentLanguage, Payer, PayerKind
from orgs.companies.countries import RUSSIA
from orgs.companies.forms import country_choices
from users.input.field_errors import Form

Check = Callable[[str], str]  # what was typed: the value to keep, or ValidationError

LONGEST, LONGEST_ADDRESS = 200, 500
RUSSIAN, ELSEWHERE = "ru", "elsewhere"


# --- checks -----------------------------------------------------------------------------------------------
def line(text: str) -> str:
    """One line, with one space between its words."""
    return " ".join(text.split())


def lines(text: str) -> str:
    """Lines without empty ones."""
    return "\n".join(" ".join(part.split()) for part in text.splitlines() if part.strip())


def email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("Enter an email address, such as name@company.com.")) from error
    return text


def phone(text: str) -> str:
    vat_number = line(text)
    if not re.fullmatch(r"\+?[0-9 ().-]{5,30}", vat_number):
        raise ValidationError(_("Enter a phone number, such as +49 30 901820."))
    return vat_number


def number(is_right: Callable[[str], bool], wrong: Any) -> Check:
    """The check of a number that is kept without spaces."""

    def check(text: str) -> str:
        vat_number = tax_numbers.compact(text)
        if not is_right(vat_number):
            raise ValidationError(wrong)
        return vat_number

    return check


# --- fields -----------------------------------------------------------------------------------------------
class PayerField(forms.CharField):
    """`missing`: what is said when it is empty; without it, it may be left out. `place`: where it is asked for."""

    def __init__(
        self,
        *,
        check: Check = line,
        missing: Any = "",
        place: str = "",
        autocomplete: str = "off",
        max_length: int = LONGEST,
        **more: Any,
    ) -> None:
        too_long = _("Use %(limit_value)d characters at most; there are %(show_value)d.")
        errors = {"required": missing, "max_length": too_long}
        super().__init__(required=bool(missing), max_length=max_length, error_messages=errors, **more)
        self.widget.attrs["autocomplete"] = autocomplete
        self.check, self.place = check, place

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        return self.check(text) if text else ""


class AddressField(PayerField):
    def __init__(self, **more: Any) -> None:
        area = forms.Textarea(attrs={"rows": "3"})
        super().__init__(check=lines, autocomplete="street-address", widget=area, max_length=LONGEST_ADDRESS, **more)


class DocumentsEmailField(PayerField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Email for documents"),
            check=email,
            missing=_("Enter the email address for documents."),
            help_text=_("Invoices are sent to it."),
            autocomplete="email",
            widget=forms.EmailInput(),
        )


class PayerForm(Form):
    """Who pays. The fields of both kinds and of every country stand in it; those that are not asked for are ignored."""

    kind = forms.TypedChoiceField(
        label=_("Who pays"),
        choices=PayerKind.choices,
        coerce=PayerKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who pays."), "invalid_choice": _("Choose who pays.")},
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=country_choices,
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={
            "required": _("Choose a country."),
            "invalid_choice": _("Choose a country from the list."),
        },
    )
    language = forms.ChoiceField(
        label=_("Language of documents"),
        choices=DocumentLanguage.choices,
        help_text=_("Invoices, receipts and statements are written in it, and the mails that bring them."),
        error_messages={
            "required": _("Choose the language of documents."),
            "invalid_choice": _("Documents are written in English or Русский."),
        },
    )

    individual_first_name = PayerField(label=_("Name"), autocomplete="given-name", missing=_("Enter the payer’s name."))
    individual_last_name = PayerField(
        label=_("Last name"), autocomplete="family-name", missing=_("Enter the payer’s last name.")
    )
    individual_inn = PayerField(
        label=_("INN"),
        check=number(lambda text: tax_numbers.is_inn(text, length=12), _("Check the INN: a person’s has 12 digits.")),
        help_text=_("12 digits."),
        place=RUSSIAN,
    )
    individual_address = AddressField(label=_("Address"), missing=_("Enter the address."))
    individual_email = DocumentsEmailField()

    legal_entity_company_name = PayerField(
        label=_("Company name"), autocomplete="organization", missing=_("Enter the company’s name.")
    )
    legal_entity_inn = PayerField(
        label=_("INN"),
        check=number(lambda text: tax_numbers.is_inn(text, length=10), _("Check the INN: a company’s has 10 digits.")),
        missing=_("Enter the INN."),
        help_text=_("10 digits."),
        place=RUSSIAN,
    )
    legal_entity_kpp = PayerField(
        label=_("KPP"),
        check=number(russian_bank.is_kpp, _("Check the KPP: it has 9 characters, such as 773601001.")),
        missing=_("Enter the KPP."),
        help_text=_("9 characters."),
        place=RUSSIAN,
    )
    legal_entity_ogrn = PayerField(
        label=_("OGRN"),
        check=number(tax_numbers.is_ogrn, _("Check the OGRN: it has 13 digits.")),
        help_text=_("13 digits."),
        place=RUSSIAN,
    )
    legal_entity_bic = PayerField(
        label=_("BIC"),
        check=number(russian_bank.is_bic, _("Check the BIC: it has 9 digits.")),
        missing=_("Enter the BIC of the bank."),
        help_text=_("9 digits."),
        place=RUSSIAN,
    )
    legal_entity_account = PayerField(
        label=_("Settlement account"),
        check=number(russian_bank.is_account, _("Check the account: it has 20 digits.")),
        missing=_("Enter the settlement account."),
        help_text=_("20 digits."),
        place=RUSSIAN,
    )
    legal_entity_registration_number = PayerField(
        label=_("Registration number"),
        missing=_("Enter the registration number."),
        help_text=_("As it stands in the register of companies."),
        place=ELSEWHERE,
    )
    legal_entity_vat_number = PayerField(
        label=_("Tax or VAT number"),
        help_text=_("A VAT number begins with the country’s letters, such as DE136695976."),
        place=ELSEWHERE,
    )
    legal_entity_iban = PayerField(
        label=_("IBAN"),
        check=number(tax_numbers.is_iban, _("Check the IBAN: it begins with the letters of the bank’s country.")),
        place=ELSEWHERE,
    )
    legal_entity_legal_address = AddressField(label=_("Legal address"), missing=_("Enter the legal address."))
    legal_entity_same_address = forms.BooleanField(label=_("The postal address is the same"), required=False)
    legal_entity_postal_address = AddressField(
        label=_("Postal address"), missing=_("Enter the postal address, or tick that it is the same.")
    )
    legal_entity_contact = PayerField(label=_("Contact person"), autocomplete="name")
    legal_entity_email = DocumentsEmailField()
    legal_entity_phone = PayerField(
        label=_("Phone"), check=phone, autocomplete="tel", widget=forms.TextInput(attrs={"type": "tel"})
    )

    def clean_legal_entity_vat_number(self) -> str:
        """A VAT number as invoices have it. Outside of the European Union whatever is typed, when it is none."""
        text, country = self.cleaned_data["legal_entity_vat_number"], self.cleaned_data.get("country", "")
        vat_number = tax_numbers.vat_number(text, country)
        if text and not vat_number and country in tax_numbers.EUROPEAN_UNION:
            raise ValidationError(
                _("This is no VAT number of the country. It begins with the country’s letters, such as DE136695976.")
            )
        return vat_number or text

    def clean(self) -> dict[str, Any]:
        """Forgets what is not asked for. An account must be one of the bank that is named."""
        for name in [name for name in self.fields if not self.is_asked(name)]:
            self.errors.pop(name, None)
            self.cleaned_data.pop(name, None)
        account, bic = (self.cleaned_data.get(f"legal_entity_{name}") for name in ("account", "bic"))
        if account and bic and not russian_bank.belongs(account, bic=bic):
            self.add_error("legal_entity_account", _("The account does not fit the BIC. Check both."))
        return self.cleaned_data

    def is_asked(self, name: str) -> bool:
        """Whether a field belongs to the kind of payer and the country that are chosen."""
        if name in ("kind", "country", "language"):
            return True
        if name == "legal_entity_postal_address" and self["legal_entity_same_address"].value():
            return False
        place = getattr(self.fields[name], "place", "")
        is_here = not place or (place == RUSSIAN) == (self["country"].value() == RUSSIA)
        return is_here and name == f"{self['kind'].value()}_{plain(name)}"

    def arguments(self) -> dict[str, Any]:
        """The arguments of `payers.save`: the fields that were asked for and filled in, without their kind's name."""
        data = self.cleaned_data.copy()
        data.pop("legal_entity_same_address", None)
        chosen = {name: data.pop(name) for name in ("kind", "country", "language")}
        return chosen | {"details": {plain(name): value for name, value in data.items() if value}}

    def groups(self) -> list[tuple[PayerKind, list[BoundField]]]:
        """The fields of both kinds."""
        return [(kind, [self[name] for name in self.fields if name.startswith(kind)]) for kind in PayerKind]

    def checked_vat(self) -> str:
        """That the VAT number is right by its form and checksum, and no more; empty when it is not, or is none."""
        if not self.is_asked("legal_entity_vat_number"):
            return ""
        typed = self["legal_entity_vat_number"].value() or ""
        vat_number = tax_numbers.vat_number(str(typed), str(self["country"].value()))
        text = gettext("VAT %(number)s: the form of the number is right. Whether it is registered was not checked.")
        return text % {"number": vat_number} if vat_number else ""


def initial(payer: Payer | None, *, country: str, language: str, company: str, email: str) -> dict[str, Any]:
    """What the form shows at first: the details that are saved, or what is known of the company without them."""
    if payer is None:
        known = {f"{kind}_email": email for kind in PayerKind}
        known |= {"legal_entity_company_name": company, "kind": PayerKind.LEGAL_ENTITY.value}
        return known | {"country": country, "language": language, "legal_entity_same_address": True}
    kept = {f"{payer.kind}_{name}": value for name, value in payer.details.items()}
    kept |= {"kind": payer.kind, "country": payer.country, "language": language}
    return kept | {"legal_entity_same_address": "postal_address" not in payer.details}


def plain(name: str) -> str:
    """A field's name as it is kept: both kinds have an address for documents, say."""
    return name.removeprefix("individual_").removeprefix("legal_entity_")


LABELS: Mapping[str, Any] = {plain(name): field.label for name, field in PayerForm.base_fields.items()}
