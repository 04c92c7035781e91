"""Rows of an archive as rows of the database: checked column by column, people matched, everything kept.

Who is not in the company cannot be the author of a row here: the importing administrator stands in, and the text says
who wrote it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from issues.archive.fields import EXPORTED
from issues.archive.serialize import PERSON_FIELDS
from issues.catalogue import catalogue
from issues.following.models import Follower
from issues.issue.change_models import Change
from issues.issue.comment_models import Comment
from issues.issue.models import TEXT_LENGTH, Issue
from issues.queues.models import Queue
from orgs.tenancy.errors import Refused

REFERENCES = {"lead", "queue", "author", "assignee", "member", "comment", "fields"}


@dataclass
class People:
    """Ids of the archive → memberships here; `unknown` counts the places where somebody is missing."""

    org_id: int
    importer: int
    members: dict[str, int]
    names: dict[str, str]
    unknown: int = 0

    def member_id(self, person: object) -> int | None:
        """The membership, or None for nobody or somebody who is not here."""
        found = self.members.get(str(person)) if person is not None else None
        self.unknown += person is not None and found is None
        return found

    def author(self, person: object, text: str, limit: int | None = None) -> tuple[int, str]:
        """Who is to be the author, and the text; it names the true author when that is somebody else."""
        if found := self.member_id(person):
            return found, text
        name = self.names.get(str(person), _("somebody unknown"))
        note = _("Written by %(name)s.") % {"name": name}
        whole = f"{note}\n\n{text}" if text else note
        return self.importer, text if limit is not None and len(whole) > limit else whole


def queue(place: str, row: dict[str, Any], people: People) -> Queue:
    made = Queue(org_id=people.org_id, **_columns("Queue", row, place))
    made.lead_id = people.member_id(row.get("lead")) or people.importer
    _clean(made, place)
    return made


@dataclass
class Loaded:
    """Issues with what belongs to them, ready to be inserted."""

    people: People
    queues: dict[str, Queue]
    issues: list[Issue] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    followers: list[Follower] = field(default_factory=list)

    def add(self, place: str, row: dict[str, Any]) -> None:
        """One line of an issues file. Raises Refused."""
        issue = self._issue(place, row)
        self.issues.append(issue)
        comments = [self._comment(place, found, issue) for found in _list(row, "comments", place)]
        self.comments += comments
        self.changes += [self._change(place, found, issue, comments) for found in _list(row, "changes", place)]
        followers = {pk for person in _list(row, "followers", place) if (pk := self.people.member_id(person))}
        self.followers += [Follower(org_id=issue.org_id, issue=issue, member_id=pk) for pk in sorted(followers)]

    def _issue(self, place: str, row: dict[str, Any]) -> Issue:
        found = self.queues.get(str(row.get("queue")))
        if found is None:
            raise Refused(_("%(place)s: there is no such queue.") % {"place": place})
        issue = Issue(org_id=found.org_id, queue=found, **_columns("Issue", row, place))
        if issue.status not in catalogue.STATUS:
            raise Refused(_("%(place)s: there is no such status.") % {"place": place})
        issue.set_status(issue.status)
        issue.assignee_id = self.people.member_id(row.get("assignee"))
        text = issue.description if isinstance(issue.description, str) else ""
        issue.author_id, issue.description = self.people.author(row.get("author"), text, TEXT_LENGTH)
        _clean(issue, place)
        _check_issue(issue, found, place)
        return issue

    def _comment(self, place: str, row: Any, issue: Issue) -> Comment:
        comment = Comment(org_id=issue.org_id, issue=issue, **_columns("Comment", row, place))
        text = comment.text if isinstance(comment.text, str) else ""
        comment.author_id, comment.text = self.people.author(row.get("author"), text)
        _clean(comment, place)
        return comment

    def _change(self, place: str, row: Any, issue: Issue, comments: list[Comment]) -> Change:
        change = Change(org_id=issue.org_id, issue=issue, **_columns("Change", row, place))
        change.author_id = self.people.member_id(row.get("author")) or self.people.importer
        change.comment = _nth(comments, row.get("comment"), place)
        change.fields = [self._entry(place, entry) for entry in _list(row, "fields", place)]
        _clean(change, place)
        return change

    def _entry(self, place: str, entry: Any) -> dict[str, Any]:
        if (
            not isinstance(entry, dict)
            or entry.keys() != {"field", "from", "to"}
            or not isinstance(entry["field"], str)
        ):
            raise Refused(_("%(place)s: the changelog cannot be read.") % {"place": place})
        if entry["field"] not in PERSON_FIELDS:
            return entry
        return entry | {side: self.people.member_id(entry[side]) for side in ("from", "to")}


def _columns(model: str, row: Any, place: str) -> dict[str, Any]:
    """The row's own columns as they stand in the archive, not yet checked."""
    if not isinstance(row, dict):
        raise Refused(_("%(place)s cannot be read.") % {"place": place})
    columns = {column: name for column, name in EXPORTED[model].items() if column not in REFERENCES}
    if missing := [name for name in columns.values() if name not in row]:
        raise Refused(_("%(place)s: %(field)s is missing.") % {"place": place, "field": missing[0]})
    return {column: row[name] for column, name in columns.items()}


