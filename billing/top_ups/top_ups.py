"""Top-ups: somebody begins a payment, the money comes or does not, and the balance follows once (product.md §5).

Every verb holds the company's row lock. A state only moves forward along `ORDER`, so what is told late, twice or in
another order ends in the same state; money that came counts whatever was told before.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from billing.documents import documents
from billing.documents import emails as document_letters
from billing.ledger import emails as balance_letters
from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.money import billing_days
from billing.payers import payers
from billing.pricing import price_lists, vat
from orgs.audit import audit
from orgs.tenancy.errors import Refused
from orgs.tenancy.ids import ALPHABET
from orgs.tenancy.locks import SETTINGS, administering
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from users.accounts.models import User

MOST_BEGUN = 50  # in a day by one company: nobody pays that often by hand
DAY = dt.timedelta(days=1)
LIFE = dt.timedelta(hours=23)  # of a card payment nobody has gone through with; the provider forgets it after 24
ORDER = (
    TopUpState.OPEN,
    TopUpState.PENDING,
    TopUpState.EXPIRED,
    TopUpState.FAILED,
    TopUpState.REVIEW,
    TopUpState.PAID,
)
WAITING = (TopUpState.OPEN, TopUpState.PENDING)
SOURCES = {Method.CARD: AccountCode.CARD, Method.TRANSFER: AccountCode.TRANSFER}


@transaction.atomic
def begin(*, org: Organization, amount: int, method: Method, token: UUID, actor: Membership, now: dt.datetime) -> TopUp:
    """Notes that somebody wants to pay `amount` (minor units); the same token answers the same top-up.

    A transfer gets its reference and its document at once. Raises Refused for a token that stood for something else.
    """
    with administering(org.pk, actor, refusal=SETTINGS) as locked:
        if found := TopUp.objects.filter(org=locked, token=token).first():
            return _same(found, amount, method)
        if TopUp.objects.filter(org=locked, created_at__gt=now - DAY).count() >= MOST_BEGUN:
            raise Refused(_("50 payments were begun within a day. Go on tomorrow, or write to support."))
        top_up = _create(locked, amount=amount, method=method, token=token, actor=actor, created_at=now)
        if top_up.method == Method.TRANSFER:
            _ask_for_transfer(locked, top_up, now=now)
        _record(locked, "begin", top_up, amount, actor=actor, now=now)
    return top_up


def make_reference() -> str:
    """What a transfer names, without letters that look alike: TP-7K2M-9QX4. Unique by constraint."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8)).upper()
    return f"TP-{letters[:4]}-{letters[4:]}"


def is_payable(top_up: TopUp, now: dt.datetime) -> bool:
    """Whether somebody can still go to the provider's page with it."""
    return top_up.method == Method.CARD and top_up.state in WAITING and now < top_up.created_at + LIFE


@transaction.atomic
def note_started(top_up: TopUp, *, provider: str, provider_id: str) -> TopUp:
    """Keeps the id under which the provider knows the top-up."""
    with company_scope(top_up.org_id):
        row = lock(top_up)
        if row.state == TopUpState.OPEN:
            row.state, row.provider, row.provider_id = TopUpState.PENDING, provider, provider_id
            row.save(update_fields=["state", "provider", "provider_id"])
    return row


@transaction.atomic
def note_asked(top_up: TopUp, *, now: dt.datetime) -> None:
    """Keeps when the provider was asked what became of the top-up."""
    with company_scope(top_up.org_id):
        TopUp.objects.filter(pk=top_up.pk).update(asked_at=now)


@transaction.atomic
def credit(
    top_up: TopUp, *, now: dt.datetime, amount: int | None = None, operator: User | None = None, reason: str = ""
) -> TopUp:
    """The money came: the balance rises once, by `amount` (minor units) or by what was asked for.

    A card payment gets its receipt with it.
    """
    with company_scope(top_up.org_id):
        row = lock(top_up)
        if row.state == TopUpState.PAID:
            return row
        received = row.amount if amount is None else amount
        row.entry = _post(row, received, operator=operator, reason=reason, now=now)
        row.state, row.settled_at = TopUpState.PAID, now
        row.save(update_fields=["state", "settled_at", "entry"])
        _record(row.org, "credit", row, received, operator=operator, reason=reason, now=now)
        balance_letters.has_arrived(row, received=received, balance=ledger.balance(row.org), now=now)
        if row.method == Method.CARD:
            _issue_receipt(row, received, now=now)
    return row


