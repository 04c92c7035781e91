"""The PDF that goes with a document's mail is the one that its page offers."""

from __future__ import annotations

from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from billing.documents import emails as document_letters
from billing.documents.models import Document
from billing.ledger.top_up_models import Method
from billing.top_ups import top_ups
from orgs.mail import mail_sender
from orgs.mail.models import Mail
from orgs.tenancy.membership_models import Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.billing.companies import NOW, found
from tests.billing.documents import issued
from tests.billing.documents.reading import read

pytestmark = pytest.mark.django_db

ACCOUNTS = "accounts@northwind.example"


def message(org: Organization, key: str = "document:") -> EmailMessage:
    """The company's one mail of this kind, as a mail server gets it."""
    with platform_scope():
        mail = Mail.objects.get(org=org, key__startswith=key)
    return mail_sender.message(mail).message()


def enclosed(org: Organization) -> tuple[str, bytes]:
    [file] = [part for part in message(org).walk() if part.get_content_disposition() == "attachment"]
    assert file.get_content_type() == "application/pdf"
    return file.get_filename(), file.get_payload(decode=True)


@pytest.mark.parametrize(("language", "word"), [("en", "Invoice"), ("ru", "Счёт")])
def test_invoice_comes_with_the_file_of_its_page(language: str, word: str) -> None:
    org = issued.charged(language=language, email=ACCOUNTS)
    browser = Client()
    browser.force_login(org.memberships.get(role=Role.OWNER).user)
    page = browser.get(reverse("billing:document_pdf", args=[org.slug, "INV-2026-000001"]))
    name, content = enclosed(org)
    assert (name, content) == ("INV-2026-000001.pdf", page.content)
    assert word in read(content).words


def test_invoice_for_a_transfer_comes_with_its_file() -> None:
    org = found()
    issued.save_payer(org, email=ACCOUNTS)
    owner = org.memberships.get(role=Role.OWNER)
    begun = top_ups.begin(org=org, amount=1_00, method=Method.TRANSFER, token=uuid4(), actor=owner, now=NOW)
    name, content = enclosed(org)
    assert name == "PRO-2026-000001.pdf"
    assert begun.reference in read(content).words
    top_ups.credit(begun, now=NOW)
    kinds = {part.get_content_type() for part in message(org, "top-up:").walk()}
    assert kinds == {"multipart/alternative", "text/plain", "text/html"}  # a mail of another kind has no file


def test_nobody_encloses_another_companys_document() -> None:
    [document] = issued.documents_of(issued.charged(email=ACCOUNTS))
    with pytest.raises(Document.DoesNotExist):
        document_letters.enclose(found("Foreign").pk, document.pk)
    assert document_letters.enclose(document.org_id, document.pk).name == "INV-2026-000001.pdf"  # the control
