"""Runs jobs: claim one, do its batches, make its file. Level-triggered: whoever asks finds what is due.

A batch and the cursor behind it are one transaction, so each takes effect exactly once, however often a worker is
killed. A claim that runs out is taken over; `attempts` is its number, and who holds an older one changes nothing.
"""

from __future__ import annotations

import datetime as dt
import logging
import tempfile
import time
from collections.abc import Callable

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from orgs.jobs import emails as job_letters
from orgs.jobs import job_types, jobs
from orgs.jobs.models import Job, JobState
from orgs.tenancy.errors import Refused
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope

logger = logging.getLogger(__name__)
Clock = Callable[[], dt.datetime]

CLAIM = dt.timedelta(seconds=60)  # each batch renews it
INTERRUPTED_AFTER = 200  # seconds
KILLED_AFTER = 230  # seconds
DELIVERY = dt.timedelta(seconds=300)  # making a file takes one long claim: longer than a task may live
PAUSE = dt.timedelta(seconds=15)  # after a failure, and once more after each further one
STUMBLES = 5  # claims in a row without a finished batch; then the job has failed


class Lost(Exception):
    """The job is no longer ours: it was cancelled, is over, or somebody else has taken it."""


def run_due(*, clock: Clock, seconds: float) -> bool:
    """Works through the jobs that are due; True when time ran out before the work did."""
    ends_at = time.monotonic() + seconds
    while job := claim(clock()):
        work(job, clock=clock, ends_at=ends_at)
        if time.monotonic() >= ends_at:
            return True
    return False


def claim(now: dt.datetime) -> Job | None:
    """Takes the job that has waited longest; None when nothing is due."""
    with platform_scope():
        due = Job.objects.due(now).order_by("claimed_until", "pk")
        job: Job | None = due.select_for_update(skip_locked=True).first()
        if job:
            job.state, job.started_at, job.claimed_until = JobState.RUNNING, job.started_at or now, now + CLAIM
            job.attempts += 1
            job.stumbles += 1
            job.save(update_fields=["state", "started_at", "claimed_until", "attempts", "stumbles"])
        return job


def work(job: Job, *, clock: Clock, ends_at: float) -> None:
    """Does a claimed job's batches until it is over or time is; a failure puts it back with a growing pause."""
    try:
        if job.stumbles > STUMBLES:
            raise Refused(_("Something broke on our side. We have been told."))
        while not (job := advance(job, now=clock())).is_finished:
            if time.monotonic() >= ends_at:
                put_back(job, clock())
                break
    except Lost:
        pass
    except Refused as refused:
        give_up(job, str(refused), now=clock())
    except Exception:  # one job that fails must not stop the others
        logger.exception("Job %s of company %s failed (claim %s).", job.pk, job.org_id, job.attempts)
        put_back(job, clock() + PAUSE * job.stumbles)


def advance(job: Job, *, now: dt.datetime) -> Job:
    """Does one batch, or makes the file after the last one; returns the job as it is then. Raises Lost, Refused."""
    held = batch(job, now=now)
    return deliver(held, now=now) if _is_ready(held) and not held.is_finished else held


def batch(job: Job, *, now: dt.datetime) -> Job:
    """Does one batch, and what ends the job with it. Raises Lost, Refused."""
    runner = job_types.runner_for(job.kind)
    with company_scope(job.org_id):
        runner.lock(job)
        held = hold(job)
        if _is_ready(held):
            return held
        held.stumbles, held.claimed_until = 0, now + CLAIM
        if held.is_being_undone:
            if runner.undo(held, now=now):
                _end(held, JobState(held.cursor["undo"]), now=now)
        elif runner.step(held, now=now):
            if runner.file_type:
                held.cursor["ready"] = True
            else:
                _end(held, JobState.DONE, now=now)
        held.save()
    return held


def _is_ready(job: Job) -> bool:
    """All batches are done, and the file is to be made."""
    return "ready" in job.cursor and not job.is_being_undone


def hold(job: Job) -> Job:
    """The job's row under lock, if it is still ours. Raises Lost."""
    rows = Job.objects.select_for_update().filter(org=job.org_id, pk=job.pk, attempts=job.attempts)
    held: Job | None = rows.filter(state=JobState.RUNNING).first()
    if held is None:
        raise Lost
    return held


def deliver(job: Job, *, now: dt.datetime) -> Job:
    """Writes the file and lets the job be done. Its name is kept first, so a file nobody waits for is found again."""
    runner = job_types.runner_for(job.kind)
    if job.file:
        default_storage.delete(job.file)
    name = f"jobs/{job.org_id}/{job.public_id}-{job.attempts}.{runner.file_type}"
    with company_scope(job.org_id):
        held = hold(job)
        held.file, held.claimed_until = name, now + DELIVERY
        held.save(update_fields=["file", "claimed_until"])
    with tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR) as file:
        runner.write(job, file)
        file.seek(0)
        default_storage.save(name, File(file))
    try:
        with company_scope(job.org_id):
            runner.lock(job)
            held = hold(job)
            _end(held, JobState.DONE, now=now)
            held.save()
    except Lost:
        default_storage.delete(name)
        raise
    return held


def put_back(job: Job, at: dt.datetime) -> None:
    """Anybody may take the job from `at` on."""
    with company_scope(job.org_id):
        Job.objects.filter(org=job.org_id, pk=job.pk, attempts=job.attempts).update(claimed_until=at)


def give_up(job: Job, sentence: str, *, now: dt.datetime) -> None:
    """A rule forbids to go on: the job has failed, and what it did is undone if it is of a kind that undoes."""
    with company_scope(job.org_id):
        Organization.objects.lock_shared(job.org_id)
        try:
            held = hold(job)
        except Lost:
            return
        held.claimed_until, held.stumbles = now, 0
        jobs.end(held, JobState.FAILED, now=now, error=sentence)
        if held.is_finished:
            job_letters.tell(held, now=now)


def _end(held: Job, state: JobState, *, now: dt.datetime) -> None:
    jobs.settle(held, state, now=now)
    job_letters.tell(held, now=now)
