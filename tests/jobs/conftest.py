"""Jobs, and a worker that is called by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orgs import jobs, working
from orgs.clock import database_now
from orgs.models import Job, Membership
from orgs.scopes import company_scope
from tests.jobs.runners import KINDS
from tests.outbox.processes import broker, portal
from tests.outbox.sink import smtp_sink

__all__ = ["broker", "portal", "smtp_sink"]

Start = Callable[..., Job]


@pytest.fixture(autouse=True)
def storage(settings: object, tmp_path: Path) -> Path:
    """Files of a test go away with it; the kinds that count stand beside the product's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.JOB_RUNNERS = settings.JOB_RUNNERS | KINDS
    return settings.MEDIA_ROOT


@pytest.fixture
def start() -> Start:
    """Starts a job of a kind for a member."""

    def begin(kind: str, member: Membership, key: str = "", **parameters: object) -> Job:
        with company_scope(member.org_id):
            key = key or f"{kind} {Job.objects.filter(org=member.org_id).count()}"
            return jobs.start(org=member.org, kind=kind, actor=member, key=key, now=database_now(), **parameters)[0]

    return begin


def stored(job: Job) -> Job:
    """The job as the database has it."""
    with company_scope(job.org_id):
        return Job.objects.get(pk=job.pk)


def run(seconds: float = 60) -> bool:
    """What the worker does."""
    return working.run_due(clock=database_now, seconds=seconds)


def let_claims_run_out(job: Job) -> None:
    """The time of a claim passes."""
    with company_scope(job.org_id):
        Job.objects.filter(pk=job.pk).update(claimed_until=database_now())
