"""The list of issues: one page of rows in groups, and the counts, views and queues around it.

Two statements, whatever the company holds: the rows of the page, and everything around them; one more where a list is
narrowed, and one for the people whom a filter names.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from issues.catalogue import catalogue
from issues.issue.models import ORDER, Issue, IssueQuerySet
from issues.listing import filters, sidebar
from issues.listing.filters import Filters
from issues.listing.sidebar import CAP, Surroundings, shown
from orgs.lists.page_statements import PageStatements
from orgs.lists.paging import Often, Page, paginate
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.request import CompanyRequest
from users.accounts.models import full_name
from users.database.statements import Given

PERSON = ("assignee__user__first_name", "assignee__user__last_name", "assignee__user__email")
COLUMNS = ("id", "key", "summary", "status", "status_rank", "priority", "tags", "updated_at", *PERSON)


OF_COMPANY = Issue.objects.filter(org_id=Given("org", models.BigIntegerField()))
OFTEN = {
    "unresolved": PageStatements(OF_COMPANY.unresolved, COLUMNS),
    "closed": PageStatements(OF_COMPANY.closed, COLUMNS),
    "all": PageStatements(OF_COMPANY.all, COLUMNS),
}


@dataclass(frozen=True)
class Group:
    """Rows of one status that stand together on the page; `count` is that of the whole list, empty when unknown."""

    status: str
    name: str
    count: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True)
class IssueListPage:
    """What the page shows. `queue` is a mapping (key, name, description), or None; `counts` are ready to be shown.

    `is_first` says that the list begins here; a later page may turn out empty when the list became shorter.
    """

    filters: Filters
    page: Page
    groups: list[Group]
    counts: dict[str, str]
    queue: dict[str, Any] | None
    queues: list[dict[str, Any]]
    is_first: bool


@dataclass(frozen=True)
class Matches:
    """The issues of a narrowed list, in no order, CAP + 1 at most: the ranks of their statuses, and their ids."""

    ranks: list[int]
    ids: list[int]

    @property
    def are_all(self) -> bool:
        return len(self.ids) <= CAP

    @property
    def statuses(self) -> dict[int, int]:
        """How many have each rank; none when they are too many to be counted."""
        return Counter(self.ranks) if self.are_all else {}


def list_page(request: CompanyRequest) -> IssueListPage:
    """The page that the request's parameters ask for. Raises Http404 for a queue that does not exist."""
    asked, member = Filters.read(request.GET), request.membership
    issues = filters.narrow(filters.tab(Issue.objects.of(request.org), asked.tab, member), asked, member)
    issues = filters.in_queue(issues, asked.queue, member.org_id)
    matches = _matches(issues) if asked.narrows or asked.tab in ("mine", "following") else None
    if matches and matches.are_all:  # not searched for twice: how many match is what the planner is worst at
        issues = Issue.objects.of(request.org).filter(filters.among(matches.ids))
    page = paginate(issues.values(*COLUMNS), request, keys=ORDER, often=_often(asked, member))
    _dress(page.rows, request.now)
    ranks = {row["status_rank"] for row in page.rows} if matches is None else ()
    around = sidebar.read(member, asked.queue, ranks)
    if asked.queue and around.queue is None:
        raise Http404
    return IssueListPage(
        filters=asked,
        page=page,
        groups=_groups(page.rows, around.statuses if matches is None else matches.statuses),
        counts=_counts(around, matches),
        queue=around.queue,
        queues=around.queues,
        is_first=not {"after", "before"} & request.GET.keys(),
    )


def _matches(issues: IssueQuerySet) -> Matches:
    pairs = list(issues.order_by().values_list("status_rank", "id")[: CAP + 1])
    return Matches([rank for rank, _ in pairs], [pk for _, pk in pairs])


def _often(asked: Filters, member: Membership) -> Often | None:
    """What gives the pages of the lists that are asked for most; None for the others."""
    if asked.narrows or asked.queue or asked.tab not in OFTEN:
        return None
    return OFTEN[asked.tab].of(org=member.org_id)


def first_matches(
    asked: Filters, member: Membership, *, now: dt.datetime, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """The rows with which the list of all that matches would begin, and how many match, CAP + 1 at most."""
    issues = filters.narrow(Issue.objects.of(member.org_id), asked, member)
    matches = _matches(issues)
    if matches.are_all:  # not searched for twice, as in `list_page`
        issues = Issue.objects.of(member.org_id).filter(filters.among(matches.ids))
    rows = list(issues.order_by(*ORDER).values(*COLUMNS)[:limit])
    _dress(rows, now)
    return [row | {"status_name": catalogue.STATUS[row["status"]].name} for row in rows], len(matches.ids)


def _groups(rows: list[dict[str, Any]], counts: Mapping[int, int]) -> list[Group]:
    groups = ((catalogue.STATUS[key], list(rows)) for key, rows in groupby(rows, key=itemgetter("status")))
    return [
        Group(status.key, str(status.name), shown(counts[status.rank]) if counts else "", rows)
        for status, rows in groups
    ]


def _counts(around: Surroundings, matches: Matches | None) -> dict[str, str]:
    counts = {"all": around.unresolved + around.closed, "closed": around.closed, "unresolved": around.unresolved}
    counts |= {"mine": around.mine, "my": around.my, "following": around.following}
    if matches is not None:
        counts["found"] = len(matches.ids)
    return {name: shown(count) for name, count in counts.items()}


def _dress(rows: list[dict[str, Any]], now: dt.datetime) -> None:
    """Adds what a row shows: the assignee's name, the priority's, and when it changed, in words made once a day."""
    days: dict[dt.date, str] = {}
    today = timezone.localtime(now).date()
    priorities = {entry.key: str(entry.name) for entry in catalogue.PRIORITIES}
    for row in rows:
        first, last, email = (row.pop(name) for name in PERSON)
        row["assignee"] = full_name(first, last, email) if email else ""
        row["at"] = at = timezone.localtime(row["updated_at"])
        day = at.date()
        row["when"] = days.get(day) or days.setdefault(day, _day(day, today))
        row["priority_name"] = priorities.get(row["priority"], row["priority"])


def _day(day: dt.date, today: dt.date) -> str:
    if day == today:
        return _("Today")
    if day == today - dt.timedelta(days=1):
        return _("Yesterday")
    return date_format(day, "j M" if day.year == today.year else "j M Y")
