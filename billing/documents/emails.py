"""The mail that brings a document, and its PDF, to the address for documents in the payment details."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from billing.documents import printable_document
from billing.documents.models import Document
from billing.money.formatting import format_money
from billing.printing import pdf
from billing.printing.printable import Row
from orgs.mail import mail_attachments, outbox
from orgs.mail.mail_attachments import Attachment
from orgs.mail.outbox import Letter
from orgs.tenancy.scopes import company_scope

ENCLOSED = "document"  # in MAIL_ENCLOSURES
MAIL_KEY = "document:"


def post(document: Document, *, now: dt.datetime) -> None:
    """Tells of a document once, in the transaction that issues it; nobody where its payer has no such address.

    In the company's scope.
    """
    if email := document.payer.get("email"):
        letter = replace(compose(document), enclosed=mail_attachments.refer(ENCLOSED, document.pk))
        outbox.post(org=document.org, key=f"{MAIL_KEY}{document.pk}", to=email, letter=letter, now=now)


def compose(document: Document) -> Letter:
    """In the document's own language, from its paper, so both say the same."""
    paper = printable_document.printable(document)
    page = reverse("billing:document", args=[document.org.slug, document.name])
    with translation.override(document.language):
        context = {
            "subject": f"{paper.title} {paper.name}",
            "company": document.payer["company"],
            "kind": document.kind,
            "total": format_money(document.total, document.currency),
            "facts": paper.facts,
            "lines": [(_words(row), row.cells[-1]) for row in paper.rows],
            "sums": paper.sums[1:],  # the first one is the total again
            "seller": paper.parties[0],
            "notes": paper.notes,
            "url": f"{settings.ORIGIN}{page}",
        }
        return outbox.render("mail/billing/documents/document", context)


def enclose(org_id: int, pk: int) -> Attachment:
    """The document's PDF, as its page offers it."""
    with company_scope(org_id, read_only=True):
        document = Document.objects.get(org=org_id, pk=pk)
    return Attachment(f"{document.name}.pdf", pdf.render(printable_document.printable(document)), "application/pdf")


def _words(row: Row) -> str:
    """A line of a document without its columns: `Tracker, Full access, users 1 to 6: 6 × $3.31, days: 29 of 31`."""
    text, *numbers = row.cells[:-1]
    if not numbers:
        return text
    users, price, days = numbers
    named = {"what": text, "users": users, "price": price, "days": days}
    return _("%(what)s: %(users)s × %(price)s, days: %(days)s") % named
