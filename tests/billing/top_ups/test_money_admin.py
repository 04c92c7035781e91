"""The operator's pages of money: transfers, adjustments, reversals and price lists; audited, and nobody else's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from billing.ledger import ledger
from billing.ledger.models import AccountCode, Entry, EntryKind
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.pricing.models import PriceList
from billing.top_ups import top_ups
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW, found
from tests.billing.ledger import books
from tests.users import codes
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[..., Client]
TOP_UPS, ENTRIES, PRICES = "/operator/billing/topup/", "/operator/billing/entry/", "/operator/billing/pricelist/"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def operator(stranger: User, login: Login) -> Client:
    stranger.is_staff = True
    stranger.save()
    client = login(stranger)
    codes.again(client)
    return client


@pytest.fixture
def transfer(org: Organization) -> TopUp:
    return begin(org, Method.TRANSFER)


def begin(org: Organization, method: Method) -> TopUp:
    owner = org.memberships.get(role=Role.OWNER)
    return top_ups.begin(org=org, amount=100_00, method=method, token=uuid4(), actor=owner, now=NOW)


def page(top_up: TopUp) -> str:
    return f"{TOP_UPS}{top_up.pk}/change/"


def company(org: Organization) -> str:
    return f"/operator/orgs/organization/{org.pk}/change/"


def acts(org: Organization) -> list[tuple[str, dict[str, object]]]:
    with company_scope(org.pk):
        assert audit.broken_at(org) is None
        events = AuditEvent.objects.filter(org=org, data__has_key="operator").order_by("number")
        return [(event.action, event.data) for event in events]


def state(top_up: TopUp) -> str:
    with company_scope(top_up.org_id):
        return TopUp.objects.get(pk=top_up.pk).state


# --- transfers -----------------------------------------------------------------------------------------------
def test_transfer_is_found_by_its_reference(operator: Client, org: Organization, transfer: TopUp) -> None:
    other = begin(org, Method.TRANSFER)
    html = operator.get(f"{TOP_UPS}?q={transfer.reference.lower()}").content.decode()
    assert transfer.reference in html
    assert other.reference not in html


def test_what_came_is_credited_and_audited(
    operator: Client, org: Organization, transfer: TopUp, stranger: User
) -> None:
    sent = {"received": "1,099.50", "reason": "Statement of 25 Nov, line 3"}
    assert operator.post(page(transfer), sent).status_code == 302
    assert (books.balance(org), state(transfer)) == (1099_50, TopUpState.PAID)
    [(action, data)] = acts(org)
    assert action == "top_up.credit"
    assert (data["amount"], data["reason"], data["operator"]) == (1099_50, sent["reason"], stranger.pk)
    with company_scope(org.pk):
        entry = Entry.objects.get(org=org)
        assert ledger.amounts_of(entry) == {AccountCode.CUSTOMER: 1099_50, AccountCode.TRANSFER: -1099_50}
        assert (entry.actor, entry.data["reason"]) == (None, sent["reason"])


def test_transfer_is_credited_once(operator: Client, org: Organization, transfer: TopUp) -> None:
    sent = {"received": "100", "reason": "Came"}
    assert [operator.post(page(transfer), sent).status_code for _ in range(2)] == [302, 403]
    assert books.balance(org) == 100_00


@pytest.mark.parametrize(
    "sent",
    [
        {"received": "100", "reason": ""},
        {"received": "", "reason": "Came"},
        {"received": "1.005", "reason": "Came"},
        {"received": "-1", "reason": "Came"},
        {"received": "0", "reason": "Came"},
    ],
)
def test_act_needs_an_amount_and_a_reason(
    operator: Client, org: Organization, transfer: TopUp, sent: dict[str, str]
) -> None:
    response = operator.post(page(transfer), sent)
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert (books.balance(org), acts(org)) == (0, [])


def test_card_payment_is_the_providers_to_tell_unless_it_is_checked(operator: Client, org: Organization) -> None:
    card = begin(org, Method.CARD)
    sent = {"received": "90", "reason": "Stripe says 90"}
    assert operator.get(page(card)).status_code == 200
    assert operator.post(page(card), sent).status_code == 403
    top_ups.hold_for_review(card, now=NOW)
    assert operator.post(page(card), sent).status_code == 302
    assert (books.balance(org), state(card)) == (90_00, TopUpState.PAID)


# --- adjustments and reversals -------------------------------------------------------------------------------
def adjustment(amount: str = "", **more: str) -> dict[str, str]:
    sent = {"account_limit": "1000", "adjust_by": amount, "reverse_entry": "", "reason": "Goodwill"}
    return {**sent, "token": str(uuid4()), **more}


@pytest.mark.parametrize(("typed", "minor"), [("25", 25_00), ("-12.50", -12_50), ("−0.01", -1)])
def test_adjustment_changes_the_balance_up_or_down(operator: Client, org: Organization, typed: str, minor: int) -> None:
    assert operator.post(company(org), adjustment(typed)).status_code == 302
    assert books.balance(org) == minor
    [(action, data)] = acts(org)
    assert (action, data["amount"], data["reason"]) == ("operator.adjust", minor, "Goodwill")
    with company_scope(org.pk):
        entry = Entry.objects.get(org=org)
    assert (entry.kind, entry.data) == (EntryKind.ADJUSTMENT, {"reason": "Goodwill"})


def test_form_sent_twice_adjusts_once(operator: Client, org: Organization) -> None:
    sent = adjustment("25")
    for _ in range(2):
        operator.post(company(org), sent)
    assert (books.balance(org), len(acts(org))) == (25_00, 1)
    operator.post(company(org), adjustment("25"))  # the control: another form
    assert books.balance(org) == 50_00


def test_bad_amount_stands_at_its_field_and_does_nothing_else(operator: Client, org: Organization) -> None:
    response = operator.post(company(org), adjustment("much", account_limit="2000"))
    assert response.status_code == 200
    assert "Enter an amount in USD" in response.content.decode()
    org.refresh_from_db()
    assert (org.account_limit, books.balance(org)) == (1000, 0)


def test_entry_is_taken_back_once(operator: Client, org: Organization) -> None:
    entry = books.take(org, 41_20, NOW, key="a")
    for _ in range(2):
        operator.post(company(org), adjustment(reverse_entry=entry.public_id))
    assert books.balance(org) == 0
    [(action, data)] = acts(org)
    assert (action, data["amount"]) == ("operator.reverse", 41_20)
    org.refresh_from_db()
    assert org.debt_due_at is None


def test_foreign_entries_and_reversals_are_not_taken_back(operator: Client, org: Organization) -> None:
    entry = books.take(found("Southwind Foods"), 10_00, NOW, key="a")
    reversal = books.reverse(books.take(org, 10_00, NOW, key="a"), NOW)
    for public_id in (entry.public_id, reversal.public_id, "nothing"):
        response = operator.post(company(org), adjustment(reverse_entry=public_id), follow=True)
        assert "has no such entry" in response.content.decode()
    assert acts(org) == []


def test_entries_are_shown_and_never_edited(operator: Client, org: Organization) -> None:
    entry = books.take(org, 41_20, NOW, key="a")
    assert "−$41.20" in operator.get(ENTRIES).content.decode()
    change = f"{ENTRIES}{entry.pk}/change/"
    assert operator.get(change).status_code == 200
    assert operator.post(change, {"key": "b"}).status_code == 403
    assert operator.get(f"{ENTRIES}{entry.pk}/delete/").status_code == 403
    assert operator.get(f"{ENTRIES}add/").status_code == 403


# --- price lists ---------------------------------------------------------------------------------------------
def prices(**fields: str) -> dict[str, str]:
    sent = {"currency": "USD", "starts_on": "2100-01-01", "last_seats": "100,250", "prices": "400,300,200"}
    return {**sent, **fields}


def lists() -> list[PriceList]:
    with platform_scope():
        return list(PriceList.objects.order_by("starts_on"))


def test_future_list_is_prepared_changed_and_deleted(operator: Client) -> None:
    assert operator.post(f"{PRICES}add/", prices()).status_code == 302
    [prepared] = lists()
    assert (prepared.last_seats, prepared.prices, prepared.vat_included) == ([100, 250], [400, 300, 200], False)
    assert operator.post(f"{PRICES}{prepared.pk}/change/", prices(prices="410,300,200")).status_code == 302
    assert lists()[0].prices[0] == 410
    assert operator.post(f"{PRICES}{prepared.pk}/delete/", {"post": "yes"}).status_code == 302
    assert lists() == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"starts_on": "2100-01-02"}, "begins on the first of a month to come"),
        ({"starts_on": "2026-11-01"}, "begins on the first of a month to come"),
        ({"currency": "EUR"}, "Select a valid choice"),
        ({"last_seats": "250,100"}, "Each tier ends after the one before it"),
        ({"prices": "400,300"}, "one price more than there are last seats"),
        ({"prices": "4.00,3.00,2.00"}, "Enter whole minor units"),
        ({"prices": "four,3,2"}, "Enter a whole number"),
    ],
)
def test_bad_list_is_refused_at_its_field(operator: Client, fields: dict[str, str], error: str) -> None:
    response = operator.post(f"{PRICES}add/", prices(**fields))
    assert response.status_code == 200
    assert error in response.content.decode()
    assert lists() == []


def test_list_in_effect_is_read_only(operator: Client) -> None:
    operator.post(f"{PRICES}add/", prices())
    [prepared] = lists()
    change, delete = f"{PRICES}{prepared.pk}/change/", f"{PRICES}{prepared.pk}/delete/"
    with time_machine.travel(dt.datetime(2100, 1, 1, tzinfo=dt.UTC), tick=False):
        operator.force_login(User.objects.get(is_staff=True))
        codes.again(operator)
        assert operator.get(change).status_code == 200
        assert operator.post(change, prices(starts_on="2101-01-01")).status_code == 403
        assert operator.post(delete, {"post": "yes"}).status_code == 403
    assert len(lists()) == 1


def test_control_the_database_keeps_a_list_in_effect_too() -> None:
    with pytest.raises(IntegrityError, match="begins in the future"), transaction.atomic(), platform_scope():
        PriceList.objects.create(
            currency="USD", starts_on=dt.date(2020, 1, 1), last_seats=[], prices=[1], vat_included=False
        )


# --- nobody else ---------------------------------------------------------------------------------------------
def test_nobody_else_gets_in(org: Organization, transfer: TopUp, login: Login) -> None:
    owner: Membership = org.memberships.get(role=Role.OWNER)
    for address in (TOP_UPS, page(transfer), ENTRIES, PRICES, f"{PRICES}add/"):
        assert login(owner).get(address).status_code == 404
        shut = 404 if address.endswith(("/change/", "/add/")) else 405  # a list takes no POST
        assert login(owner).post(address, {"received": "100", "reason": "Mine"}).status_code == shut
        assert Client().get(address).status_code == 302
    assert (books.balance(org), acts(org)) == (0, [])
