"""`Delete company`: what it means, the act, and the way back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.domains.models import Domain
from orgs.lifecycle import closing, tracker_content
from orgs.people.joining_models import Invitation
from orgs.status import lifecycle_summary
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.input.field_errors import Form
from users.login import reauthentication
from users.permissions import owner_acts


class ClosingForm(Form):
    """The company's name, typed."""

    name = forms.CharField(
        label=gettext_lazy("Company name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Type the company’s name.")},
    )


@owner_acts.get_and_post
def company_data(request: CompanyRequest, org: str) -> HttpResponse:
    """`Delete company`: asked for only by somebody who has just shown who they are."""
    form = ClosingForm(request.POST if request.method == "POST" else None)
    again, is_recent = reauthentication.url(request), reauthentication.is_recent(request)
    if request.method == "POST" and not is_recent:
        return redirect(again)
    if request.method == "POST" and form.is_valid() and _ask(request, form):
        return redirect("orgs:company_data", org=org)
    context = {
        "form": form,
        "again_url": "" if is_recent else again,
        "facts": facts(request.org),
        "counts": tracker_content.named_counts(tracker_content.counts(request.org.pk)),
        "has_data": lifecycle_summary.summarize(request.org, request.now).has_data,
        "tab": "data",
    }
    return render(request, "orgs/companies/company_data.html", context, status=400 if form.errors else 200)


@owner_acts.post
def company_keep(request: CompanyRequest, org: str) -> HttpResponse:
    """`Keep the company`."""
    try:
        closing.keep(actor=request.membership, now=request.now)
    except Refused as refused:
        messages.info(request, str(refused))
    else:
        messages.success(request, _("%(company)s stays.") % {"company": request.org.name})
    return redirect("orgs:company_data", org=org)


def facts(org: Organization) -> dict[str, int]:
    """How many people, accounts that the company created, domains and open invitations end with it."""
    people = Membership.objects.filter(org=org)
    return {
        "people": people.present().count(),
        "accounts": people.filter(created_here=True).values("user").distinct().count(),
        "domains": Domain.objects.filter(org=org).count(),
        "invitations": Invitation.objects.filter(org=org).open().count(),
    }


def _ask(request: CompanyRequest, form: ClosingForm) -> bool:
    """Asks for the closing; on a refusal the form has the error."""
    try:
        closing.ask(name=form.cleaned_data["name"], actor=request.membership, now=request.now)
    except Refused as refused:
        form.add_error(refused.field, str(refused))
        return False
    messages.success(request, _("Asked. All owners get an email, and each of them can keep the company."))
    return True
