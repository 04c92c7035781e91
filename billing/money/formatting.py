"""Money and counts as text in the reader's language. Money is whole minor units of a currency."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, format_decimal, get_currency_precision
from django.utils.translation import get_language, to_locale

MINUS = "\u2212"
SPACE = "\u00a0"  # keeps a currency's code and its amount on one line


def as_decimal(amount: int, currency: str) -> Decimal:
    """An amount in minor units as a number of the currency, with its decimals: 164.50."""
    return Decimal(amount).scaleb(-get_currency_precision(currency))


def format_money(amount: int, currency: str) -> str:
    """An amount in minor units with its currency and always its decimals: `$164.50`, `−$41.20`."""
    text: str = format_currency(as_decimal(amount, currency), currency, locale=_locale())
    return text.replace("-", MINUS).replace(currency, f"{currency}{SPACE}").strip(SPACE)


def format_count(number: int) -> str:
    """A number of things, its thousands apart: `1,284`."""
    text: str = format_decimal(number, locale=_locale())
    return text


def _locale() -> str:
    return to_locale(get_language() or "en")
