"""The list of issues as tests fill and read it."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

from django.test import Client

from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.scopes import company_scope

STATUSES = ("open", "inProgress", "inReview", "needInfo", "blocked", "closed")


def keys(page: str) -> list[str]:
    """The keys of the rows, in their order."""
    return re.findall(r'issues__key">([^<]+)<', page)


def fill(queue: Queue, member: Membership, count: int, *, now: dt.datetime) -> None:
    """Issues in all statuses; seven in a row were changed at the same instant."""
    rows = []
    for n in range(1, count + 1):
        at = now - dt.timedelta(minutes=n // 7)
        issue = Issue(org_id=queue.org_id, queue=queue, number=n, key=f"{queue.key}-{n}", author=member)
        issue.type, issue.priority, issue.summary = "task", "normal", f"Issue {n}"
        issue.created_at = issue.updated_at = at
        issue.set_status(STATUSES[n % len(STATUSES)])
        if issue.status == "closed":
            issue.resolution, issue.resolved_at = "fixed", at
        rows.append(issue)
    with company_scope(queue.org_id):
        Issue.objects.bulk_create(rows)
        Queue.objects.filter(pk=queue.pk).update(last_number=count, issue_count=count)


def walk(client: Client, url: str, rel: str) -> list[list[str]]:
    """The keys of every page, following the links."""
    pages, base = [], url.partition("?")[0]
    while url:
        html = client.get(url).content.decode()
        pages.append(keys(html))
        query = link(html, rel)
        url = base + query if query else ""
    return pages


def link(html: str, rel: str) -> str:
    """The query string that the page's link leads to; empty without one."""
    found = re.search(rf'rel="{rel}"\s+href="([^"]+)"', html)
    return unescape(found[1]) if found else ""
