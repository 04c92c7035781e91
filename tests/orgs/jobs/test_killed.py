"""kill -9 of real workers in the middle of an export and of an import: the next one goes on, nothing is done twice."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from issues.archive import exporting, layout
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.jobs.models import JobPart, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.jobs.archives import archive_of, export, fill_many, lines, manifest, unpacked
from tests.orgs.jobs.imports import begin
from tests.orgs.jobs.kills import live_through_kills
from tests.orgs.jobs.worker import stored
from tests.orgs.mail.processes import Portal

pytestmark = pytest.mark.django_db(transaction=True)
ISSUES_A_KILL = 2000  # so many that every kill meets the job at work
# A child and a whole worker; more of them in `make soak`.
kill_some = pytest.mark.parametrize("kills", [2, pytest.param(6, marks=pytest.mark.soak)], ids=["once each", "often"])


@pytest.fixture
def company() -> Organization:
    return make_company(age_days=1)


@kill_some
def test_killed_workers_export_every_issue_once(
    portal: Portal, company: Organization, storage: Path, kills: int
) -> None:
    owner = company.memberships.get()
    fill_many(company, owner, kills * ISSUES_A_KILL)
    portal.environment["MEDIA_ROOT"] = str(storage)
    with company_scope(company.pk):
        job = exporting.start(org=company, actor=owner, key=uuid.uuid4().hex, now=database_now())
    assert live_through_kills(portal, job, kills) >= kills / 2
    done = stored(job)
    assert (done.state, done.done, done.total) == (JobState.DONE, kills * ISSUES_A_KILL, kills * ISSUES_A_KILL)
    assert done.attempts > kills / 2
    files = unpacked(archive_of(done))
    names = sorted(name for name in files if layout.ISSUES.fullmatch(name))
    keys = [row["key"] for name in names for row in lines(files, name)]
    assert keys == [f"MANY-{number}" for number in range(1, kills * ISSUES_A_KILL + 1)]
    assert manifest(files)["counts"]["issues"] == len(keys)
    assert [path.name for path in storage.rglob("*.zip")] == [Path(done.file).name]
    with company_scope(company.pk):
        assert JobPart.objects.count() == 0


@kill_some
def test_killed_workers_import_every_issue_once(
    portal: Portal, company: Organization, storage: Path, kills: int
) -> None:
    number = kills * ISSUES_A_KILL
    source = make_company("Southwind", age_days=1)
    fill_many(source, source.memberships.get(), number)
    archive = archive_of(export(source, source.memberships.get()))
    portal.environment["MEDIA_ROOT"] = str(storage)
    job = begin(company, company.memberships.get(), archive)
    assert live_through_kills(portal, job, kills) >= kills / 2
    done = stored(job)
    assert (done.state, done.done, done.error) == (JobState.DONE, number, "")
    with company_scope(company.pk):
        keys = set(Issue.objects.filter(org=company).values_list("key", flat=True))
        assert keys == {f"MANY-{n}" for n in range(1, number + 1)}
        assert Issue.objects.filter(org=company).count() == number
        assert Queue.objects.get(org=company).issue_count == number
        assert JobPart.objects.count() == 0
    assert done.result["issues"] == number
