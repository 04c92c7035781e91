"""The list of issues."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from issues.archive.forms import StartForm
from issues.issue.models import Issue
from issues.listing import csv_export
from issues.listing import issue_list as listing
from issues.listing.filters import Filters
from issues.listing.list_controls import chips, heading, tabs
from orgs.audit import audit
from orgs.jobs import jobs
from orgs.lists.parts import render_part
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import tracker_own, tracker_reads


@tracker_reads.get
def issue_list(request: CompanyRequest, org: str) -> HttpResponse:
    """Issues in groups by status, with tabs, filters and search; a key sent off opens its issue, not while typed."""
    key = Filters.read(request.GET).exact_key
    if key and not request.htmx and Issue.objects.of(request.org).filter(key=key).exists():
        return redirect("issues:issue", org=org, key=key)
    page = listing.list_page(request)
    context = {
        "nav": "issues",
        "listing": page,
        "heading": heading(page),
        "tabs": tabs(request.GET, page),
        "chips": chips(request.GET, page.filters),
        "export_form": StartForm(),
    }
    return render_part(request, "issues/listing/issue_list.html", "issues/listing/_issue_list.html", context)


@tracker_own.post
def issue_list_export(request: CompanyRequest, org: str) -> HttpResponse:
    """`Export`: the list that the address asks for as CSV; a long one becomes a job."""
    locked = Organization.objects.lock(request.org.pk)
    rows = csv_export.first_rows(request.GET, request.membership)
    data = {"issues": None if rows is None else len(rows)}  # None: too many to be counted here
    audit.record(locked, "issues.export", actor=request.membership, now=request.now, data=data)
    if rows is None:
        return _start_export(request, org)
    name = content_disposition_header(as_attachment=True, filename=csv_export.file_name(request.now))
    return HttpResponse(
        csv_export.table(rows), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name or ""}
    )


def _start_export(request: CompanyRequest, org: str) -> HttpResponse:
    form, query = StartForm(request.POST), request.GET.urlencode()
    if not form.is_valid():
        raise BadRequest("bad token")
    token, member = form.cleaned_data["token"], request.membership
    try:
        job, _is_new = jobs.start(
            org=request.org, kind=csv_export.KIND, actor=member, key=token.hex, now=request.now, query=query
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('issues:issue_list', kwargs={'org': org})}?{query}")
    return redirect("orgs:job", org=org, job=job.public_id)
