"""Between top-ups and the payment provider: begins payments there, takes in what it tells, asks when it tells nothing.

The network is called outside any transaction (design rule 4); what it answers is applied by `top_ups`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import replace

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from billing.ledger.top_up_models import Method, ProviderEvent, TopUp, TopUpState
from billing.top_ups import providers, refunds, top_ups
from billing.top_ups.providers.facts import Event, Outcome, Started, Status, Unreachable
from billing.top_ups.providers.test_provider import Rehearsal
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import find_member
from orgs.tenancy.scopes import company_scope, platform_scope
from users.accounts.models import User

logger = logging.getLogger(__name__)

IGNORED, TAKEN, REPEATED = "ignored", "taken", "repeated"
ASKED_AFTER = dt.timedelta(minutes=10)
OLD = dt.timedelta(days=1)
ASKED_SELDOM = dt.timedelta(hours=6)  # what is older than a day: some banks take a week
ASKED_FOR = dt.timedelta(days=30)
AT_ONCE = 200  # payments of one round; the next round takes the rest


def of_company(user: User, slug: str, public_id: str) -> TopUp | None:
    """A payment of a company that the person administers."""
    member = find_member(user, slug)
    if member is None or not (member.is_current and member.is_administrator):
        return None
    with company_scope(member.org_id, read_only=True):
        top_up: TopUp | None = (
            TopUp.objects.filter(org=member.org_id, public_id=public_id).select_related("org").first()
        )
    return top_up


def rehearsed(user: User, provider_id: str) -> TopUp | None:
    """A test payment of a company that the person administers."""
    mine = Membership.objects.administrators().filter(user=user).values_list("org_id", flat=True)
    with platform_scope(read_only=True):
        top_up = TopUp.objects.filter(provider=Rehearsal.name, provider_id=provider_id, org__in=list(mine))
        return top_up.select_related("org").first()


def start(top_up: TopUp) -> Started:
    """Begins the payment at the provider, once however often. Raises Unreachable; then nothing has changed here."""
    provider = providers.current()
    if provider is None:
        raise Unreachable("no provider is configured")
    args = {"org": top_up.org.slug, "top_up": top_up.public_id}
    page = settings.ORIGIN + reverse("billing:top_up_result", kwargs=args)
    started = provider.start(top_up, page, page)
    top_ups.note_started(top_up, provider=provider.name, provider_id=started.provider_id)
    return started


def name_payment(event: Event) -> Event:
    """Asks the provider whose money was taken back: a network call, outside any transaction. Raises Unreachable."""
    if event.taken is None:
        return event
    with platform_scope(read_only=True):
        if _is_known(event):
            return event
    provider = providers.named(event.provider)
    if provider is None:
        raise Unreachable("its provider is not configured")
    begun = provider.begun(event.taken.payment)
    return replace(event, provider_id=begun.provider_id, top_up=begun.top_up) if begun else event


def take(event: Event, *, now: dt.datetime) -> str:
    """Applies a provider's message once: `taken`, `repeated`, or `ignored` when it is about none of ours.

    Raises TooEarly for money taken back of a payment that is not told of yet.
    """
    with platform_scope():
        if _is_known(event):
            return REPEATED
        top_up = _find(event) if event.status or event.provider_id else None
        if top_up and event.status:
            top_ups.note_started(top_up, provider=event.provider, provider_id=event.provider_id)  # its answer was lost
            settle(top_up, event.status, now=now)
        if top_up and event.taken:
            refunds.apply_told(top_up, event.taken, now=now)
        outcome = TAKEN if top_up else IGNORED
        _note(event, top_up, outcome, now=now)
    return outcome


def settle(top_up: TopUp, status: Status, *, now: dt.datetime) -> TopUp:
    """What became of a payment. Money that is not what was asked for is not posted: somebody has to look."""
    if status.outcome == Outcome.FAILED:
        return top_ups.fail(top_up, now=now)
    if status.outcome == Outcome.EXPIRED:
        return top_ups.expire(top_up, now=now)
    if status.outcome == Outcome.WAITING:
        return top_up
    if (status.amount, status.currency) == (top_up.amount, top_up.currency):
        return top_ups.credit(top_up, now=now)
    asked, came = (top_up.amount, top_up.currency), (status.amount, status.currency)
    logger.error("Top-up %s asked for %s and the provider says %s was paid", top_up.public_id, asked, came)
    return top_ups.hold_for_review(top_up, now=now)


def unsettled(now: dt.datetime) -> list[int]:
    """Ids of card payments to ask about, those that were not asked about for longest first."""
    never = Q(asked_at=None, created_at__lte=now - ASKED_AFTER)
    young = Q(asked_at__lte=now - ASKED_AFTER, created_at__gt=now - OLD)
    waiting = TopUp.objects.filter(method=Method.CARD, state__in=top_ups.WAITING, created_at__gt=now - ASKED_FOR)
    with platform_scope(read_only=True):
        top_up = waiting.filter(never | young | Q(asked_at__lte=now - ASKED_SELDOM)).order_by(
            F("asked_at").asc(nulls_first=True), "pk"
        )
        return list(top_up.values_list("pk", flat=True)[:AT_ONCE])


def ask(top_up_id: int, *, clock: Callable[[], dt.datetime]) -> TopUp | None:
    """Asks the provider about one payment; safe to run twice, late or in parallel. Silence changes nothing."""
    with platform_scope(read_only=True):
        top_up = TopUp.objects.filter(pk=top_up_id, method=Method.CARD, state__in=top_ups.WAITING).first()
    if top_up is None:
        return None
    top_ups.note_asked(top_up, now=clock())
    if top_up.state == TopUpState.OPEN:  # nobody has seen the provider's page
        return None if top_ups.is_payable(top_up, clock()) else top_ups.expire(top_up, now=clock())
    provider = providers.named(top_up.provider)
    try:
        return settle(top_up, provider.status(top_up.provider_id), now=clock()) if provider else None
    except Unreachable as error:
        logger.warning("The payment provider did not say what became of %s: %s", top_up.public_id, error)
        return None


def _is_known(event: Event) -> bool:
    """In the platform's scope."""
    return ProviderEvent.objects.filter(provider=event.provider, event_id=event.event_id).exists()


def _find(event: Event) -> TopUp | None:
    """By the provider's id; by our own when its answer was lost. In the platform's scope."""
    by_id = TopUp.objects.filter(provider=event.provider, provider_id=event.provider_id).first()
    return by_id or TopUp.objects.filter(public_id=event.top_up, provider_id="", method=Method.CARD).first()


def _note(event: Event, top_up: TopUp | None, outcome: str, *, now: dt.datetime) -> None:
    """One row for each of the provider's ids, whoever takes the message in first."""
    row = ProviderEvent(
        provider=event.provider,
        event_id=event.event_id,
        kind=event.kind[:80],
        at=now,
        top_up=top_up.public_id if top_up else "",
        outcome=outcome,
    )
    ProviderEvent.objects.bulk_create([row], ignore_conflicts=True)
