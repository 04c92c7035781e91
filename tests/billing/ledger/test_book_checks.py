"""Somebody with the keys of the database changes the books: the next look at them says so, and where."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from billing import tasks
from billing.ledger import book_checks
from billing.ledger.book_models import BooksCheck
from billing.ledger.models import Entry
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.ledger import books
from tests.database import run_as_owner
from tests.factories import make_company
from tests.tracker_portal.queries import counted_queries

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
NIGHT = dt.timedelta(days=1)
UNGUARDED = [f"ALTER TABLE billing_{table} DISABLE TRIGGER append_only" for table in ("posting", "entry")]
ACCOUNT = "(SELECT id FROM billing_account WHERE org_id = {org} AND code = '{code}')"


@pytest.fixture
def kept(org: Organization) -> Organization:
    """A company that has paid in and was charged."""
    books.top_up(org, 100_00, NOW, key="first")
    books.take(org, 10_00, NOW, key="second")
    return org


def entry(org: Organization, key: str) -> Entry:
    with company_scope(org.pk):
        return Entry.objects.get(org=org, key=key)


def tamper(org: Organization, *changes: str) -> None:
    """As the owner, with the triggers off. `{customer}` and `{transfer}` are the company's accounts."""
    accounts = {code: ACCOUNT.format(org=org.pk, code=code) for code in ("customer", "transfer")}
    run_as_owner(*UNGUARDED, *(change.format(org=org.pk, **accounts) for change in changes))


def fault(org: Organization, *, at: dt.datetime = NOW) -> str:
    return book_checks.check(org, now=at)


def test_untouched_books_are_right_and_the_mark_moves_on(kept: Organization) -> None:
    assert fault(kept) == ""
    with platform_scope():
        mark = BooksCheck.objects.get(org=kept)
    assert mark.entry_id == entry(kept, "second").pk
    assert mark.totals["customer"] == 90_00
    assert sum(mark.totals.values()) == 0


def test_company_without_an_entry_has_nothing_wrong(org: Organization) -> None:
    assert fault(org) == ""
    books.top_up(org, 5_00, NOW, key="later")
    assert fault(org, at=NOW + NIGHT) == ""


CACHE = "UPDATE billing_account SET balance = balance + 500 WHERE id = {customer}"
POSTING = "UPDATE billing_posting SET amount = amount + 500 WHERE account_id = {customer} AND amount > 0"
OTHER_HALF = "UPDATE billing_posting SET amount = amount - 500 WHERE account_id = {transfer} AND amount < 0"
OTHER_CACHE = "UPDATE billing_account SET balance = balance - 500 WHERE id = {transfer}"
GONE = "DELETE FROM billing_posting WHERE entry_id = (SELECT max(id) FROM billing_entry WHERE org_id = {org})"
FITTING_CACHES = """UPDATE billing_account a SET balance = coalesce(
    (SELECT sum(amount) FROM billing_posting p WHERE p.org_id = a.org_id AND p.account_id = a.id), 0) WHERE org_id = {org}"""


def test_entry_that_no_longer_balances_is_found_with_a_cached_balance_to_match(kept: Organization) -> None:
    tamper(kept, POSTING, CACHE)
    assert f"entry {entry(kept, 'first').pk} does not balance" in fault(kept)


def test_cached_balance_that_is_wrong_is_found(kept: Organization) -> None:
    tamper(kept, CACHE)
    assert fault(kept) == "customer says 9500, its postings 9000"


def test_entry_whose_postings_are_gone_is_found(kept: Organization) -> None:
    tamper(kept, GONE, FITTING_CACHES)
    assert fault(kept) == f"entry {entry(kept, 'second').pk} does not balance"


def test_entry_before_the_mark_is_found_by_the_whole_balance(kept: Organization) -> None:
    assert fault(kept) == ""
    tamper(kept, POSTING, CACHE)
    assert "all accounts together come to 500" in fault(kept, at=NOW + NIGHT)


def test_entry_before_the_mark_that_still_balances_is_found_by_what_stood_there(kept: Organization) -> None:
    """Money out of nothing, put down on both sides and in both caches: every sum is right."""
    assert fault(kept) == ""
    tamper(kept, POSTING, CACHE, OTHER_HALF, OTHER_CACHE)
    assert fault(kept, at=NOW + NIGHT) == f"what was posted up to entry {entry(kept, 'second').pk} is not what it was"


def test_mark_of_wrong_books_stays_and_what_is_mended_is_forgotten(kept: Organization) -> None:
    assert fault(kept) == ""
    books.top_up(kept, 1_00, NOW, key="third")
    tamper(kept, CACHE)
    assert fault(kept, at=NOW + NIGHT) != ""
    with platform_scope():
        assert BooksCheck.objects.get(org=kept).entry_id == entry(kept, "second").pk
    tamper(kept, FITTING_CACHES)
    assert fault(kept, at=NOW + 2 * NIGHT) == ""
    with platform_scope():
        assert BooksCheck.objects.get(org=kept).entry_id == entry(kept, "third").pk


def test_readyz_counts_and_the_log_names(kept: Organization, caplog: pytest.LogCaptureFixture) -> None:
    tasks.check_books()
    assert "books" not in Client().get("/readyz").content.decode()
    tamper(kept, CACHE)
    with platform_scope():
        BooksCheck.objects.update(checked_at=NOW - NIGHT)  # a night passes
    tasks.check_books()
    assert "companies whose books are not right: 1" in Client().get("/readyz").json()["alerts"]
    assert f"({kept.pk}, 'customer says 9500, its postings 9000')" in caplog.text


def test_each_company_has_its_turn_once_a_night(kept: Organization) -> None:
    other = make_company("Southwind Foods")
    with platform_scope():
        assert {kept.pk, other.pk} <= {org.pk for org in BooksCheck.due(NOW)}
        book_checks.run_due(NOW)
        assert not BooksCheck.due(NOW + dt.timedelta(hours=19)).exists()
        assert {kept.pk, other.pk} <= {org.pk for org in BooksCheck.due(NOW + NIGHT)}


def test_wrong_books_of_one_company_are_no_other_ones(kept: Organization) -> None:
    other = make_company("Southwind Foods")
    tamper(kept, CACHE)
    book_checks.run_due(NOW)
    with platform_scope():
        assert [check.org_id for check in BooksCheck.faulty()] == [kept.pk]
        assert BooksCheck.objects.filter(org=other, fault="").exists()


def test_number_of_statements_does_not_grow_with_the_entries(kept: Organization) -> None:
    with counted_queries() as few:
        fault(kept)
    for number in range(20):
        books.top_up(kept, 1_00, NOW, key=f"more {number}")
    with counted_queries() as many:
        fault(kept, at=NOW + NIGHT)
    assert len(many) <= len(few) + 1  # with a mark there is one more sum
