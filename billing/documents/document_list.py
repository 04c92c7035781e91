"""A company's documents, newest first, each with its status."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.http import Http404

from billing.documents import payment_status, printable_document
from billing.documents.models import Document
from billing.documents.payment_status import Status
from orgs.lists.paging import Page, paginate
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest

LATEST = 5
NAME = re.compile(r"(?P<kind>[A-Z]{3})-(?P<year>[0-9]{4})-(?P<number>[0-9]{6,9})")


@dataclass(frozen=True)
class Row:
    """A document and what the list says of it."""

    document: Document
    title: str
    status: Status


def page(request: CompanyRequest) -> tuple[list[Row], Page]:
    """One page of them. Raises BadRequest for a cursor that is none."""
    page = paginate(payment_status.of_company(request.org), request, keys=("-issued_on", "-id"))
    return _rows(request.org, page.rows), page


def latest(org: Organization) -> list[Row]:
    """The last five."""
    return _rows(org, list(payment_status.of_company(org).order_by("-issued_on", "-pk")[:LATEST]))


def document_or_404(org: Organization, name: str) -> Document:
    """The company's document of this name. Raises Http404 for a foreign or absent one."""
    matched = NAME.fullmatch(name)
    document: Document | None = (
        payment_status.of_company(org).filter(**matched.groupdict()).first() if matched else None
    )
    if document is None or document.name != name:
        raise Http404
    return document


def row(org: Organization, document: Document) -> Row:
    """What the list says of one that was found."""
    return _rows(org, [document])[0]


def _rows(org: Organization, documents: list[Document]) -> list[Row]:
    statuses = payment_status.statuses(org, documents)
    return [
        Row(document, printable_document.title(document.kind), status)
        for document, status in zip(documents, statuses, strict=True)
    ]
