"""`Import and export` for administrators, and the file that only they may have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from orgs.jobs.models import Job, JobState
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.archives import export, unpacked
from tests.orgs.jobs.worker import run

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


def url(org: Organization) -> str:
    return f"/o/{org.slug}/tracker/export/"


def all_jobs(org: Organization) -> list[Job]:
    with company_scope(org.pk):
        return list(Job.objects.filter(org=org).order_by("pk"))


def test_administrator_exports_everything(login: Login, org: Organization, admin: Membership) -> None:
    client = login(admin)
    assert "Export all data" in client.get(url(org)).content.decode()
    page = client.post(url(org)).headers["Location"]
    run()
    seen = client.get(page).content.decode()
    assert "Download" in seen
    answer = client.get(client.post(f"{page}download/").headers["Location"])
    assert "manifest.json" in unpacked(b"".join(answer.streaming_content))
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="export-')


def test_form_sent_twice_starts_one_export(login: Login, org: Organization, admin: Membership) -> None:
    client = login(admin)
    token = {"token": "3f0c2f86-5d2e-4a5e-9d3c-0e4f5a6b7c8d"}
    first = client.post(url(org), token).headers["Location"]
    run()
    assert client.post(url(org), token).headers["Location"] == first
    assert [job.state for job in all_jobs(org)] == [JobState.DONE]


def test_bad_token_is_a_mistake_of_the_form(login: Login, org: Organization, admin: Membership) -> None:
    assert login(admin).post(url(org), {"token": "x"}).status_code == 400


def test_export_works_while_tracker_is_off(
    login: Login, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    Organization.objects.filter(pk=org.pk).update(state=State.DEACTIVATED, retention_ends_at=now - dt.timedelta(days=1))
    client = login(admin)
    page = client.post(url(org)).headers["Location"]
    run()
    assert client.post(f"{page}download/").status_code == 302


def test_page_says_when_the_last_export_was_made(login: Login, org: Organization, admin: Membership) -> None:
    client = login(admin)
    assert "Never" in client.get(url(org)).content.decode()
    export(org, admin)
    assert "Never" not in client.get(url(org)).content.decode()


def test_deleted_tracker_has_nothing_to_export(login: Login, org: Organization, admin: Membership) -> None:
    Organization.objects.filter(pk=org.pk).update(state=State.DELETED)
    client = login(admin)
    assert "There is no data" in client.get(url(org)).content.decode()
    assert client.post(url(org)).status_code == 400
    assert all_jobs(org) == []


def test_former_administrator_gets_no_archive(login: Login, org: Organization, admin: Membership) -> None:
    job = export(org, admin)
    Membership.objects.filter(pk=admin.pk).update(role="employee")
    client = login(admin)
    page = f"/o/{org.slug}/jobs/{job.public_id}/"
    assert client.get(page).status_code == 200
    assert client.post(f"{page}download/").status_code == 404
