"""Pages of documents: the list with what is paid, one document as it is printed, its file, who may see them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.documents.models import Document
from billing.ledger.top_up_models import TopUp
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, noon
from tests.billing.documents import issued
from tests.billing.documents.reading import read
from tests.billing.ledger import books
from tests.factories import make_company
from tests.tracker_portal.pages import main, section
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db
MONTHS = [dt.date(2026, 10, 1), dt.date(2026, 11, 1), dt.date(2026, 12, 1)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organization:
    """Charged $18.58 for October; nothing was paid in."""
    return issued.charged()


@pytest.fixture
def owner(org: Organization) -> Client:
    return owner_of(org)


def owner_of(org: Organization) -> Client:
    client = Client()
    client.force_login(org.memberships.get(role="owner").user)
    return client


def url(org: Organization, name: str = "documents", *arguments: str) -> str:
    return reverse(f"billing:{name}", args=[org.slug, *arguments])


def three_months() -> Organization:
    """$18.58 for October, $19.86 each for November and December; what was paid in was a mistake and is taken back."""
    org = issued.charged()
    mistake = books.top_up(org, 1000_00, noon(20, 10), key="mistake")
    issued.charge(org, MONTHS[1], now=noon(2, 12))
    issued.charge(org, MONTHS[2], now=dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC))
    books.reverse(mistake, dt.datetime(2027, 1, 3, 12, tzinfo=dt.UTC))
    return org


def listed(org: Organization) -> list[str]:
    """The statuses, the oldest document's first."""
    html = owner_of(org).get(url(org)).content.decode()
    return re.findall(r'badge__dot"></span>\s*([^<]+?)\s*</span>', html.partition("<tbody")[2])[::-1]


# --- what is paid -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("paid", "statuses"),
    [
        (0, ["Due", "Due", "Due"]),
        (18_57, ["Due", "Due", "Due"]),
        (18_58, ["Paid", "Due", "Due"]),
        (38_43, ["Paid", "Due", "Due"]),
        (38_44, ["Paid", "Paid", "Due"]),
        (58_30, ["Paid", "Paid", "Paid"]),
        (99_00, ["Paid", "Paid", "Paid"]),
    ],
)
def test_money_pays_the_oldest_invoice_first_whenever_it_came(paid: int, statuses: list[str]) -> None:
    early, late = three_months(), three_months()
    if paid:
        books.top_up(early, paid, noon(1, 10), key="before the charges")
        books.top_up(late, paid, dt.datetime(2027, 1, 20, tzinfo=dt.UTC), key="after them")
    assert listed(early) == listed(late) == statuses


def test_charge_that_was_reversed_owes_nothing_and_its_invoice_is_cancelled() -> None:
    org = three_months()
    first, second, _third = issued.documents_of(org)
    books.top_up(org, first.total, noon(3), key="a")
    books.reverse(second.charge.entry, dt.datetime(2027, 1, 4, tzinfo=dt.UTC))
    assert listed(org) == ["Paid", "Cancelled", "Due"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        *(("open", "Awaiting payment"), ("pending", "Awaiting payment")),
        *(("failed", "Failed"), ("expired", "Expired"), ("review", "Being checked")),
    ],
)
def test_invoice_for_a_transfer_waits_for_its_payment(state: str, status: str) -> None:
    org = found()
    issued.transfer(org, 50_00, now=noon(10), state=state)
    assert listed(org) == [status]


def test_invoice_for_a_transfer_is_received_when_it_is_paid() -> None:
    org = found()
    asked = issued.transfer(org, 50_00, now=noon(10))
    entry = books.top_up(org, 50_00, noon(11), key="a")
    with company_scope(org.pk):
        TopUp.objects.filter(pk=asked.top_up_id).update(state="paid", entry=entry)
    assert listed(org) == ["Received"]


# --- the list ---------------------------------------------------------------------------------------------
def test_list_tells_date_document_amount_status_and_file(org: Organization, owner: Client) -> None:
    issued.transfer(org, 50_00, now=noon(10))
    response = owner.get(url(org))
    assert (
        "10 Nov 2026 PRO-2026-000001 Invoice for a bank transfer $50.00 Awaiting payment PDF of PRO-2026-000001"
        " 2 Nov 2026 INV-2026-000001 Invoice $18.58 Due PDF of INV-2026-000001"
    ) in main(response)
    for name in ("document", "document_pdf"):
        assert f'href="{url(org, name, "INV-2026-000001")}"' in response.content.decode()


def test_empty_list_says_so() -> None:
    org = found()
    assert "No documents yet." in main(owner_of(org).get(url(org)))
    assert "No charges yet." in section(owner_of(org).get(url(org, "detailed")), "documents")


