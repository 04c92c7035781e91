"""What Stripe does not tell, it is asked for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from billing import tasks
from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import payments, providers, top_ups
from billing.top_ups.providers import stripe_checkout
from tests.billing.companies import NOW
from tests.billing.top_ups.card import entries, row, send, session_of
from tests.billing.top_ups.stripe_stub import Stripe, broken, message

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


def ask(now: dt.datetime) -> list[int]:
    """A round of beat's task; the payments it asked about."""
    due = payments.unsettled(now)
    for each in due:
        payments.ask(each, clock=lambda: now)
    return due


def test_provider_is_asked_after_ten_minutes(api: Stripe, top_up: TopUp) -> None:
    session = session_of(api, top_up)
    assert ask(NOW + 9 * MINUTE) == []
    assert ask(NOW + 10 * MINUTE) == [top_up.pk]
    assert row(top_up).state == TopUpState.PENDING
    api.sessions[session["id"]] |= {"status": "complete", "payment_status": "paid"}
    assert ask(NOW + 15 * MINUTE) == []  # it was asked a moment ago
    assert ask(NOW + 20 * MINUTE) == [top_up.pk]
    assert (row(top_up).state, entries(top_up)) == (TopUpState.PAID, 1)
    assert send(message("completed", api.sessions[session["id"]])) == 200  # the message arrives after all
    assert (entries(top_up), ask(NOW + 40 * MINUTE)) == (1, [])


def test_expired_session_is_found_out(api: Stripe, top_up: TopUp) -> None:
    api.sessions[session_of(api, top_up)["id"]]["status"] = "expired"
    ask(NOW + 10 * MINUTE)
    assert row(top_up).state == TopUpState.EXPIRED


def test_payment_nobody_went_to_expires(api: Stripe, top_up: TopUp) -> None:
    ask(NOW + 10 * MINUTE)
    assert row(top_up).state == TopUpState.OPEN
    ask(NOW + top_ups.LIFE)
    assert row(top_up).state == TopUpState.EXPIRED
    assert api.asked == []


def test_silent_provider_changes_nothing(api: Stripe, top_up: TopUp) -> None:
    session_of(api, top_up)
    api.instead += [broken] * (1 + stripe_checkout.TRIES_AGAIN)
    ask(NOW + 10 * MINUTE)
    assert row(top_up).state == TopUpState.PENDING


def test_old_payments_are_asked_about_seldom_and_not_for_ever(api: Stripe, top_up: TopUp) -> None:
    session_of(api, top_up)
    assert ask(NOW + dt.timedelta(days=2)) == [top_up.pk]
    assert ask(NOW + dt.timedelta(days=2, hours=5)) == []
    assert ask(NOW + dt.timedelta(days=2, hours=6)) == [top_up.pk]
    assert ask(NOW + dt.timedelta(days=31)) == []


def test_task_asks_about_each(
    api: Stripe, top_up: TopUp, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(api, top_up)
    api.sessions[session["id"]] |= {"status": "complete", "payment_status": "paid"}
    clock.move_to(NOW + 10 * MINUTE)
    monkeypatch.setattr(tasks.ask_about, "apply_async", lambda args, **_: tasks.ask_about(*args))
    tasks.ask_provider()
    assert row(top_up).state == TopUpState.PAID


def test_without_a_key_development_rehearses_and_production_takes_no_cards(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    assert providers.current().name == "test"
    settings.DEVELOPMENT = False
    assert providers.current() is None
