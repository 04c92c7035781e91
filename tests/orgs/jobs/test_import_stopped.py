"""An import that may not begin, and one that is stopped on its way and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from issues.issue import comments, writing
from issues.issue.models import Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.jobs import jobs
from orgs.jobs.models import Job, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.archives import Files, archive_of, export, fill_many, packed
from tests.orgs.jobs.imports import assert_failed, begin
from tests.orgs.jobs.worker import run, stored

pytestmark = pytest.mark.django_db


def test_tracker_that_is_not_empty_takes_no_archive(source: Files, org: Organization, member: Membership) -> None:
    with pytest.raises(Refused, match="not empty"):
        begin(org, member, packed(source))
    with company_scope(org.pk):
        assert not Job.objects.filter(org=org, kind="import").exists()


def test_queue_that_was_created_meanwhile_is_noticed_and_stays(source: Files, target: Organization) -> None:
    owner = target.memberships.get()
    job = begin(target, owner, packed(source))
    run(seconds=0)
    with company_scope(target.pk):
        queues.create(org=target, key="ROB", name="Faster", actor=owner, now=database_now())
    run()
    run()
    assert "not empty" in stored(job).error
    with company_scope(target.pk):
        assert [queue.name for queue in Queue.objects.filter(org=target)] == ["Faster"]


def test_one_import_at_a_time(source: Files, target: Organization) -> None:
    owner = target.memberships.get()
    begin(target, owner, packed(source))
    with pytest.raises(Refused, match="Another import"):
        begin(target, owner, packed(source))


LOSSES: dict[str, Callable[[Organization, dt.datetime], object]] = {
    "the trial ends": lambda org, now: Organization.objects.filter(pk=org.pk).update(trial_ends_at=now),
    "no administrator any more": lambda org, _: org.memberships.update(role="employee"),
    "blocked": lambda org, now: org.memberships.update(blocked_at=now),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_right_that_is_lost_on_the_way_stops_the_import_and_takes_it_back(
    loss: str, org: Organization, admin: Membership, target: Organization
) -> None:
    fill_many(org, admin, 450)
    job = begin(target, target.memberships.get(), archive_of(export(org, admin)))
    for _ in range(3):
        run(seconds=0)
    assert stored(job).done == 200
    LOSSES[loss](target, database_now())
    run()
    run()
    assert_failed(stored(job), "may not write")


def test_cancelled_import_is_taken_back_and_the_work_of_others_stays(
    org: Organization, admin: Membership, target: Organization
) -> None:
    fill_many(org, admin, 450)
    owner = target.memberships.get()
    job = begin(target, owner, archive_of(export(org, admin)))
    for _ in range(3):
        run(seconds=0)
    with company_scope(target.pk):
        queue = Queue.objects.get(org=target)
        own = writing.create_issue(queue=queue, actor=owner, now=database_now(), summary="Mine")
        comments.add_comment(
            issue=Issue.objects.get(org=target, key="MANY-1"), text="x", actor=owner, now=database_now()
        )
        jobs.cancel(job=job, actor=owner, now=database_now())
    run()
    assert stored(job).state == JobState.CANCELLED
    with company_scope(target.pk):
        assert [issue.key for issue in Issue.objects.filter(org=target)] == [own.key]
        assert Queue.objects.get(org=target).key == "MANY"
