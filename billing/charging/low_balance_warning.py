"""Warns of a balance that will not cover the next charge, from fourteen days before it (product.md §5).

That it is below zero is told by what took it there (`debt_due`), and the days before a debt falls due are the
lifecycle's to tell (`orgs/lifecycle/notices.py`).
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Q

from billing.charging import forecasts
from billing.ledger import emails as balance_letters
from billing.money import billing_days
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope

WARNED = dt.timedelta(days=14)


def maybe_short(now: dt.datetime) -> list[int]:
    """Companies whose next charge may be more than they have, by id; `warn` decides. None before it is near."""
    this = billing_days.month_of(billing_days.day_of(now))
    if now < billing_days.midnight(billing_days.charge_date(this)) - WARNED:
        return []
    pays = Q(full_seats__gt=F("free_seats"), state__in=(State.TRIAL, State.ACTIVE))
    return list(Organization.objects.filter(pays).order_by("pk").values_list("pk", flat=True))


def warn(org_id: int, *, now: dt.datetime) -> bool:
    """Tells the administrators, once for each charge, that the balance does not cover it; whether there was need."""
    with company_scope(org_id):
        org = Organization.objects.get(pk=org_id)
        forecast = forecasts.forecast_for(org, now=now)
        if forecast.next is None or forecast.ends_on != forecast.next.on:
            return False
        if now < billing_days.midnight(forecast.ends_on) - WARNED:
            return False
        balance_letters.does_not_cover(
            org, balance=forecast.balance, amount=forecast.next.amount, on=forecast.ends_on, now=now
        )
    return True
