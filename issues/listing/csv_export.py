"""`Export` of the issue list: the rows that the list's filters let through, as CSV. Every reader may.

Up to `AT_ONCE` rows come at once, more are a job of the member who asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import IO, Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access.wall import rules
from issues.catalogue import catalogue
from issues.issue.models import Issue, IssueQuerySet
from issues.listing import filters
from issues.listing.filters import Filters
from orgs.jobs.job_types import Runner
from orgs.jobs.models import Job, JobPart
from orgs.lists import csv_export
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope

KIND = "issue_list"
AT_ONCE = 1000  # rows
PERSON = ("first_name", "last_name", "email")
PEOPLE = tuple(f"{who}__user__{name}" for who in ("assignee", "author") for name in PERSON)
PLAIN = ("key", "summary", "type", "status", "priority", "resolution")
INSTANTS = ("created_at", "updated_at", "resolved_at")
COLUMNS = ("id", *PLAIN, "queue__key", "due_on", "tags", *INSTANTS, *PEOPLE)
HEAD = (
    *("Key", "Summary", "Type", "Status", "Priority", "Resolution", "Queue", "Assignee", "Assignee address"),
    *("Author", "Author address", "Due", "Tags", "Created (UTC)", "Updated (UTC)", "Resolved (UTC)"),
)


def matching(params: QueryDict, member: Membership) -> IssueQuerySet:
    """The issues that the list would show for these parameters, on all its pages."""
    asked = Filters.read(params)
    issues = filters.tab(Issue.objects.of(member.org_id), asked.tab, member)
    return filters.in_queue(filters.narrow(issues, asked, member), asked.queue, member.org_id)


def first_rows(params: QueryDict, member: Membership) -> list[dict[str, Any]] | None:
    """All rows, in the list's order; None when there are more than are given at once."""
    rows = list(matching(params, member).order_by("-status_rank", "-updated_at", "-id").values(*COLUMNS)[: AT_ONCE + 1])
    return None if len(rows) > AT_ONCE else rows


def table(rows: Iterable[dict[str, Any]], *, with_head: bool = True) -> str:
    """Rows as CSV that is safe in a spreadsheet and that it opens as UTF-8."""
    cells = [_cells(row) for row in rows]
    return csv_export.BOM + csv_export.table([HEAD, *cells]) if with_head else csv_export.table(cells)


def file_name(now: dt.datetime) -> str:
    return f"issues-{now:%Y-%m-%d}.csv"


def _cells(row: dict[str, Any]) -> list[str]:
    words = [
        row["key"],
        row["summary"],
        catalogue.name(catalogue.TYPES, row["type"]),
        catalogue.name(catalogue.STATUSES, row["status"]),
        catalogue.name(catalogue.PRIORITIES, row["priority"]),
        catalogue.name(catalogue.RESOLUTIONS, row["resolution"]),
        row["queue__key"],
    ]
    instants = [_instant(row[name]) for name in INSTANTS]
    due = row["due_on"].isoformat() if row["due_on"] else ""
    return [*words, *_person(row, "assignee"), *_person(row, "author"), due, ", ".join(row["tags"]), *instants]


def _person(row: dict[str, Any], who: str) -> tuple[str, str]:
    first, last, email = (row[f"{who}__user__{name}"] or "" for name in PERSON)
    return f"{first} {last}".strip() or email, email


def _instant(at: dt.datetime | None) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}" if at else ""


class IssueList(Runner):
    """Reads the list by id, so that a page of it neither repeats nor skips an issue that changes meanwhile."""

    title = _("Issue list")
    file_type = "csv"
    of_tracker = True
    BATCH = 1000

    def step(self, job: Job, *, now: dt.datetime) -> bool:
        member = Membership.objects.select_related("user", "org").get(pk=job.actor_id)
        if not (member.is_current and rules.tracker_is_open(member.org, now)):
            raise Refused(_("Issues cannot be read any more."))
        issues = matching(QueryDict(job.parameters["query"]), member)
        if not job.cursor:
            job.total = issues.count()
        rows = list(issues.filter(pk__gt=job.cursor.get("after", 0)).order_by("pk").values(*COLUMNS)[: self.BATCH])
        content = table(rows, with_head=not job.cursor).encode()
        JobPart.objects.create(org_id=job.org_id, job=job, name="issues.csv", content=content)
        job.done += len(rows)
        job.total = max(job.total, job.done)
        job.cursor = {"after": rows[-1]["id"] if rows else job.cursor.get("after", 0)}
        return len(rows) < self.BATCH

    def write(self, job: Job, file: IO[bytes]) -> None:
        with company_scope(job.org_id, read_only=True):
            pieces = JobPart.objects.filter(org=job.org_id, job=job).order_by("pk").values_list("content", flat=True)
            for content in pieces.iterator(chunk_size=1):
                file.write(content)

    def file_name(self, job: Job) -> str:
        return file_name(job.created_at)

    def may_download(self, job: Job, member: Membership, *, now: dt.datetime) -> bool:
        """As long as the member may read issues."""
        org = Organization.objects.get(pk=job.org_id)
        return super().may_download(job, member, now=now) and rules.tracker_is_open(org, now)
