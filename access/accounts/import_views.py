"""`Import from CSV`: choose a file, look at the check, start the import; the files that come out of it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from access.accounts import csv_file
from access.accounts import csv_import as importing
from access.accounts.csv_file import Checked
from access.accounts.forms import CsvForm, ImportForm
from access.pages import frame_page
from orgs.domains.models import Domain
from orgs.jobs.models import Job
from orgs.lists import csv_export
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.permissions import administrator_acts, administrator_reads

SHOWN = 100  # faults, and rows, on the page; the file has them all


@administrator_reads.get
def people_import(request: CompanyRequest, org: str) -> HttpResponse:
    """The file is chosen here; what it must look like."""
    if not Domain.objects.filter(org=request.org).verified().exists():
        return _page(request, "access/accounts/user_create_no_domain.html", {})
    return _page(request, "access/accounts/people_import.html", {"form": CsvForm(), "head": csv_file.HEAD})


@administrator_reads.post
def people_import_check(request: CompanyRequest, org: str) -> HttpResponse:
    """Each bad row with line, column and reason; the good ones counted. Nothing is created."""
    form = CsvForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            text = form.text()
            checked = csv_file.check(text, request.org, room=room(request), today=request.now.date())
        except Refused as refused:
            form.add_error(refused.field, str(refused))
        else:
            return _check_page(request, ImportForm(initial={"csv": text, "token": uuid.uuid4()}), checked)
    return _page(request, "access/accounts/people_import.html", {"form": form, "head": csv_file.HEAD}, 400)


@administrator_reads.post
def people_import_bad(request: CompanyRequest, org: str) -> HttpResponse:
    """The rows that the check left out, as a file to mend and import again."""
    try:
        text = csv_file.decode(request.POST.get("csv", "").encode(errors="replace"))
        checked = csv_file.check(text, request.org, room=room(request), today=request.now.date())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:people_import", org=org)
    return _file("people-left-out.csv", csv_file.bad_rows(checked))


@administrator_acts.post
def people_import_start(request: CompanyRequest, org: str) -> HttpResponse:
    """`Import`: the rows that are ready now; the file is checked once more."""
    form = ImportForm(request.POST)
    if not form.is_valid():
        return redirect("access:people_import", org=org)
    try:
        checked = csv_file.check(form.cleaned_data["csv"], request.org, room=room(request), today=request.now.date())
        job = importing.start(
            org=request.org, checked=checked, actor=request.membership, now=request.now, **form.wishes()
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("access:people_import", org=org)
    return redirect("orgs:job", org=org, job=job.public_id)


@administrator_reads.get
def people_import_failed(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    """The rows that could not be created, as a file to mend and import again."""
    rows = _job(request, job).result.get("failed", [])
    cells = [
        [row["first_name"], row["last_name"], row["birth_date"], f"{row['login']}@{row['domain']}", row["reason"]]
        for row in rows
    ]
    return _file("people-left-out.csv", csv_file.table(cells))


@administrator_acts.post
@never_cache
def people_import_passwords(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    """One-time passwords of the accounts that nobody has taken over yet: made now, given once, kept by nobody."""
    try:
        made = importing.make_passwords(job=_job(request, job), actor=request.membership, now=request.now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("orgs:job", org=org, job=job)
    return _file("one-time-passwords.csv", csv_export.BOM + csv_export.table([("Login", "Password"), *made]))


def room(request: CompanyRequest) -> int:
    """How many more accounts the company may have."""
    return max(0, request.org.account_limit - Membership.objects.current().filter(org=request.org).count())


def _job(request: CompanyRequest, public_id: str) -> Job:
    job: Job = get_object_or_404(Job, org=request.org, kind=importing.KIND, public_id=public_id)
    return job


def _check_page(request: CompanyRequest, form: ImportForm, checked: Checked) -> HttpResponse:
    context = {
        "form": form,
        "ready": len(checked.ready),
        "first": [account for _line, account in checked.ready[:5]],
        "bad": len(checked.bad),
        "faults": checked.faults[:SHOWN],
        "more": max(0, len(checked.faults) - SHOWN),
    }
    return _page(request, "access/accounts/people_import_check.html", context)


def _file(name: str, text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(request: CompanyRequest, template: str, context: dict[str, object], status: int = 200) -> HttpResponse:
    context |= frame_page.frame(request, "users")
    return render(request, template, context, status=status)
