"""Commenting."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from issues.following import following
from issues.issue import changelog, notices
from issues.issue.change_models import ChangeKind
from issues.issue.comment_models import HEADING, Comment
from issues.issue.models import Issue
from issues.text import markdown
from orgs.tenancy.membership_models import Membership


@transaction.atomic
def add_comment(
    *, issue: Issue, text: str, actor: Membership, now: dt.datetime, token: uuid.UUID | None = None
) -> Comment:
    """Adds a comment; its author follows the issue from now on. A token that was used answers with its comment."""
    comment, is_new = _create_once(issue, text, actor, now, token)
    if not is_new:
        return comment
    Issue.objects.filter(org=issue.org_id, pk=issue.pk).update(updated_at=now)
    following.follow(issue, [actor])
    change = changelog.record(issue, ChangeKind.COMMENTED, actor=actor, now=now, comment=comment)
    to, context = notices.followers(issue, besides=actor), {"comment": comment}
    notices.send("comment_added", change, issue=issue, to=to, actor=actor, now=now, context=context)
    return comment


def _create_once(
    issue: Issue, text: str, actor: Membership, now: dt.datetime, token: uuid.UUID | None
) -> tuple[Comment, bool]:
    """The comment, and whether it is new: the database lets a token make one."""
    columns = {"issue": issue, "author": actor, "text": text, "created_at": now, "token": token}
    columns["text_html"] = markdown.keep(text, heading=HEADING)
    try:
        with transaction.atomic():
            return Comment.objects.create(org_id=issue.org_id, **columns), True
    except IntegrityError:
        if token and (made := Comment.objects.filter(org=issue.org_id, token=token).first()):
            return made, False
        raise
