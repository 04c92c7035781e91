"""Top-ups: one form is one payment, and money that came is posted once."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from uuid import uuid4

import pytest
from django.db import IntegrityError

from billing.documents import documents
from billing.documents.models import Document, DocumentKind
from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.top_ups import payments, top_ups
from billing.top_ups.providers.facts import Outcome, Status
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW, found, hold, staff
from tests.billing.ledger import books
from tests.billing.top_ups.topping_up import acts, begin

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(minutes=5)
PARALLEL = 30


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def owner(org: Organization) -> Membership:
    return org.memberships.get(role=Role.OWNER)


def row(top_up: TopUp) -> TopUp:
    with company_scope(top_up.org_id):
        return TopUp.objects.select_related("entry").get(pk=top_up.pk)


# --- beginning -----------------------------------------------------------------------------------------------
def test_intent_is_kept_and_nothing_is_posted(org: Organization, owner: Membership) -> None:
    top_up = row(begin(owner))
    assert (top_up.state, top_up.amount, top_up.currency, top_up.reference) == (TopUpState.OPEN, 100_00, "USD", "")
    assert books.balance(org) == 0
    assert acts(org) == ["top_up.begin"]


def test_same_form_is_one_payment(org: Organization, owner: Membership) -> None:
    token = uuid4()
    first, second = begin(owner, token=token), begin(owner, token=token)
    assert first.pk == second.pk
    assert acts(org) == ["top_up.begin"]


@pytest.mark.parametrize("other", [{"amount": 100_01}, {"method": Method.TRANSFER}])
def test_same_form_with_other_contents_is_refused(owner: Membership, other: dict[str, object]) -> None:
    token = uuid4()
    begin(owner, token=token)
    with pytest.raises(Refused, match="another payment already"):
        begin(owner, token=token, **other)


def test_who_is_no_administrator_any_more_begins_nothing(org: Organization, owner: Membership) -> None:
    employee = staff(org, 1)[0]
    with pytest.raises(Refused):
        top_ups.begin(org=org, amount=1_00, method=Method.CARD, token=uuid4(), actor=employee, now=NOW)
    with platform_scope():
        assert not TopUp.objects.exists()


def test_nobody_begins_payments_without_end(owner: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_ups, "MOST_BEGUN", 2)
    token = uuid4()
    begin(owner, token=token)
    begin(owner)
    with pytest.raises(Refused, match="within a day"):
        begin(owner)
    begin(owner, token=token)  # what is begun already is answered
    tomorrow = NOW + dt.timedelta(days=1)
    top_ups.begin(org=owner.org, amount=1_00, method=Method.CARD, token=uuid4(), actor=owner, now=tomorrow)


# --- a transfer's document -----------------------------------------------------------------------------------
def test_transfer_gets_a_readable_reference_and_its_document(org: Organization, owner: Membership) -> None:
    top_up = row(begin(owner, method=Method.TRANSFER))
    assert top_up.state == TopUpState.PENDING
    assert re.fullmatch(r"TP-[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}", top_up.reference)
    with company_scope(org.pk):
        document = Document.objects.get(org=org)
        assert (document.kind, document.total, document.vat_rate) == (DocumentKind.PROFORMA, 100_00, None)
        assert document.top_up_id == top_up.pk
        assert document.lines == [{"kind": "top_up", "reference": top_up.reference, "amount": 100_00}]


def test_document_of_a_russian_company_says_how_much_is_vat() -> None:
    org = found(country="RU")
    begin(org.memberships.get(role=Role.OWNER), amount=122_00, method=Method.TRANSFER)
    with company_scope(org.pk):
        document = Document.objects.get(org=org)
    assert (document.currency, document.vat_rate, document.net, document.vat) == ("RUB", 22_00, 100_00, 22_00)


def test_two_payments_never_share_a_reference(owner: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(top_ups, "make_reference", lambda: "TP-7K2M-9QX4")
    begin(owner, method=Method.TRANSFER)
    with pytest.raises(IntegrityError, match="billing_topup_reference"):
        begin(owner, method=Method.TRANSFER)


def test_document_that_cannot_be_made_leaves_no_payment(owner: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the printer is on fire")

    monkeypatch.setattr(documents, "proforma", fail)
    with pytest.raises(RuntimeError):
        begin(owner, method=Method.TRANSFER)
    with platform_scope():
        assert not TopUp.objects.exists()


# --- the money comes -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("method", "source"), [(Method.CARD, AccountCode.CARD), (Method.TRANSFER, AccountCode.TRANSFER)]
)
def test_money_is_posted_from_where_it_came(
    org: Organization, owner: Membership, method: Method, source: AccountCode
) -> None:
    top_up = begin(owner, method=method)
    top_ups.credit(top_up, now=LATER)
    paid = row(top_up)
    assert (paid.state, paid.settled_at) == (TopUpState.PAID, LATER)
    assert (paid.entry.key, paid.entry.kind) == (f"top-up:{top_up.public_id}", EntryKind.TOP_UP)
    with company_scope(org.pk):
        assert ledger.amounts_of(paid.entry) == {AccountCode.CUSTOMER: 100_00, source: -100_00}
    assert acts(org) == ["top_up.begin", "top_up.credit"]


def test_money_is_posted_once_however_often_it_is_told(org: Organization, owner: Membership) -> None:
    top_up = begin(owner)
    for minutes in range(5):
        top_ups.credit(top_up, now=LATER + dt.timedelta(minutes=minutes))
    assert books.balance(org) == 100_00
    assert row(top_up).settled_at == LATER
    assert acts(org) == ["top_up.begin", "top_up.credit"]


def test_what_came_is_what_is_posted(org: Organization, owner: Membership) -> None:
    top_up = begin(owner, method=Method.TRANSFER)
    top_ups.credit(top_up, now=LATER, amount=99_50)
    assert books.balance(org) == 99_50


def test_job_without_any_scope_posts_it_too(org: Organization, owner: Membership) -> None:
    top_up = begin(owner)
    with platform_scope():
        top_ups.credit(TopUp.objects.get(pk=top_up.pk), now=LATER)
        assert TopUp.objects.filter(state=TopUpState.PAID).count() == 1  # the platform's scope is back
    assert books.balance(org) == 100_00


def test_money_brings_a_company_with_a_debt_back_at_once(org: Organization, owner: Membership) -> None:
    hold(org, staff(org, 1), NOW)
    books.take(org, 60_00, NOW, key="a")
    late = NOW + dt.timedelta(days=10)
    org.refresh_from_db()
    assert lifecycle.state_at(org, late) == State.READ_ONLY
    top_ups.credit(begin(owner), now=late)
    org.refresh_from_db()
    assert (org.state, org.debt_due_at) == (State.ACTIVE, None)


# --- every order of what is told ends in the same state ------------------------------------------------------
TOLD = {
    "paid": Status(Outcome.PAID, 100_00, "USD"),
    "other": Status(Outcome.PAID, 90_00, "USD"),
    "failed": Status(Outcome.FAILED),
    "expired": Status(Outcome.EXPIRED),
    "waiting": Status(Outcome.WAITING),
}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"paid", "failed", "expired", "other"}, TopUpState.PAID),
        ({"paid", "expired"}, TopUpState.PAID),
        ({"failed", "expired", "other"}, TopUpState.REVIEW),
        ({"failed", "expired", "waiting"}, TopUpState.FAILED),
        ({"expired", "waiting"}, TopUpState.EXPIRED),
    ],
)
def test_every_order_of_what_is_told_ends_in_the_same_state(
    org: Organization, owner: Membership, told: set[str], state: TopUpState
) -> None:
    orders = list(itertools.permutations(sorted(told)))
    for order in orders:
        top_up = begin(owner)
        for each in order:
            payments.settle(row(top_up), TOLD[each], now=LATER)
        assert row(top_up).state == state, order
    assert books.balance(org) == (len(orders) * 100_00 if state == TopUpState.PAID else 0)


def test_another_amount_or_currency_is_looked_at_by_somebody(
    org: Organization, owner: Membership, caplog: pytest.LogCaptureFixture
) -> None:
    for status in (Status(Outcome.PAID, 99_99, "USD"), Status(Outcome.PAID, 100_00, "RUB"), Status(Outcome.PAID)):
        top_up = begin(owner)
        payments.settle(top_up, status, now=LATER)
        assert row(top_up).state == TopUpState.REVIEW
        assert "ERROR    billing.top_ups.payments:payments.py" in caplog.text
        assert top_up.public_id in caplog.text
    assert books.balance(org) == 0


def test_control_without_the_key_it_would_be_posted_again(
    org: Organization, owner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Posted by somebody who does not know the state: the entry's key answers the first one."""
    top_up = begin(owner)
    with company_scope(org.pk):
        locked = top_ups.lock(top_up)
        first = top_ups._post(locked, 100_00, operator=None, reason="", now=LATER)
        assert top_ups._post(locked, 100_00, operator=None, reason="", now=LATER) == first
        assert ledger.balance(org) == 100_00
        post, keys = ledger.post, itertools.count()

        def forget_the_key(*args: object, key: str, **kwargs: object) -> Entry:
            return post(*args, key=f"{key}:{next(keys)}", **kwargs)

        monkeypatch.setattr(ledger, "post", forget_the_key)
        top_ups._post(locked, 100_00, operator=None, reason="", now=LATER)
        assert ledger.balance(org) == 200_00
