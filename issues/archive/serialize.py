"""Rows as lines of the archive. People are named by the ids of people.csv, comments by their place in their issue."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from issues.archive.fields import EXPORTED
from issues.following.models import Follower
from issues.issue.change_models import Change
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from issues.queues.models import Queue
from orgs.lists import csv_export
from orgs.tenancy.membership_models import Membership

PEOPLE = ("id", "email", "first_name", "last_name", "state")
PERSON_FIELDS = frozenset({"assignee"})  # of the changelog: their values are people


def line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_text).encode() + b"\n"


def _text(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"not a value of the archive: {value!r}")


def queues(rows: list[Queue]) -> bytes:
    people = _ids({queue.lead_id for queue in rows})
    lines = [_row("Queue", queue, lead=people[queue.lead_id]) for queue in rows]
    return b"".join(line(row) for row in lines)


def people(members: Iterable[Membership], *, with_head: bool) -> bytes:
    """Rows of people.csv, spreadsheet-safe; `members` come with their users."""
    head = [PEOPLE] if with_head else []
    rows = [(member.public_id, *_person(member)) for member in members]
    return csv_export.table([*head, *rows]).encode()


def _person(member: Membership) -> tuple[str, str, str, str]:
    state = "former" if member.ended_at else "blocked" if member.blocked_at else "current"
    user = member.user
    return user.email, user.first_name, user.last_name, state


class Batch:
    """Some issues with everything that belongs to them, read with one statement a table."""

    def __init__(self, org_id: int, issues: list[Issue]) -> None:
        self.issues = issues
        pks = [issue.pk for issue in issues]
        self.comments = _by_issue(Comment.objects.filter(org=org_id, issue__in=pks).order_by("created_at", "id"))
        self.changes = _by_issue(Change.objects.filter(org=org_id, issue__in=pks).order_by("at", "id"))
        self.followers = _by_issue(Follower.objects.filter(org=org_id, issue__in=pks).order_by("member__public_id"))
        self.people = _ids(self._mentioned())

    def lines(self) -> bytes:
        return b"".join(line(self._issue(issue)) for issue in self.issues)

    def counts(self) -> dict[str, int]:
        kinds = {"comments": self.comments, "changes": self.changes, "followers": self.followers}
        return {"issues": len(self.issues)} | {kind: sum(map(len, rows.values())) for kind, rows in kinds.items()}

    def _issue(self, issue: Issue) -> dict[str, Any]:
        comments = self.comments.get(issue.pk, [])
        places = {comment.pk: place for place, comment in enumerate(comments, start=1)}
        assignee = self.people[issue.assignee_id] if issue.assignee_id else None
        row = _row("Issue", issue, queue=issue.queue.key, author=self.people[issue.author_id], assignee=assignee)
        row["followers"] = [self.people[follower.member_id] for follower in self.followers.get(issue.pk, [])]
        row["comments"] = [_row("Comment", found, author=self.people[found.author_id]) for found in comments]
        row["changes"] = [self._change(change, places) for change in self.changes.get(issue.pk, [])]
        return row

    def _change(self, change: Change, places: dict[int, int]) -> dict[str, Any]:
        comment = places[change.comment_id] if change.comment_id else None
        fields = [self._entry(entry) for entry in change.fields]
        return _row("Change", change, author=self.people[change.author_id], comment=comment, fields=fields)

    def _entry(self, entry: dict[str, Any]) -> dict[str, Any]:
        if entry["field"] not in PERSON_FIELDS:
            return entry
        return entry | {side: self.people.get(entry[side]) for side in ("from", "to")}

    def _mentioned(self) -> set[int]:
        found: set[int | None] = {issue.author_id for issue in self.issues}
        found |= {issue.assignee_id for issue in self.issues}
        for rows in (*self.comments.values(), *self.changes.values()):
            found |= {row.author_id for row in rows}
        found |= {follower.member_id for rows in self.followers.values() for follower in rows}
        for change in (change for rows in self.changes.values() for change in rows):
            entries = [entry for entry in change.fields if entry["field"] in PERSON_FIELDS]
            found |= {entry[side] for entry in entries for side in ("from", "to")}
        return {pk for pk in found if pk}


def _row(model: str, row: Any, **replaced: Any) -> dict[str, Any]:
    """The exported columns of a row; references are given."""
    columns = EXPORTED[model].items()
    return {name: replaced[column] if column in replaced else getattr(row, column) for column, name in columns}


def _by_issue(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.issue_id, []).append(row)
    return found


def _ids(pks: set[int]) -> dict[int, str]:
    return dict(Membership.objects.filter(pk__in=pks).values_list("pk", "public_id"))
