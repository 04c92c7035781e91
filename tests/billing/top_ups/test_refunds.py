"""Refunds and disputes: what Stripe takes back leaves the balance once, whatever is told how often, in which order."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection

from billing.ledger.top_up_models import TopUp, TopUpState
from billing.top_ups import top_ups
from billing.top_ups.providers import stripe_checkout
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from tests.billing.companies import NOW
from tests.billing.ledger import books
from tests.billing.top_ups.card import begin, entries, events, paid, row, send
from tests.billing.top_ups.stripe_stub import SECRET, Stripe, broken, event, message
from tests.billing.top_ups.taken import REINSTATED, WITHDRAWN, acts, dispute, errors, number, refund, state

pytestmark = pytest.mark.django_db


# --- refunds ----------------------------------------------------------------------------------------------
def test_refund_leaves_the_balance_once_however_often_it_is_told(received: TopUp) -> None:
    body = refund()
    assert {send(body) for _ in range(50)} == {200}
    assert {send(refund(kind="updated")) for _ in range(5)} == {200}  # the same refund in messages of other numbers
    assert (entries(received), books.balance(received.org), state(received)) == (2, 60_00, "taken")
    assert acts(received)[-2:] == [("top_up.credit", 100_00), ("top_up.refund", 40_00)]
    assert row(received).state == TopUpState.PAID


def test_parts_of_a_payment_are_refunded_until_nothing_is_left(
    received: TopUp, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(refund(40_00)) == send(refund(60_00, id="re_2")) == 200
    assert books.balance(received.org) == 0
    assert errors(caplog) == []
    assert send(refund(1, id="re_3")) == 200
    assert (books.balance(received.org), state(received, "re_3"), entries(received)) == (0, "review", 3)
    [said] = errors(caplog)
    assert f"1 USD of top-up {received.public_id}" in said
    assert acts(received)[-1] == ("top_up.hold", 1)


@pytest.mark.parametrize("other", [{"amount": 100_01}, {"currency": "eur"}, {"amount": 0}, {"amount": -5}])
def test_what_does_not_fit_the_payment_is_looked_at_and_not_posted(
    received: TopUp, other: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        assert send(refund(**other)) == 200
    assert (entries(received), books.balance(received.org), state(received)) == (1, 100_00, "review")
    assert len(errors(caplog)) == 3


def test_other_amount_for_a_known_refund_changes_nothing_and_is_noticed(
    received: TopUp, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(refund(40_00)) == send(refund(50_00, kind="updated")) == 200
    assert (entries(received), books.balance(received.org)) == (2, 60_00)
    assert len(errors(caplog)) == 1


@pytest.mark.parametrize("status", ["pending", "requires_action", None])
def test_refund_that_has_not_moved_money_is_waited_for(received: TopUp, status: str | None) -> None:
    assert send(refund(status=status)) == 200
    assert (entries(received), events()[-1][2]) == (1, "ignored")
    assert send(refund(kind="updated")) == 200
    assert books.balance(received.org) == 60_00


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_refund_that_fails_in_the_end_comes_back_in_any_order(
    api: Stripe, org: Organization, owner: Membership, status: str
) -> None:
    """However they come, the balance is the same; where the end comes first, nothing is posted at all."""
    told = [("created", "pending"), ("updated", "succeeded"), ("failed", status)]
    for count, order in enumerate(itertools.permutations(told), 1):
        top_up = begin(owner)
        assert send(message("completed", paid(api, top_up), number=number())) == 200
        for kind, each in order:
            body = refund(status=each, kind=kind, id=f"re_{count}", payment_intent=f"pi_{count}")
            assert send(body) == send(body) == 200
        assert state(top_up, f"re_{count}") == "returned", order
        assert books.balance(org) == count * 100_00


def test_refund_before_its_payment_is_asked_for_again(api: Stripe, org: Organization, owner: Membership) -> None:
    top_up = begin(owner)
    session, body = paid(api, top_up), refund()
    assert send(body) == send(body) == 503
    assert (entries(top_up), events()) == (0, [])
    assert send(message("completed", session)) == 200
    assert send(body) == send(body) == 200
    assert (entries(top_up), books.balance(org)) == (2, 60_00)


# --- disputes ---------------------------------------------------------------------------------------------
def test_dispute_takes_the_money_and_gives_it_back_when_it_is_won(received: TopUp) -> None:
    lost, won = dispute(WITHDRAWN), dispute(REINSTATED, status="won")
    assert {send(lost) for _ in range(50)} == {200}
    assert (entries(received), books.balance(received.org), state(received, "du_1")) == (2, 0, "taken")
    assert {send(won) for _ in range(50)} == {200}
    assert {send(lost), send(dispute(WITHDRAWN)), send(dispute(REINSTATED))} == {200}
    assert (entries(received), books.balance(received.org), state(received, "du_1")) == (3, 100_00, "returned")
    assert [act for act, _ in acts(received)][-2:] == ["top_up.dispute", "top_up.return"]


def test_dispute_that_came_back_before_it_went_ends_in_the_same_balance(received: TopUp) -> None:
    assert send(dispute(REINSTATED)) == send(dispute(WITHDRAWN)) == 200
    assert (entries(received), books.balance(received.org), state(received, "du_1")) == (1, 100_00, "returned")


def test_dispute_that_comes_back_in_part_is_looked_at(received: TopUp, caplog: pytest.LogCaptureFixture) -> None:
    """Stripe gives back what had been refunded before; only the movements of its money say so."""
    gone, back = {"amount": -100_00, "currency": "usd"}, {"amount": 40_00, "currency": "usd"}
    assert send(dispute(WITHDRAWN, balance_transactions=[gone])) == 200
    assert send(dispute(REINSTATED, balance_transactions=[gone, back])) == 200
    assert (books.balance(received.org), state(received, "du_1"), len(errors(caplog))) == (0, "taken", 1)
    whole = {**back, "amount": 100_00}
    assert send(dispute(REINSTATED, balance_transactions=[gone, whole, {**back, "currency": "eur"}])) == 200
    assert (books.balance(received.org), state(received, "du_1")) == (100_00, "returned")


def test_dispute_of_more_than_was_left_is_looked_at(received: TopUp, caplog: pytest.LogCaptureFixture) -> None:
    """Banks take the whole payment, although a part was refunded; what comes back of it is looked at, too."""
    assert send(refund(40_00)) == send(dispute(WITHDRAWN)) == send(dispute(REINSTATED, 40_00)) == 200
    assert (books.balance(received.org), state(received, "du_1")) == (60_00, "review")
    assert len(errors(caplog)) == 2


def test_other_news_of_a_dispute_move_nothing(received: TopUp) -> None:
    for kind in ("created", "updated", "closed"):
        assert send(dispute(f"charge.dispute.{kind}")) == 200
    assert send(event("charge.refunded", {"id": "ch_1", "amount_refunded": 40_00}, number=number())) == 200
    assert (entries(received), {outcome for *_, outcome in events()[1:]}) == (1, {"ignored"})


# --- who is believed, and whose money it was --------------------------------------------------------------
def test_forged_refund_is_refused(received: TopUp) -> None:
    body = refund()
    assert send(body, secret="whsec_guessed") == 400
    assert send(body, at=NOW - dt.timedelta(minutes=6)) == 400
    assert (entries(received), len(events())) == (1, 1)
    assert send(body, secret=SECRET) == 200  # the control
    assert entries(received) == 2


@pytest.mark.parametrize("wrong", [{"amount": "much"}, {"amount": None}, {"currency": ["usd"], "amount": []}])
def test_signed_nonsense_is_refused(received: TopUp, wrong: dict[str, Any]) -> None:
    assert send(refund(**wrong)) == 400
    assert entries(received) == 1


def test_refund_of_nothing_of_ours_is_ignored(api: Stripe, received: TopUp) -> None:
    """A payment without a session, one whose session is another shop's, and one that names no payment."""
    api.sessions["cs_foreign"] = {**api.sessions["cs_test_1"], "id": "cs_foreign", "payment_intent": "pi_foreign"}
    api.sessions["cs_foreign"]["metadata"] = {}
    for payment in ("pi_unknown", "pi_foreign", None):
        assert send(refund(payment_intent=payment)) == 200
    assert {outcome for *_, outcome in events()[1:]} == {"ignored"}
    assert entries(received) == 1


