"""Two workers at once: no job is done by both, and a batch that one holds is not waited for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from orgs.jobs import job_worker
from orgs.jobs.models import Job
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import platform_scope
from tests.orgs.jobs.conftest import Start
from tests.orgs.jobs.worker import run, stored

pytestmark = pytest.mark.django_db(transaction=True)
JOBS, NUMBERS = 12, 8


def work() -> None:
    try:
        run()
    finally:
        connection.close()


def text(job: Job) -> str:
    with default_storage.open(stored(job).file) as file:
        return file.read().decode()


def test_two_workers_do_every_batch_once(start: Start, member: Membership) -> None:
    jobs = [start("counting", member, up_to=NUMBERS) for _ in range(JOBS)]
    with ThreadPoolExecutor(2) as pool:
        for worker in [pool.submit(work), pool.submit(work)]:
            worker.result(timeout=60)
    whole = "".join(f"{number}\n" for number in range(NUMBERS))
    assert [text(job) for job in jobs] == [whole] * JOBS
    assert [stored(job).attempts for job in jobs] == [1] * JOBS


def test_claimed_row_is_skipped_and_not_waited_for(start: Start, member: Membership) -> None:
    first, second = start("counting", member), start("counting", member)
    with platform_scope():
        held = Job.objects.due(database_now()).order_by("claimed_until", "pk").select_for_update()[:1]
        assert [job.pk for job in held] == [first.pk]
        with ThreadPoolExecutor(1) as pool:
            taken = pool.submit(claim_and_close).result(timeout=10)
    assert taken == second.pk


def claim_and_close() -> int | None:
    try:
        job = job_worker.claim(database_now())
        return job.pk if job else None
    finally:
        connection.close()
