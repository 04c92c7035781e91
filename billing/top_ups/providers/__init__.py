"""Payment providers: who takes card payments, behind one small interface.

Whoever calls one is outside any transaction: it is a network call (design rule 4). `current()` is the one that the
settings name.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from billing.ledger.top_up_models import TopUp
from billing.top_ups.providers.facts import Begun, Event, Started, Status
from billing.top_ups.providers.stripe_checkout import StripeCheckout
from billing.top_ups.providers.test_provider import Rehearsal


class Provider(Protocol):
    """`name` stands on the top-ups that it took. Its calls raise `facts.Unreachable`, `read_event` `facts.Forged`."""

    name: str

    def start(self, top_up: TopUp, return_url: str, cancel_url: str) -> Started:
        """Begins the payment; for the same top-up again it answers the same one."""

    def status(self, provider_id: str) -> Status:
        """What became of the payment."""

    def begun(self, payment: str) -> Begun | None:
        """Whose money it was, by `Taken.payment`; None for a payment that was not begun as ours are."""

    def read_event(self, body: bytes, signature: str) -> Event:
        """A message that the provider signed."""


def current() -> Provider | None:
    """The provider of new card payments; None where cards are not taken."""
    if settings.STRIPE_SECRET_KEY:
        return stripe()
    return Rehearsal() if settings.DEVELOPMENT else None


def named(name: str) -> Provider | None:
    """The provider of a top-up that was begun earlier; None when the settings do not name it any more."""
    provider = current()
    return provider if provider and provider.name == name else None


def stripe() -> StripeCheckout:
    return StripeCheckout(settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_API)
