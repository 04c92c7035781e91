"""Mails about a balance: that it will not cover the next charge, and that it is below zero (product.md §5).

The days before a debt falls due are the lifecycle's to tell (`orgs/notices.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from billing import dates, forecasts, ledger
from billing.models import Entry
from billing.money import format_money
from orgs import letters, notices, outbox
from orgs.models import Organization, State
from orgs.outbox import Letter
from orgs.scopes import company_scope

WARNED = dt.timedelta(days=14)  # before the charge that the balance does not cover


def tell_of_debt(org: Organization, entry: Entry, *, now: dt.datetime) -> None:
    """Tells the administrators when an entry took the balance below zero. In the transaction that posted it."""
    if org.debt_due_at is None or ledger.balance(org) >= 0:
        return
    with letters.spoken(org):
        context = {"balance": format_money(ledger.balance(org), org.currency), "due": letters.instant(org.debt_due_at)}
    _tell(org, f"balance:{org.pk}:below:{entry.public_id}", "balance_below_zero", context, now=now)


def maybe_short(now: dt.datetime) -> list[int]:
    """Companies whose next charge may be more than they have, by id; `warn` decides. None before it is near."""
    this = dates.month_of(dates.day_of(now))
    if now < dates.midnight(dates.charge_date(this)) - WARNED:
        return []
    pays = Q(full_seats__gt=F("free_seats"), state__in=(State.TRIAL, State.ACTIVE))
    return list(Organization.objects.filter(pays).order_by("pk").values_list("pk", flat=True))


def warn(org_id: int, *, now: dt.datetime) -> bool:
    """Tells the administrators, once for each charge, that the balance does not cover it; whether there was need."""
    with company_scope(org_id):
        org = Organization.objects.get(pk=org_id)
        found = forecasts.of(org, now=now)
        if found.next is None or found.ends_on != found.next.on:
            return False
        if now < dates.midnight(found.ends_on) - WARNED:
            return False
        context = {
            "balance": format_money(found.balance, org.currency),
            "amount": format_money(found.next.amount, org.currency),
            "on": found.ends_on,
            "missing": format_money(found.next.amount - found.balance, org.currency),
        }
        _tell(org, f"balance:{org.pk}:ends:{found.ends_on}", "balance_ends", context, now=now)
    return True


def _tell(org: Organization, key: str, name: str, context: Mapping[str, object], *, now: dt.datetime) -> None:
    """One mail to each administrator, once for a key."""
    letter = _letter(org, name, context)
    people = notices.administrators(org).values_list("pk", "user__email")
    outbox.post_all(
        [outbox.build(org=org, key=f"{key}:{pk}", to=email, letter=letter, now=now) for pk, email in people]
    )


def _letter(org: Organization, name: str, context: Mapping[str, object]) -> Letter:
    with letters.spoken(org):
        url = f"{settings.ORIGIN}{reverse('billing:detailed', args=[org.slug])}"
        return outbox.render(f"mail/billing/{name}", {"org": org, "url": url, **context})
