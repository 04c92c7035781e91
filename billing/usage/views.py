"""What full access costs, for administrators: `Detailed view`, and the seats of one day.

Company pages get a `CompanyRequest` from the wall.
"""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from billing.documents import document_list
from billing.pricing import page as pricing_page
from billing.printing import file_response
from billing.usage import csv_page, day_page, usage_page
from billing.usage.usage_page import Details
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_reads, anyone


@administrator_reads.get
def detailed(request: CompanyRequest, org: str) -> HttpResponse:
    """`Detailed view` of a month: this one, or `?month=2026-11`; with `?format=csv` its seats by day as a file."""
    details, wanted = usage_page.month_details(request), request.GET.get("format", "")
    if wanted:
        return _file(details, wanted)
    context = {"view": details, "documents": document_list.latest(request.org)}
    return render(request, "billing/usage/detailed.html", context)


def _file(details: Details, wanted: str) -> HttpResponse:
    """The seats by day in a format. Raises BadRequest for one that there is not."""
    if wanted != "csv":
        raise BadRequest("no such format")
    return file_response.as_csv(csv_page.table(details.days), f"full-access-{details.month.first:%Y-%m}")


@administrator_reads.get
def day(request: CompanyRequest, org: str) -> HttpResponse:
    """Who had full access on a day (UTC): today, or `?day=2026-11-25`."""
    return render(request, "billing/usage/day.html", {"view": day_page.day_journal(request)})


@anyone.get
def pricing(request: HttpRequest) -> HttpResponse:
    """The public prices, in dollars, or in rubles for who reads Russian; `?currency=` and `?seats=` choose."""
    currency = "RUB" if (get_language() or "").startswith("ru") else "USD"
    page = pricing_page.pricing_page(request.GET, currency=currency, now=timezone.now())
    return render(request, "billing/usage/pricing.html", {"view": page})
