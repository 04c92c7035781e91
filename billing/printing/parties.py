"""Who sells and who pays, as lines of a document in the active language."""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from billing.payers.models import name_of
from billing.printing import written_dates
from billing.printing.printable import Party

# The payer's numbers, by the names of the form's fields, in the order in which a document gives them.
NUMBERS = {
    "inn": _("INN"),
    "kpp": _("KPP"),
    "ogrn": _("OGRN"),
    "registration_number": _("Registration number"),
    "vat_number": _("Tax or VAT number"),
    "iban": _("IBAN"),
    "account": _("Settlement account"),
    "bic": _("BIC"),
}


def seller(copy: Mapping[str, str], *, with_bank: bool = False) -> Party:
    """`with_bank`: the document asks for a transfer, so it says where to."""
    lines = [copy.get(name, "") for name in ("name", "address", "tax_id")]
    if with_bank:
        account = gettext("Settlement account %(number)s") % {"number": copy.get("account", "")}
        lines += [copy.get("bank", ""), account]
    return Party(pgettext("who sells", "From"), [line for line in lines if line])


def payer(copy: Mapping[str, str]) -> Party:
    """From a document's copy of the payment details, whichever of them the payer's kind and country has."""
    numbers = [f"{label} {copy[name]}" for name, label in NUMBERS.items() if copy.get(name)]
    address = (copy.get("legal_address") or copy.get("address", "")).splitlines()
    lines = [_name(copy), *address, _country(copy.get("country", "")), *numbers]
    return Party(gettext("Bill to"), [line for line in lines if line])


def _name(copy: Mapping[str, str]) -> str:
    """A legal entity's, a person's, or else what the company is called here."""
    return name_of(copy) or copy.get("company", "")


def _country(code: str) -> str:
    name: str = Locale.parse(written_dates.locale()).territories.get(code, code)
    return name
