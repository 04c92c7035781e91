"""Stripe Checkout: the person pays on Stripe's page, and a signed message tells what came of it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

import stripe

from billing.ledger.refund_models import TakebackKind
from billing.ledger.top_up_models import TopUp
from billing.top_ups.providers.facts import Begun, Event, Forged, Outcome, Started, Status, Taken, Unreachable

TIMEOUT = (3.0, 8.0)  # seconds to connect and to wait: a person looks at the page
TRIES_AGAIN = 1  # with the same idempotency key
OUTCOMES = {
    "checkout.session.completed": None,  # the session says whether it is paid
    "checkout.session.async_payment_succeeded": Outcome.PAID,
    "checkout.session.async_payment_failed": Outcome.FAILED,
    "checkout.session.expired": Outcome.EXPIRED,
}
# A refund is told by its own events, not by the charge's, which names the sum of several. It may fail days after it
# succeeded: then the money is here again. Of a dispute counts what moves money; its fee is not the payer's to bear.
REFUNDS = ("refund.created", "refund.updated", "refund.failed")
RETURNS = {"succeeded": False, "failed": True, "canceled": True}  # a refund's status → it is no refund (any more)
DISPUTES = {"charge.dispute.funds_withdrawn": False, "charge.dispute.funds_reinstated": True}


class StripeCheckout:
    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, api: str = "") -> None:
        self.key, self.webhook_secret, self.api = key, webhook_secret, api

    @cached_property
    def client(self) -> stripe.StripeClient:
        return stripe.StripeClient(
            self.key,
            base_addresses={"api": self.api} if self.api else None,
            max_network_retries=TRIES_AGAIN,
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
        )

    def start(self, top_up: TopUp, return_url: str, cancel_url: str) -> Started:
        """Opens a session; the idempotency key makes a lost answer and the next try one session.

        Everything sent follows from the top-up alone: Stripe refuses a key that comes with something else.
        """
        try:
            session = self.client.v1.checkout.sessions.create(
                _params(top_up, return_url, cancel_url), {"idempotency_key": top_up.public_id}
            )
        except stripe.StripeError as error:
            raise Unreachable(str(error)) from error
        if not session.url:
            raise Unreachable("a session without a page")
        return Started(session.id, session.url)

    def status(self, provider_id: str) -> Status:
        try:
            session = self.client.v1.checkout.sessions.retrieve(provider_id)
        except stripe.StripeError as error:
            raise Unreachable(str(error)) from error
        return _status(session.to_dict())

    def begun(self, payment: str) -> Begun | None:
        try:
            found = self.client.v1.checkout.sessions.list({"payment_intent": payment, "limit": 1}).data
        except stripe.StripeError as error:
            raise Unreachable(str(error)) from error
        return Begun(found[0].id, _top_up(found[0].to_dict())) if found else None

    def read_event(self, body: bytes, signature: str) -> Event:
        """Checks the signature and its age, then reads. What is signed and no message is forged all the same."""
        try:
            stripe.Webhook.construct_event(body, signature, self.webhook_secret)
            return _event(self.name, json.loads(body))
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Forged from error


def _event(provider: str, message: dict[str, Any]) -> Event:
    kind, session = message["type"], message["data"]["object"]
    if kind not in OUTCOMES:
        taken = _taken(kind, message["data"]["object"])
        return Event(provider, message["id"], kind, provider_id="", top_up="", status=None, taken=taken)
    return Event(
        provider=provider,
        event_id=message["id"],
        kind=kind,
        provider_id=session["id"],
        top_up=_top_up(session),
        status=_status(session, OUTCOMES[kind]),
    )


def _top_up(session: dict[str, Any]) -> str:
    """Our own number of it; empty in a session of something else."""
    return str((session.get("metadata") or {}).get("top_up", ""))


def _taken(kind: str, moved: dict[str, Any]) -> Taken | None:
    """What a refund or a dispute says; None while a refund has not moved money. Either names the payment intent."""
    is_returned = RETURNS.get(moved["status"]) if kind in REFUNDS else DISPUTES.get(kind)
    if is_returned is None or not moved.get("payment_intent"):
        return None
    return Taken(
        kind=TakebackKind.REFUND if kind in REFUNDS else TakebackKind.DISPUTE,
        provider_id=moved["id"],
        payment=moved["payment_intent"],
        is_returned=is_returned,
        amount=int(_came_back(moved) if is_returned else moved["amount"]),
        currency=str(moved["currency"]).upper(),
    )


def _came_back(moved: dict[str, Any]) -> Any:
    """The amount of a dispute may come back in part: Stripe says so where it settles in the payment's currency."""
    movements = moved.get("balance_transactions") or []
    back = (each["amount"] for each in movements if each["currency"] == moved["currency"] and each["amount"] > 0)
    return sum(back) or moved["amount"]


def _params(top_up: TopUp, return_url: str, cancel_url: str) -> Any:
    """One line with the whole amount. Nothing about the company or the person leaves with it."""
    product = {"name": f"Tracker, {top_up.public_id}"}
    price = {"currency": top_up.currency.lower(), "unit_amount": top_up.amount, "product_data": product}
    metadata = {"top_up": top_up.public_id}
    return {
        "mode": "payment",
        "client_reference_id": top_up.public_id,
        "line_items": [{"quantity": 1, "price_data": price}],
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": return_url,
        "cancel_url": cancel_url,
    }


def _status(session: dict[str, Any], outcome: Outcome | None = None) -> Status:
    """What a session says, unless the message about it has said it."""
    return Status(outcome or _outcome(session), session.get("amount_total"), str(session.get("currency", "")).upper())


def _outcome(session: dict[str, Any]) -> Outcome:
    if session.get("payment_status") == "paid":
        return Outcome.PAID
    return Outcome.EXPIRED if session.get("status") == "expired" else Outcome.WAITING