def _clean(row: models.Model, place: str) -> None:
    """Turns texts into instants and dates and checks every column. Raises Refused for the first that does not fit."""
    columns = [column for column in row._meta.concrete_fields if column.name in _own(row)]
    for column in columns:
        value = getattr(row, column.name)
        if not _fits(column, value):
            raise Refused(_("%(place)s: %(field)s cannot be read.") % {"place": place, "field": column.name})
        if isinstance(column, models.DateTimeField) and value is not None:
            setattr(row, column.name, _instant(value, place, column.name))
    empty = {column.name for column in columns if column.null and getattr(row, column.name) is None}
    others = {column.name for column in row._meta.concrete_fields} - _own(row)
    try:
        row.clean_fields(exclude=others | empty)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        words = {"place": place, "field": name, "why": messages[0]}
        raise Refused(_("%(place)s: %(field)s: %(why)s") % words) from error


def _own(row: models.Model) -> set[str]:
    """The columns that hold what the archive says, and no reference."""
    return set(EXPORTED[type(row).__name__]) - REFERENCES


def _fits(column: Any, value: Any) -> bool:
    """Whether the value is of the column's kind: Django would make a text of anything, and a number of a yes."""
    if value is None:
        return bool(column.null)
    if isinstance(column, ArrayField):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    if isinstance(column, models.IntegerField):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str)


def _instant(value: str, place: str, name: str) -> dt.datetime:
    try:
        found = parse_datetime(value)
        if found is not None and found.tzinfo is not None:
            return found.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused(_("%(place)s: %(field)s is no instant.") % {"place": place, "field": name})


def _check_issue(issue: Issue, queue: Queue, place: str) -> None:
    fits = (
        1 <= issue.number <= queue.last_number,
        issue.key == f"{queue.key}-{issue.number}",
        issue.type in catalogue.keys(catalogue.TYPES),
        issue.priority in catalogue.keys(catalogue.PRIORITIES),
        issue.resolution in ("", *catalogue.keys(catalogue.RESOLUTIONS)),
        bool(issue.resolution) == bool(issue.resolved_at),
        len(issue.description) <= TEXT_LENGTH,
    )
    if not all(fits):
        words = _("%(place)s: key, number, type, priority, resolution or length of the description do not fit.")
        raise Refused(words % {"place": place})


def _list(row: dict[str, Any], name: str, place: str) -> list[Any]:
    found = row.get(name)
    if not isinstance(found, list):
        raise Refused(_("%(place)s: %(field)s is no list.") % {"place": place, "field": name})
    return found


def _nth(comments: list[Comment], number: object, place: str) -> Comment | None:
    if number is None:
        return None
    if isinstance(number, int) and 1 <= number <= len(comments):
        return comments[number - 1]
    raise Refused(_("%(place)s: there is no such comment.") % {"place": place})
