"""`Activity log` for administrators."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from access.activity.log import activity_page, kind_of, table
from orgs.audit import audit
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads


@administrator_reads.get
def activity(request: CompanyRequest, org: str) -> HttpResponse:
    """Who did what, when."""
    return render(request, "access/activity/activity.html", {"log": activity_page(request), "tab": "activity"})


@administrator_acts.post
def activity_export(request: CompanyRequest, org: str) -> HttpResponse:
    """`Export`: what is shown, as CSV. That it was taken out is an event itself."""
    kind = kind_of(request.POST.get("kind", ""))
    text = table(request.org, kind)
    locked = Organization.objects.lock(request.org.pk)
    data = {"kind": kind}
    audit.record(locked, "company.activity_export", actor=request.membership, now=request.now, data=data)
    name = content_disposition_header(True, f"activity-{request.now:%Y-%m-%d}.csv")
    headers = {"Content-Disposition": name or ""}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
