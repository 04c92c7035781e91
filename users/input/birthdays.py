"""Dates of birth, as people type them."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

EARLIEST = dt.date(1900, 1, 1)


def read_date(year: str, month: str, day: str, *, today: dt.date) -> dt.date:
    """A date of birth. Raises ValidationError for none, one before 1900, and one that is not before `today`."""
    try:
        date = dt.date(*(int(part) for part in (year, month, day)))
    except ValueError as error:
        raise ValidationError(_("This is not a date. Enter day, month and year, such as 27 3 1990.")) from error
    if not EARLIEST <= date < today:
        raise ValidationError(_("The birth date must be in the past, and after 1900."))
    return date
