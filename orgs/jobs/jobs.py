"""Long work as jobs: starting and cancelling one, and what becomes of them when Tracker's data is deleted.

`orgs/jobs/job_worker.py` runs them. A job is started by the form that names its `key`: sent twice, it is one job.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy

from orgs.audit import audit
from orgs.jobs import job_types
from orgs.jobs.models import Job, JobPart, JobQuerySet, JobState
from orgs.mail import outbox
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

logger = logging.getLogger(__name__)

RUN = "orgs.tasks.run_jobs"
KEPT = dt.timedelta(days=7)  # files are deleted so long after they were made (ux.md §2.19)
AT_ONCE = 20  # unfinished jobs of one person; nobody starts more by hand


@transaction.atomic
def start(
    *, org: Organization, kind: str, actor: Membership, key: str, now: dt.datetime, **parameters: Any
) -> tuple[Job, bool]:
    """A new job, and True; the job that this form has started already, and False. Raises Refused.

    The caller is inside the company's scope.
    """
    if Job.objects.unfinished().filter(org=org, actor=actor).count() >= AT_ONCE:
        raise Refused(gettext_lazy("20 of your jobs are not finished yet. Wait until one of them is done."))
    try:
        with transaction.atomic():
            job: Job = Job.objects.create(
                org=org, kind=kind, actor=actor, key=key, parameters=parameters, created_at=now, claimed_until=now
            )
    except IntegrityError:
        if made := Job.objects.filter(org=org, key=key, actor=actor, kind=kind).first():
            return made, False
        raise
    if not any(function is wake for _, function, *_ in connection.run_on_commit):
        transaction.on_commit(wake)
    return job, True


@transaction.atomic
def cancel(*, job: Job, actor: Membership, now: dt.datetime) -> Job:
    """Stops a job; what it did so far is undone if it is of a kind that undoes. Raises Refused when it is over."""
    org = Organization.objects.lock(job.org_id)
    locked: Job = Job.objects.select_for_update().get(org=org, pk=job.pk)
    if locked.is_finished or locked.is_being_undone:
        raise Refused(gettext_lazy("This job is over already."))
    end(locked, JobState.CANCELLED, now=now)
    audit.record(org, "job.cancel", actor=actor, now=now, target=job.public_id, data={"kind": job.kind})
    return locked


def end(job: Job, state: JobState, *, now: dt.datetime, error: str = "") -> None:
    """Ends an unfinished job without success, or lets it be undone first. The caller holds its lock."""
    job.error = error
    if job.state == JobState.RUNNING and job_types.runner_for(job.kind).undoes and not job.is_being_undone:
        job.cursor = job.cursor | {"undo": state}
    else:
        settle(job, state, now=now)
    job.save()


def settle(job: Job, state: JobState, *, now: dt.datetime) -> None:
    """The job is over: its parts go, and a file that nobody is to have. The caller holds its lock and saves."""
    job.state, job.finished_at = state, now
    job.expires_at = now + KEPT if state == JobState.DONE else now
    if state == JobState.DONE:
        job.claimed_until = now
    JobPart.objects.filter(org=job.org_id, job=job).delete()


def wake() -> None:
    """Asks the worker to run jobs now; beat asks again within seconds."""
    outbox.ask_worker(RUN)


# --- files and deletions -------------------------------------------------------------------------------
def delete_expired_files(*, now: dt.datetime, org_id: int | None = None) -> int:
    """Deletes files whose time is over, outside any transaction; returns how many."""
    with platform_scope(read_only=True):
        jobs = Job.objects.with_expired_file(now)
        rows = list((jobs if org_id is None else jobs.filter(org=org_id)).values_list("pk", "org_id", "file"))
    return sum(_delete_file(*row) for row in rows)


def _delete_file(pk: int, org_id: int, name: str) -> bool:
    try:
        default_storage.delete(name)
    except OSError:  # asked again at the next round; one file keeps no other from going
        logger.exception("File %s of job %s could not be deleted.", name, pk)
        return False
    with company_scope(org_id):
        Job.objects.filter(org=org_id, pk=pk, file=name).update(file="")
    return True


def stop_for_deletion(org: Organization, *, now: dt.datetime) -> None:
    """The deletion of Tracker's data is claimed: its jobs end, their parts and words go, their files expire.

    The caller holds the company's lock, so no batch is at work.
    """
    error = str(gettext_lazy("The data of Tracker was deleted meanwhile."))
    _stop(Job.objects.filter(org=org, kind__in=job_types.tracker_kinds()), org, error, now=now)


def stop_for_closing(org: Organization, *, now: dt.datetime) -> None:
    """The company is closed: the same for all its jobs. The caller holds the company's lock."""
    _stop(Job.objects.filter(org=org), org, str(gettext_lazy("The company was closed meanwhile.")), now=now)
    Job.objects.filter(org=org).update(result={}, cursor={})  # of an import they name people


def _stop(jobs: JobQuerySet, org: Organization, error: str, *, now: dt.datetime) -> None:
    JobPart.objects.filter(org=org, job__in=jobs.values("pk")).delete()
    jobs.update(parameters={}, error="")  # a search and a failure may quote what is deleted
    jobs.unfinished().update(state=JobState.CANCELLED, finished_at=now, error=error)
    jobs.exclude(file="").update(expires_at=now)


def has_tracker_files(org_id: int) -> bool:
    """Whether the storage still holds a file with Tracker's data. The caller is inside the company's scope."""
    jobs: Any = Job.objects.filter(org=org_id, kind__in=job_types.tracker_kinds())
    return bool(jobs.exclude(file="").exists())
