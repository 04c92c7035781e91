"""Receipts: a card payment that came has a document of its own, as a bank transfer has its invoice."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from billing.documents import documents, payment_status, printable_document
from billing.documents.models import Document, DocumentKind, DocumentSeries
from billing.ledger.top_up_models import Method, TopUp, TopUpState
from billing.printing import pdf
from billing.top_ups import operations, top_ups
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found
from tests.billing.documents import issued
from tests.billing.documents.reading import read
from tests.billing.ledger import books
from tests.billing.mailed import begin, letter, mails, owner_of
from tests.billing.payers import payer_details
from tests.billing.top_ups.topping_up import page, text, url
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db

ACCOUNTS = "accounts@northwind.example"
NEXT_DAY = NOW + dt.timedelta(days=1)


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def administrator(org: Organization) -> Client:
    browser = Client()
    browser.force_login(owner_of(org).user)
    return browser


def pay(org: Organization, amount: int = 100_00) -> TopUp:
    return top_ups.credit(begin(org, amount, Method.CARD), now=NEXT_DAY)


def receipts(org: Organization) -> list[Document]:
    return [document for document in issued.documents_of(org) if document.kind == DocumentKind.RECEIPT]


# --- issuing ----------------------------------------------------------------------------------------------------
def test_card_payment_has_a_receipt_of_the_day_it_came(org: Organization) -> None:
    top_up = pay(org)
    [receipt] = issued.documents_of(org)
    assert (receipt.name, receipt.issued_on, receipt.due_on) == ("REC-2026-000001", NEXT_DAY.date(), None)
    assert (receipt.total, receipt.net, receipt.vat, receipt.vat_rate) == (100_00, 100_00, 0, None)
    assert receipt.top_up_id == top_up.pk
    assert receipt.lines == [{"kind": "top_up", "amount": 100_00}]


def test_receipts_are_a_series_of_their_own(org: Organization) -> None:
    begin(org)
    for _ in range(2):
        pay(org)
    names = [document.name for document in issued.documents_of(org)]
    assert names == ["PRO-2026-000001", "REC-2026-000001", "REC-2026-000002"]


def test_payment_that_is_told_twice_has_one_receipt(org: Organization) -> None:
    top_up = pay(org)
    top_ups.credit(top_up, now=NEXT_DAY)
    assert len(receipts(org)) == 1


def test_no_payment_has_two_documents(org: Organization) -> None:
    top_up = pay(org)
    with company_scope(org.pk):
        locked = Organization.objects.lock(org.pk)
        with pytest.raises(IntegrityError, match="billing_document_of_top_up"), transaction.atomic():
            documents.receipt(locked, top_up, amount=1_00, payer=None, vat_rate=None, tax=0, now=NEXT_DAY)


def test_payment_that_did_not_come_and_a_transfer_have_none(org: Organization) -> None:
    top_ups.fail(begin(org, method=Method.CARD), now=NEXT_DAY)
    top_ups.credit(begin(org, method=Method.TRANSFER), now=NEXT_DAY)
    assert receipts(org) == []


def test_receipt_that_cannot_be_made_leaves_no_credit(org: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no receipt")

    monkeypatch.setattr(documents, "receipt", fail)
    with pytest.raises(RuntimeError):
        pay(org)
    assert books.balance(org) == 0
    monkeypatch.undo()
    pay(org)
    assert (books.balance(org), DocumentSeries.objects.get(kind="REC").last) == (100_00, 1)


def test_receipt_says_what_came_and_not_what_was_asked_for(org: Organization) -> None:
    begun = begin(org, 100_00, Method.CARD)
    top_ups.hold_for_review(begun, now=NOW)
    operator = get_user_model().objects.create_user("operator@tracker.example")
    operations.record_received(top_up=begun, amount=80_00, operator=operator, reason="looked at", now=NEXT_DAY)
    [receipt] = receipts(org)
    assert (receipt.total, receipt.lines) == (80_00, [{"kind": "top_up", "amount": 80_00}])


def test_receipt_of_a_russian_company_says_how_much_is_vat() -> None:
    org = found(country="RU")
    pay(org, 122_00)
    [receipt] = receipts(org)
    assert (receipt.currency, receipt.vat_rate, receipt.net, receipt.vat) == ("RUB", 22_00, 100_00, 22_00)


# --- whose it is ------------------------------------------------------------------------------------------------
def test_receipt_is_made_out_to_the_payer_of_that_moment(org: Organization) -> None:
    payer_details.save(owner_of(org), NOW)
    pay(org)
    payer_details.save(owner_of(org), NEXT_DAY, company_name="Northwind Holding AG")
    [receipt] = receipts(org)
    assert printable_document.printable(receipt).parties[1].lines[0] == "Northwind Robotics GmbH"


def test_receipt_without_payment_details_is_made_out_to_the_company(org: Organization) -> None:
    pay(org)
    [receipt] = receipts(org)
    assert receipt.payer == {"company": "Cobalt Shipping", "country": "DE"}
    assert printable_document.printable(receipt).parties[1].lines == ["Cobalt Shipping", "Germany"]


# --- what it says -----------------------------------------------------------------------------------------------
def test_page_and_file_say_the_same(org: Organization, administrator: Client) -> None:
    payer_details.save(owner_of(org), NOW)
    pay(org)
    args = [org.slug, "REC-2026-000001"]
    said = main(administrator.get(reverse("billing:document", args=args)))
    assert "Receipt REC-2026-000001 Issued 26 Nov 2026 Payment By card" in said
    for words in ("Bill to Northwind Robotics GmbH", "Advance payment for Tracker $100.00", "Total $100.00"):
        assert words in said
    assert "The amount is on the balance." in said
    assert "in the transfer" not in said
    assert "Settlement account" not in said
    file = administrator.get(reverse("billing:document_pdf", args=args))
    assert file["Content-Type"] == "application/pdf"
    words = read(file.content).words
    assert "Receipt" in words
    assert "The amount is on the balance." in words


def test_list_has_it_as_received(org: Organization, administrator: Client) -> None:
    pay(org)
    said = main(administrator.get(reverse("billing:documents", args=[org.slug])))
    assert "26 Nov 2026 REC-2026-000001 Receipt $100.00 Received PDF of REC-2026-000001" in said
    with company_scope(org.pk):
        [receipt] = payment_status.of_company(org)
        assert payment_status.statuses(org, [receipt]) == [payment_status.RECEIVED]


def test_receipt_is_told_in_the_documents_language(org: Organization) -> None:
    Organization.objects.filter(pk=org.pk).update(language="ru")
    pay(org)
    [receipt] = receipts(org)
    paper = printable_document.printable(receipt)
    assert (paper.title, paper.facts[1], paper.notes[0]) == (
        "Квитанция",
        ("Оплата", "Банковской картой"),
        "Сумма зачислена на баланс.",
    )
    assert "Квитанция" in read(pdf.render(paper)).words


def test_it_goes_to_the_address_for_documents(org: Organization) -> None:
    payer_details.save(owner_of(org), NOW)
    pay(org)
    mail, said = letter(org)
    assert (mail.to, mail.subject) == (ACCOUNTS, "Receipt REC-2026-000001")
    for line in ("Cobalt Shipping topped up its balance by $100.00.", "Payment: By card", "Total: $100.00"):
        assert f"\n{line}\n" in said.text
    assert "asked for this invoice" not in said.text + said.html
    assert "topped up its balance by <b>$100.00</b>" in said.html


def test_nobody_is_told_where_no_address_is_known(org: Organization) -> None:
    pay(org)
    assert mails(org) == []


# --- the page of the payment ------------------------------------------------------------------------------------
def test_received_payment_leads_to_its_receipt_and_the_file(org: Organization, administrator: Client) -> None:
    top_up = pay(org)
    args = [org.slug, "REC-2026-000001"]
    html = administrator.get(url(org, top_up)).content.decode()
    assert "Receipt REC-2026-000001" in text(html)
    for address in (reverse("billing:document", args=args), reverse("billing:document_pdf", args=args)):
        assert f'href="{address}"' in html
        assert administrator.get(address).status_code == 200


def test_payment_of_the_past_has_no_receipt_and_its_page_says_nothing_of_one(
    org: Organization, administrator: Client
) -> None:
    top_up = begin(org, method=Method.CARD)
    entry = books.top_up(org, 100_00, NOW, key="a")
    with company_scope(org.pk):
        TopUp.objects.filter(pk=top_up.pk).update(state=TopUpState.PAID, entry=entry, settled_at=NOW)
    said = page(administrator, url(org, top_up))
    assert "$100.00 received." in said
    assert "Receipt" not in said


def test_awaited_transfer_leads_to_its_invoice_and_the_file(org: Organization, administrator: Client) -> None:
    top_up = begin(org)
    html = administrator.get(url(org, top_up)).content.decode()
    args = [org.slug, "PRO-2026-000001"]
    for address, words in (
        (reverse("billing:document", args=args), "Open the invoice"),
        (reverse("billing:document_pdf", args=args), "Download PDF"),
    ):
        assert f'href="{address}"' in html
        assert words in text(html)
        assert administrator.get(address).status_code == 200


def test_received_transfer_still_leads_to_its_invoice(org: Organization, administrator: Client) -> None:
    top_up = begin(org)
    top_ups.credit(top_up, now=NEXT_DAY)
    html = administrator.get(url(org, top_up)).content.decode()
    assert f'href="{reverse("billing:document", args=[org.slug, "PRO-2026-000001"])}"' in html
