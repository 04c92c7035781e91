"""What the pages of jobs show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from orgs.jobs import job_types
from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobState
from orgs.lists.paging import Page, paginate
from orgs.tenancy.request import CompanyRequest

BADGES = {"waiting": "", "running": "accent", "done": "ok", "failed": "bad", "cancelled": "warn"}
MINUTE, HOUR = 60, 3600  # seconds


@dataclass(frozen=True)
class JobView:
    """A job with what its page says; a screen reader hears `said` when it has changed."""

    job: Job
    title: str | Promise
    template: str
    badge: str
    elapsed: str
    may_cancel: bool
    may_download: bool
    file_is_gone: bool  # it made one, which was deleted
    said: str


def job_view(job: Job, request: CompanyRequest) -> JobView:
    """One job as the member sees it at `request.now`."""
    runner, now = _runner(job), request.now
    return JobView(
        job=job,
        title=runner.title,
        template=runner.template,
        badge=BADGES[job.state],
        elapsed=elapsed((job.finished_at or now) - (job.started_at or job.created_at)),
        may_cancel=not (job.is_finished or job.is_being_undone),
        may_download=job.has_file(now) and runner.may_download(job, request.membership, now=now),
        file_is_gone=job.state == JobState.DONE and bool(runner.file_type) and not job.file,
        said=_said(job),
    )


def job_list(request: CompanyRequest) -> Page:
    """The jobs that the member sees, the latest first; each row is a `JobView`."""
    page = paginate(Job.objects.seen_by(request.membership), request, keys=("-created_at", "-id"))
    return Page([job_view(job, request) for job in page.rows], page.previous_url, page.next_url)


def elapsed(time: dt.timedelta) -> str:
    """3 s, 2 min 5 s, 1 h 2 min."""
    seconds = max(0, int(time.total_seconds()))
    if seconds < MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < HOUR:
        return _("%(minutes)s min %(seconds)s s") % {"minutes": seconds // MINUTE, "seconds": seconds % MINUTE}
    return _("%(hours)s h %(minutes)s min") % {"hours": seconds // HOUR, "minutes": seconds % HOUR // MINUTE}


def _runner(job: Job) -> Runner:
    try:
        return job_types.runner_for(job.kind)
    except KeyError:  # of a version that knew more kinds
        return Runner()


def _said(job: Job) -> str:
    if job.state == JobState.RUNNING and job.total and job.done * 2 >= job.total:
        return _("Half of it is done.")
    return job.error or str(JobState(job.state).label)
