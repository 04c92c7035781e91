"""Documents: numbered without gaps, and kept as they were issued."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from billing import dates, pricing
from billing.models import Charge, Document, DocumentKind, Payer, TopUp
from billing.pricing import Prices, Tier
from orgs.models import Organization

# The row's lock is held to the end of the transaction: whoever takes a number back by failing, leaves no gap.
NEXT = """
INSERT INTO billing_documentseries (kind, year, last) VALUES (%s, %s, 1)
ON CONFLICT (kind, year) DO UPDATE SET last = billing_documentseries.last + 1 RETURNING last
"""
PAID_WITHIN = dt.timedelta(days=14)  # a bank transfer


def invoice(
    org: Organization, charge: Charge, *, payer: Payer | None, vat_rate: int | None, tax: int, now: dt.datetime
) -> Document:
    """The invoice of a charge. `tax`: what of its amount is VAT. The caller holds the company's row lock."""
    return _issue(
        org,
        DocumentKind.INVOICE,
        payer=payer,
        now=now,
        lines=_lines(charge),
        net=charge.amount - tax,
        vat_rate=vat_rate,
        vat=tax,
        charge=charge,
    )


def proforma(
    org: Organization, top_up: TopUp, *, payer: Payer | None, vat_rate: int | None, tax: int, now: dt.datetime
) -> Document:
    """Asks for a bank transfer that names the top-up's reference. The caller holds the company's row lock."""
    return _issue(
        org,
        DocumentKind.PROFORMA,
        payer=payer,
        now=now,
        lines=[{"kind": "top_up", "reference": top_up.reference, "amount": top_up.amount}],
        net=top_up.amount - tax,
        vat_rate=vat_rate,
        vat=tax,
        top_up=top_up,
        due_on=dates.day_of(now + PAID_WITHIN),
    )


def _issue(
    org: Organization,
    kind: DocumentKind,
    *,
    payer: Payer | None,
    now: dt.datetime,
    net: int,
    vat: int,
    **columns: Any,
) -> Document:
    today = dates.day_of(now)
    return Document.objects.create(
        org=org,
        kind=kind,
        year=today.year,
        number=_next_number(kind, today.year),
        issued_on=today,
        language=org.language,
        payer=_payer(org, payer),
        currency=org.currency,
        net=net,
        vat=vat,
        total=net + vat,
        **columns,
    )


def _next_number(kind: DocumentKind, year: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [kind, year])
        number: int = cursor.fetchone()[0]
    return number


def _payer(org: Organization, payer: Payer | None) -> dict[str, Any]:
    """A copy of the payment details; a company that has none yet is named all the same."""
    named = {"company": org.name, "country": org.country}
    return named if payer is None else named | {"kind": payer.kind, "country": payer.country, **payer.details}


def _lines(charge: Charge) -> list[dict[str, Any]]:
    """Users × price for each tier of a full month, then the days that count; the last line is what it comes to."""
    tiers = tuple(Tier(last, price) for last, price in charge.prices)
    prices = Prices(charge.currency, tiers, vat_included=False)
    lines: list[dict[str, Any]] = [
        {"kind": "seats", "number": line.seats, "price": line.price, "amount": line.seats * line.price}
        for line in pricing.monthly_lines(charge.seats, prices)
    ]
    if charge.dates < charge.days:
        less = charge.amount - charge.price
        lines.append({"kind": "days", "dates": charge.dates, "days": charge.days, "amount": less})
    return lines
