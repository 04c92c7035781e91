"""Answers that are saved as a file. A file is complete in memory: nothing is streamed from the database."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from billing.printing import pdf
from billing.printing.printable import Paper
from orgs.lists import csv_export


def as_pdf(paper: Paper, name: str) -> HttpResponse:
    return _attachment(pdf.render(paper), f"{name}.pdf", "application/pdf")


def as_csv(rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    """In UTF-8, which a spreadsheet is told; no cell is a formula."""
    content = csv_export.BOM + csv_export.table(rows)
    return _attachment(content.encode(), f"{name}.csv", "text/csv; charset=utf-8")


def _attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name) or ""
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": disposition})
