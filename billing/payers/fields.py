"""The fields of payment details: their order, labels, checks and error texts, for both kinds of payer in one table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.payers import russian_bank, tax_numbers
from billing.payers.models import PayerKind
from orgs.companies.countries import RUSSIA

Text = str | Promise
Check = Callable[[str, str], str]  # what was typed, and the country: the value to keep, or ValidationError

RUSSIAN, ELSEWHERE = "ru", "elsewhere"
SAME = "same_address"  # ticked: the postal address is the legal one, and not kept twice


# --- checks -----------------------------------------------------------------------------------------------
def line(text: str, _country: str) -> str:
    """One line, with one space between its words."""
    return " ".join(text.split())


def lines(text: str, _country: str) -> str:
    """Lines without empty ones."""
    return "\n".join(" ".join(part.split()) for part in text.splitlines() if part.strip())


def email(text: str, _country: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise ValidationError(_("Enter an email address, such as name@company.com.")) from error
    return text


def phone(text: str, _country: str) -> str:
    found = line(text, "")
    if not re.fullmatch(r"\+?[0-9 ().-]{5,30}", found):
        raise ValidationError(_("Enter a phone number, such as +49 30 901820."))
    return found


def number(is_right: Callable[[str], bool], wrong: Text) -> Check:
    """The check of a number that is kept without spaces."""

    def check(text: str, _country: str) -> str:
        found = tax_numbers.compact(text)
        if not is_right(found):
            raise ValidationError(str(wrong))
        return found

    return check


def tax_number(text: str, country: str) -> str:
    """A valid VAT number as invoices have it. Outside of the European Union whatever is typed, when none is known."""
    found = tax_numbers.vat_number(text, country)
    if not found and country in tax_numbers.EUROPEAN_UNION:
        raise ValidationError(
            _("This is no VAT number of the country. It begins with the country’s letters, such as DE136695976.")
        )
    return found or line(text, country)


# --- the table --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One field. `missing`: what is said when it is empty; without it, it may be left out.

    `place`: where it is asked for (everywhere when empty). `control`: text, long, email, tel or tick. `unless`: the
    tick that makes it needless.
    """

    name: str
    label: Text
    autocomplete: str = "off"
    check: Check = line
    missing: Text = ""
    hint: Text = ""
    place: str = ""
    control: str = "text"
    unless: str = ""

    def is_asked(self, country: str) -> bool:
        """Whether it belongs to the details of a payer in the country."""
        return not self.place or (self.place == RUSSIAN) == (country == RUSSIA)


EMAIL = Row(
    "email",
    _("Email for documents"),
    "email",
    email,
    missing=_("Enter the email address for documents."),
    hint=_("Invoices are sent to it."),
    control="email",
)

FIELDS: Mapping[PayerKind, tuple[Row, ...]] = {
    PayerKind.INDIVIDUAL: (
        Row("first_name", _("Name"), "given-name", missing=_("Enter the payer’s name.")),
        Row("last_name", _("Last name"), "family-name", missing=_("Enter the payer’s last name.")),
        Row(
            "inn",
            _("INN"),
            check=number(
                lambda text: tax_numbers.is_inn(text, length=12), _("Check the INN: a person’s has 12 digits.")
            ),
            hint=_("12 digits."),
            place=RUSSIAN,
        ),
        Row("address", _("Address"), "street-address", lines, missing=_("Enter the address."), control="long"),
        EMAIL,
    ),
    PayerKind.LEGAL_ENTITY: (
        Row("company_name", _("Company name"), "organization", missing=_("Enter the company’s name.")),
        Row(
            "inn",
            _("INN"),
            check=number(
                lambda text: tax_numbers.is_inn(text, length=10), _("Check the INN: a company’s has 10 digits.")
            ),
            missing=_("Enter the INN."),
            hint=_("10 digits."),
            place=RUSSIAN,
        ),
        Row(
            "kpp",
            _("KPP"),
            check=number(russian_bank.is_kpp, _("Check the KPP: it has 9 characters, such as 773601001.")),
            missing=_("Enter the KPP."),
            hint=_("9 characters."),
            place=RUSSIAN,
        ),
        Row(
            "ogrn",
            _("OGRN"),
            check=number(tax_numbers.is_ogrn, _("Check the OGRN: it has 13 digits.")),
            hint=_("13 digits."),
            place=RUSSIAN,
        ),
        Row(
            "bic",
            _("BIC"),
            check=number(russian_bank.is_bic, _("Check the BIC: it has 9 digits.")),
            missing=_("Enter the BIC of the bank."),
            hint=_("9 digits."),
            place=RUSSIAN,
        ),
        Row(
            "account",
            _("Settlement account"),
            check=number(russian_bank.is_account, _("Check the account: it has 20 digits.")),
            missing=_("Enter the settlement account."),
            hint=_("20 digits."),
            place=RUSSIAN,
        ),
        Row(
            "registration_number",
            _("Registration number"),
            missing=_("Enter the registration number."),
            hint=_("As it stands in the register of companies."),
            place=ELSEWHERE,
        ),
        Row(
            "vat_number",
            _("Tax or VAT number"),
            check=tax_number,
            hint=_("A VAT number begins with the country’s letters, such as DE136695976."),
            place=ELSEWHERE,
        ),
        Row(
            "iban",
            _("IBAN"),
            check=number(tax_numbers.is_iban, _("Check the IBAN: it begins with the letters of the bank’s country.")),
            place=ELSEWHERE,
        ),
        Row(
            "legal_address",
            _("Legal address"),
            "street-address",
            lines,
            missing=_("Enter the legal address."),
            control="long",
        ),
        Row(SAME, _("The postal address is the same"), control="tick"),
        Row(
            "postal_address",
            _("Postal address"),
            "street-address",
            lines,
            missing=_("Enter the postal address, or tick that it is the same."),
            control="long",
            unless=SAME,
        ),
        Row("contact", _("Contact person"), "name"),
        EMAIL,
        Row("phone", _("Phone"), "tel", phone, control="tel"),
    ),
}

NOT_OF_THE_BANK = _("The account does not fit the BIC. Check both.")
LABELS: Mapping[str, Text] = {
    "kind": _("Who pays"),
    "country": _("Country"),
    "language": _("Language of documents"),
} | {row.name: row.label for rows in FIELDS.values() for row in rows}
