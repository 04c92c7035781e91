"""Two refunds are told at once: no more than was paid leaves the balance, and the same one leaves it once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from billing.ledger.refund_models import Takeback, TakebackKind
from billing.ledger.top_up_models import TopUp
from billing.top_ups import refunds, top_ups
from billing.top_ups.providers.facts import Taken
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW
from tests.billing.ledger import books
from tests.billing.top_ups.card import begin
from tests.concurrency import Meeting, at_once, is_locked

__all__ = ["is_locked"]
pytestmark = pytest.mark.django_db(transaction=True)

SHORT, LONG = 0.5, 20  # seconds: who holds the lock does not wait long for who cannot come


@pytest.fixture
def paid(owner: Membership) -> TopUp:
    """$100.00 that came by card."""
    top_up = begin(owner)
    top_ups.note_started(top_up, provider="stripe", provider_id="cs_1")
    return top_ups.credit(top_up, now=NOW)


@pytest.fixture
def meet(paid: TopUp, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool) -> None:
    """Both have looked at what is left of the payment before either takes it, if the lock lets them."""
    look = Meeting(2, SHORT if is_locked else LONG).after(refunds._state)
    monkeypatch.setattr(refunds, "_state", look)


def refund(top_up: TopUp, provider_id: str) -> Callable[[], Takeback]:
    told = Taken(TakebackKind.REFUND, provider_id, "pi_1", is_returned=False, amount=60_00, currency="USD")
    return lambda: refunds.apply_told(top_up, told, now=NOW)


def states(top_up: TopUp) -> list[str]:
    with company_scope(top_up.org_id):
        return sorted(Takeback.objects.filter(top_up=top_up).values_list("state", flat=True))


@pytest.mark.usefixtures("meet")
def test_two_refunds_take_no_more_than_was_paid(paid: TopUp, org: Organization, *, is_locked: bool) -> None:
    assert at_once([refund(paid, "re_1"), refund(paid, "re_2")]) == ["done", "done"]
    expected = (["review", "taken"], 40_00) if is_locked else (["taken", "taken"], -20_00)
    assert (states(paid), books.balance(org)) == expected


@pytest.mark.usefixtures("meet")
def test_same_refund_is_taken_once(paid: TopUp, org: Organization, *, is_locked: bool) -> None:
    acts = [refund(paid, "re_1")] * 2
    if is_locked:
        assert at_once(acts) == ["done", "done"]
    else:
        with pytest.raises(IntegrityError):
            at_once(acts)
    assert (states(paid), books.balance(org)) == (["taken"], 40_00)
