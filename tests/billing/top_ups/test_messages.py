"""Stripe's messages are believed when signed, and applied once in any order."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import payment_views, payments
from billing.top_ups.providers import stripe_checkout
from billing.top_ups.providers.facts import Unreachable
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW
from tests.billing.ledger import books
from tests.billing.top_ups.card import begin, entries, events, paid, row, send, session_of
from tests.billing.top_ups.stripe_stub import Stripe, lost, message, signature

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def test_paid_session_is_credited_once_however_often_it_is_told(api: Stripe, top_up: TopUp) -> None:
    body = message("completed", paid(api, top_up))
    assert {send(body) for _ in range(50)} == {200}
    assert (entries(top_up), books.balance(top_up.org), row(top_up).state) == (1, 100_00, TopUpState.PAID)
    assert events() == [("evt_1", top_up.public_id, "taken")]


def test_same_money_told_by_another_message_is_credited_once(api: Stripe, top_up: TopUp) -> None:
    session = paid(api, top_up)
    assert send(message("completed", session, number="evt_1")) == 200
    assert send(message("async_payment_succeeded", session, number="evt_2")) == 200
    assert (entries(top_up), len(events())) == (1, 2)


def test_completed_and_not_paid_waits_for_the_bank(api: Stripe, top_up: TopUp) -> None:
    session = session_of(api, top_up, status="complete", payment_status="unpaid")
    assert send(message("completed", session)) == 200
    assert (row(top_up).state, entries(top_up)) == (TopUpState.PENDING, 0)
    assert send(message("async_payment_succeeded", session, number="evt_2")) == 200
    assert (row(top_up).state, entries(top_up)) == (TopUpState.PAID, 1)


@pytest.mark.parametrize(
    ("kind", "state"), [("async_payment_failed", TopUpState.FAILED), ("expired", TopUpState.EXPIRED)]
)
def test_failed_and_expired_post_nothing(api: Stripe, top_up: TopUp, kind: str, state: TopUpState) -> None:
    assert send(message(kind, session_of(api, top_up))) == 200
    assert (row(top_up).state, entries(top_up)) == (state, 0)


def test_messages_in_any_order_end_in_the_same_state(api: Stripe, org: Organization, owner: Membership) -> None:
    told = ["completed", "async_payment_succeeded", "async_payment_failed", "expired"]
    numbers = itertools.count()
    for order in itertools.permutations(told):
        top_up = begin(owner)
        session = paid(api, top_up)
        for kind in order:
            assert send(message(kind, session, number=f"evt_{next(numbers)}")) == 200
        assert row(top_up).state == TopUpState.PAID, order
    assert books.balance(org) == 24 * 100_00


@pytest.mark.parametrize("other", [{"amount_total": 100_01}, {"amount_total": 1}, {"currency": "eur"}])
def test_other_amount_is_looked_at_and_not_posted(
    api: Stripe, top_up: TopUp, other: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    assert send(message("completed", paid(api, top_up, **other))) == 200
    assert (row(top_up).state, entries(top_up)) == (TopUpState.REVIEW, 0)
    assert [record.levelname for record in caplog.records if record.name == "billing.top_ups.payments"] == ["ERROR"]


def test_forged_message_is_refused(api: Stripe, top_up: TopUp) -> None:
    body = message("completed", paid(api, top_up))
    assert send(body, secret="whsec_guessed") == 400
    other = body.replace(b"evt_1", b"evt_2")
    header = signature(body, at=NOW.timestamp())
    for headers in ({"stripe-signature": header}, {"stripe-signature": "nonsense"}, {}):
        response = Client().post("/payments/stripe/", other, content_type="application/json", headers=headers)
        assert response.status_code == 400
    assert (row(top_up).state, entries(top_up), events()) == (TopUpState.PENDING, 0, [])
    assert send(body) == 200  # the control: the same message, signed


def test_message_signed_long_ago_is_refused(api: Stripe, top_up: TopUp) -> None:
    body = message("completed", paid(api, top_up))
    assert send(body, at=NOW - 6 * MINUTE) == 400
    assert entries(top_up) == 0
    assert send(body, at=NOW - 4 * MINUTE) == 200


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b"{}", b'{"id": 1, "type": "x", "data": 3}', b"null"])
def test_signed_nonsense_is_refused(api: Stripe, body: bytes) -> None:
    assert send(body) == 400
    assert events() == []


def test_without_a_secret_nobody_is_believed(api: Stripe, top_up: TopUp, settings: Any) -> None:
    body = message("completed", paid(api, top_up))
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert send(body, secret="") == 400
    assert entries(top_up) == 0


def test_messages_about_nothing_of_ours_are_ignored(api: Stripe, top_up: TopUp) -> None:
    session = paid(api, top_up, id="cs_foreign", metadata={"top_up": "somebody-elses"})
    assert send(message("completed", session, number="evt_1")) == 200
    assert send(message("completed", {**session, "metadata": None}, number="evt_2")) == 200
    assert (
        send(message("completed", session, number="evt_3").replace(b"checkout.session.completed", b"charge.ok")) == 200
    )
    assert events() == [(f"evt_{number}", "", "ignored") for number in (1, 2, 3)]
    assert (row(top_up).state, entries(top_up)) == (TopUpState.PENDING, 0)


def test_payment_whose_session_we_never_heard_of_is_found_by_its_number(api: Stripe, top_up: TopUp) -> None:
    """The answer was lost, and the person paid all the same."""
    api.instead += [lost] * (1 + stripe_checkout.TRIES_AGAIN)
    with pytest.raises(Unreachable):
        payments.start(top_up)
    session = {**api.sessions["cs_test_1"], "status": "complete", "payment_status": "paid"}
    assert send(message("completed", session)) == 200
    assert (row(top_up).state, row(top_up).provider_id, entries(top_up)) == (TopUpState.PAID, "cs_test_1", 1)


def test_message_is_asked_for_again_while_the_database_is_down(
    api: Stripe, top_up: TopUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = message("completed", paid(api, top_up))

    def down() -> dt.datetime:
        raise OperationalError("connection refused")

    with monkeypatch.context() as patch:
        patch.setattr(payment_views, "database_now", down)
        assert send(body) == 503
    assert send(body) == 200
    assert entries(top_up) == 1


def test_webhook_takes_posts_of_a_sensible_size_only(api: Stripe) -> None:
    assert Client().get("/payments/stripe/").status_code == 405
    assert send(b"x" * (payment_views.LONGEST_MESSAGE + 1)) == 413
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/payments/stripe/", b"{}", content_type="application/json").status_code == 400
