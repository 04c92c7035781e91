"""`Top up`: the form, and what became of one payment. `payment_views` has the way to the provider."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from billing.ledger import ledger
from billing.ledger.top_up_models import Method, TopUp
from billing.top_ups import page as top_up_pages
from billing.top_ups import top_ups
from billing.top_ups.forms import TopUpForm
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


@administrator_acts.get_and_post
def top_up(request: CompanyRequest, org: str) -> HttpResponse:
    """Chooses the amount and the way; a card goes on to the provider, a transfer gets its document."""
    balance = ledger.balance(request.org)
    form = TopUpForm(
        request.POST if request.method == "POST" else None, org=request.org, balance=balance, now=request.now
    )
    if form.is_valid():
        try:
            begun = _begin(request, form)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            by_card = begun.method == Method.CARD  # the POST goes on: it begins the payment, outside this transaction
            page = "billing:top_up_pay" if by_card else "billing:top_up_result"
            return redirect(page, org=org, top_up=begun.public_id, preserve_request=by_card)
    context = {"form": form, "balance": balance}
    return render(request, "billing/top_ups/top_up.html", context, status=400 if form.errors else 200)


@administrator_reads.get
def top_up_result(request: CompanyRequest, org: str, top_up: str) -> HttpResponse:
    """One payment: awaited, received, failed, expired or being checked; for a transfer, what to do."""
    found = get_object_or_404(TopUp, org=request.org, public_id=top_up)
    return render(request, "billing/top_ups/top_up_result.html", {"view": top_up_pages.top_up_page(found, request)})


def _begin(request: CompanyRequest, form: TopUpForm) -> TopUp:
    data = form.cleaned_data
    return top_ups.begin(
        org=request.org,
        amount=data["minor"],
        method=Method(data["method"]),
        token=form.sent,
        actor=request.membership,
        now=request.now,
    )
