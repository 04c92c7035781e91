"""Companies of any size, written by PostgreSQL itself: what the pages are measured on."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from issues.catalogue import catalogue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import platform_scope
from tests.factories import add_member, make_company

PEOPLE, QUEUES, RARE = 12, 4, 50
# One word is in every third issue, one in fifty issues of a company whatever its size, and there are a few hundred others.
ISSUES = """
INSERT INTO issues_issue (org_id, queue_id, number, key, type, summary, description, status, status_rank, priority,
    resolution, author_id, assignee_id, tags, version, created_at, updated_at, resolved_at)
SELECT %(org)s, (%(queues)s::bigint[])[1 + n %% %(queue_count)s], n / %(queue_count)s + 1,
    (%(keys)s::text[])[1 + n %% %(queue_count)s] || '-' || n / %(queue_count)s + 1, 'task',
    'Arm ' || n %% 97 || ' stops at station ' || n %% 211 || CASE WHEN n %% 3 = 0 THEN ' gripper' ELSE '' END
        || CASE WHEN n %% (%(count)s / %(rare)s) = 0 THEN ' calibration' ELSE '' END,
    'Seen on line ' || n %% 13 || ', shift ' || n %% 3 || '. Part ' || md5(n::text) || ' was replaced.',
    status, rank, (ARRAY['normal', 'minor', 'critical'])[1 + n %% 3],
    CASE WHEN status = 'closed' THEN 'fixed' ELSE '' END, (%(people)s::bigint[])[1 + n %% %(people_count)s],
    CASE WHEN n %% 5 = 0 THEN NULL ELSE (%(people)s::bigint[])[1 + n %% 7 %% %(people_count)s] END,
    ARRAY['line-' || n %% 12]::varchar[], 1, at, at, CASE WHEN status = 'closed' THEN at END
FROM generate_series(1, %(count)s) AS n,
    LATERAL (SELECT %(now)s::timestamptz - n * interval '1 minute' AS at,
        (%(statuses)s::text[])[1 + n %% %(status_count)s] AS status,
        (%(ranks)s::smallint[])[1 + n %% %(status_count)s] AS rank) AS drawn
"""
CHANGES = """
INSERT INTO issues_change (org_id, issue_id, author_id, kind, at, version, fields, former_text)
SELECT org_id, id, author_id, 'IssueCreated', created_at, 1, '[]', '' FROM issues_issue WHERE org_id = %(org)s
"""
FOLLOWERS = """
INSERT INTO issues_follower (org_id, issue_id, member_id)
SELECT org_id, id, author_id FROM issues_issue WHERE org_id = %(org)s
"""
COUNTS = """
UPDATE issues_queue SET (last_number, issue_count) = (
    SELECT max(number), count(*) FROM issues_issue WHERE org_id = %(org)s AND queue_id = issues_queue.id)
WHERE org_id = %(org)s
"""


def company(name: str, count: int, people: int = PEOPLE) -> Membership:
    """A company with so many issues and people; a member of it with full access."""
    now = timezone.now()
    org = make_company(name)
    members = [add_member(org, level=Level.FULL)] + [add_member(org) for _ in range(people - 1)]
    with platform_scope():
        made = [
            queues.create(org=org, key="ABCD"[n] * 3, name=f"Queue {n}", actor=members[0], now=now)
            for n in range(QUEUES)
        ]
        fill(org, members, made, count, now)
    return members[0]


def fill(org: Organization, people: list[Membership], made: list[Queue], count: int, now: dt.datetime) -> None:
    statuses = [status for status in catalogue.STATUSES for _ in range(6 if status.key == catalogue.CLOSED else 1)]
    values = {
        "org": org.pk,
        "queues": [queue.pk for queue in made],
        "keys": [queue.key for queue in made],
        "queue_count": len(made),
        "people": [person.pk for person in people],
        "people_count": len(people),
        "statuses": [status.key for status in statuses],
        "ranks": [status.rank for status in statuses],
        "status_count": len(statuses),
        "count": count,
        "rare": min(RARE, count),
        "now": now,
    }
    with connection.cursor() as cursor:
        for statement in (ISSUES, CHANGES, FOLLOWERS, COUNTS):
            cursor.execute(statement, values)


def settle() -> None:
    """What autovacuum does in its own time."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE tracker_owner")  # VACUUM runs in no transaction
        cursor.execute("VACUUM (ANALYZE) issues_issue, issues_change, issues_follower, issues_queue, orgs_membership")
        cursor.execute("RESET ROLE")
