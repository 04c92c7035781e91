"""`Import and export`: everything of a company's Tracker as an archive. Their URL names begin with `orgs:tracker_`."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render

from issues.archive import exporting, importing
from issues.archive.forms import StartForm, UploadForm
from orgs.lifecycle import tracker_content
from orgs.tenancy.errors import Refused
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, tracker_administrator_writes


@administrator_acts.get_and_post
def tracker_export(request: CompanyRequest, org: str) -> HttpResponse:
    """What an export holds and when the last one was made; POST starts one."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            job = exporting.start(
                org=request.org, actor=request.membership, key=form.cleaned_data["token"].hex, now=request.now
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("orgs:job", org=org, job=job.public_id)
    context = {
        "form": form,
        "counts": tracker_content.counts(request.org.pk),
        "can_export": exporting.can_export(request.org, request.now),
        "last_export": exporting.last(request.org),
        "can_import": request.may_write and importing.is_empty(request.org),
    }
    return render(request, "issues/archive/tracker_export.html", context, status=400 if form.errors else 200)


@tracker_administrator_writes.get_and_post
def tracker_import(request: CompanyRequest, org: str) -> HttpResponse:
    """The archive of an export into an empty Tracker; POST takes the file and starts the job."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if form.is_valid():
        key, archive = form.cleaned_data["token"].hex, form.cleaned_data["archive"]
        try:
            job = importing.start(org=request.org, actor=request.membership, key=key, archive=archive, now=request.now)
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return redirect("orgs:job", org=org, job=job.public_id)
    context = {"form": form, "is_empty": importing.is_empty(request.org)}
    return render(request, "issues/archive/tracker_import.html", context, status=400 if form.errors else 200)
