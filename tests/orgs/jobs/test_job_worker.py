"""The worker's rules: every batch once, claims taken over, failures that end, cancelling, files that go."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from orgs.audit.models import AuditEvent
from orgs.jobs import job_worker, jobs
from orgs.jobs.models import Job, JobPart, JobState
from orgs.mail.models import Mail
from orgs.people.models import Team
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.conftest import Start
from tests.orgs.jobs.runners import NUMBERS
from tests.orgs.jobs.worker import let_claims_run_out, run, stored

pytestmark = pytest.mark.django_db


def text(job: Job) -> str:
    with default_storage.open(job.file) as file:
        return file.read().decode()


def teams(org: Organization) -> int:
    with company_scope(org.pk):
        return Team.objects.filter(org=org).count()


def files(storage: Path) -> list[Path]:
    return [path for path in storage.rglob("*") if path.is_file()]


def test_job_counts_to_its_end_and_leaves_a_file(start: Start, member: Membership) -> None:
    job = start("counting", member)
    assert run() is False
    done = stored(job)
    assert (done.state, done.done, done.total) == (JobState.DONE, NUMBERS, NUMBERS)
    assert text(done) == "0\n1\n2\n3\n4\n"
    assert done.has_file(database_now())
    with company_scope(job.org_id):
        assert JobPart.objects.count() == 0


def test_form_sent_twice_starts_one_job(start: Start, member: Membership) -> None:
    assert start("counting", member, key="form 1") == start("counting", member, key="form 1")
    assert start("counting", member, key="form 2") != start("counting", member, key="form 1")


def test_nobody_floods_the_worker(start: Start, member: Membership) -> None:
    for _ in range(jobs.AT_ONCE):
        start("counting", member)
    with pytest.raises(Refused):
        start("counting", member)


def test_time_ends_a_round_and_the_next_one_goes_on(start: Start, member: Membership) -> None:
    job = start("counting", member)
    rounds = [run(seconds=0) for _ in range(NUMBERS + 1)]
    assert rounds[0] is True
    assert text(stored(job)) == "0\n1\n2\n3\n4\n"


def test_two_jobs_take_turns(start: Start, member: Membership) -> None:
    first, second = start("counting", member), start("counting", member)
    run(seconds=0)
    run(seconds=0)
    assert [stored(first).done, stored(second).done] == [1, 1]


def test_held_job_is_nobody_elses(start: Start, member: Membership) -> None:
    start("counting", member)
    assert job_worker.claim(database_now()) is not None
    assert job_worker.claim(database_now()) is None


def test_claim_that_ran_out_is_taken_over_and_the_first_worker_changes_nothing_more(
    start: Start, member: Membership
) -> None:
    job = start("counting", member)
    slow = job_worker.claim(database_now())
    assert slow is not None
    job_worker.advance(slow, now=database_now())
    let_claims_run_out(job)
    quick = job_worker.claim(database_now())
    assert quick is not None
    with pytest.raises(job_worker.Lost):
        job_worker.advance(slow, now=database_now())
    assert stored(job).done == 1
    job_worker.work(quick, clock=database_now, ends_at=float("inf"))
    assert text(stored(job)) == "0\n1\n2\n3\n4\n"


def test_control_a_worker_without_the_number_of_its_claim_would_count_twice(start: Start, member: Membership) -> None:
    job = start("counting", member)
    slow = job_worker.claim(database_now())
    let_claims_run_out(job)
    quick = job_worker.claim(database_now())
    assert slow is not None
    assert quick is not None
    slow.attempts = quick.attempts
    job_worker.advance(slow, now=database_now())
    assert stored(job).done == 1


def test_file_of_a_worker_that_died_while_writing_it_does_not_stay(
    start: Start, member: Membership, storage: Path
) -> None:
    job = start("counting", member, up_to=1)
    dying = job_worker.claim(database_now())
    assert dying is not None
    job_worker.batch(dying, now=database_now())
    with company_scope(job.org_id):
        Job.objects.update(file="jobs/half.txt")
    (storage / "jobs").mkdir(parents=True)
    (storage / "jobs/half.txt").write_text("0")
    let_claims_run_out(job)
    run()
    assert [path.name for path in files(storage)] == [f"{job.public_id}-2.txt"]


def test_refusal_fails_the_job_and_takes_back_what_it_did(start: Start, member: Membership, org: Organization) -> None:
    job = start("founding", member, refuses_at=2)
    run(seconds=0)
    run(seconds=0)
    assert teams(org) == 2
    for _ in range(NUMBERS):
        run()
    failed = stored(job)
    assert (failed.state, failed.error, failed.done) == (JobState.FAILED, "There are teams enough.", 0)
    assert teams(org) == 0


def test_broken_job_is_tried_again_with_pauses_and_ends_as_failed(start: Start, member: Membership) -> None:
    job = start("breaking", member)
    for _ in range(job_worker.STUMBLES):
        run()
        assert stored(job).state == JobState.RUNNING
        assert job_worker.claim(database_now()) is None
        let_claims_run_out(job)
    run()
    assert stored(job).state == JobState.FAILED
    assert "our side" in stored(job).error


def test_broken_job_stops_no_other(start: Start, member: Membership) -> None:
    start("breaking", member)
    job = start("counting", member)
    run()
    assert stored(job).state == JobState.DONE


def test_cancelled_job_stops_and_leaves_nothing(start: Start, member: Membership, storage: Path) -> None:
    job = start("counting", member)
    run(seconds=0)
    claimed = job_worker.claim(database_now())
    assert claimed is not None
    with company_scope(job.org_id):
        jobs.cancel(job=job, actor=member, now=database_now())
        assert JobPart.objects.count() == 0
        assert AuditEvent.objects.latest("number").action == "job.cancel"
    with pytest.raises(job_worker.Lost):
        job_worker.advance(claimed, now=database_now())
    assert stored(job).state == JobState.CANCELLED
    assert files(storage) == []


def test_cancelled_job_of_a_kind_that_undoes_is_undone(start: Start, member: Membership, org: Organization) -> None:
    job = start("founding", member)
    run(seconds=0)
    with company_scope(job.org_id):
        jobs.cancel(job=job, actor=member, now=database_now())
    assert stored(job).is_being_undone
    run()
    assert stored(job).state == JobState.CANCELLED
    assert teams(org) == 0


def test_finished_job_cannot_be_cancelled(start: Start, member: Membership) -> None:
    job = start("counting", member)
    run()
    with company_scope(job.org_id), pytest.raises(Refused):
        jobs.cancel(job=job, actor=member, now=database_now())


def test_file_goes_after_seven_days(start: Start, member: Membership, storage: Path) -> None:
    job = start("counting", member)
    run()
    end = stored(job).expires_at
    assert end is not None
    assert jobs.delete_expired_files(now=end - dt.timedelta(seconds=1)) == 0
    assert len(files(storage)) == 1
    assert jobs.delete_expired_files(now=end) == 1
    assert files(storage) == []
    assert stored(job).file == ""


@pytest.mark.parametrize(("minutes", "mails"), [(0, 0), (2, 1)])
def test_mail_says_that_a_long_job_is_over(
    minutes: int, mails: int, start: Start, member: Membership, org: Organization
) -> None:
    job = start("counting", member)
    run(seconds=0)
    with company_scope(org.pk):
        Job.objects.update(started_at=database_now() - dt.timedelta(minutes=minutes))
    run()
    with company_scope(org.pk):
        posted = list(Mail.objects.filter(key=f"job:{job.pk}:over"))
    assert [mail.to for mail in posted] == [member.user.email] * mails
    assert [mail.subject for mail in posted] == ["Counting is ready"] * mails
