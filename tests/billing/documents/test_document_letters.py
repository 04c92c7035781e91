"""Documents go to the payer's address for them."""

from __future__ import annotations

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from billing.charging import monthly_charge
from billing.charging.monthly_charge import Due
from billing.documents import emails as document_letters
from billing.documents import printable_document
from billing.documents.models import Document
from billing.ledger.top_up_models import Method
from billing.money.formatting import format_money
from billing.top_ups import top_ups
from orgs.mail.models import Mail
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, hold, noon, staff
from tests.billing.documents import issued
from tests.billing.mailed import begin, letter, mails, owner_of
from tests.billing.payers import payer_details
from tests.tracker_portal.pages import main

pytestmark = pytest.mark.django_db

ACCOUNTS = "accounts@northwind.example"
OCTOBER = dt.date(2026, 10, 1)


def charged(language: str = "en", **more: object) -> tuple[Organization, Document]:
    """October is charged, and the payment details name an address."""
    org = issued.charged(language=language, email=ACCOUNTS, **more)
    (invoice,) = issued.documents_of(org)
    return org, invoice


def spaced(text: str) -> str:
    """Amounts hold spaces that break no line."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def in_words(html: str) -> str:
    """Without its tags; those of a table and of paragraphs part words."""
    return " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"</?b>|<style>.*?</style>", "", html, flags=re.DOTALL)).split())


# --- invoices ------------------------------------------------------------------------------------------------
def test_invoice_goes_to_the_address_for_documents() -> None:
    org, invoice = charged()
    mail, said = letter(org)
    assert (mail.key, mail.to, mail.created_at) == (f"document:{invoice.pk}", ACCOUNTS, noon(2))
    assert mail.subject == "Invoice INV-2026-000001"
    for line in (
        "Cobalt Shipping was charged $18.58.",
        "The amount is taken from the balance.",
        "Period: October 2026",
        "Tracker, Full access, users 1 to 6: 6 × $3.31, days: 29 of 31 = $18.58",
        "Without VAT: —",
        "Total: $18.58",
        "You get this email because the payment details of Cobalt Shipping name your address for documents.",
    ):
        assert f"\n{line}\n" in said.text
    assert "was charged $18.58. The amount is taken from the balance. Questions:" in in_words(said.html)


def test_button_leads_to_the_documents_page() -> None:
    org, invoice = charged()
    url = settings.ORIGIN + reverse("billing:document", args=[org.slug, invoice.name])
    _, said = letter(org)
    assert f"Open the document:\n{url}\n" in said.text
    assert f'<a href="{url}">Open the document</a>' in said.html
    client = Client()
    client.force_login(owner_of(org).user)
    assert invoice.name in main(client.get(url.removeprefix(settings.ORIGIN)))


@pytest.mark.parametrize("seats", [6, 100, 101, 270])
@pytest.mark.parametrize("country", ["DE", "RU"])
def test_numbers_of_the_mail_are_the_documents(country: str, seats: int) -> None:
    org, invoice = charged(country=country, seats=seats)
    paper = printable_document.printable(invoice)
    _, said = letter(org)
    amounts = [format_money(line["amount"], invoice.currency) for line in invoice.lines]
    assert sum(line["amount"] for line in invoice.lines) == invoice.total
    assert re.findall(r" = (.+)", said.text) == amounts
    assert f"\nTotal: {format_money(invoice.total, invoice.currency)}\n" in said.text
    if invoice.vat_rate:
        assert f"\nIncluding VAT 22%: {format_money(invoice.vat, invoice.currency)}\n" in said.text
    words = in_words(said.html)
    for cell in [*(cell for row in paper.rows for cell in row.cells), *(s.amount for s in paper.sums)]:
        assert " ".join(cell.split()) in words


def test_russian_invoice_is_told_in_russian() -> None:
    org, _ = charged("ru", country="RU")
    mail, said = letter(org)
    assert mail.subject == "Счёт INV-2026-000001"
    assert "Период: октябрь 2026\n" in said.text
    assert "полный доступ, пользователи 1–6: 6 × 440,00 ₽, дни: 29 из 31 = 2 469,68 ₽" in spaced(said.text)
    assert "Открыть документ" in said.html
    assert not re.findall(r"Administrators|You get|Open", said.text + said.html)


def test_language_is_the_documents_and_not_the_companys() -> None:
    mail, said = letter(charged("de")[0])
    assert mail.subject == "Invoice INV-2026-000001"
    assert '<html lang="en">' in said.html


def test_charge_that_runs_twice_tells_once() -> None:
    org, invoice = charged()
    assert monthly_charge.charge(Due(org.pk, OCTOBER), now=noon(3)) is None
    with company_scope(org.pk):
        document_letters.post(invoice, now=noon(3))
    assert len(mails(org)) == 1


def test_each_invoice_is_told() -> None:
    org, _ = charged()
    issued.charge(org, dt.date(2026, 11, 1), now=noon(2, 12))
    assert [mail.subject for mail in mails(org)] == ["Invoice INV-2026-000001", "Invoice INV-2026-000002"]


def test_company_without_payment_details_gets_no_mail() -> None:
    org = issued.charged()
    assert len(issued.documents_of(org)) == 1
    assert mails(org) == []


@pytest.mark.parametrize("email", [{}, {"email": ""}])
def test_payment_details_without_an_address_get_no_mail(email: dict[str, str]) -> None:
    org = issued.charged(company_name="Cobalt GmbH", **email)
    assert len(issued.documents_of(org)) == 1
    assert mails(org) == []


def test_month_for_free_is_no_reason_for_a_mail() -> None:
    assert mails(issued.charged(seats=5, email=ACCOUNTS)) == []


def test_newest_payment_details_say_where_to() -> None:
    org, _ = charged()
    issued.save_payer(org, email="new@northwind.example")
    issued.charge(org, dt.date(2026, 11, 1), now=noon(2, 12))
    assert [mail.to for mail in mails(org)] == [ACCOUNTS, "new@northwind.example"]


def test_charge_that_is_undone_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail is a part of the charge's transaction, written before its end."""
    org = found()
    hold(org, staff(org, 6), noon(3, 10))
    issued.save_payer(org, email=ACCOUNTS)

    def fail(*args: object, **kwargs: object) -> None:
        assert mails_inside(org) == 1
        raise RuntimeError("the last line fails")

    monkeypatch.setattr("billing.charging.monthly_charge.audit.record", fail)
    with pytest.raises(RuntimeError):
        monthly_charge.charge(Due(org.pk, OCTOBER), now=noon(2))
    assert mails(org) == []


