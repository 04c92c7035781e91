"""Writes the changelog, and says what differs between an issue as it was and as it is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from issues.issue.change_models import Change, ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from orgs.tenancy.membership_models import Membership


def values(issue: Issue) -> dict[str, Any]:
    """The issue's editable fields as the changelog keeps them: keys, ISO dates, words, the id of a membership."""
    return {
        "type": issue.type,
        "summary": issue.summary,
        "description": issue.description,
        "priority": issue.priority,
        "assignee": issue.assignee_id,
        "due_on": issue.due_on.isoformat() if issue.due_on else None,
        "tags": issue.tags,
    }


def difference(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry for each field that differs."""
    return [entry(name, before[name], after[name]) for name in before if before[name] != after[name]]


def entry(field: str, former: Any, current: Any) -> dict[str, Any]:
    """{"field", "from", "to"}; without the texts of a description, see `Change.former_text`."""
    if field == "description":
        former = current = None
    return {"field": field, "from": former, "to": current}


def record(
    issue: Issue,
    kind: ChangeKind,
    *,
    actor: Membership,
    now: dt.datetime,
    fields: list[dict[str, Any]] | None = None,
    comment: Comment | None = None,
    former_text: str = "",
) -> Change:
    """Appends an act to the issue's changelog, in the caller's transaction."""
    change: Change = Change.objects.create(
        org_id=issue.org_id,
        issue=issue,
        author=actor,
        kind=kind,
        at=now,
        version=issue.version,
        fields=fields or [],
        comment=comment,
        former_text=former_text,
    )
    return change
