"""Two people edited the same issue: what the page shows to the one who was second."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

from issues import changelog, describing
from issues.errors import Conflict
from issues.models.issue import Issue
from issues.writing import IssueFields


@dataclass(frozen=True)
class Difference:
    """A field that says one thing now and would say another after saving."""

    label: str | Promise
    theirs: str
    mine: str


@dataclass(frozen=True)
class Collision:
    """Who changed the issue meanwhile, when last, and what differs."""

    people: list[str]
    at: dt.datetime
    differences: list[Difference]


def compare(conflict: Conflict, fields: IssueFields) -> Collision:
    """What stands in the issue now beside what the second person wrote."""
    theirs, mine = changelog.values(conflict.issue), changelog.values(Issue(**fields))
    members = (conflict.issue.assignee, fields["assignee"])
    names = {member.pk: member.name for member in members if member}
    differences = [
        Difference(
            describing.LABELS[field],
            describing.word(field, theirs[field], names),
            describing.word(field, mine[field], names),
        )
        for field in theirs
        if theirs[field] != mine[field]
    ]
    people = list(dict.fromkeys(change.author.name for change in conflict.changes))
    return Collision(people, conflict.changes[-1].at, differences)
