"""Two people edited the same issue: what the page shows to the one who was second."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise

from issues.issue import change_texts, changelog
from issues.issue.errors import Conflict
from issues.issue.models import Issue
from issues.issue.writing import IssueFields


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
            change_texts.LABELS[field],
            change_texts.word(field, theirs[field], names),
            change_texts.word(field, mine[field], names),
        )
        for field in theirs
        if theirs[field] != mine[field]
    ]
    people = list(dict.fromkeys(change.author.name for change in conflict.changes))
    return Collision(people, conflict.changes[-1].at, differences)
