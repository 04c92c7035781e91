"""Documents: numbers without gaps whoever fails, and copies that stay."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from billing.charging import monthly_charge
from billing.documents import documents
from billing.documents.models import Document, DocumentKind, DocumentSeries
from billing.ledger.charge_models import Charge
from billing.pricing import price_lists, tiers
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.billing.companies import NOW, found, hold, noon, staff
from tests.billing.documents import issued

pytestmark = pytest.mark.django_db
THREADS = 8
OCTOBER = dt.date(2026, 10, 1)


# --- numbers ----------------------------------------------------------------------------------------------
class Failure(Exception):
    """Something after the number was taken."""


def issue(org: Organization, *, fails: bool, now: dt.datetime = NOW) -> None:
    """One document on a connection of its own; `fails`: its transaction is undone after the number was taken."""
    try:
        with company_scope(org.pk):
            documents._issue(org, DocumentKind.PROFORMA, payer=None, now=now, net=0, vat=0, lines=[])
            if fails:
                raise Failure
    except (Failure, IntegrityError):
        pass
    finally:
        connections.close_all()


def race(companies: list[Organization], *, failing: int = 0) -> list[int]:
    """Every company issues three documents at once with the others, every `failing`th fails; the numbers that are there."""
    acts = [(org, bool(failing) and number % failing == 0) for number, org in enumerate(companies * 3)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda act: issue(act[0], fails=act[1]), acts))
    return numbers()


def numbers() -> list[int]:
    with platform_scope():
        return list(Document.objects.order_by("number").values_list("number", flat=True))


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_when_companies_issue_at_once() -> None:
    assert race([found(f"Company {number}") for number in range(THREADS)]) == list(range(1, 3 * THREADS + 1))


@pytest.mark.django_db(transaction=True)
def test_failing_transaction_leaves_no_gap() -> None:
    made = race([found(f"Company {number}") for number in range(THREADS)], failing=3)
    assert made == list(range(1, 2 * THREADS + 1))


@pytest.mark.django_db(transaction=True)
def test_control_numbers_of_a_sequence_have_gaps(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a failing transaction took from a sequence is gone."""
    taken = iter(range(1, 100))
    monkeypatch.setattr(documents, "_next_number", lambda _kind, _year: next(taken))
    made = race([found(f"Company {number}") for number in range(THREADS)], failing=3)
    assert len(made) == 2 * THREADS
    assert made != list(range(1, 2 * THREADS + 1))


@pytest.mark.django_db(transaction=True)
def test_control_numbers_that_are_read_without_the_lock_are_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "_next_number", unlocked(threading.Barrier(2)))
    companies = [found("One"), found("Two")]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda org: issue(org, fails=False), companies))
    assert numbers() == [1]  # the other one was refused by the database


def unlocked(both: threading.Barrier) -> Callable[[str, int], int]:
    """Both have read the last number before either writes the next."""

    def next_number(kind: str, year: int) -> int:
        last = DocumentSeries.objects.filter(kind=kind, year=year).values_list("last", flat=True).first() or 0
        both.wait(timeout=60)
        DocumentSeries.objects.get_or_create(kind=kind, year=year)
        DocumentSeries.objects.filter(kind=kind, year=year).update(last=last + 1)
        return last + 1

    return next_number


def test_each_kind_and_each_utc_year_begins_with_one() -> None:
    org = issued.charged()
    midnight = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    for at in (NOW, midnight - dt.timedelta(microseconds=1), midnight):
        issued.transfer(org, 100_00, now=at)
    names = [document.name for document in issued.documents_of(org)]
    assert names == ["INV-2026-000001", "PRO-2026-000001", "PRO-2026-000002", "PRO-2027-000001"]


# --- what stands in them ----------------------------------------------------------------------------------
def test_invoice_tells_users_price_and_days_of_each_tier() -> None:
    [invoice] = issued.documents_of(issued.charged(seats=101))
    common = {"kind": "seats", "month": "2026-10", "dates": 29, "days": 31, "peak": 101, "peak_on": "2026-10-03"}
    assert invoice.lines == [
        common | {"first": 1, "last": 100, "price": 331, "amount": 309_65},
        common | {"first": 101, "last": 101, "price": 285, "amount": 2_66},
    ]
    assert (invoice.total, invoice.net, invoice.vat, invoice.vat_rate) == (312_31, 312_31, 0, None)


