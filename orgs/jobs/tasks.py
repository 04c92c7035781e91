"""Alarm clocks of the jobs that people wait for."""

from celery import shared_task

from orgs.jobs import job_worker, jobs
from orgs.tenancy.clock import database_now

JOBS_ROUND = 10  # seconds; then other jobs come in between


@shared_task(
    name="orgs.tasks.run_jobs", soft_time_limit=job_worker.INTERRUPTED_AFTER, time_limit=job_worker.KILLED_AFTER
)
def run_jobs() -> None:
    """A round of the jobs that people wait for; when time ends it, another one is asked for."""
    if job_worker.run_due(clock=database_now, seconds=JOBS_ROUND):
        jobs.wake()


@shared_task(name="orgs.tasks.delete_job_files")
def delete_job_files() -> None:
    jobs.delete_expired_files(now=database_now())
