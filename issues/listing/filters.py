"""What a list is asked for in its URL, and the set of issues that this means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Q, Subquery, Value

from issues.catalogue import catalogue
from issues.issue.models import IssueQuerySet
from issues.queues.models import Queue
from issues.search import full_text
from orgs.tenancy.membership_models import Membership
from users.database.statements import AnyOf

TABS = ("unresolved", "mine", "closed", "all", "following")
LENGTH = 200  # characters of one value that count
WORDS = 5  # of a person's name
EXACT_KEY = re.compile(r"[A-Za-z]{1,15}-[0-9]{1,9}")


@dataclass(frozen=True)
class Filters:
    """The parameters of a list's URL, cleaned. Without a tab, a search looks everywhere, a list at the unresolved."""

    tab: str
    queue: str
    q: str
    status: str
    assignee: str
    priority: str
    tag: str

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Filters:
        values = {field.name: _clean(params.get(field.name, "")) for field in fields(cls)}
        values["queue"] = values["queue"].upper()
        asked = cls(**values)
        if asked.tab in TABS:
            return asked
        return replace(asked, tab="all" if asked.narrows else "unresolved")

    @property
    def narrows(self) -> bool:
        """Whether something besides queue and tab leaves issues out."""
        return any((self.q, self.status, self.assignee, self.priority, self.tag))

    @property
    def exact_key(self) -> str:
        """The key that was typed into the search, upper-cased; empty when it is something else."""
        return self.q.upper() if EXACT_KEY.fullmatch(self.q) else ""


def in_queue(issues: IssueQuerySet, key: str, org_id: int) -> IssueQuerySet:
    """Those of the queue with this key; all of them for an empty one. A queue as a value keeps the index's order."""
    if not key:
        return issues
    queue = Queue.objects.filter(org=org_id, key=key)
    return issues.filter(queue=Subquery(queue.values("pk")))


def tab(issues: IssueQuerySet, name: str, member: Membership) -> IssueQuerySet:
    if name == "mine":
        return issues.unresolved().assigned_to(member)
    if name == "following":
        return issues.followed_by(member)
    if name == "closed":
        return issues.closed()
    return issues if name == "all" else issues.unresolved()


def narrow(issues: IssueQuerySet, filters: Filters, member: Membership) -> IssueQuerySet:
    """The issues that the search and all filters let through."""
    if query := full_text.query(filters.q):
        issues = issues.filter(Q(search=query) | Q(key=filters.exact_key) if filters.exact_key else Q(search=query))
    if filters.status in catalogue.STATUS:
        issues = issues.filter(status_rank=catalogue.STATUS[filters.status].rank, status=filters.status)
    if filters.priority:
        issues = issues.filter(priority=filters.priority)
    if filters.tag:
        issues = issues.filter(search=full_text.tagged(filters.tag), tags__contains=[filters.tag])
    if filters.assignee:
        issues = issues.filter(_assigned(filters.assignee, member))
    return issues


def among(ids: list[int]) -> AnyOf:
    """Issues with these ids; none of them is asked for like some."""
    return _any_of("id", ids)


def _assigned(text: str, member: Membership) -> Q | AnyOf:
    """`me`, `nobody`, or the people whose name or address holds every word; an address alone is its owner's.

    The people are looked up first: the issues of one of them stand in the order of an index.
    """
    if text.lower() == "me":
        return Q(assignee=member)
    if text.lower() == "nobody":
        return Q(assignee=None)
    people = _people(text, member.org_id)
    return Q(assignee=people[0]) if len(people) == 1 else _any_of("assignee_id", people)


def _people(text: str, org_id: int) -> list[int]:
    people = Membership.objects.filter(org=org_id)
    if "@" in text and (owner := list(people.filter(user__email=text.lower()).values_list("pk", flat=True))):
        return owner
    for word in text.split()[:WORDS]:
        matches = Q(user__first_name__icontains=word) | Q(user__last_name__icontains=word)
        people = people.filter(matches | Q(user__email__icontains=word))
    return list(people.values_list("pk", flat=True))


def _any_of(column: str, ids: list[int]) -> AnyOf:
    return AnyOf(F(column), Value(ids, output_field=ArrayField(BigIntegerField())))


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()[:LENGTH]
