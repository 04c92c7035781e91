"""What stands around a list of issues: views and queues with their counts, the queue that is looked at.

The counts are one statement, written out: the same question through querysets costs more to build than to answer. Like
every other it runs inside the company's scope, and each part of it begins with the company's id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from issues.catalogue import catalogue
from orgs.tenancy.membership_models import Membership

CAP = 1_000  # counts stop here; CAP + 1 stands for more
SHOWN_QUEUES = 20  # in the side panel; the others are one page away

CAPPED = "(SELECT count(*) FROM (SELECT FROM {} LIMIT %(limit)s) AS capped)"
ISSUES = "issues_issue WHERE org_id = %(org)s::bigint"
IN_QUEUE = " AND queue_id = (SELECT id FROM issues_queue WHERE org_id = %(org)s AND key = %(queue)s)"
MINE = " AND assignee_id = %(member)s AND status_rank > %(closed)s"
STATEMENT = """
SELECT jsonb_build_object(
    'queues', (SELECT jsonb_agg(queue) FROM (
        SELECT key, name, issue_count AS count FROM issues_queue
        WHERE org_id = %(org)s ORDER BY lower(name), id LIMIT %(queues)s) AS queue),
    'queue', (SELECT to_jsonb(queue) FROM (
        SELECT key, name, description FROM issues_queue WHERE org_id = %(org)s AND key = %(queue)s) AS queue),
    'statuses', (SELECT jsonb_object_agg(rank, {in_status}) FROM unnest(%(ranks)s::smallint[]) AS rank),
    'unresolved', {unresolved},
    'closed', {closed},
    'mine', {mine},
    'my', {my},
    'following', {following})
"""


@dataclass(frozen=True)
class Surroundings:
    """Queues are mappings (key, name, count); `queue` also has a description. Counts reach CAP + 1 at most.

    `statuses`: how many issues have each of the ranks that were asked for. `mine` counts in the queue, `my` everywhere.
    """

    queues: list[dict[str, Any]]
    queue: dict[str, Any] | None
    statuses: dict[int, int]
    unresolved: int
    closed: int
    mine: int
    my: int
    following: int


def read(member: Membership, queue: str, ranks: Iterable[int]) -> Surroundings:
    """`queue` is a key or empty; `ranks` are those of the statuses to count. One statement."""
    scope = ISSUES + (IN_QUEUE if queue else "")
    mine = CAPPED.format(scope + MINE)
    statement = STATEMENT.format(
        in_status=CAPPED.format(f"{scope} AND status_rank = rank"),
        unresolved=CAPPED.format(f"{scope} AND status_rank > %(closed)s"),
        closed=CAPPED.format(f"{scope} AND status_rank = %(closed)s"),
        mine=mine if queue else "NULL",
        my=CAPPED.format(ISSUES + MINE),
        following=CAPPED.format("issues_follower WHERE org_id = %(org)s AND member_id = %(member)s"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _params(member, queue, ranks))
        answer = json.loads(cursor.fetchone()[0])
    answer["queues"] = answer["queues"] or []
    answer["statuses"] = {int(rank): count for rank, count in (answer["statuses"] or {}).items()}
    answer["mine"] = answer["my"] if answer["mine"] is None else answer["mine"]
    return Surroundings(**answer)


def _params(member: Membership, queue: str, ranks: Iterable[int]) -> dict[str, Any]:
    return {
        "org": member.org_id,
        "member": member.pk,
        "queue": queue,
        "closed": catalogue.CLOSED_RANK,
        "ranks": list(ranks),
        "limit": CAP + 1,
        "queues": SHOWN_QUEUES,
    }


def shown(count: int) -> str:
    """The count as people see it: 128, or 1,000+."""
    return f"{CAP:,}+" if count > CAP else str(count)
