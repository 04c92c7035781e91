"""Money that the card provider took back: refunds made there, payments that are disputed (product.md §5).

Each is one row and one entry that lowers the balance; when the money comes back after all, that entry is reversed.
States only move forward, so what is told late, twice or in another order ends in the same balance. What does not fit
the payment is not posted: somebody has to look.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction

from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.ledger.refund_models import Takeback, TakebackKind, TakebackState
from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import top_ups
from billing.top_ups.providers.facts import Taken
from orgs.audit import audit
from orgs.tenancy.scopes import company_scope

logger = logging.getLogger(__name__)


class TooEarly(Exception):
    """The payment itself was not told of yet; told again, it may have been."""


@transaction.atomic
def apply_told(top_up: TopUp, told: Taken, *, now: dt.datetime) -> Takeback:
    """What the provider says of money that it took from a payment, or gave back. Raises TooEarly."""
    with company_scope(top_up.org_id):
        paid = top_ups.lock(top_up)
        takeback = Takeback.objects.filter(org=paid.org, provider=paid.provider, provider_id=told.provider_id).first()
        if takeback is None:
            return _begin(paid, told, now=now)
        takeback.org, takeback.top_up = paid.org, paid
        return _go_on(takeback, told, now=now)


def received(top_up: TopUp) -> int:
    """What a payment added to the balance (minor units) and no operator took back. In the company's scope."""
    entry = top_up.entry
    if entry is None or Entry.objects.filter(org=top_up.org_id, reverses=entry).exists():
        return 0
    return ledger.amounts_of(entry)[AccountCode.CUSTOMER]


def refunds_of(top_up: TopUp) -> list[Takeback]:
    """What the provider has taken back of a payment and not returned, in its order. In the company's scope."""
    mine = Takeback.objects.filter(org=top_up.org_id, top_up=top_up, state=TakebackState.TAKEN)
    return list(mine.order_by("at", "pk"))


def _begin(paid: TopUp, told: Taken, *, now: dt.datetime) -> Takeback:
    """The first that is told of it. A return may be: then nothing was posted, and nothing will be."""
    if paid.state not in (TopUpState.PAID, TopUpState.REVIEW):
        raise TooEarly(paid.public_id)
    row = Takeback(org=paid.org, top_up=paid, provider=paid.provider, provider_id=told.provider_id, at=now)
    row.kind, row.amount, row.currency = told.kind, told.amount, told.currency
    row.state = _state(paid, told)
    if row.state == TakebackState.TAKEN:
        row.entry = _post(row, now=now)
    row.save()
    if row.state == TakebackState.TAKEN:
        _record(row, "refund" if row.kind == TakebackKind.REFUND else "dispute", now=now)
    elif row.state == TakebackState.REVIEW:
        _alarm(row, told)
        _record(row, "hold", now=now)
    return row


def _go_on(row: Takeback, told: Taken, *, now: dt.datetime) -> Takeback:
    """A takeback that is known comes back, or nothing is new."""
    is_checked = row.state == TakebackState.REVIEW
    if is_checked or (row.amount, row.currency) != (told.amount, told.currency):
        _alarm(row, told)
    elif told.is_returned and row.state == TakebackState.TAKEN and row.entry:
        row.entry.org = row.org
        ledger.reverse(row.entry, now=now, data={"top_up": row.top_up.public_id})
        row.state = TakebackState.RETURNED
        row.save(update_fields=["state"])
        _record(row, "return", now=now)
    return row


def _state(paid: TopUp, told: Taken) -> TakebackState:
    if told.is_returned:
        return TakebackState.RETURNED
    left = received(paid) - sum(row.amount for row in refunds_of(paid))
    is_within = 0 < told.amount <= left
    return TakebackState.TAKEN if is_within and told.currency == paid.currency else TakebackState.REVIEW


def _post(row: Takeback, *, now: dt.datetime) -> Entry:
    return ledger.post(
        row.org,
        EntryKind(row.kind),
        key=f"{row.kind}:{row.provider_id}",
        amounts={AccountCode.CUSTOMER: -row.amount, AccountCode.CARD: row.amount},
        now=now,
        data={"top_up": row.top_up.public_id},
    )


def _record(row: Takeback, act: str, *, now: dt.datetime) -> None:
    data = {"amount": row.amount, "currency": row.currency, "kind": row.kind}
    audit.record(row.org, f"top_up.{act}", actor=None, now=now, target=row.top_up.public_id, data=data)


def _alarm(row: Takeback, told: Taken) -> None:
    said = "returned" if told.is_returned else "taken back"
    logger.error(
        "The provider says that %s %s of top-up %s were %s (%s): this does not fit, and nothing is posted",
        told.amount,
        told.currency,
        row.top_up.public_id,
        said,
        row,
    )
