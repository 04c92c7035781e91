"""The statement: what was there, what happened, what is left; page by page, as CSV and as PDF."""

from __future__ import annotations

import csv
import datetime as dt
import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.documents import statements
from billing.documents.statements import Period, Statement
from billing.ledger import ledger
from billing.ledger.models import AccountCode, EntryKind
from billing.ledger.top_up_models import TopUp
from orgs.lists import csv_export
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, noon
from tests.billing.documents import issued
from tests.billing.documents.reading import read
from tests.billing.ledger import books
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
CUSTOMER, REVENUE, VAT, ADJUSTMENT = AccountCode.CUSTOMER, AccountCode.REVENUE, AccountCode.VAT, AccountCode.ADJUSTMENT
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    """Topped up in October and November, charged on the 2nd of November, adjusted and put right."""
    org = issued.charged()  # $18.58 on 2 November
    books.top_up(org, 100_00, noon(20, 10), key="a")
    books.top_up(org, 50_00, noon(10), key="b")
    wrong = {CUSTOMER: -7_00, ADJUSTMENT: 7_00}
    entry = books.post(org, EntryKind.ADJUSTMENT, wrong, noon(11), key="c", data={"reason": "=SUM(A1)"})
    books.reverse(entry, noon(12))
    return org


@pytest.fixture
def owner(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client


def url(org: Organization, query: str = "") -> str:
    return reverse("billing:statement", args=[org.slug]) + query


def whole(org: Organization, period: Period) -> Statement:
    with company_scope(org.pk):
        return statements.whole(org, period)


# --- figures ----------------------------------------------------------------------------------------------
def test_opening_balance_and_entries_make_the_closing_balance(org: Organization) -> None:
    made = whole(org, NOVEMBER)
    assert (made.opening, made.closing) == (100_00, 131_42)
    assert [(line.amount, line.balance) for line in made.lines] == [
        (-18_58, 81_42),
        (50_00, 131_42),
        (-7_00, 124_42),
        (7_00, 131_42),
    ]


def test_entries_are_told_with_their_documents(org: Organization) -> None:
    lines = whole(org, NOVEMBER).lines
    assert [line.told.text for line in lines] == [
        "Charge for October 2026",
        "Top up",
        "Adjustment (=SUM(A1))",
        "Reversal of: Adjustment (=SUM(A1)) (entered twice)",
    ]
    assert [line.document and line.document.name for line in lines] == ["INV-2026-000001", None, None, None]
    assert [line.told.month for line in lines] == ["2026-10", "", "", ""]


@pytest.mark.parametrize(("method", "text"), [("card", "Top up by card"), ("transfer", "Top up by bank transfer")])
def test_top_up_is_told_by_its_method(org: Organization, method: str, text: str) -> None:
    entry = books.top_up(org, 5_00, noon(13), key="d")
    with company_scope(org.pk):
        facts = {"amount": 5_00, "currency": "USD", "created_at": NOW, "actor": org.memberships.get(role="owner")}
        TopUp.objects.create(org=org, method=method, state="paid", entry=entry, **facts)
    books.reverse(entry, noon(14))
    assert [line.told.text for line in whole(org, NOVEMBER).lines][-2:] == [
        text,
        f"Reversal of: {text} (entered twice)",
    ]


def test_paid_transfer_and_reversed_charge_lead_to_their_documents(org: Organization) -> None:
    [invoice] = issued.documents_of(org)
    books.reverse(invoice.charge.entry, noon(13))
    asked = issued.transfer(org, 9_00, now=noon(14))
    entry = books.top_up(org, 9_00, noon(15), key="d")
    with company_scope(org.pk):
        TopUp.objects.filter(pk=asked.top_up_id).update(state="paid", entry=entry)
    reversal, top_up = whole(org, NOVEMBER).lines[-2:]
    assert reversal.told.text == "Reversal of: Charge for October 2026 (entered twice)"
    assert (reversal.document, top_up.document) == (invoice, asked)


def test_period_is_from_the_first_instant_of_a_utc_date_to_the_last_of_another(org: Organization) -> None:
    day = dt.date(2026, 11, 20)
    start = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    tick = dt.timedelta(microseconds=1)
    for number, at in enumerate(
        (start - tick, start, start + dt.timedelta(days=1) - tick, start + dt.timedelta(days=1))
    ):
        books.top_up(org, 10**number, at, key=str(number))
    made = whole(org, Period(day, day))
    assert [line.amount for line in made.lines] == [10, 100]
    assert made.closing == made.opening + 110


def test_entry_that_does_not_touch_the_balance_is_not_told(org: Organization) -> None:
    books.post(org, EntryKind.ADJUSTMENT, {REVENUE: 5, VAT: -5}, noon(13), key="inner")
    assert len(whole(org, NOVEMBER).lines) == 4


def test_any_periods_of_any_history_fit_together() -> None:
    """A hundred entries at random instants: every statement's end is the next one's beginning, and the ledger's."""
    org, dice = found(), random.Random(7)
    for number in range(100):
        amount = dice.choice([-1, 1]) * dice.randrange(1, 500_00)
        amounts = {CUSTOMER: amount, ADJUSTMENT: -amount}
        at = noon(1, 9) + MINUTE * dice.randrange(60 * 24 * 80)
        books.post(org, EntryKind.ADJUSTMENT, amounts, at, key=str(number))
    first, balance = dt.date(2026, 8, 30), 0
    while first < dt.date(2026, 12, 10):
        last = first + dt.timedelta(days=dice.randrange(12))
        made = whole(org, Period(first, last))
        assert made.opening == balance
        assert made.closing == made.opening + sum(line.amount for line in made.lines)
        assert [line.balance for line in made.lines[-1:]] in ([], [made.closing])
        first, balance = last + dt.timedelta(days=1), made.closing
    with company_scope(org.pk):
        assert balance == ledger.balance(org)


# --- the page ---------------------------------------------------------------------------------------------
def test_page_shows_this_month_and_opens_its_figures(org: Organization, owner: Client) -> None:
    response = owner.get(url(org))
    said = main(response)
    assert (
        "1 Nov 2026 Opening balance $100.00 2 Nov 2026 Charge for October 2026 INV-2026-000001 −$18.58 $81.42" in said
    )
    assert "12 Nov 2026 Reversal of: Adjustment (=SUM(A1)) (entered twice) $7.00 $131.42" in said
    assert "25 Nov 2026 Closing balance $131.42" in said
    html = response.content.decode()
    assert f'{reverse("billing:detailed", args=[org.slug])}?month=2026-10">−$18.58</a>' in html
    assert reverse("billing:document", args=[org.slug, "INV-2026-000001"]) in html


def test_period_without_entries_has_its_balance(org: Organization, owner: Client) -> None:
    said = main(owner.get(url(org, "?from=2026-10-21&to=2026-10-30")))
    assert "Opening balance $100.00 30 Oct 2026 Closing balance $100.00" in said


def test_pages_carry_the_balance_forward(org: Organization, owner: Client) -> None:
    for number in range(70):  # many at one instant: the order is that of the ledger
        books.top_up(org, 1_00, noon(15), key=f"many {number}")
    first = owner.get(url(org)).content.decode()
    address = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert address
    second = owner.get(url(org) + address[1].replace("&amp;", "&"))
    said, opened = main(owner.get(url(org))), main(second)
    assert "Opening balance $100.00" in said
    assert "Closing balance" not in said
    assert said.count("Top up") == 47  # 50 entries, three of them others
    assert "Brought forward $177.42 15 Nov 2026 Top up $1.00 $178.42" in opened
    assert "Closing balance $201.42" in opened
    back = re.search(r'href="(\?[^"]*before=[^"]*)"', second.content.decode())
    assert back
    returned = main(owner.get(url(org) + back[1].replace("&amp;", "&")))
    assert "Opening balance $100.00" in returned
    assert "Brought forward" not in returned


def test_page_asks_the_same_number_of_things_however_many_entries(org: Organization, owner: Client) -> None:
    before = queries_of(owner, url(org))
    for number in range(40):
        books.top_up(org, 1_00, noon(15), key=f"many {number}")
    assert queries_of(owner, url(org)) == before
    assert before <= 12


@pytest.mark.parametrize(
    "query",
    [
        *("?from=2026-02-31", "?from=x", "?to=2026-13-01", "?from=", "?to=", "?from=2026-11-02&to=2026-11-01"),
        *("?to=9999-12-31", "?from=2026-11", "?from=%00", "?from=2026-12-01"),
    ],
)
def test_dates_that_are_none_are_told_and_kept(org: Organization, owner: Client, query: str) -> None:
    for more in ("", "&format=csv", "&format=pdf"):
        response = owner.get(url(org, query + more))
        assert response.status_code == 400
        assert "Check 1 field" in main(response)
    assert 'aria-invalid="true"' in response.content.decode()


@pytest.mark.parametrize("query", ["?format=xls", "?after=x"])
def test_address_that_is_none_of_ours_is_refused(org: Organization, owner: Client, query: str) -> None:
    assert owner.get(url(org, query)).status_code == 400


# --- files ------------------------------------------------------------------------------------------------
def test_csv_is_whole_and_safe_in_a_spreadsheet(org: Organization, owner: Client) -> None:
    for number in range(60):
        books.top_up(org, 1_00, noon(15), key=f"many {number}")
    response = owner.get(url(org, "?from=2026-11-01&to=2026-11-20&format=csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="statement-2026-11-01-2026-11-20.csv"'
    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert rows[:3] == [
        ["Date (UTC)", "What it was", "Document", "Amount", "Balance", "Currency"],
        ["2026-11-01", "Opening balance", "", "", "100.00", "USD"],
        ["2026-11-02", "Charge for October 2026", "INV-2026-000001", "-18.58", "81.42", "USD"],
    ]
    assert rows[-1] == ["2026-11-20", "Closing balance", "", "", "191.42", "USD"]
    assert len(rows) == 3 + 4 + 60
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_number_below_zero_is_no_formula_and_text_that_looks_like_one_is_made_safe() -> None:
    assert [csv_export.cell(value) for value in (Decimal("-18.58"), -1, "-1+2", "=A1")] == [
        "-18.58",
        "-1",
        "'-1+2",
        "'=A1",
    ]


def test_charge_that_names_no_month_is_told_all_the_same(org: Organization) -> None:
    books.take(org, 1, noon(13), key="other")
    line = whole(org, NOVEMBER).lines[-1]
    assert (line.told.text, line.told.month) == ("Charge", "")


def test_pdf_is_in_the_companys_language_and_whole(org: Organization, owner: Client) -> None:
    Organization.objects.filter(pk=org.pk).update(language="ru")
    response = owner.get(url(org, "?from=2026-11-01&to=2026-11-20&format=pdf"))
    assert response["Content-Type"] == "application/pdf"
    words = read(response.content).words
    for said in ("Выписка", "1 ноября 2026 г. – 20 ноября 2026 г.", "Входящий остаток", "Списание за октябрь 2026"):
        assert said in words
    assert "Исходящий остаток\n131,42 $" in words