def test_test_payments_are_never_taken_back(api: Stripe, received: TopUp, owner: Membership) -> None:
    """Not even by a session of Stripe's that names one."""
    rehearsed = begin(owner)
    top_ups.note_started(rehearsed, provider="test", provider_id=f"test_{rehearsed.public_id}")
    top_ups.credit(rehearsed, now=NOW)
    foreign = {**api.sessions["cs_test_1"], "id": "cs_9", "payment_intent": "pi_9"}
    api.sessions["cs_9"] = {**foreign, "metadata": {"top_up": rehearsed.public_id}}
    assert send(refund(payment_intent="pi_9")) == 200
    assert (events()[-1][2], books.balance(received.org)) == ("ignored", 200_00)


def test_stripe_is_asked_whose_it_was_outside_any_transaction(
    api: Stripe, received: TopUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test's own transaction is the only one that is open; a message that is known asks nothing."""
    depths: list[int] = []
    begun = stripe_checkout.StripeCheckout.begun

    def note(self: Any, payment: str) -> Any:
        depths.append(len(connection.savepoint_ids))
        return begun(self, payment)

    monkeypatch.setattr(stripe_checkout.StripeCheckout, "begun", note)
    here, body = len(connection.savepoint_ids), refund()
    assert send(body) == send(body) == 200
    assert depths == [here]
    assert api.asked[-1].path == "/v1/checkout/sessions?payment_intent=pi_1&limit=1"


def test_refund_is_asked_for_again_while_stripe_does_not_say_whose_it_was(api: Stripe, received: TopUp) -> None:
    body = refund()
    api.instead += [broken] * (1 + stripe_checkout.TRIES_AGAIN)
    assert (send(body), entries(received)) == (503, 1)
    assert (send(body), entries(received)) == (200, 2)
