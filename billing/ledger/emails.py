"""The mails to administrators about the balance; each goes to everybody whom it concerns once for its key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse

from billing.ledger.top_up_models import TopUp
from billing.money.formatting import format_money
from orgs.mail import outbox, wording
from orgs.mail.outbox import Letter
from orgs.people import recipients
from orgs.tenancy.organization_models import Organization


def below_zero(org: Organization, *, key: str, balance: int, now: dt.datetime) -> None:
    """The balance fell below zero (minor units), and when that is due. In the transaction that did it."""
    with wording.spoken(org):
        due = wording.instant(org.debt_due_at) if org.debt_due_at else ""
        context = {"balance": format_money(balance, org.currency), "due": due}
    tell(org, "balance_below_zero", context, key=key, now=now)


def does_not_cover(org: Organization, *, balance: int, amount: int, on: dt.date, now: dt.datetime) -> None:
    """The charge of a date (UTC) will be more than the balance."""
    with wording.spoken(org):
        money = {"balance": balance, "amount": amount, "missing": amount - balance}
        context = {name: format_money(value, org.currency) for name, value in money.items()}
    tell(org, "balance_ends", context | {"on": on}, key=f"ends:{on}", now=now)


def has_arrived(top_up: TopUp, *, received: int, balance: int, now: dt.datetime) -> None:
    """Money (minor units) came, and what the balance is with it: to whoever began this, if still an administrator.

    In the company's scope, in the transaction that posts the money.
    """
    org = top_up.org
    beginner = recipients.administrators(org).filter(pk=top_up.actor_id).select_related("user").first()
    if beginner is None:
        return
    with wording.spoken(org):
        context = {"amount": format_money(received, org.currency), "balance": format_money(balance, org.currency)}
    letter = _compose(org, "top_up_received", context)
    outbox.post(org=org, key=f"top-up:{top_up.public_id}", to=beginner.user.email, letter=letter, now=now)


def tell(org: Organization, name: str, context: Mapping[str, object], *, key: str, now: dt.datetime) -> None:
    """Posts a mail to the company's administrators, in its scope."""
    letter = _compose(org, name, context)
    people = recipients.administrators(org).values_list("pk", "user__email")
    key = f"balance:{org.pk}:{key}"
    outbox.post_all(
        [outbox.new_mail(org=org, key=f"{key}:{pk}", to=email, letter=letter, now=now) for pk, email in people]
    )


def _compose(org: Organization, name: str, context: Mapping[str, object]) -> Letter:
    """The mail in the company's language; its button leads to the balance."""
    with wording.spoken(org):
        url = f"{settings.ORIGIN}{reverse('billing:detailed', args=[org.slug])}"
        return outbox.render(f"mail/billing/ledger/{name}", {"org": org, "url": url, **context})
