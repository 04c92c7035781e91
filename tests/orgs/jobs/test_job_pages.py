"""Pages of jobs: who sees which, progress, cancelling, and the short-lived link to a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from orgs.audit.models import AuditEvent
from orgs.jobs import download_links, jobs
from orgs.jobs.models import Job, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.conftest import Start
from tests.orgs.jobs.worker import run, stored
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


@pytest.fixture
def done(start: Start, member: Membership) -> Job:
    """A job of `member` with a file."""
    job = start("counting", member)
    run()
    return stored(job)


def page(job: Job, tail: str = "") -> str:
    org = Organization.objects.get(pk=job.org_id)
    return f"/o/{org.slug}/jobs/{job.public_id}/{tail}"


def actions(org: Organization) -> list[str]:
    with company_scope(org.pk):
        return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


# --- the list ---------------------------------------------------------------------------------------------
def test_administrators_see_all_jobs_members_their_own(
    start: Start, login: Login, org: Organization, admin: Membership, member: Membership, viewer: Membership
) -> None:
    own, other = start("counting", member), start("counting", viewer)
    url = f"/o/{org.slug}/jobs/"
    assert {own.public_id in (seen := login(admin).get(url).content.decode()), other.public_id in seen} == {True}
    seen = login(member).get(url).content.decode()
    assert (own.public_id in seen, other.public_id in seen) == (True, False)


def test_empty_list_says_that_nothing_is_running(login: Login, org: Organization, member: Membership) -> None:
    assert "Nothing is running" in login(member).get(f"/o/{org.slug}/jobs/").content.decode()


def test_list_is_paged_and_asks_no_more_with_more_jobs(
    login: Login, start: Start, org: Organization, admin: Membership, member: Membership, viewer: Membership
) -> None:
    client, url = login(admin), f"/o/{org.slug}/jobs/"
    start("counting", member)
    few = queries_of(client, url)
    run()
    for number in range(60):
        start("counting", (member, viewer, admin)[number % 3])
        run()
    assert queries_of(client, url) == few <= 8
    answer = client.get(url).content.decode()
    assert (answer.count('<tr role="row">') - 1, 'rel="next"' in answer) == (50, True)


# --- one job ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tail", ["", "progress/", "cancel/", "download/", "file/x/"])
def test_job_of_somebody_else_is_as_absent_as_one_that_does_not_exist(
    tail: str, login: Login, done: Job, viewer: Membership, outsider: Membership
) -> None:
    method = "post" if tail in ("cancel/", "download/") else "get"
    for person in (viewer, outsider):
        assert getattr(login(person), method)(page(done, tail)).status_code == 404


def test_progress_is_told_in_numbers(login: Login, start: Start, member: Membership) -> None:
    job = start("counting", member)
    run(seconds=0)
    run(seconds=0)
    seen = login(member).get(page(job)).content.decode()
    assert "2 of 5" in seen
    assert member.name in seen
    assert 'http-equiv="refresh" content="5"' in seen
    part = login(member).get(page(job, "progress/")).content.decode()
    assert "2 of 5" in part
    assert "<html" not in part


def test_finished_job_is_not_asked_for_again(login: Login, done: Job, member: Membership) -> None:
    seen = login(member).get(page(done)).content.decode()
    assert "hx-get" not in seen
    assert "refresh" not in seen
    assert "Download" in seen


def test_failed_job_says_why_and_what_succeeded_first(login: Login, start: Start, member: Membership) -> None:
    job = start("founding", member, refuses_at=0)
    for _ in range(3):
        run()
    assert stored(job).state == JobState.FAILED
    assert "There are teams enough." in login(member).get(page(job)).content.decode()


def test_running_job_is_cancelled_by_its_owner_or_an_administrator(
    login: Login, start: Start, org: Organization, admin: Membership, member: Membership
) -> None:
    for person in (member, admin):
        job = start("counting", member)
        run(seconds=0)
        assert login(person).post(page(job, "cancel/")).status_code == 302
        assert stored(job).state == JobState.CANCELLED
    assert actions(org)[-2:] == ["job.cancel", "job.cancel"]


# --- the file ---------------------------------------------------------------------------------------------
def link(client: Client, job: Job) -> str:
    answer = client.post(page(job, "download/"))
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_download_is_audited_and_leads_to_the_file(
    login: Login, done: Job, org: Organization, member: Membership
) -> None:
    answer = login(member).get(link(login(member), done))
    assert b"".join(answer.streaming_content) == b"0\n1\n2\n3\n4\n"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert actions(org)[-1] == "job.download"


def test_link_is_not_for_another_person(login: Login, done: Job, member: Membership, admin: Membership) -> None:
    assert login(admin).get(link(login(member), done)).status_code == 404


def test_link_ends_after_five_minutes(login: Login, done: Job, member: Membership) -> None:
    client = login(member)
    url = link(client, done)
    with time_machine.travel(timezone.now() + download_links.LIFE - dt.timedelta(seconds=10), tick=False):
        assert client.get(url).status_code == 200
    with time_machine.travel(timezone.now() + download_links.LIFE + dt.timedelta(seconds=1), tick=False):
        answer = client.get(url)
        assert answer.status_code == 410
        assert "Back to the job" in answer.content.decode()


def test_forged_and_other_jobs_links_lead_nowhere(login: Login, start: Start, done: Job, member: Membership) -> None:
    other = start("counting", member)
    run()
    client = login(member)
    token = link(client, done).rstrip("/").rpartition("/")[2]
    assert client.get(page(other, f"file/{token}/")).status_code == 404
    assert client.get(page(done, f"file/{token[:-1]}/")).status_code == 404
    assert client.get(page(done, "file/no-token/")).status_code == 404


def test_blocked_member_gets_no_file(login: Login, done: Job, member: Membership) -> None:
    client = login(member)
    url = link(client, done)
    Membership.objects.filter(pk=member.pk).update(blocked_at=timezone.now())
    assert client.get(url).status_code == 403


def test_file_that_was_deleted_is_not_offered(login: Login, done: Job, member: Membership) -> None:
    assert done.expires_at
    jobs.delete_expired_files(now=done.expires_at)
    client = login(member)
    assert client.post(page(done, "download/")).status_code == 404
    assert "The file was deleted" in client.get(page(done)).content.decode()


def test_job_that_made_no_file_speaks_of_none(login: Login, start: Start, member: Membership) -> None:
    job = start("founding", member)
    run()
    assert "The file was deleted" not in login(member).get(page(job)).content.decode()


def test_expired_file_is_not_given_out_though_no_job_has_deleted_it(
    login: Login, done: Job, member: Membership
) -> None:
    with company_scope(done.org_id):
        Job.objects.update(expires_at=database_now())
    assert login(member).post(page(done, "download/")).status_code == 404


def test_file_that_the_storage_has_lost_is_not_found(login: Login, done: Job, member: Membership) -> None:
    client = login(member)
    url = link(client, done)
    default_storage.delete(done.file)
    assert client.get(url).status_code == 404
