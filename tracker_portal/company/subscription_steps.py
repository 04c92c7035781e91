"""`Activate subscriptions`: the steps that a company still has to take, for its administrators; each ticks itself."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.money.formatting import format_count, format_money
from billing.pricing import price_lists
from billing.pricing.tiers import monthly_price
from orgs.tenancy.organization_models import Organization
from tracker_portal.company.first_steps import Step, Steps


def subscription_steps(org: Organization, now: dt.datetime, *, balance: int, is_next_marked: bool = False) -> Steps:
    """All are done exactly when nothing but time keeps the company from being subscribed (`orgs/lifecycle/rules.py`).

    `balance` in minor units. `is_next_marked`: the next step's button is the page's main one.
    """
    steps = Steps([_full_access(org, now), _payer(org), _balance(org, now, balance)])
    if not is_next_marked:
        return steps
    return Steps([replace(step, primary=step == steps.next) for step in steps.steps])


def _full_access(org: Organization, now: dt.datetime) -> Step:
    text = ngettext("Up to %(free)s person is free.", "Up to %(free)s people are free.", org.free_seats)
    text %= {"free": org.free_seats}
    if org.full_seats:
        price = format_money(monthly_price(org.full_seats, price_lists.prices_for(org, now)), org.currency)
        text = ngettext(
            "%(people)s person, %(price)s a month.", "%(people)s people, %(price)s a month.", org.full_seats
        )
        text %= {"people": format_count(org.full_seats), "price": price}
    url = "" if org.full_seats else reverse("access:user_list", args=[org.slug])
    return Step(_("Choose who gets Full access"), text, done=org.full_seats > 0, url=url, action=_("All users"))


def _payer(org: Organization) -> Step:
    is_free = 0 < org.full_seats <= org.free_seats
    text = _("As an individual or legal entity.")
    if org.payer_ready:
        text = _("They are saved.")
    elif is_free:
        text = _("Not needed for so few people.")
    is_done = org.payer_ready or is_free
    url = "" if is_done else _payer_url(org)
    return Step(_("Enter payment details"), text, is_done, url, _("Payment details management"))


def _payer_url(org: Organization) -> str:
    """The page of payment details, which leads back to the steps."""
    back = {"next": reverse("tracker_portal:tracker_settings", args=[org.slug])}
    return f"{reverse('billing:payer', args=[org.slug])}?{urlencode(back)}"


def _balance(org: Organization, now: dt.datetime, balance: int) -> Step:
    text = _("Nothing is due.")
    if org.debt_due_at:
        text = _("It is %(amount)s. Bring it to zero or more.") % {"amount": format_money(balance, org.currency)}
    is_due = org.debt_due_at is not None and now >= org.debt_due_at
    url = "" if org.debt_due_at is None else reverse("billing:top_up", args=[org.slug])
    return Step(_("Top up the balance"), text, done=not is_due, url=url, action=_("Top up"))
