"""Stripe: sessions are opened once, messages are believed when signed, and applied once in any order."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe
import time_machine
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from billing import payment_views, payments, providers, tasks, topups
from billing.models import Entry, Method, ProviderEvent, TopUp, TopUpState
from billing.providers import stripe_checkout
from billing.providers.facts import Unreachable
from orgs.models import Membership, Organization, Role
from orgs.scopes import company_scope, platform_scope
from tests.billing import books, stripe_stub
from tests.billing.companies import NOW, found
from tests.billing.stripe_stub import Stripe, broken, lost, message, signature

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """It is NOW, to the database as well; nobody waits between two tries."""
    monkeypatch.setattr(payment_views, "database_now", lambda: dt.datetime.now(dt.UTC))
    monkeypatch.setattr(tasks, "database_now", lambda: dt.datetime.now(dt.UTC))
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.0)
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def api(settings: Any) -> Iterator[Stripe]:
    with stripe_stub.running() as running:
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = stripe_stub.KEY, stripe_stub.SECRET
        settings.STRIPE_API = running.url
        yield running


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def owner(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


@pytest.fixture
def top_up(org: Organization, owner: Membership) -> TopUp:
    return begin(owner)


@pytest.fixture
def browser(owner: Membership, login: Callable[..., Client]) -> Client:
    return login(owner)


def begin(owner: Membership) -> TopUp:
    top_up = topups.begin(org=owner.org, amount=100_00, method=Method.CARD, token=uuid4(), actor=owner, now=NOW)
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


# --- a session is opened once --------------------------------------------------------------------------------
def test_session_is_opened_with_the_amount_and_the_key(api: Stripe, top_up: TopUp, browser: Client) -> None:
    page = browser.get(pay_url(top_up))
    assert page.status_code == 200
    assert f'<meta http-equiv="refresh" content="0;url={api.url}/pay/cs_test_1">' in page.content.decode()
    [asked] = api.asked
    result = f"http://127.0.0.1:8000/o/{top_up.org.slug}/billing/top-up/{top_up.public_id}/"
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


def test_lost_answer_and_another_try_make_one_session(api: Stripe, top_up: TopUp, browser: Client) -> None:
    api.instead += [lost] * (1 + stripe_checkout.TRIES_AGAIN)
    page = browser.get(pay_url(top_up))
    assert page.status_code == 503
    assert "The payment page does not answer" in page.content.decode()
    assert f'href="{pay_url(top_up)}">Try again' in page.content.decode()
    assert row(top_up).state == TopUpState.OPEN
    assert browser.get(pay_url(top_up)).status_code == 200
    assert {asked.idempotency_key for asked in api.asked} == {top_up.public_id}
    assert list(api.sessions) == ["cs_test_1"]
    assert row(top_up).provider_id == "cs_test_1"


def test_page_is_opened_again_for_the_same_session(api: Stripe, top_up: TopUp, browser: Client) -> None:
    for _ in range(3):
        assert "/pay/cs_test_1" in browser.get(pay_url(top_up)).content.decode()
    assert list(api.sessions) == ["cs_test_1"]


def test_broken_stripe_is_said_on_a_page(api: Stripe, top_up: TopUp, browser: Client) -> None:
    api.instead += [broken] * (1 + stripe_checkout.TRIES_AGAIN)
    assert browser.get(pay_url(top_up)).status_code == 503


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
    browser.get(pay_url(top_up))
    assert depths == [here]


def test_nobody_else_goes_to_the_payment_page(
    api: Stripe, top_up: TopUp, outsider: Membership, login: Callable[..., Client]
) -> None:
    assert login(outsider).get(pay_url(top_up)).status_code == 404
    Membership.objects.filter(org=top_up.org).update(role=Role.EMPLOYEE)
    assert login(top_up.actor).get(pay_url(top_up)).status_code == 404
    assert Client().get(pay_url(top_up)).status_code == 302
    assert api.asked == []


def test_who_is_late_is_led_to_the_result(
    api: Stripe, top_up: TopUp, browser: Client, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + topups.LIFE)
    browser.force_login(top_up.actor.user)
    assert browser.get(pay_url(top_up)).headers["Location"].endswith(f"/billing/top-up/{top_up.public_id}/")
    assert api.asked == []


# --- messages ------------------------------------------------------------------------------------------------
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
    assert [record.levelname for record in caplog.records if record.name == "billing.payments"] == ["ERROR"]


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


# --- the webhook was lost ------------------------------------------------------------------------------------
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
    ask(NOW + topups.LIFE)
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
