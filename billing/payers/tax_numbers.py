"""Tax numbers and bank accounts whose checksums are known. Nobody is asked whose a valid number is."""

from __future__ import annotations

import re
import unicodedata

from stdnum import get_cc_module, iban
from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.ru import inn, ogrn

BETWEEN = re.compile(r"[\s./‐‑–—-]+")  # what people put between the digits
PREFIXES = {"GR": "EL"}  # of VAT numbers, where it is not the country's code
EUROPEAN_UNION = frozenset(code.upper() for code in vat.MEMBER_STATES) - {"XI"}


def compact(text: str) -> str:
    """The number without what people put between its digits, its letters as capitals."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text)).upper()


def is_inn(text: str, *, length: int) -> bool:
    """A Russian taxpayer's number: 10 digits of a company, 12 of a person."""
    return len(text) == length and inn.is_valid(text)


def is_ogrn(text: str) -> bool:
    """A Russian company's number in the register: 13 digits, 15 of an entrepreneur."""
    return text.isascii() and text.isdigit() and ogrn.is_valid(text)


def is_iban(text: str) -> bool:
    return text.isascii() and iban.is_valid(text)


def vat_number(text: str, country: str) -> str:
    """The number as it is written on invoices, with the country's letters, when it is a valid VAT number; else "".

    It may be of the payer's country, without its letters, too, or of any country of the European Union.
    """
    number = compact(text)
    if not re.fullmatch(r"[0-9A-Z+*]{4,20}", number) or not re.fullmatch(r"[A-Z]{2}", country):
        return ""
    prefixed = PREFIXES.get(country, country) + number
    found = [candidate for candidate in (number, prefixed) if _is_european(candidate)]
    return found[0] if found else number if _is_national(number, country) else ""


def _is_european(number: str) -> bool:
    return number[:2].isalpha() and vat.is_valid(number)


def _is_national(number: str, country: str) -> bool:
    """Whether the country outside of the Union has a known form of it, and this is one."""
    if country in EUROPEAN_UNION:
        return False
    module = get_cc_module(country.lower(), "vat")
    try:
        return module is not None and bool(module.validate(number))
    except ValidationError:
        return False
