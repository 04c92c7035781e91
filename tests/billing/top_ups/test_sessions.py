"""A session at Stripe is opened once, for whoever may pay."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client

from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import top_ups
from billing.top_ups.providers import stripe_checkout
from orgs.tenancy.membership_models import Membership, Role
from tests.billing.companies import NOW
from tests.billing.top_ups import stripe_stub
from tests.billing.top_ups.card import pay_url, row
from tests.billing.top_ups.stripe_stub import Stripe, broken, lost

pytestmark = pytest.mark.django_db


def test_session_is_opened_with_the_amount_and_the_key(api: Stripe, top_up: TopUp, browser: Client) -> None:
    page = browser.post(pay_url(top_up))
    assert page.status_code == 200
    assert f'<meta http-equiv="refresh" content="0;url={api.url}/pay/cs_test_1">' in page.content.decode()
    [asked] = api.asked
    result = f"http://testserver/o/{top_up.org.slug}/billing/top-up/{top_up.public_id}/"
    assert (asked.method, asked.path) == ("POST", "/v1/checkout/sessions")
    assert asked.idempotency_key == top_up.public_id
    assert asked.authorization == f"Bearer {stripe_stub.KEY}"
    assert asked.form == {
        "mode": "payment",
        "client_reference_id": top_up.public_id,
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "10000",
        "line_items[0][price_data][product_data][name]": f"Tracker, {top_up.public_id}",
        "metadata[top_up]": top_up.public_id,
        "payment_intent_data[metadata][top_up]": top_up.public_id,
        "success_url": result,
        "cancel_url": result,
    }
    begun = row(top_up)
    assert (begun.state, begun.provider, begun.provider_id) == (TopUpState.PENDING, "stripe", "cs_test_1")


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_address_begins_nothing(api: Stripe, top_up: TopUp, browser: Client, method: str) -> None:
    """A browser that fetches ahead, or a proxy that asks for the head alone."""
    assert getattr(browser, method)(pay_url(top_up)).status_code == 405
    assert api.asked == []
    assert row(top_up).state == TopUpState.OPEN


def test_lost_answer_and_another_try_make_one_session(api: Stripe, top_up: TopUp, browser: Client) -> None:
    api.instead += [lost] * (1 + stripe_checkout.TRIES_AGAIN)
    page = browser.post(pay_url(top_up))
    assert page.status_code == 503
    assert "The payment page does not answer" in page.content.decode()
    assert f'<form method="post" action="{pay_url(top_up)}">' in " ".join(page.content.decode().split())
    assert row(top_up).state == TopUpState.OPEN
    assert browser.post(pay_url(top_up)).status_code == 200
    assert {asked.idempotency_key for asked in api.asked} == {top_up.public_id}
    assert list(api.sessions) == ["cs_test_1"]
    assert row(top_up).provider_id == "cs_test_1"


def test_page_is_opened_again_for_the_same_session(api: Stripe, top_up: TopUp, browser: Client) -> None:
    for _ in range(3):
        assert "/pay/cs_test_1" in browser.post(pay_url(top_up)).content.decode()
    assert list(api.sessions) == ["cs_test_1"]


def test_broken_stripe_is_said_on_a_page(api: Stripe, top_up: TopUp, browser: Client) -> None:
    api.instead += [broken] * (1 + stripe_checkout.TRIES_AGAIN)
    assert browser.post(pay_url(top_up)).status_code == 503


def test_network_is_called_outside_any_transaction(
    api: Stripe, top_up: TopUp, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test's own transaction is the only one that is open."""
    depths: list[int] = []
    start = stripe_checkout.StripeCheckout.start

    def note(self: Any, *args: Any) -> Any:
        depths.append(len(connection.savepoint_ids))
        return start(self, *args)

    monkeypatch.setattr(stripe_checkout.StripeCheckout, "start", note)
    here = len(connection.savepoint_ids)
    browser.post(pay_url(top_up))
    assert depths == [here]


def test_nobody_else_goes_to_the_payment_page(
    api: Stripe, top_up: TopUp, outsider: Membership, login: Callable[..., Client]
) -> None:
    assert login(outsider).post(pay_url(top_up)).status_code == 404
    Membership.objects.filter(org=top_up.org).update(role=Role.EMPLOYEE)
    assert login(top_up.actor).post(pay_url(top_up)).status_code == 404
    assert Client().post(pay_url(top_up)).status_code == 302
    assert api.asked == []


def test_who_is_late_is_led_to_the_result(
    api: Stripe, top_up: TopUp, browser: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + top_ups.LIFE)
    browser.force_login(top_up.actor.user)
    assert browser.post(pay_url(top_up)).headers["Location"].endswith(f"/billing/top-up/{top_up.public_id}/")
    assert api.asked == []


def test_what_a_browser_asks_for_by_itself_is_there_and_is_no_message_of_ours(api: Stripe) -> None:
    """Some ask every origin for a favicon, and complain when there is none; others do not."""
    with closing(HTTPConnection(urlsplit(api.url).netloc, timeout=10)) as stub:
        stub.request("GET", "/favicon.ico")
        assert stub.getresponse().status == 200
    assert api.asked == []
