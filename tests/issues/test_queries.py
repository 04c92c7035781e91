"""What a page asks of the database: few statements, and no more of them when the company grows (design.md)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from issues.following import following
from issues.issue import comments, writing
from issues.issue.models import ORDER, Issue
from issues.queues import queues
from issues.queues.models import Queue
from orgs.lists import paging
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.database import as_owner
from tests.factories import add_member
from tests.issues.lists import fill
from tests.tracker_portal.queries import counted_queries

Url = Callable[[str], str]
Login = Callable[[Membership], Client]
LIST, ISSUE, CREATE = 11, 12, 15

# Inside a test's own transaction the scope would ask for the former role: these requests are on their own.
pytestmark = pytest.mark.django_db(transaction=True)


def grow(org: Organization, queue: Queue, issue: Issue, actor: Membership, now: dt.datetime) -> None:
    """More people, queues, issues, comments, changes, followers and tags."""
    crowd = [add_member(org) for _ in range(5)]
    with company_scope(org.pk):
        for n, person in enumerate(crowd):
            queues.create(org=org, key="ABCDE"[n] * 3, name=f"Queue {n}", actor=actor, now=now)
            made = writing.create_issue(
                queue=queue, actor=person, now=now, summary="Gripper", assignee=person, tags=["x"]
            )
            following.subscribe(issue=made, actor=actor)
            comments.add_comment(issue=issue, text="Me too", actor=person, now=now)
            version = Issue.objects.get(pk=issue.pk).version
            writing.edit_issue(issue=issue, version=version, actor=person, now=now, assignee=person)


def cost(client: Client, path: str, data: dict[str, object] | None = None) -> int:
    with counted_queries() as queries:
        answer = client.post(path, data) if data else client.get(path)
    assert answer.status_code in (200, 302), answer.content.decode()
    return len(queries)


PAGES = {
    "issues/": LIST,
    "issues/?queue=ROB": LIST,
    "issues/?tab=following": LIST,
    "issues/?queue=ROB&tab=all&q=gripper&status=open&priority=normal&tag=x&assignee=example": LIST
    + 1,  # whom the name means
    "queues/": LIST,
    "issues/ROB-1/": ISSUE,
}


@pytest.mark.parametrize("who", ["member", "viewer"])
def test_pages_ask_no_more_when_the_company_grows(
    who: str,
    request: pytest.FixtureRequest,
    url: Url,
    login: Login,
    org: Organization,
    queue: Queue,
    issue: Issue,
    member: Membership,
    now: dt.datetime,
) -> None:
    client = login(request.getfixturevalue(who))
    cost(client, url("people/"))  # the first page of ten minutes asks one more: it notes that the person was here
    few = {path: cost(client, url(path)) for path in PAGES}
    grow(org, queue, issue, member, now)
    assert {path: cost(client, url(path)) for path in PAGES} == few
    assert {path: number for path, number in few.items() if number + 1 > PAGES[path]} == {}


def test_creating_asks_no_more_when_the_company_grows(
    url: Url,
    login: Login,
    org: Organization,
    queue: Queue,
    issue: Issue,
    member: Membership,
    viewer: Membership,
    now: dt.datetime,
) -> None:
    def data() -> dict[str, object]:
        fields = {"queue": "ROB", "summary": "Gripper", "description": "x", "type": "bug", "priority": "minor"}
        return fields | {"assignee": viewer.user.email, "tags": "a, b", "token": uuid.uuid4()}

    client = login(member)
    first = cost(client, url("issues/new/"), data())
    few = cost(client, url("issues/new/"), data())
    grow(org, queue, issue, member, now)
    assert cost(client, url("issues/new/"), data()) == few
    assert first <= CREATE


def test_deep_page_begins_at_its_edge_in_the_index(
    url: Url, login: Login, queue: Queue, member: Membership, now: dt.datetime
) -> None:
    """No row of the pages before is read, and none of those after it; among the closed ones, which come last, too."""
    fill(queue, member, 3_000, now=now)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE issues_issue")
    with company_scope(queue.org_id):
        edge = Issue.objects.of(queue.org_id).closed().order_by(*ORDER)[100]
    after = paging.encode([edge.status_rank, edge.updated_at.isoformat(), edge.pk])
    with counted_queries() as queries:
        assert login(member).get(url(f"issues/?tab=all&after={after}")).status_code == 200
    (page,) = [sql for sql in queries if "ROW(" in sql]
    plan = explained(page, queue)
    assert re.search(r"Index Cond: .*ROW\(status_rank, updated_at, id\) < ROW\(", plan)
    assert expected_rows(plan) == 51
    foreseen = explained(re.sub(r"\(SELECT (\d+)\)", r"\1", page), queue)
    assert expected_rows(foreseen) == 1, "control: so few would be read at once and sorted"


def expected_rows(plan: str) -> int:
    """How many rows the planner expects for the page."""
    found = re.match(r"Limit .* rows=(\d+) ", plan)
    assert found, plan
    return int(found[1])


def explained(sql: str, queue: Queue) -> str:
    """The plan for somebody in the company."""
    with company_scope(queue.org_id), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor)
