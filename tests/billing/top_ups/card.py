"""A payment, as it is begun here, paid at Stripe, told in a message and found in the books."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from billing.ledger.models import Entry
from billing.ledger.top_up_models import Method, ProviderEvent, TopUp
from billing.top_ups import payments, top_ups
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW
from tests.billing.top_ups import stripe_stub
from tests.billing.top_ups.stripe_stub import Stripe, signature


def begin(owner: Membership, method: Method = Method.CARD) -> TopUp:
    top_up = top_ups.begin(org=owner.org, amount=100_00, method=method, token=uuid4(), actor=owner, now=NOW)
    top_up.org = owner.org
    return top_up


def row(top_up: TopUp) -> TopUp:
    with company_scope(top_up.org_id):
        return TopUp.objects.get(pk=top_up.pk)


def pay_url(top_up: TopUp) -> str:
    return reverse("billing:top_up_pay", kwargs={"org": top_up.org.slug, "top_up": top_up.public_id})


def session_of(api: Stripe, top_up: TopUp, **facts: object) -> dict[str, Any]:
    """The session of a payment that was begun, with what became of it."""
    payments.start(top_up)
    return {**api.sessions[api.by_key[top_up.public_id]], **facts}


def paid(api: Stripe, top_up: TopUp, **facts: object) -> dict[str, Any]:
    return session_of(api, top_up, status="complete", payment_status="paid", **facts)


def send(body: bytes, *, at: dt.datetime | None = None, secret: str = stripe_stub.SECRET) -> int:
    header = signature(body, at=(at or dt.datetime.now(dt.UTC)).timestamp(), secret=secret)
    response = Client().post(
        "/payments/stripe/", body, content_type="application/json", headers={"stripe-signature": header}
    )
    return int(response.status_code)


def events() -> list[tuple[str, str, str]]:
    with platform_scope():
        return list(ProviderEvent.objects.order_by("pk").values_list("event_id", "top_up", "outcome"))


def entries(top_up: TopUp) -> int:
    with company_scope(top_up.org_id):
        return Entry.objects.count()
