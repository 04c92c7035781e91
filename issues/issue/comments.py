"""Commenting."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from issues.following import following
from issues.issue import changelog, notices
from issues.issue.change_models import ChangeKind
from issues.issue.comment_models import Comment
from issues.issue.models import Issue
from orgs.tenancy.membership_models import Membership


@transaction.atomic
def add_comment(
    *, issue: Issue, text: str, actor: Membership, now: dt.datetime, token: uuid.UUID | None = None
) -> Comment:
    """Adds a comment; its author follows the issue from now on. A token that was used answers with its comment."""
    try:
        with transaction.atomic():
            comment: Comment = Comment.objects.create(
                org_id=issue.org_id, issue=issue, author=actor, text=text, created_at=now, token=token
            )
    except IntegrityError:
        if token and (made := Comment.objects.filter(org=issue.org_id, token=token).first()):
            return made
        raise
    Issue.objects.filter(org=issue.org_id, pk=issue.pk).update(updated_at=now)
    following.follow(issue, [actor])
    change = changelog.record(issue, ChangeKind.COMMENTED, actor=actor, now=now, comment=comment)
    notices.send(
        "comment_added",
        change,
        issue=issue,
        to=notices.followers(issue, besides=actor),
        actor=actor,
        now=now,
        context={"comment": comment},
    )
    return comment
