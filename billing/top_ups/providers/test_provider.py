"""Test payments, in development only: a page of our own stands in for a provider's, and no money moves."""

from __future__ import annotations

from django.urls import reverse

from billing.ledger.top_up_models import TopUp
from billing.top_ups.providers.facts import Begun, Event, Forged, Outcome, Started, Status

OUTCOMES = {"pay": Outcome.PAID, "fail": Outcome.FAILED}


class Rehearsal:
    name = "test"

    def start(self, top_up: TopUp, return_url: str, cancel_url: str) -> Started:
        provider_id = f"test_{top_up.public_id}"
        return Started(provider_id, reverse("test_payment", kwargs={"payment": provider_id}))

    def status(self, provider_id: str) -> Status:
        """Always waiting: once somebody has pressed a button, the top-up waits no more."""
        return Status(Outcome.WAITING)

    def begun(self, payment: str) -> Begun | None:
        """No money moves here, so none goes back."""
        return None

    def read_event(self, body: bytes, signature: str) -> Event:
        """Nobody signs anything here."""
        raise Forged


def event(top_up: TopUp, act: str) -> Event:
    """What a provider would tell after the button was pressed."""
    status = Status(OUTCOMES[act], top_up.amount, top_up.currency)
    return Event("test", f"{top_up.provider_id}_{act}", act, top_up.provider_id, top_up.public_id, status)
