"""Documents and statements, for administrators."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import render

from billing.documents import document_list, printable_document, printable_statement, statements
from billing.documents.forms import PeriodForm
from billing.documents.statements import Period
from billing.money import billing_days
from billing.printing import file_response
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_reads


@administrator_reads.get
def documents(request: CompanyRequest, org: str) -> HttpResponse:
    """All documents, newest first."""
    rows, page = document_list.page(request)
    return render(request, "billing/documents/documents.html", {"rows": rows, "page": page})


@administrator_reads.get
def document(request: CompanyRequest, org: str, document: str) -> HttpResponse:
    """One document, as it is printed."""
    statement = document_list.document_or_404(request.org, document)
    context = {"row": document_list.row(request.org, statement), "paper": printable_document.printable(statement)}
    return render(request, "billing/documents/document.html", context)


@administrator_reads.get
def document_pdf(request: CompanyRequest, org: str, document: str) -> HttpResponse:
    """The same as a file, which is always the same."""
    statement = document_list.document_or_404(request.org, document)
    return file_response.as_pdf(printable_document.printable(statement), statement.name)


@administrator_reads.get
def statement(request: CompanyRequest, org: str) -> HttpResponse:
    """A period's entries: `?from=2026-11-01&to=2026-11-25`, as a page or, with `?format=`, as csv or pdf."""
    form = PeriodForm(request.GET, suggested=statements.this_month(billing_days.day_of(request.now)))
    wanted = request.GET.get("format", "")
    if form.is_valid() and wanted:
        return _file(request, form.period, wanted)
    statement = statements.paged(request, form.period) if form.is_valid() else None
    context = {"form": form, "statement": statement}
    return render(request, "billing/documents/statement.html", context, status=400 if form.errors else 200)


def _file(request: CompanyRequest, period: Period, wanted: str) -> HttpResponse:
    """The statement in a format. Raises BadRequest for one that there is not."""
    name = f"statement-{period.first}-{period.last}"
    if wanted == "pdf":
        return file_response.as_pdf(printable_statement.printable(request.org, period), name)
    if wanted != "csv":
        raise BadRequest("no such format")
    return file_response.as_csv(printable_statement.table(statements.whole(request.org, period)), name)
