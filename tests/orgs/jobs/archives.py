"""A Tracker with something of everything, and what stands in the archive of it."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
import zipfile
from typing import Any

from django.core.files.storage import default_storage

from issues.archive import exporting
from issues.following import following
from issues.issue import comments, transitions, writing
from issues.issue.models import Issue
from issues.queues import queues
from orgs.jobs.models import Job, JobState
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.jobs.worker import run, stored

Files = dict[str, bytes]


def fill(org: Organization, author: Membership, other: Membership) -> None:
    """Two queues; issues in every shape: edited, assigned, moved, closed, commented, followed, tagged."""
    now = database_now() - dt.timedelta(days=3)
    with company_scope(org.pk):
        robots = queues.create(
            org=org, key="ROB", name="Робототехника", description="All **robots**", actor=author, now=now
        )
        queues.create(org=org, key="LAB", name="Lab", lead=other, actor=author, now=now, default_type="bug")
        common = {"queue": robots, "actor": author}
        first = writing.create_issue(**common, now=now, summary="Gripper «ёлка»", token=uuid.uuid4(), tags=["a", "b"])
        later = now + dt.timedelta(hours=1, microseconds=17)
        fields: dict[str, Any] = {
            "summary": "=1+1",
            "description": "New\ntext",
            "assignee": other,
            "due_on": later.date(),
        }
        writing.edit_issue(issue=first, version=1, actor=other, now=later, **fields)
        comments.add_comment(issue=first, text="Look\nhere", actor=other, now=later)
        comments.add_comment(issue=first, text="`fixed`", actor=author, now=later + dt.timedelta(hours=1))
        second = writing.create_issue(**common, now=later, summary="Closed", description="x" * 3000)
        transitions.change_status(issue=second, status="closed", resolution="fixed", actor=author, now=later)
        third = writing.create_issue(**common, now=later, summary="Third")
        following.subscribe(issue=third, actor=other)


def fill_many(org: Organization, author: Membership, number: int) -> None:
    """As many issues in one queue, straight in the database."""
    now = database_now()
    with company_scope(org.pk):
        queue = queues.create(org=org, key="MANY", name="Many", actor=author, now=now)
        queue.last_number = queue.issue_count = number
        queue.save()
        common = {"org": org, "queue": queue, "author": author, "type": "task", "priority": "normal"}
        Issue.objects.bulk_create(
            Issue(number=n, key=f"MANY-{n}", summary=f"Issue {n}", created_at=now, updated_at=now, **common)
            for n in range(1, number + 1)
        )


def export(org: Organization, actor: Membership, key: str = "") -> Job:
    """An export that is done."""
    with company_scope(org.pk):
        job = exporting.start(org=org, actor=actor, key=key or uuid.uuid4().hex, now=database_now())
    run()
    done = stored(job)
    assert done.state == JobState.DONE, done.error
    return done


def archive_of(job: Job) -> bytes:
    with default_storage.open(job.file) as file:
        content: bytes = file.read()
        return content


def unpacked(archive: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def packed(files: Files) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return archive.getvalue()


def lines(files: Files, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[name].splitlines()]


def manifest(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["manifest.json"])
    return found