@pytest.mark.parametrize("currency", ["USD", "RUB"])
@pytest.mark.parametrize("seats", [6, 100, 101, 250, 251, 270])
def test_lines_add_up_to_the_charge(currency: str, seats: int) -> None:
    """However the parts would be rounded; and none is further from its own share than the smallest coin."""
    listed = price_lists.first(currency)
    price = tiers.monthly_price(seats, listed)
    facts = {"seats": seats, "price": price, "prices": [[tier.last_seat, tier.price] for tier in listed.tiers]}
    for counting in range(1, 32):
        amount = tiers.charge(price, dates=counting, of=31)
        lines = documents._lines(Charge(month=OCTOBER, dates=counting, days=31, amount=amount, **facts))
        assert sum(line["amount"] for line in lines) == amount
        for line in lines:
            share = (line["last"] - line["first"] + 1) * line["price"] * counting / 31
            assert abs(line["amount"] - share) <= 1


def test_month_for_free_has_no_invoice() -> None:
    assert issued.documents_of(issued.charged(seats=5)) == []


@pytest.mark.parametrize(
    ("year", "rate", "vat"), [(2025, 20_00, 440_00), (2026, 22_00, 476_07)], ids=["20% in 2025", "22% from 2026"]
)
def test_russian_vat_is_that_of_the_month(year: int, rate: int, vat: int) -> None:
    org = found(country="RU", at=dt.datetime(year, 10, 1, 9, tzinfo=dt.UTC))
    hold(org, staff(org, 6), dt.datetime(year, 10, 31, 12, tzinfo=dt.UTC))
    issued.charge(org, dt.date(year, 12, 1), now=dt.datetime(year + 1, 1, 2, 12, tzinfo=dt.UTC))
    [invoice] = issued.documents_of(org)
    assert (invoice.total, invoice.vat_rate, invoice.vat) == (6 * 440_00, rate, vat)
    assert invoice.net + invoice.vat == invoice.total
    assert invoice.year == year + 1


def test_copies_of_the_payer_and_of_the_seller_stay(settings: object) -> None:
    org = issued.charged(country="RU", **issued.PROVIDED)
    [before] = issued.documents_of(org)
    issued.save_payer(org, **{**issued.PROVIDED, "company_name": "Южный ветер"})
    settings.SELLER = {**settings.SELLER, "name": "Somebody Else Ltd"}
    Organization.objects.filter(pk=org.pk).update(name="Renamed", language="en")
    issued.charge(org, dt.date(2026, 11, 1), now=noon(2, 12))
    first, second = issued.documents_of(org)
    assert (first.payer, first.seller) == (before.payer, before.seller)
    assert first.payer["company_name"] == "Северный ветер"
    assert (second.payer["company_name"], second.seller["name"]) == ("Южный ветер", "Somebody Else Ltd")


def test_company_without_payment_details_is_named_all_the_same() -> None:
    [invoice] = issued.documents_of(issued.charged())
    assert invoice.payer == {"company": "Cobalt Shipping", "country": "DE"}


@pytest.mark.parametrize(("language", "expected"), [("ru", "ru"), ("en", "en"), ("de", "en")])
def test_document_is_in_the_companys_language_or_in_english(language: str, expected: str) -> None:
    [invoice] = issued.documents_of(issued.charged(language=language))
    assert invoice.language == expected


@pytest.mark.parametrize("act", ["UPDATE billing_document SET total = 1", "DELETE FROM billing_document"])
def test_application_cannot_change_what_was_issued(act: str) -> None:
    org = issued.charged()
    with pytest.raises(DatabaseError, match="permission denied"), company_scope(org.pk), connection.cursor() as cursor:
        cursor.execute(act)


def test_charge_has_one_invoice() -> None:
    org = issued.charged()
    [invoice] = issued.documents_of(org)
    assert monthly_charge.charge(monthly_charge.Due(org.pk, OCTOBER), now=NOW) is None
    with pytest.raises(IntegrityError), transaction.atomic(), company_scope(org.pk):
        documents.invoice(org, invoice.charge, payer=None, vat_rate=None, tax=0, now=NOW)
