"""The ledger: entries that sum to zero, posted once, never changed, whoever tries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from billing.ledger import ledger
from billing.ledger.ledger import Contradiction
from billing.ledger.models import Account, AccountCode, Entry, EntryKind, Posting
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW, found, hold, staff
from tests.billing.ledger import books
from tests.database import run_as_owner

pytestmark = pytest.mark.django_db
CUSTOMER, REVENUE, VAT, CARD = AccountCode.CUSTOMER, AccountCode.REVENUE, AccountCode.VAT, AccountCode.CARD


@pytest.fixture
def org() -> Organization:
    return found()


def sums(org: Organization) -> dict[str, int]:
    with company_scope(org.pk):
        return {account.code: account.balance for account in Account.objects.filter(org=org) if account.balance}


def test_entries_add_up_on_their_accounts(org: Organization) -> None:
    books.top_up(org, 100_00, NOW, key="first")
    books.post(org, EntryKind.CHARGE, {CUSTOMER: -30_00, REVENUE: 25_00, VAT: 5_00}, NOW, key="charge")
    assert sums(org) == {"customer": 70_00, "transfer": -100_00, "revenue": 25_00, "vat": 5_00}
    assert books.balance(org) == 70_00


def test_company_without_entries_has_nothing(org: Organization) -> None:
    assert books.balance(org) == 0


def test_same_key_is_posted_once(org: Organization) -> None:
    first, second = (books.top_up(org, 100_00, NOW, key="same") for _ in range(2))
    assert first == second
    assert books.balance(org) == 100_00


def test_same_key_with_other_amounts_is_a_fault(org: Organization) -> None:
    books.top_up(org, 100_00, NOW, key="same")
    with pytest.raises(Contradiction):
        books.top_up(org, 200_00, NOW, key="same")
    assert books.balance(org) == 100_00


def test_reversal_takes_everything_back_once(org: Organization) -> None:
    entry = books.post(org, EntryKind.CHARGE, {CUSTOMER: -30_00, REVENUE: 25_00, VAT: 5_00}, NOW, key="charge")
    first, second = books.reverse(entry, NOW), books.reverse(entry, NOW)
    assert first == second
    assert (first.kind, first.reverses, sums(org)) == (EntryKind.REVERSAL, entry, {})


@pytest.mark.parametrize(
    "amounts", [{CUSTOMER: 1}, {CUSTOMER: 2, CARD: -1}, {}, {CUSTOMER: 0, CARD: 0}], ids=["one", "odd", "none", "zero"]
)
def test_entry_that_does_not_balance_is_refused(org: Organization, amounts: dict[AccountCode, int]) -> None:
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        books.post(org, EntryKind.ADJUSTMENT, amounts, NOW, key="odd")
    with company_scope(org.pk):
        assert not Entry.objects.filter(org=org).exists()


def test_balance_at_an_instant_counts_what_was_posted_before_it(org: Organization) -> None:
    books.top_up(org, 100_00, NOW, key="first")
    books.take(org, 30_00, NOW + dt.timedelta(hours=1), key="second")
    with company_scope(org.pk):
        found = [ledger.balance_at(org, NOW + dt.timedelta(minutes=minutes)) for minutes in (0, 1, 60, 61)]
    assert found == [0, 100_00, 100_00, 70_00]


# --- the database holds it -----------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("inside", [True, False], ids=["seen", "after the scope"])
def test_one_sided_entry_is_refused_at_commit(org: Organization, inside: bool) -> None:
    """Written around the ledger: the deferred check refuses it with the end of the transaction, seen or not."""
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic(), company_scope(org.pk):
        account = Account.objects.create(org=org, code=CUSTOMER)
        entry = Entry.objects.create(org=org, kind=EntryKind.ADJUSTMENT, key="odd", at=NOW)
        Posting.objects.create(org=org, entry=entry, account=account, amount=5)
        if inside:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with platform_scope():
        assert not Entry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_postings_are_not_added_later(org: Organization) -> None:
    entry = books.top_up(org, 100_00, NOW, key="first")
    with pytest.raises(IntegrityError, match="was posted already"), company_scope(org.pk):
        revenue, vat = (Account.objects.get(org=org, code=code) for code in (REVENUE, VAT))
        Posting.objects.bulk_create(
            [
                Posting(org=org, entry=entry, account=revenue, amount=1),
                Posting(org=org, entry=entry, account=vat, amount=-1),
            ]
        )


@pytest.mark.parametrize("role", ["tenant", "platform"])
@pytest.mark.parametrize("table", ["billing_entry", "billing_posting"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_application_cannot_change_what_is_posted(org: Organization, role: str, table: str, act: str) -> None:
    books.top_up(org, 100_00, NOW, key="first")
    scope = company_scope(org.pk) if role == "tenant" else platform_scope()
    with pytest.raises(DatabaseError, match="permission denied"), scope, connection.cursor() as cursor:
        cursor.execute(act.format(table))


@pytest.mark.parametrize("table", ["billing_entry", "billing_posting"])
@pytest.mark.parametrize("act", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_owner_of_the_tables_cannot_either(org: Organization, table: str, act: str) -> None:
    """It sees every row, and the trigger answers."""
    with company_scope(org.pk), connection.cursor() as cursor:
        books.top_up(org, 100_00, NOW, key="first")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"):
        run_as_owner(act.format(table))


# --- debts -------------------------------------------------------------------------------------------------------
def test_negative_balance_is_due_at_the_end_of_its_utc_month(org: Organization) -> None:
    hold(org, staff(org, 1), NOW)
    books.take(org, 10_00, NOW, key="a")
    org.refresh_from_db()
    assert org.debt_due_at == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    books.take(org, 10_00, NOW + dt.timedelta(days=10), key="b")
    org.refresh_from_db()
    assert org.debt_due_at == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)  # it was negative before


def test_zero_is_no_debt_and_brings_the_company_back_at_once(org: Organization) -> None:
    hold(org, staff(org, 1), NOW)
    books.take(org, 10_00, NOW, key="a")
    late = dt.datetime(2026, 12, 5, tzinfo=dt.UTC)
    books.top_up(org, 9_99, late, key="b")
    org.refresh_from_db()
    assert lifecycle.state_at(org, late) == State.READ_ONLY
    books.top_up(org, 1, late, key="c")
    org.refresh_from_db()
    assert (org.state, org.debt_due_at) == (State.ACTIVE, None)