def mails_inside(org: Organization) -> int:
    """In the scope that is open already."""
    return Mail.objects.filter(org=org, key__startswith="document:").count()


def test_names_are_text_in_the_html() -> None:
    org = found("<b>Bold</b> & Sons")
    hold(org, staff(org, 6), noon(3, 10))
    issued.save_payer(org, email=ACCOUNTS)
    issued.charge(org, OCTOBER, now=noon(2))
    _, said = letter(org)
    assert "<b>Bold</b> & Sons was charged" in said.text
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Sons was charged" in said.html


def test_developments_page_shows_the_mail(client: Client) -> None:
    mail, _ = letter(charged()[0])
    assert mail.subject in main(client.get("/dev/mails/"))
    page = main(client.get(reverse("mail_page", args=[mail.pk])))
    assert "users 1 to 6: 6 × $3.31" in page
    assert "Enclosed: document:" in page
    assert "users 1 to 6: 6 × $3.31" in client.get(reverse("mail_html", args=[mail.pk])).content.decode()


# --- invoices for a bank transfer -------------------------------------------------------------------------------
def test_transfer_is_asked_for_with_all_that_it_needs() -> None:
    org = found()
    payer_details.save(owner_of(org), NOW)
    top_up = begin(org)
    mail, said = letter(org)
    assert (mail.to, mail.subject) == (ACCOUNTS, "Invoice for a bank transfer PRO-2026-000001")
    seller = settings.SELLER
    for line in (
        "Cobalt Shipping asked for this invoice to top up its balance by $100.00.",
        f"Name the reference {top_up.reference} in the transfer.",
        f"Reference: {top_up.reference}",
        "Pay by: 9 Dec 2026",
        "Advance payment for Tracker = $100.00",
        "Total: $100.00",
        f"{seller['name']}\n{seller['address']}\n{seller['tax_id']}\n{seller['bank']}",
        f"Settlement account {seller['account']}",
    ):
        assert f"\n{line}\n" in said.text
        assert re.sub(r": | = |\s+", " ", line) in in_words(said.html)


def test_transfer_is_asked_for_in_russian() -> None:
    org = found(country="RU")
    Organization.objects.filter(pk=org.pk).update(language="ru")
    issued.save_payer(org, email=ACCOUNTS)
    begin(org, 122_00)
    mail, said = letter(org)
    assert mail.subject == "Счёт на оплату PRO-2026-000001"
    assert "\nВ том числе НДС 22 %: 22,00 ₽\n" in spaced(said.text)
    assert "счёт на пополнение баланса на 122,00 ₽." in spaced(said.text)


def test_same_form_asks_once_and_a_card_asks_for_nothing() -> None:
    org, token = found(), uuid4()
    payer_details.save(owner_of(org), NOW)
    form = {"org": org, "amount": 100_00, "token": token, "actor": owner_of(org), "now": NOW}
    for _ in range(2):
        top_ups.begin(**form, method=Method.TRANSFER)
    begin(org, method=Method.CARD)
    assert len(mails(org)) == 1


def test_transfer_without_payment_details_tells_nobody() -> None:
    org = found()
    begin(org)
    assert len(issued.documents_of(org)) == 1
    assert mails(org) == []
