"""Value added tax: dated rates per country, and what of an amount is tax (product.md §5)."""

from __future__ import annotations

import datetime as dt

# (country, first UTC date, hundredths of a percent), newest first
RATES = (("RU", dt.date(2026, 1, 1), 22_00), ("RU", dt.date(2019, 1, 1), 20_00))
WHOLE = 100_00


def rate(country: str, date: dt.date) -> int | None:
    """The rate in a country on a UTC date, in hundredths of a percent; None where no VAT is charged."""
    return next((rate for where, since, rate in RATES if where == country and since <= date), None)


def included(total: int, rate: int | None) -> int:
    """The tax within `total` minor units that include it, rounded once, half up."""
    if rate is None:
        return 0
    return (2 * total * rate + WHOLE + rate) // (2 * (WHOLE + rate))
