"""Creating and editing issues. The caller is inside the company's scope, and the wall has let the actor in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from issues.following import following
from issues.issue import changelog, notices
from issues.issue.change_models import Change, ChangeKind
from issues.issue.errors import Conflict
from issues.issue.models import Issue
from issues.queues.models import Queue
from issues.text import markdown
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership


class IssueFields(TypedDict, total=False):
    """What a person may write into an issue. A new one takes what is missing from its queue."""

    type: str
    summary: str
    description: str
    priority: str
    assignee: Membership | None
    due_on: dt.date | None
    tags: list[str]


@transaction.atomic
def create_issue(
    *, queue: Queue, actor: Membership, now: dt.datetime, token: uuid.UUID | None = None, **fields: Unpack[IssueFields]
) -> Issue:
    """The queue's next issue; its author and assignee follow it. A token that was used answers with its issue.

    Raises Refused when the assignee is no current member.
    """
    assignee = fields.get("assignee")
    _require_member(queue.org_id, assignee)
    try:
        with transaction.atomic():
            issue = _insert(queue=queue, actor=actor, now=now, token=token, fields=fields)
    except IntegrityError:
        if token and (made := Issue.objects.of(queue.org_id).filter(token=token).first()):
            return made
        raise
    following.follow(issue, [actor, assignee] if assignee else [actor])
    change = changelog.record(issue, ChangeKind.CREATED, actor=actor, now=now)
    to = [notices.recipient(assignee)] if assignee and assignee != actor else []
    notices.send("issue_created", change, issue=issue, to=to, actor=actor, now=now)
    return issue


@transaction.atomic
def edit_issue(
    *, issue: Issue, version: int, actor: Membership, now: dt.datetime, **fields: Unpack[IssueFields]
) -> Issue:
    """Writes fields of an issue that was read at `version`; what does not change is not written.

    Raises Conflict when somebody changed fields since then (a moved status is no obstacle), and Refused when a new
    assignee is no current member.
    """
    issue = lock(issue)
    _require_unchanged(issue, version)
    before, former = changelog.values(issue), issue.assignee
    for name, value in fields.items():
        setattr(issue, name, value)
    changed = changelog.difference(before, changelog.values(issue))
    if not changed:
        return issue
    if issue.assignee and issue.assignee != former:
        _require_member(issue.org_id, issue.assignee)
        following.follow(issue, [issue.assignee])
    touch(issue, now, *_rendered(issue, fields))
    _tell_edited(issue, changed, former_text=before["description"], former=former, actor=actor, now=now)
    return issue


def assign(*, issue: Issue, assignee: Membership, actor: Membership, now: dt.datetime) -> Issue:
    """Gives the issue to somebody, whatever else was changed meanwhile. Raises Refused."""
    return edit_issue(issue=issue, version=lock(issue).version, actor=actor, now=now, assignee=assignee)


def lock(issue: Issue) -> Issue:
    """The issue as it is now, under a lock until the transaction ends."""
    locked = Issue.objects.of(issue.org_id).select_related("queue", "assignee__user")
    found: Issue = locked.select_for_update(of=("self",)).get(pk=issue.pk)
    return found


def touch(issue: Issue, now: dt.datetime, *names: str) -> None:
    """Saves these fields as the issue's next version."""
    issue.version += 1
    issue.updated_at = now
    issue.save(update_fields=[*names, "version", "updated_at"])


def _insert(
    *, queue: Queue, actor: Membership, now: dt.datetime, token: uuid.UUID | None, fields: Mapping[str, Any]
) -> Issue:
    number = Queue.objects.next_number(queue)
    values = {"type": queue.default_type, "priority": queue.default_priority, **fields}
    issue: Issue = Issue.objects.create(
        org_id=queue.org_id,
        queue=queue,
        number=number,
        key=f"{queue.key}-{number}",
        author=actor,
        token=token,
        created_at=now,
        updated_at=now,
        description_html=markdown.keep(values.get("description", "")),
        **values,
    )
    return issue


def _rendered(issue: Issue, names: Iterable[str]) -> set[str]:
    """The columns to save for these fields: the description goes with its HTML."""
    if "description" not in names:
        return set(names)
    issue.description_html = markdown.keep(issue.description)
    return {*names, "description_html"}


def _require_member(org_id: int, assignee: Membership | None) -> None:
    if assignee and not (assignee.org_id == org_id and assignee.is_current):
        raise Refused(_("The assignee must be a current member of the company."), field="assignee")


def _require_unchanged(issue: Issue, version: int) -> None:
    if issue.version == version:
        return
    changes = Change.objects.filter(org=issue.org_id, issue=issue, kind=ChangeKind.UPDATED, version__gt=version)
    found = list(changes.select_related("author__user").order_by("at", "id"))
    if found:
        raise Conflict(issue, found)


def _tell_edited(
    issue: Issue,
    changed: list[dict[str, Any]],
    *,
    former_text: str,
    former: Membership | None,
    actor: Membership,
    now: dt.datetime,
) -> None:
    """Changelog and mail of an edit."""
    has_new_text = any(entry["field"] == "description" for entry in changed)
    change = changelog.record(
        issue,
        ChangeKind.UPDATED,
        actor=actor,
        now=now,
        fields=changed,
        former_text=former_text if has_new_text else "",
    )
    names = {member.pk: member.name for member in (former, issue.assignee) if member}
    notices.send_changes(change, names=names, issue=issue, actor=actor, now=now)
