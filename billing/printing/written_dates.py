"""Dates and rates as documents have them, in the active language."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import get_language, pgettext, to_locale

WHOLE = 100  # a rate is kept in hundredths of a percent


def day(date: dt.date) -> str:
    """`5 Dec 2026`."""
    return format_date(date, pgettext("pattern of a date", "d MMM y"), locale=locale())


def days(first: dt.date, last: dt.date) -> str:
    """From one date to another: `1 Nov 2026 – 25 Nov 2026`."""
    return f"{day(first)} – {day(last)}"


def month(date: dt.date) -> str:
    """The month of a date, as it stands in a sentence: `December 2026`."""
    return format_date(date, "LLLL y", locale=locale())


def percent(rate: int) -> str:
    """A rate in hundredths of a percent, without its sign: `22`, `8.5`."""
    text: str = format_decimal(rate / WHOLE, locale=locale())
    return text


def locale() -> str:
    return to_locale(get_language() or "en")
