"""What Stripe says of refunds and disputes, and what became of them in the books."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from billing.ledger.refund_models import Takeback
from billing.ledger.top_up_models import TopUp
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.tenancy.scopes import company_scope
from tests.billing.top_ups.stripe_stub import event

WITHDRAWN, REINSTATED = "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"
PAYMENT = "pi_1"
numbers = itertools.count(1)


def number() -> str:
    """Every message has its own id."""
    return f"evt_{next(numbers)}"


def refund(amount: int = 40_00, *, status: str = "succeeded", kind: str = "created", **other: Any) -> bytes:
    what = {"id": "re_1", "object": "refund", "amount": amount, "currency": "usd", "status": status, "metadata": {}}
    return event(f"refund.{kind}", {**what, "payment_intent": PAYMENT, "charge": "ch_1", **other}, number=number())


def dispute(kind: str, amount: int = 100_00, **other: Any) -> bytes:
    what = {"id": "du_1", "object": "dispute", "amount": amount, "currency": "usd", "status": "needs_response"}
    return event(kind, {**what, "payment_intent": PAYMENT, "charge": "ch_1", **other}, number=number())


def state(top_up: TopUp, provider_id: str = "re_1") -> str:
    with company_scope(top_up.org_id):
        return Takeback.objects.get(provider_id=provider_id).state


def acts(top_up: TopUp) -> list[tuple[str, int]]:
    with company_scope(top_up.org_id):
        assert audit.broken_at(top_up.org) is None
        found = AuditEvent.objects.filter(org=top_up.org, target=top_up.public_id).order_by("number")
        return [(each.action, each.data["amount"]) for each in found]


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
