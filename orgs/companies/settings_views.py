"""Company settings: name and time zone; the list of administrators."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Value
from django.db.models.functions import Concat, Lower
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from orgs.companies import companies
from orgs.companies.settings_forms import SettingsForm
from orgs.lists.paging import paginate
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


@administrator_acts.get_and_post
def company_settings(request: CompanyRequest, org: str) -> HttpResponse:
    company = request.org
    initial = {"name": company.name, "time_zone": company.time_zone}
    form = SettingsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            companies.change_settings(actor=request.membership, now=request.now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("orgs:company_settings", org=org)
    context = {"form": form, "tab": "company"}
    return render(request, "orgs/companies/company_settings.html", context, status=400 if form.errors else 200)


@administrator_reads.get
def admin_list(request: CompanyRequest, org: str) -> HttpResponse:
    """`Administrators`: owners and administrators by name."""
    members = Membership.objects.administrators().filter(org=request.org).select_related("user")
    named = members.annotate(sort_name=Lower(Concat("user__first_name", Value(" "), "user__last_name")))
    page = paginate(named, request, keys=("sort_name", "id"))
    return render(request, "orgs/companies/admin_list.html", {"page": page, "tab": "admins"})
