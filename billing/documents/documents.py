"""Documents: numbered without gaps, and kept as they were issued.

A document is whole in its row: seller, payer, lines and language are copies, so nothing that changes later changes it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection

from billing.documents.models import Document, DocumentKind
from billing.ledger.charge_models import Charge
from billing.ledger.top_up_models import TopUp
from billing.money import billing_days
from billing.payers.models import DocumentLanguage, Payer
from billing.pricing import tiers as pricing
from billing.pricing.tiers import Prices, Tier
from orgs.tenancy.organization_models import Organization

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
        due_on=billing_days.day_of(now + PAID_WITHIN),
    )


def receipt(
    org: Organization,
    top_up: TopUp,
    *,
    amount: int,
    payer: Payer | None,
    vat_rate: int | None,
    tax: int,
    now: dt.datetime,
) -> Document:
    """Says that `amount` (minor units) of a card payment came. The caller holds the company's row lock."""
    return _issue(
        org,
        DocumentKind.RECEIPT,
        payer=payer,
        now=now,
        lines=[{"kind": "top_up", "amount": amount}],
        net=amount - tax,
        vat_rate=vat_rate,
        vat=tax,
        top_up=top_up,
    )


def language_of(org: Organization, payer: Payer | None) -> str:
    """The language of documents: what the payer chose, or the company's, or else English."""
    if payer and payer.language:
        return payer.language
    return org.language if org.language in DocumentLanguage else DocumentLanguage.ENGLISH.value


def payer_of(org: Organization, payer: Payer | None) -> dict[str, Any]:
    """A copy of the payment details; a company that has none yet is named all the same."""
    named = {"company": org.name, "country": org.country}
    return named if payer is None else named | {"kind": payer.kind, "country": payer.country, **payer.details}


def _issue(
    org: Organization, kind: DocumentKind, *, payer: Payer | None, now: dt.datetime, net: int, vat: int, **columns: Any
) -> Document:
    today = billing_days.day_of(now)
    return Document.objects.create(
        org=org,
        kind=kind,
        year=today.year,
        number=_next_number(kind, today.year),
        issued_on=today,
        language=language_of(org, payer),
        seller=settings.SELLER,
        payer=payer_of(org, payer),
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


def _lines(charge: Charge) -> list[dict[str, Any]]:
    """Users × price × days for each tier. A line's amount is what it adds to the charge of those before it.

    So the lines add up to what was charged, although that was rounded once.
    """
    lines: list[dict[str, Any]] = []
    after = price = amount = 0
    for tier in pricing.monthly_lines(charge.seats, _prices(charge)):
        price += tier.seats * tier.price
        so_far = pricing.charge(price, dates=charge.dates, of=charge.days)
        line = {"first": after + 1, "last": after + tier.seats, "price": tier.price, "amount": so_far - amount}
        lines.append(_of_month(charge) | line)
        after, amount = after + tier.seats, so_far
    return lines


def _of_month(charge: Charge) -> dict[str, Any]:
    """What all lines of a charge have in common: its month, its days, and the peak that set the price."""
    peak_on = billing_days.day_of(charge.peak_at).isoformat() if charge.peak_at else None
    month = {"kind": "seats", "month": f"{charge.month:%Y-%m}", "dates": charge.dates, "days": charge.days}
    return month | {"peak": charge.seats, "peak_on": peak_on}


def _prices(charge: Charge) -> Prices:
    """The list that the charge was made with."""
    tiers = tuple(Tier(last, price) for last, price in charge.prices)
    return Prices(charge.currency, tiers, vat_included=False)
