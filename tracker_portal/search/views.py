"""`Search or jump to…`: one page finds issues, people, queues and pages of every layer (`tracker_portal:search`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from access.wall import rules
from issues.issue.models import Issue
from issues.listing import issue_list
from issues.listing.filters import Filters
from issues.listing.sidebar import shown
from issues.queues.models import Queue
from orgs.people import address_book
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.request import CompanyRequest
from tracker_portal.search import destinations as search_pages
from users.permissions import member_reads

LIMIT = 8  # of one group; its own page has the rest


@dataclass(frozen=True)
class Found:
    """The first of what matches, and how many match."""

    rows: list[Any]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)

    @property
    def shown_count(self) -> str:
        return shown(self.count)


@member_reads.get
def search(request: CompanyRequest, org: str) -> HttpResponse:
    """What matches, in groups; an issue's whole key opens the issue. Issues and queues while Tracker can be read."""
    asked = Filters.read({"q": request.GET.get("q", "")})
    is_open = rules.tracker_is_open(request.org, request.now)
    key = asked.exact_key if is_open else ""
    if key and Issue.objects.of(request.org).filter(key=key).exists():
        return redirect("issues:issue", org=org, key=key)
    groups = groups_found(request, asked, is_open=is_open) if asked.q else {}
    context = {
        "q": asked.q,
        "is_open": is_open,
        "found": groups,
        "is_any": any(group.rows for group in groups.values()),
    }
    return render(request, "tracker_portal/search/search.html", context)


def groups_found(request: CompanyRequest, asked: Filters, *, is_open: bool) -> dict[str, Found]:
    """The groups that may be searched, by name."""
    org, member, now = request.org, request.membership, request.now
    pages = search_pages.matching(asked.q, org, member, now=now, limit=LIMIT)
    groups = {"people": find_people(org, asked.q), "pages": Found(pages, len(pages))}
    if is_open:
        issues = Found(*issue_list.first_matches(asked, member, now=now, limit=LIMIT))
        groups |= {"issues": issues, "queues": find_queues(org, asked.q)}
    return groups


def find_people(org: Organization, text: str) -> Found:
    people = address_book.search(org, text)
    return Found(list(people.order_by("sort_name", "id")[:LIMIT]), people.count())


def find_queues(org: Organization, text: str) -> Found:
    """`count` says only whether there are more."""
    queues = list(Queue.objects.of(org).matching(text).by_name()[: LIMIT + 1])
    return Found(queues[:LIMIT], len(queues))
