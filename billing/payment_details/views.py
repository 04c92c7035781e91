"""`Payment details management`."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from billing.documents import documents
from billing.payers import payers
from billing.payment_details import forms as payer_forms
from billing.payment_details import page as payer_page
from billing.payment_details.forms import PayerForm
from orgs.forms import safe_next
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts


@administrator_acts.get_and_post
def payer(request: CompanyRequest, org: str) -> HttpResponse:
    """Who pays; `?next=` names the page that wanted to know, and the form leads back there."""
    saved = payers.current(request.org)
    language = documents.language_of(request.org, saved)
    known = {
        "country": request.org.country,
        "language": language,
        "company": request.org.name,
        "email": request.user.email,
    }
    form = PayerForm(request.POST if request.method == "POST" else None, initial=payer_forms.initial(saved, **known))
    if form.is_bound and form.is_valid():
        try:
            payers.save(org=request.org, **form.arguments(), actor=request.membership, now=request.now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _said(request, form))
            return redirect(safe_next.next_path(request, reverse("billing:payer", args=[org])))
    context = {
        "form": form,
        "saved": saved,
        "view": payer_page.payer_aside(request),
        "next": safe_next.next_path(request, ""),
    }
    return render(request, "billing/payment_details/payer.html", context, status=400 if form.errors else 200)


def _said(request: CompanyRequest, form: PayerForm) -> str:
    """That it is saved, and what followed."""
    was = lifecycle.state_at(request.org, request.now)
    state = lifecycle.state_at(Organization.objects.get(pk=request.org.pk), request.now)
    resumed = was == State.READ_ONLY and state == State.ACTIVE
    said = [_("The payment details are saved."), _("Tracker is active again.") if resumed else "", form.checked_vat()]
    return " ".join(filter(None, said))