def test_list_is_paged_the_newest_first(org: Organization, owner: Client) -> None:
    for number in range(60):
        issued.transfer(org, 100 + number, now=noon(10 + number // 20))
    first = owner.get(url(org)).content.decode()
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert following
    second = owner.get(url(org) + following[1].replace("&amp;", "&")).content.decode()
    names = re.findall(r">((?:PRO|INV)-2026-\d{6})</a>", first + second)
    assert names == [f"PRO-2026-{number:06}" for number in range(60, 0, -1)] + ["INV-2026-000001"]
    assert "PRO-2026-000011</a>" in first
    assert "PRO-2026-000010</a>" in second


def test_pages_ask_the_same_number_of_things_however_many_documents(org: Organization, owner: Client) -> None:
    names = ("documents", "detailed")
    before = [queries_of(owner, url(org, name)) for name in names]
    for _ in range(20):
        issued.transfer(org, 100, now=noon(10))
    issued.charge(org, MONTHS[1], now=noon(2, 12))
    assert [queries_of(owner, url(org, name)) for name in names] == before
    assert before[0] <= 8


def test_detailed_view_shows_the_last_five_and_leads_to_all(org: Organization, owner: Client) -> None:
    for _ in range(6):
        issued.transfer(org, 100, now=noon(10))
    response = owner.get(url(org, "detailed"))
    said = section(response, "documents")
    assert re.findall(r"PRO-2026-\d{6} Invoice", said) == [f"PRO-2026-00000{n} Invoice" for n in (6, 5, 4, 3, 2)]
    html = response.content.decode()
    assert f'href="{url(org)}"' in html
    assert f'href="{url(org, "statement")}"' in html


# --- one document -----------------------------------------------------------------------------------------
def test_page_shows_the_document_in_its_language_and_says_what_is_paid(owner: Client, org: Organization) -> None:
    response = owner.get(url(org, "document", "INV-2026-000001"))
    html = response.content.decode()
    assert main(response).startswith(
        "Invoice INV-2026-000001 Issued 2 Nov 2026 Period October 2026 From Example Tracker"
    )
    assert "users 1 to 6 Peak of 6 users on 3 Oct 2026 6 $3.31 29 of 31 $18.58" in main(response)
    assert "Total $18.58" in main(response)
    assert 'lang="en"' in html.partition("<main")[2].partition(">")[0]
    assert "Due" in html.partition("<main")[0]
    assert "Due" not in main(response)  # what changes does not stand on the document
    assert "style=" not in html


def test_page_of_a_russian_document_says_what_the_file_says() -> None:
    org = issued.charged(country="RU", language="ru", **issued.PROVIDED, account=issued.ACCOUNT)
    client = owner_of(org)
    shown = main(client.get(url(org, "document", "INV-2026-000001"))).replace("\xa0", " ")
    texts = read(client.get(url(org, "document_pdf", "INV-2026-000001")).content).texts[:-2]  # without the foot
    assert "Счёт INV-2026-000001 Дата 2 ноября 2026 г." in shown
    assert "ИНН 7813001234 КПП 781301001 Расчётный счёт 40702810955000001234 БИК 044030653" in shown
    assert "В том числе НДС 22 % 445,35 ₽" in shown
    assert [text for text in texts if text.replace("\xa0", " ") not in shown] == []


def test_file_is_attached_and_always_the_same(org: Organization, owner: Client) -> None:
    first = owner.get(url(org, "document_pdf", "INV-2026-000001"))
    assert first["Content-Type"] == "application/pdf"
    assert first["Content-Disposition"] == 'attachment; filename="INV-2026-000001.pdf"'
    books.top_up(org, 100_00, noon(20), key="paid meanwhile")
    Organization.objects.filter(pk=org.pk).update(name="Renamed", language="ru")
    with time_machine.travel(NOW + dt.timedelta(days=90), tick=False):
        second = owner_of(org).get(url(org, "document_pdf", "INV-2026-000001"))
    assert first.content == second.content
    assert "Total" in read(first.content).texts


# --- doors ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        *("INV-2026-000002", "INV-2025-000001", "PRO-2026-000001", "INV-2026-1", "INV-2026-0000001", "inv-2026-000001"),
        *("INV-2026-999999999", "INV-9999-000001", "INV-2026-١٢٣٤٥٦", "x", "%00"),
    ],
)
def test_document_that_there_is_not_is_not_found(org: Organization, owner: Client, name: str) -> None:
    for page in ("document", "document_pdf"):
        address = url(org, page, "INV-2026-000001").replace("INV-2026-000001", name)
        assert owner.get(address).status_code == 404


def test_foreign_document_is_the_same_as_an_absent_one(org: Organization, owner: Client) -> None:
    other = issued.charged()
    [foreign] = issued.documents_of(other)
    assert foreign.name == "INV-2026-000002"
    absent = owner.get(url(org, "document", "INV-2026-000003"))
    for page in ("document", "document_pdf"):
        response = owner.get(url(org, page, foreign.name))
        assert response.status_code == 404
    assert main(owner.get(url(org, "document", foreign.name))) == main(absent)
    assert owner_of(other).get(url(other, "document", foreign.name)).status_code == 200
    assert foreign.name not in main(owner.get(url(org)))


@pytest.mark.parametrize("page", ["documents", "document", "document_pdf", "statement"])
def test_only_administrators_of_the_company_see_them(org: Organization, page: str) -> None:
    address = url(org, page, *(["INV-2026-000001"] if page.startswith("document_") or page == "document" else []))
    employee, stranger = Client(), Client()
    employee.force_login(org.memberships.order_by("-pk")[0].user)
    stranger.force_login(make_company("Southwind Foods").memberships.get().user)
    assert [client.get(address).status_code for client in (employee, stranger, Client())] == [403, 404, 302]
    assert owner_of(org).get(address).status_code == 200
    with company_scope(org.pk):
        assert Document.objects.count() == 1
