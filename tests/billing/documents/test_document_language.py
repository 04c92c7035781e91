"""The language of documents is the payer's to choose, whatever the interface speaks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from billing.documents import printable_document, printable_statement
from billing.documents.models import Document
from billing.documents.statements import Period
from billing.ledger.top_up_models import Method
from billing.payers.models import Payer, PayerKind
from billing.top_ups import top_ups
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.billing.companies import NOW, found, noon
from tests.billing.documents import issued
from tests.billing.mailed import begin, letter, owner_of
from tests.billing.payers import payer_details
from tests.billing.payers.payer_form import GMBH, posted
from tests.tracker_portal.pages import main, section

pytestmark = pytest.mark.django_db

NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
GERMAN = posted(PayerKind.LEGAL_ENTITY, "DE", GMBH)


@pytest.fixture
def org() -> Organization:
    return found()


@pytest.fixture
def administrator(org: Organization) -> Client:
    browser = Client()
    browser.force_login(owner_of(org).user)
    return browser


def page(org: Organization) -> str:
    return reverse("billing:payer", args=[org.slug])


def chosen(client: Client, org: Organization) -> str:
    """The language that the form of payment details shows."""
    html = client.get(page(org)).content.decode().partition('name="language"')[2].partition("</select>")[0]
    return html.partition(" selected>")[2].partition("<")[0]


def latest(org: Organization) -> Document:
    return issued.documents_of(org)[-1]


@pytest.mark.parametrize(("method", "title"), [(Method.TRANSFER, "Счёт на оплату"), (Method.CARD, "Квитанция")])
def test_documents_are_written_in_the_payers_language(org: Organization, method: Method, title: str) -> None:
    payer_details.save(owner_of(org), NOW, language="ru")
    top_up = begin(org, method=method)
    if method == Method.CARD:
        top_ups.credit(top_up, now=NOW)
    assert (latest(org).language, printable_document.printable(latest(org)).title) == ("ru", title)
    assert letter(org)[0].subject == f"{title} {latest(org).name}"


def test_invoice_of_a_month_is_written_in_it() -> None:
    org = issued.charged(country="RU", language="ru", document_language="en")
    assert (latest(org).language, printable_document.printable(latest(org)).title) == ("en", "Invoice")


def test_statement_is_written_in_it(org: Organization) -> None:
    payer_details.save(owner_of(org), NOW, language="ru")
    with company_scope(org.pk):
        assert printable_statement.printable(org, NOVEMBER).title == "Выписка"


def test_language_of_the_interface_is_another_thing(org: Organization, administrator: Client) -> None:
    payer_details.save(owner_of(org), NOW, language="ru")
    begin(org)
    html = administrator.get(reverse("billing:document", args=[org.slug, latest(org).name])).content.decode()
    assert '<html lang="en"' in html
    assert 'id="main" tabindex="-1" lang="ru"' in html
    org.refresh_from_db()
    assert org.language == "en"


@pytest.mark.parametrize(("language", "expected"), [("en", "en"), ("ru", "ru"), ("de", "en")])
def test_without_a_choice_it_is_the_companys(org: Organization, language: str, expected: str) -> None:
    """Versions from before the choice made none, and a company may have none at all."""
    Organization.objects.filter(pk=org.pk).update(language=language)
    begin(org)
    assert latest(org).language == expected
    issued.save_payer(org, email="accounts@northwind.example")
    begin(org)
    assert latest(org).language == expected


def test_another_language_is_another_version_and_documents_stay(org: Organization) -> None:
    payer_details.save(owner_of(org), NOW)
    begin(org)
    payer_details.save(owner_of(org), noon(26), language="ru")
    assert payer_details.versions(org) == [1, 2]
    assert payer_details.events(org)[-1] == {"version": 2, "changed": ["language"]}
    assert latest(org).language == "en"
    begin(org)
    assert latest(org).language == "ru"


# --- the form ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "shown"), [("en", "English"), ("ru", "Русский"), ("de", "English")])
def test_form_begins_with_the_companys_language(
    org: Organization, administrator: Client, language: str, shown: str
) -> None:
    Organization.objects.filter(pk=org.pk).update(language=language)
    assert chosen(administrator, org) == shown


def test_choice_is_saved_shown_again_and_told_in_the_history(org: Organization, administrator: Client) -> None:
    administrator.post(page(org), GERMAN)
    administrator.post(page(org), GERMAN | {"language": "ru"})
    assert chosen(administrator, org) == "Русский"
    with company_scope(org.pk):
        assert list(Payer.objects.order_by("version").values_list("language", flat=True)) == ["en", "ru"]
    assert "changed: Language of documents" in section(administrator.get(page(org)), "payer-history")


@pytest.mark.parametrize(
    ("language", "said"), [("", "Choose the language of documents."), ("de", "English or Русский")]
)
def test_no_language_or_another_one_is_a_mistake(
    org: Organization, administrator: Client, language: str, said: str
) -> None:
    answer = administrator.post(page(org), GERMAN | {"language": language})
    assert answer.status_code == 400
    assert said in main(answer)
    assert payer_details.versions(org) == []