def fail(top_up: TopUp, *, now: dt.datetime) -> TopUp:
    """Marks a top-up whose payment was refused; nothing came."""
    return _settle(top_up, TopUpState.FAILED, now=now)


def expire(top_up: TopUp, *, now: dt.datetime) -> TopUp:
    """Marks a top-up that nobody paid in time."""
    return _settle(top_up, TopUpState.EXPIRED, now=now)


def hold_for_review(top_up: TopUp, *, now: dt.datetime) -> TopUp:
    """Something else came than was asked for: an operator looks at it, nothing is posted."""
    return _settle(top_up, TopUpState.REVIEW, now=now)


@transaction.atomic
def _settle(top_up: TopUp, state: TopUpState, *, now: dt.datetime) -> TopUp:
    """Moves the top-up's state forward, never back."""
    with company_scope(top_up.org_id):
        row = lock(top_up)
        if ORDER.index(TopUpState(row.state)) < ORDER.index(state):
            row.state, row.settled_at = state, now
            row.save(update_fields=["state", "settled_at"])
            _record(
                row.org,
                {TopUpState.FAILED: "fail", TopUpState.EXPIRED: "expire", TopUpState.REVIEW: "review"}[state],
                row,
                row.amount,
                now=now,
            )
    return row


def lock(top_up: TopUp) -> TopUp:
    """The top-up as it is under the company's row lock. In its scope."""
    org = Organization.objects.lock(top_up.org_id)
    row: TopUp = TopUp.objects.get(org=org, pk=top_up.pk)
    row.org = org
    return row


def _create(org: Organization, *, method: Method, **columns: Any) -> TopUp:
    """Writes the top-up; a transfer waits for its money from the start, under a reference."""
    is_transfer = method == Method.TRANSFER
    return TopUp.objects.create(
        org=org,
        method=method,
        state=TopUpState.PENDING if is_transfer else TopUpState.OPEN,
        currency=org.currency,
        reference=make_reference() if is_transfer else "",
        **columns,
    )


def _same(begun: TopUp, amount: int, method: Method) -> TopUp:
    if (begun.amount, begun.method) != (amount, method):
        raise Refused(_("This form has begun another payment already. Open Top up again for a new one."))
    return begun


def _ask_for_transfer(org: Organization, top_up: TopUp, *, now: dt.datetime) -> None:
    asking = documents.proforma(org, top_up, **_payer_and_vat(org, top_up.amount, now=now), now=now)
    document_letters.post(asking, now=now)


def _issue_receipt(top_up: TopUp, amount: int, *, now: dt.datetime) -> None:
    """Issues the receipt, as the last act of the transaction: it locks the series' row, which all companies share."""
    facts = _payer_and_vat(top_up.org, amount, now=now)
    issued = documents.receipt(top_up.org, top_up, amount=amount, **facts, now=now)
    document_letters.post(issued, now=now)


def _payer_and_vat(org: Organization, amount: int, *, now: dt.datetime) -> dict[str, Any]:
    """Who pays, and how much of an amount is VAT, where prices include it."""
    payer = payers.current(org)
    country = payer.country if payer else org.country
    rate = vat.rate(country, billing_days.day_of(now)) if price_lists.prices_for(org, now).vat_included else None
    return {"payer": payer, "vat_rate": rate, "tax": vat.included(amount, rate)}


def _post(top_up: TopUp, amount: int, *, operator: User | None, reason: str, now: dt.datetime) -> Entry:
    data = {"top_up": top_up.public_id, "method": top_up.method, "reference": top_up.reference}
    return ledger.post(
        top_up.org,
        EntryKind.TOP_UP,
        key=f"top-up:{top_up.public_id}",
        amounts={AccountCode.CUSTOMER: amount, SOURCES[Method(top_up.method)]: -amount},
        now=now,
        actor=None if operator else top_up.actor,
        data=data | ({"reason": reason} if reason else {}),
    )


def _record(
    org: Organization,
    act: str,
    top_up: TopUp,
    amount: int,
    *,
    now: dt.datetime,
    actor: Membership | None = None,
    operator: User | None = None,
    reason: str = "",
) -> None:
    data = {"amount": amount, "currency": top_up.currency, "method": top_up.method, "reference": top_up.reference}
    if operator:
        data |= {"operator": operator.pk, "reason": reason}
    audit.record(org, f"top_up.{act}", actor=actor, now=now, target=top_up.public_id, data=data)
