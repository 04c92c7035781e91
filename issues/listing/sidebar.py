"""What stands around a list of issues: views and queues with their counts, the queue that is looked at.

The counts are one statement, written out: the same question through querysets costs more to build than to answer. Like
every other it runs inside the company's scope, and each part of it begins with the company's id.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from issues.catalogue import catalogue
from issues.issue.models import IssueQuerySet
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
        SELECT id, key, name, description FROM issues_queue WHERE org_id = %(org)s AND key = %(queue)s) AS queue),
    'statuses', (SELECT jsonb_object_agg(rank, {in_status}) FROM unnest(%(ranks)s::smallint[]) AS rank),
    'mine', {mine},
    'my', {my},
    'following', {following})
"""


@dataclass(frozen=True)
class Surroundings:
    """Queues are mappings (key, name, count); `queue` also has id and description. Counts reach CAP + 1 at most.

    `found` are the ranks of the issues of a narrowed list, in no order, CAP + 1 of them at most, and `ids` theirs.
    """

    queues: list[dict[str, Any]]
    queue: dict[str, Any] | None
    statuses: dict[str, int]
    mine: int
    my: int
    following: int
    found: list[int] | None
    ids: list[int]

    @property
    def is_whole(self) -> bool:
        """Whether `ids` are all issues of the narrowed list."""
        return self.found is not None and len(self.found) <= CAP


def read(member: Membership, queue: str, narrowed: IssueQuerySet | None) -> Surroundings:
    """`queue` is a key or empty; `narrowed` is the list when it is narrower than its tab: one statement more."""
    scope = ISSUES + (IN_QUEUE if queue else "")
    statement = STATEMENT.format(
        in_status=CAPPED.format(f"{scope} AND status_rank = rank"),
        mine=CAPPED.format(scope + MINE),
        my=CAPPED.format(ISSUES + MINE),
        following=CAPPED.format("issues_follower WHERE org_id = %(org)s AND member_id = %(member)s"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, _params(member, queue))
        answer = json.loads(cursor.fetchone()[0])
    answer["queues"] = answer["queues"] or []
    answer["statuses"] = {status.key: answer["statuses"][str(status.rank)] for status in catalogue.STATUSES}
    if narrowed is None:
        return Surroundings(**answer, found=None, ids=[])
    pairs = list(narrowed.order_by().values_list("status_rank", "id")[: CAP + 1])
    return Surroundings(**answer, found=[rank for rank, _ in pairs], ids=[pk for _, pk in pairs])


def _params(member: Membership, queue: str) -> dict[str, Any]:
    return {
        "org": member.org_id,
        "member": member.pk,
        "queue": queue,
        "closed": catalogue.CLOSED_RANK,
        "ranks": [status.rank for status in catalogue.STATUSES],
        "limit": CAP + 1,
        "queues": SHOWN_QUEUES,
    }


def shown(count: int) -> str:
    """The count as people see it: 128, or 1,000+."""
    return f"{CAP:,}+" if count > CAP else str(count)
