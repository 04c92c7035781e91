"""What a kind of job does. The kinds are composed in the settings (JOB_RUNNERS): most stand above this layer."""

from __future__ import annotations

import datetime as dt
from typing import IO, ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from orgs.jobs.models import Job
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization


class Runner:
    """One kind of job: small steps, each in one transaction of the company together with the job's cursor.

    A step that raises `Refused` fails the job with that sentence; any other exception makes it try again.
    """

    title: ClassVar[str | Promise] = _("Job")
    fact: ClassVar[str | Promise] = _("%(job)s is ready")  # the subject of the mail that it is done
    file_type: ClassVar[str] = ""  # the ending of the file it makes; empty: it makes none
    of_tracker: ClassVar[bool] = False  # its file or parts hold Tracker's data: they go when that is deleted
    undoes: ClassVar[bool] = False  # what it did is undone, batch by batch, when it fails or is cancelled
    template: ClassVar[str] = "orgs/jobs/_done.html"  # what the page shows of a job that is done

    def lock(self, job: Job) -> None:
        """Takes the locks that come before the job's row; nobody may take away the company meanwhile."""
        Organization.objects.lock_shared(job.org_id)

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        """Does one batch and moves `job.cursor` and `job.done`; True when nothing is left. Raises Refused."""
        raise NotImplementedError

    def undo(self, job: Job, *, now: dt.datetime) -> bool:
        """Takes back one batch; True when nothing is left. Only asked of a runner that undoes."""
        raise NotImplementedError

    def write(self, job: Job, file: IO[bytes]) -> None:
        """Writes the whole file from the job's parts; outside any transaction."""
        raise NotImplementedError

    def file_name(self, job: Job) -> str:
        """What the file is called on the disk of the person."""
        return f"{job.kind}-{job.created_at:%Y-%m-%d}.{self.file_type}"

    def may_download(self, job: Job, member: Membership, *, now: dt.datetime) -> bool:
        """Whether a member who sees the job may have its file at `now`."""
        return member.pk == job.actor_id or member.is_administrator


def runner_for(kind: str) -> Runner:
    """The runner of a kind. Raises KeyError for a kind that does not exist."""
    runner: Runner = import_string(settings.JOB_RUNNERS[kind])()
    return runner


def tracker_kinds() -> list[str]:
    """The kinds whose files hold Tracker's data."""
    return [kind for kind in settings.JOB_RUNNERS if runner_for(kind).of_tracker]
