"""The job that exports everything. Each batch becomes a part in the database; the zip is written from them at the end.

A batch locks its issues. Whoever changes an issue, comments on it or moves it needs that lock, too, so fields, comments
and changelog of one issue belong together.
"""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from operator import itemgetter
from typing import IO, Any, cast

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from issues.archive import layout, serialize
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.audit import audit
from orgs.jobs import jobs
from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobPart, JobState
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope

KIND = "export"
BATCH = 200  # rows
EXPORTABLE = frozenset({State.TRIAL, State.ACTIVE, State.READ_ONLY, State.DEACTIVATED})


@transaction.atomic
def start(*, org: Organization, actor: Membership, key: str, now: dt.datetime) -> Job:
    """Starts an export, or answers with the one that is not finished yet. Raises Refused."""
    locked = Organization.objects.lock(org.pk)
    if not can_export(locked, now):
        raise Refused(_("There is no data in Tracker that could be exported."))
    if running := Job.objects.unfinished().filter(org=org, kind=KIND).first():
        return running
    job, is_new = jobs.start(org=org, kind=KIND, actor=actor, key=key, now=now)
    if is_new:
        audit.record(locked, "tracker.export", actor=actor, now=now, target=job.public_id)
    return job


def can_export(org: Organization, now: dt.datetime) -> bool:
    """Until the deletion has claimed the company, however its Tracker stands (product.md §2)."""
    return lifecycle.state_at(org, now) in EXPORTABLE


def last(org: Organization) -> Job | None:
    """The latest export that was done."""
    done: Any = Job.objects.filter(org=org, kind=KIND, state=JobState.DONE)
    return cast(Job | None, done.order_by("-created_at", "-id").first())


class Export(Runner):
    """Queues, issues, people: in this order, so that whoever an issue names is among the people."""

    title = _("Export")
    file_type = "zip"
    of_tracker = True
    template = "issues/archive/_exported.html"

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        stage = job.cursor.get("stage", "begin")
        return bool(getattr(self, f"_{stage}")(job))

    def _begin(self, job: Job) -> None:
        issues = Issue.objects.filter(org=job.org_id)
        until = issues.aggregate(until=Max("pk"))["until"] or 0
        job.total = issues.filter(pk__lte=until).count()
        job.result = {"queues": 0, "issues": 0, "comments": 0, "changes": 0, "followers": 0, "people": 0}
        _go_to(job, "queues", until=until)
        _keep(job, layout.QUEUES, b"")

    def _queues(self, job: Job) -> None:
        rows = list(Queue.objects.filter(org=job.org_id, pk__gt=job.cursor["after"]).order_by("pk")[:BATCH])
        if not rows:
            _go_to(job, "issues", file=1, rows=0, bytes=0)
            return
        _keep(job, layout.QUEUES, serialize.queues(rows))
        _count(job, {"queues": len(rows)}, after=rows[-1].pk)

    def _issues(self, job: Job) -> None:
        issues = Issue.objects.of(job.org_id).filter(pk__gt=job.cursor["after"], pk__lte=job.cursor["until"])
        rows = list(issues.select_related("queue").select_for_update(of=("self",), no_key=True).order_by("pk")[:BATCH])
        if not rows:
            _go_to(job, "people")
            return
        batch = serialize.Batch(job.org_id, rows)
        _append_issues(job, batch.lines(), len(rows))
        _count(job, batch.counts(), after=rows[-1].pk)
        job.done += len(rows)

    def _people(self, job: Job) -> bool:
        after = job.cursor["after"]
        members = Membership.objects.filter(org=job.org_id, pk__gt=after).select_related("user").order_by("pk")
        rows = list(members[:BATCH])
        _keep(job, layout.PEOPLE, serialize.people(rows, with_head=not after))
        if rows:
            _count(job, {"people": len(rows)}, after=rows[-1].pk)
        return len(rows) < BATCH

    def write(self, job: Job, file: IO[bytes]) -> None:
        with company_scope(job.org_id, read_only=True):
            company = Organization.objects.get(pk=job.org_id).name
            parts = JobPart.objects.filter(org=job.org_id, job=job).order_by("name", "pk")
            pieces = list(parts.values_list("name", "pk"))
        writer = layout.Writer(file, company=company, begun_at=job.started_at or job.created_at)
        for name, issues in groupby(pieces, key=itemgetter(0)):
            writer.add(name, (_content(job, pk) for _name, pk in issues))
        writer.close(job.result)

    def may_download(self, job: Job, member: Membership, *, now: dt.datetime) -> bool:
        return member.is_administrator


def _go_to(job: Job, stage: str, **more: int) -> None:
    job.cursor = job.cursor | {"stage": stage, "after": 0, **more}


def _count(job: Job, counts: dict[str, int], *, after: int) -> None:
    job.cursor["after"] = after
    for kind, number in counts.items():
        job.result[kind] += number


def _append_issues(job: Job, lines: bytes, rows: int) -> None:
    """Into the file that was begun, or into the next one."""
    cursor = job.cursor
    if cursor["rows"] + rows > layout.ISSUES_A_FILE or cursor["bytes"] >= layout.BYTES_A_FILE:
        cursor |= {"file": cursor["file"] + 1, "rows": 0, "bytes": 0}
    _keep(job, layout.issues_file(cursor["file"]), lines)
    cursor["rows"] += rows
    cursor["bytes"] += len(lines)


def _keep(job: Job, name: str, content: bytes) -> None:
    JobPart.objects.create(org_id=job.org_id, job=job, name=name, content=content)


def _content(job: Job, pk: int) -> bytes:
    with company_scope(job.org_id, read_only=True):
        return bytes(JobPart.objects.get(org=job.org_id, pk=pk).content)
