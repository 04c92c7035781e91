"""Pages of jobs: the list, one job and how far it is, its file. Administrators see all jobs, members their own."""

from __future__ import annotations

from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from orgs.audit import audit
from orgs.jobs import download_links, job_types, jobs
from orgs.jobs import page as job_pages
from orgs.jobs.models import Job
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from users.permissions import member_own, member_reads


def job_or_404(request: CompanyRequest, public_id: str) -> Job:
    """A job that the member may see. Raises Http404."""
    job: Job = get_object_or_404(Job.objects.seen_by(request.membership), public_id=public_id)
    return job


def job_with_file_or_404(request: CompanyRequest, public_id: str) -> Job:
    """A job whose file the member may have now. Raises Http404."""
    job = job_or_404(request, public_id)
    if not job_pages.job_view(job, request).may_download:
        raise Http404
    return job


@member_reads.get
def job_list(request: CompanyRequest, org: str) -> HttpResponse:
    """The jobs of the company, the latest first."""
    return render(request, "orgs/jobs/job_list.html", {"page": job_pages.job_list(request)})


@member_reads.get
def job(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    """One job: how far it is, what came of it, its file."""
    return render(request, "orgs/jobs/job.html", {"view": job_pages.job_view(job_or_404(request, job), request)})


@member_reads.get
def job_progress(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    """The part of the job's page that changes."""
    return render(request, "orgs/jobs/_job.html", {"view": job_pages.job_view(job_or_404(request, job), request)})


@member_own.post
def job_cancel(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    try:
        jobs.cancel(job=job_or_404(request, job), actor=request.membership, now=request.now)
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect("orgs:job", org=org, job=job)


@member_own.post
def job_download(request: CompanyRequest, org: str, job: str) -> HttpResponse:
    """`Download`: written into the audit trail, then a link that lives five minutes."""
    found = job_with_file_or_404(request, job)
    locked = Organization.objects.lock(request.org.pk)
    audit.record(
        locked,
        "job.download",
        actor=request.membership,
        now=request.now,
        target=found.public_id,
        data={"kind": found.kind},
    )
    token = download_links.sign(found, request.membership, now=request.now)
    return redirect(reverse("orgs:job_file", kwargs={"org": org, "job": job, "token": token}))


@member_reads.get
def job_file(request: CompanyRequest, org: str, job: str, token: str) -> HttpResponseBase:
    """The file behind such a link; 410 when its five minutes are over."""
    found = job_with_file_or_404(request, job)
    try:
        if not download_links.is_good(token, found, request.membership, now=request.now):
            raise Http404
    except download_links.Expired:
        return render(request, "orgs/jobs/job_link_expired.html", {"job": found}, status=410)
    try:
        file = default_storage.open(found.file)
    except FileNotFoundError as error:  # the storage has lost it
        raise Http404 from error
    answer = FileResponse(file, as_attachment=True, filename=job_types.runner_for(found.kind).file_name(found))
    return sent_by_edge(answer, found.file) if settings.EDGE_SENDS_FILES else answer


def sent_by_edge(answer: FileResponse, name: str) -> HttpResponse:
    """The same answer without the file: the edge sends it, however slow the reader is, and no thread is kept."""
    answer.close()
    headers = {header: answer[header] for header in ("Content-Type", "Content-Disposition")}
    return HttpResponse(headers={**headers, "X-Accel-Redirect": quote(f"/{name}")})
