"""An archive is brought into a company's Tracker, and what stays of one that failed: nothing."""

from __future__ import annotations

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile

from issues.archive import importing
from issues.following.models import Follower
from issues.issue.change_models import Change
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.jobs.models import Job, JobPart, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.archives import Files, packed
from tests.orgs.jobs.worker import run, stored

TABLES = (Queue, Issue, Comment, Change, Follower)


def begin(org: Organization, actor: Membership, archive: bytes) -> Job:
    with company_scope(org.pk):
        upload = SimpleUploadedFile("archive.zip", archive)
        return importing.start(org=org, actor=actor, key=uuid.uuid4().hex, archive=upload, now=database_now())


def bring(org: Organization, files: Files) -> Job:
    """Imports the files as the company's owner."""
    job = begin(org, org.memberships.get(role="owner"), packed(files))
    for _ in range(3):
        run()
    return stored(job)


def is_empty(org: Organization) -> bool:
    with company_scope(org.pk):
        return not any(table.objects.filter(org=org).exists() for table in TABLES)


def assert_failed(job: Job, sentence: str) -> None:
    assert job.state == JobState.FAILED
    assert sentence in job.error
    assert is_empty(Organization.objects.get(pk=job.org_id))
    with company_scope(job.org_id):
        assert JobPart.objects.count() == 0
