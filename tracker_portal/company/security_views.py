"""`Company security`: an owner demands a second step at login of those who run the company."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.companies import security
from orgs.lists.paging import paginate
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.input.field_errors import Form
from users.login import reauthentication
from users.permissions import owner_acts


class DemandForm(Form):
    demanded = forms.BooleanField(
        label=gettext_lazy("Owners and administrators must have a second step at login"), required=False
    )


@owner_acts.get_and_post
def company_security(request: CompanyRequest, org: str) -> HttpResponse:
    """The switch and who has a second step. It is thrown only by somebody who has just shown who they are."""
    form = DemandForm(
        request.POST if request.method == "POST" else None, initial={"demanded": request.org.requires_two_factor}
    )
    again, is_recent = reauthentication.url(request), reauthentication.is_recent(request)
    if request.method == "POST" and not is_recent:
        return redirect(again)
    if request.method == "POST" and form.is_valid() and demand(request, form):
        return redirect("tracker_portal:company_security", org=org)
    context = {"form": form, "again_url": "" if is_recent else again, "page": administrators(request)}
    return render(request, "tracker_portal/company/company_security.html", context, status=400 if form.errors else 200)


def demand(request: CompanyRequest, form: DemandForm) -> bool:
    """Throws the switch; on a refusal the form has the error."""
    demanded: bool = form.cleaned_data["demanded"]
    try:
        security.demand_two_factor(org=request.org, actor=request.membership, demanded=demanded, now=request.now)
    except Refused as refused:
        form.add_error("demanded", str(refused))
        return False
    on, off = _("Owners and administrators now need a second step."), _("The second step is up to each person again.")
    messages.success(request, on if demanded else off)
    return True


def administrators(request: CompanyRequest) -> Any:
    """One page of the owners and administrators, those without a second step first."""
    members = Membership.objects.administrators().filter(org=request.org).with_second_factor().select_related("user")
    return paginate(members, request, keys=("has_second_factor", "id"))
