"""Companies at a point of their lifecycle, with something to delete, and a way to let time pass for one of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db import connection
from django.db.models import F

from issues.following.models import Follower
from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues import queues
from orgs import tasks
from orgs.audit.models import AuditEvent
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import Notice, NoticeKind
from orgs.mail import outbox
from orgs.mail.models import Mail
from orgs.tenancy.clock import database_now
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import make_company

DAY = dt.timedelta(days=1)
INSTANTS = ("activated_at", "trial_ends_at", "deactivated_at", "retention_ends_at", "debt_due_at")


def fill(org: Organization, *, issues: int = 3) -> dict[str, int]:
    """Writes issues, each with a comment, a change, a follower and a mail; returns what a certificate must count."""
    author, now = Membership.objects.filter(org=org).earliest("pk"), database_now()
    letter = outbox.Letter("ROB-1 A secret", "A secret")
    with company_scope(org.pk):
        queue = queues.create(org=org, key="ROB", name="Robotics", actor=author, now=now)
        common = {"org": org, "queue": queue, "author": author, "type": "task", "priority": "normal"}
        times = {"created_at": now, "updated_at": now}
        rows = Issue.objects.bulk_create(
            Issue(number=n, key=f"ROB-{n}", summary="A secret", **common, **times) for n in range(1, issues + 1)
        )
        comments = Comment.objects.bulk_create(
            Comment(org=org, issue=row, author=author, text="A secret", created_at=now) for row in rows
        )
        Change.objects.bulk_create(
            Change(org=org, issue=row, author=author, kind=ChangeKind.COMMENTED, at=now, version=1, comment=comment)
            for row, comment in zip(rows, comments, strict=True)
        )
        Follower.objects.bulk_create(Follower(org=org, issue=row, member=author) for row in rows)
        keys = [f"issue:{row.pk}:change:1:{author.pk}" for row in rows]
        Mail.objects.bulk_create(
            outbox.new_mail(org=org, key=key, to="a@b.example", letter=letter, now=now) for key in keys
        )
    labels = ("issues.issue", "issues.comment", "issues.change", "issues.follower", "orgs.mail")
    return {"issues.queue": 1, **dict.fromkeys(labels, issues)}


def read_only(*, days_left: float, name: str = "Northwind Robotics") -> Organization:
    """A company that nobody subscribed, whose data is deleted in so many days."""
    org = make_company(name, age_days=0)
    let_pass(org, (60 - days_left) * DAY)
    with company_scope(org.pk):
        lifecycle.reconcile_state(Organization.objects.lock(org.pk), now=database_now())
    org.refresh_from_db()
    return org


def warn(org: Organization, *, ago: dt.timedelta = 4 * DAY) -> None:
    """A mail server accepted a warning of the deletion."""
    at = database_now() - ago
    with company_scope(org.pk):
        what = {"kind": NoticeKind.DELETION, "deadline": org.retention_ends_at, "days": 7}
        Notice.objects.create(org=org, posted_at=at, accepted_at=at, **what)


def due_company(*, name: str = "Northwind Robotics") -> Organization:
    """A company whose deletion may be claimed now."""
    org = read_only(days_left=-1, name=name)
    warn(org)
    return org


def let_pass(org: Organization, time: dt.timedelta) -> None:
    """As much time passes for one company: its instants move into the past, those of its notices too."""
    Organization.objects.filter(pk=org.pk).update(**{name: F(name) - time for name in INSTANTS})
    with company_scope(org.pk):
        for name in ("deadline", "posted_at", "accepted_at"):
            Notice.objects.filter(org=org).update(**{name: F(name) - time})
        Mail.objects.filter(org=org, sent_at=None).update(next_attempt_at=database_now() - DAY)
    org.refresh_from_db()


def run_jobs() -> None:
    """What beat asks for; with the fixture `eager` it is done at once."""
    for job in (tasks.sweep, tasks.post_notices, tasks.delete_due):
        job()


# --- what became of a company ------------------------------------------------------------------------------
def events(org: Organization) -> list[str]:
    with company_scope(org.pk):
        return list(AuditEvent.objects.order_by("number").values_list("action", flat=True))


def tracker_events(org: Organization) -> Counter[str]:
    return Counter(action for action in events(org) if action.startswith("tracker."))


def rows_left(org: Organization) -> int:
    """Rows of the company's Tracker, counted without the product's own list of tables."""
    sql = "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'issues_%%'"
    with platform_scope(), connection.cursor() as cursor:
        cursor.execute(sql)
        tables = [row[0] for row in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table} WHERE org_id = {org.pk}" for table in tables))
        return sum(row[0] for row in cursor.fetchall())


def mails(org: Organization, prefix: str) -> list[Mail]:
    with company_scope(org.pk):
        return list(Mail.objects.filter(org=org, key__startswith=prefix).order_by("pk"))
