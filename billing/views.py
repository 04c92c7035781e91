"""What full access costs, for administrators: `Detailed view`, and the seats of one day.

Company pages get a `CompanyRequest` from the wall (`access/http.py`); it is not named here, because billing is below.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from billing import days, details, document_list, pricing_page
from users.doors import administrator_reads, anyone


@administrator_reads
def detailed(request: Any, org: str) -> HttpResponse:
    """`Detailed view` of a month: this one, or `?month=2026-11`."""
    context = {"view": details.build(request), "documents": document_list.latest(request.org)}
    return render(request, "billing/detailed.html", context)


@administrator_reads
def day(request: Any, org: str) -> HttpResponse:
    """Who had full access on a day (UTC): today, or `?day=2026-11-25`."""
    return render(request, "billing/day.html", {"view": days.build(request)})


@anyone
def pricing(request: HttpRequest) -> HttpResponse:
    """The public prices, in dollars, or in rubles for who reads Russian; `?currency=` and `?seats=` choose."""
    currency = "RUB" if (get_language() or "").startswith("ru") else "USD"
    page = pricing_page.build(request.GET, currency=currency, now=timezone.now())
    return render(request, "billing/pricing.html", {"view": page})
