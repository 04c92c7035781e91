"""Kinds of jobs that count: each number is written down once, in the transaction that moves the cursor."""

from __future__ import annotations

import datetime as dt
from typing import IO

from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobPart
from orgs.people.models import Team
from orgs.tenancy.errors import Refused
from orgs.tenancy.scopes import company_scope

NUMBERS = 5


class Counting(Runner):
    """Makes a file of the numbers up to `parameters["up_to"]`, one a batch."""

    title = "Counting"
    file_type = "txt"

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        job.total = job.parameters.get("up_to", NUMBERS)
        JobPart.objects.create(org_id=job.org_id, job=job, name="numbers", content=b"%d\n" % job.done)
        job.done += 1
        return job.done >= job.total

    def write(self, job: Job, file: IO[bytes]) -> None:
        for content in parts(job):
            file.write(content)


class OfTracker(Counting):
    """Its file holds Tracker's data."""

    of_tracker = True


class Founding(Runner):
    """Founds a team a batch; refuses the third one when asked to, and takes the teams back."""

    title = "Founding"
    undoes = True

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        job.total = NUMBERS
        if job.done == job.parameters.get("refuses_at"):
            raise Refused("There are teams enough.")
        Team.objects.create(org_id=job.org_id, name=f"Founded {job.done}")
        job.done += 1
        return job.done >= job.total

    def undo(self, job: Job, *, now: dt.datetime) -> bool:
        team = Team.objects.filter(org=job.org_id, name__startswith="Founded").first()
        if team is None:
            return True
        team.delete()
        job.done -= 1
        return False


class Breaking(Runner):
    """Is broken."""

    title = "Breaking"

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        raise ValueError("broken")


KINDS = {
    "counting": "tests.orgs.jobs.runners.Counting",
    "of_tracker": "tests.orgs.jobs.runners.OfTracker",
    "founding": "tests.orgs.jobs.runners.Founding",
    "breaking": "tests.orgs.jobs.runners.Breaking",
}


def parts(job: Job) -> list[bytes]:
    with company_scope(job.org_id):
        found = JobPart.objects.filter(org=job.org_id, job=job).order_by("id")
        return [bytes(part.content) for part in found]
