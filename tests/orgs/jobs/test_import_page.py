"""`Import`: the page that takes an archive, from administrators who may write, into an empty Tracker."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client

from issues.issue.models import Issue
from orgs.jobs.models import Job, JobPart, JobState
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import add_member, make_administrator
from tests.orgs.jobs.archives import archive_of, export, fill
from tests.orgs.jobs.worker import run

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
TOKEN = "3f0c2f86-5d2e-4a5e-9d3c-0e4f5a6b7c8d"


@pytest.fixture
def archive(org: Organization, admin: Membership, member: Membership) -> bytes:
    fill(org, member, admin)
    return archive_of(export(org, admin))


def url(org: Organization) -> str:
    return f"/o/{org.slug}/tracker/import/"


def form(archive: bytes, token: str = TOKEN) -> dict[str, object]:
    upload = io.BytesIO(archive)
    upload.name = "archive.zip"
    return {"token": token, "archive": upload}


def imports(org: Organization) -> list[Job]:
    with company_scope(org.pk):
        return list(Job.objects.filter(org=org, kind="import"))


def test_administrator_imports_an_archive(login: Login, archive: bytes, target: Organization) -> None:
    client = login(target.memberships.get())
    assert 'type="file"' in client.get(url(target)).content.decode()
    page = client.post(url(target), form(archive)).headers["Location"]
    run()
    seen = client.get(page).content.decode()
    assert "Imported. Issues: 3. Comments: 2. Queues: 2." in seen
    assert "who is not in this company" in seen
    assert client.get(f"/o/{target.slug}/issues/ROB-1/").status_code == 200


def test_archive_sent_twice_is_imported_once(login: Login, archive: bytes, target: Organization) -> None:
    client = login(target.memberships.get())
    pages = {client.post(url(target), form(archive)).headers["Location"] for _ in range(2)}
    run()
    assert len(pages) == 1
    assert [job.state for job in imports(target)] == [JobState.DONE]


def test_failed_import_says_why_and_that_nothing_is_left(login: Login, target: Organization) -> None:
    client = login(target.memberships.get())
    page = client.post(url(target), form(b"no zip")).headers["Location"]
    run()
    run()
    seen = client.get(page).content.decode()
    assert "This file is not a zip archive" in seen


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"token": TOKEN}, "Choose a file for"), ({"token": TOKEN, "archive": "text"}, "Choose a file for")],
)
def test_missing_file_is_told_at_the_field(
    data: dict[str, object], sentence: str, login: Login, target: Organization
) -> None:
    answer = login(target.memberships.get()).post(url(target), data)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert imports(target) == []


def test_empty_file_is_told_at_the_field(login: Login, target: Organization) -> None:
    answer = login(target.memberships.get()).post(url(target), form(b""))
    assert (answer.status_code, imports(target)) == (400, [])


def test_too_large_file_is_refused_and_not_kept(
    login: Login, target: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("issues.archive.forms.UPLOAD_LIMIT", 10)
    answer = login(target.memberships.get()).post(url(target), form(b"x" * 11))
    assert answer.status_code == 400
    assert "larger than 200 MB" in answer.content.decode()
    with company_scope(target.pk):
        assert JobPart.objects.count() == 0


def test_tracker_that_is_not_empty_says_so(login: Login, archive: bytes, org: Organization, admin: Membership) -> None:
    Organization.objects.filter(pk=org.pk).update(state=State.TRIAL, trial_ends_at=org.created_at.replace(year=2100))
    client = login(admin)
    assert "Tracker is not empty" in client.get(url(org)).content.decode()
    answer = client.post(url(org), form(archive))
    assert (answer.status_code, imports(org)) == (400, [])
    assert "Tracker is not empty" in answer.content.decode()


def test_administrator_without_the_right_to_write_imports_nothing(
    login: Login, archive: bytes, org: Organization, member: Membership
) -> None:
    """ACTIVE: the administrator's own access is Read only."""
    admin = make_administrator(org)
    assert login(admin).get(url(org)).status_code == 403
    assert login(admin).post(url(org), form(archive)).status_code == 403
    assert imports(org) == []


def test_employee_imports_nothing(login: Login, archive: bytes, target: Organization) -> None:
    employee = add_member(target)
    Membership.objects.filter(pk=employee.pk).update(level=Level.FULL)
    assert login(employee).post(url(target), form(archive)).status_code == 403
    with company_scope(target.pk):
        assert Issue.objects.count() == 0
