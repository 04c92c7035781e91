"""The monthly charge: from the 2nd on, the month before, once for each company (product.md §5).

What is due is asked of the tables, so the job may run late, twice or in parallel; each company is one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from billing.documents import documents
from billing.documents import emails as document_letters
from billing.ledger import ledger
from billing.ledger.charge_models import Charge
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.money import billing_days
from billing.payers import payers
from billing.pricing import vat
from billing.seats import monthly_usage as month
from billing.seats.monthly_usage import Month
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.batch import Batch
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope

LOOKS_BACK = 12  # months: so long beat may have been away


@dataclass(frozen=True)
class Due:
    """A month of a company that is over and not charged."""

    org_id: int
    month: dt.date


def newest_month(now: dt.datetime) -> dt.date:
    """The last month that is to be charged at `now`, by its first date (UTC)."""
    today = billing_days.day_of(now)
    last = billing_days.preceding(billing_days.month_of(today))
    return last if today >= billing_days.charge_date(last) else billing_days.preceding(last)


def months(now: dt.datetime) -> list[dt.date]:
    """Those that may have been left, the oldest first."""
    found = [newest_month(now)]
    while len(found) < LOOKS_BACK:
        found.append(billing_days.preceding(found[-1]))
    return found[::-1]


def due(first: dt.date, *, after: int = 0, limit: int | None = None) -> list[Due]:
    """Companies in which a date of the month may count and that are not charged for it; by id, those above `after`.

    One whose Tracker is off and did not move since the month began had no date that counts, nor has a first trial.
    """
    start, end = billing_days.midnight(first), billing_days.midnight(billing_days.following(first))
    mine = AuditEvent.objects.filter(org=OuterRef("pk"), target="", action__startswith="tracker.", at__gte=start)
    charged = Charge.objects.filter(org=OuterRef("pk"), month=first)
    maybe = Q(state__in=(State.ACTIVE, State.TRIAL)) | Exists(mine)
    with platform_scope(read_only=True):
        found = Organization.objects.filter(
            maybe, ~Exists(charged), activated_at__lt=end - lifecycle.TRIAL, pk__gt=after
        )
        return [Due(pk, first) for pk in found.order_by("pk").values_list("pk", flat=True)[:limit]]


def look(each: Due, *, now: dt.datetime) -> tuple[Organization, Month]:
    """The month as it would be charged; nothing is written."""
    with company_scope(each.org_id, read_only=True):
        org = Organization.objects.get(pk=each.org_id)
        return org, month.usage_of_month(org, each.month, now=now)


def charge(each: Due, *, now: dt.datetime) -> Charge | None:
    """Charges one company for one month; None when it is charged already or the month is not over."""
    if each.month > newest_month(now):
        return None
    with company_scope(each.org_id):
        org = Organization.objects.lock(each.org_id)
        if Charge.objects.filter(org=org, month=each.month).exists():
            return None
        return _write(org, month.usage_of_month(org, each.month, now=now), now=now)


def is_settled(org: Organization, *, now: dt.datetime) -> bool:
    """Whether the months of a closed company that may have been left, this one among them, cost it nothing any more."""
    begun = months(now)
    while begun[-1] < billing_days.month_of(billing_days.day_of(now)):
        begun.append(billing_days.following(begun[-1]))
    charged = set(Charge.objects.filter(org=org, month__in=begun).values_list("month", flat=True))
    return not any(month.usage_of_month(org, first, now=now).charge for first in begun if first not in charged)


def charge_all(now: dt.datetime, *, limit: int) -> Iterator[Charge]:
    """Charges what is due, at most `limit` companies of each month, the oldest month first.

    A company that fails keeps none of the others, and gets no later month before that one.
    """
    turns = Batch("charge_due")
    for first in months(now):
        for each in due(first, limit=limit):
            done = None
            if each.org_id not in turns.failed:
                with turns.turn(each.org_id):
                    done = charge(each, now=now)
            if done:
                yield done


def _write(org: Organization, usage: Month, *, now: dt.datetime) -> Charge:
    """The entry, what it was made of, and the invoice. The caller holds the company's row lock in its scope."""
    payer = payers.current(org)
    rate = vat.rate(payer.country if payer else org.country, usage.first) if usage.prices.vat_included else None
    tax = vat.included(usage.charge, rate)
    entry = _post(org, usage, tax, now=now) if usage.charge else None
    done = Charge.objects.create(
        org=org,
        month=usage.first,
        currency=usage.currency,
        prices=[[tier.last_seat, tier.price] for tier in usage.prices.tiers],
        seats=usage.seats,
        peak_at=usage.peak.at if usage.peak else None,
        dates=len(usage.counting),
        days=usage.days,
        price=usage.price,
        amount=usage.charge,
        entry=entry,
        at=now,
    )
    if entry:
        invoice = documents.invoice(org, done, payer=payer, vat_rate=rate, tax=tax, now=now)
        document_letters.post(invoice, now=now)
        data = {"month": f"{usage.first:%Y-%m}", "amount": usage.charge, "currency": usage.currency}
        audit.record(org, "billing.charge", actor=None, now=now, data=data)
    return done


def _post(org: Organization, usage: Month, tax: int, *, now: dt.datetime) -> Entry:
    amounts = {
        AccountCode.CUSTOMER: -usage.charge,
        AccountCode.REVENUE: usage.charge - tax,
        AccountCode.VAT: tax,
    }
    name = f"{usage.first:%Y-%m}"
    return ledger.post(org, EntryKind.CHARGE, key=f"charge:{name}", amounts=amounts, now=now, data={"month": name})
