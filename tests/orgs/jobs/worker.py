"""A worker that is called by hand, and what it leaves of a job."""

from __future__ import annotations

from orgs.jobs import job_worker
from orgs.jobs.models import Job
from orgs.tenancy.clock import database_now
from orgs.tenancy.scopes import company_scope


def stored(job: Job) -> Job:
    """The job as the database has it."""
    with company_scope(job.org_id):
        return Job.objects.get(pk=job.pk)


def run(seconds: float = 60) -> bool:
    """What the worker does."""
    return job_worker.run_due(clock=database_now, seconds=seconds)


def let_claims_run_out(job: Job) -> None:
    """The time of a claim passes."""
    with company_scope(job.org_id):
        Job.objects.filter(pk=job.pk).update(claimed_until=database_now())
