"""Amounts of money as people type them, in whole minor units of a currency."""

from __future__ import annotations

import re

from babel.numbers import get_currency_precision

BETWEEN_THOUSANDS = re.compile(r"[\s'’]")
SYMBOLS = {"USD": "$", "RUB": "₽"}
GROUPED = r"[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*"
AMOUNT = re.compile(rf"(?P<sign>[-−]?)(?P<whole>{GROUPED}|[0-9]+)(?:(?P<point>[.,])(?P<rest>[0-9]+))?")


class Unreadable(Exception):
    """A text that means no amount of the currency, or that could mean two."""


def parse(text: str, currency: str) -> int:
    """What was meant by `1,234.50`, `1 234,50` or `1234`; the currency's code or sign may stand with it.

    Raises Unreadable. Digits below the minor unit are refused, never rounded, and so is `1.234`, which is a thousand to
    one reader and little more than one to another.
    """
    named = text.upper().replace(currency, "").replace(SYMBOLS.get(currency, currency), "")
    plain = BETWEEN_THOUSANDS.sub("", named)
    match = AMOUNT.fullmatch(plain)
    if match is None or _is_ambiguous(match):
        raise Unreadable(text)
    rest, precision = match["rest"] or "", get_currency_precision(currency)
    if len(rest) > precision:
        raise Unreadable(text)
    amount = int(re.sub(r"[.,]", "", match["whole"]) + rest.ljust(precision, "0"))
    return -amount if match["sign"] else amount


def _is_ambiguous(match: re.Match[str]) -> bool:
    """One mark for both, or one point before three digits."""
    return match["mark"] is not None and (
        match["mark"] == match["point"] or (match["whole"].count(".") == 1 and not match["point"])
    )
