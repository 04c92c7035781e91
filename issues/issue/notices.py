"""Mail about an issue: written to the outbox in the transaction of the change, with one statement for all followers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from issues.following.models import Follower
from issues.issue import change_texts
from issues.issue.change_models import Change
from issues.issue.models import Issue
from orgs.mail import outbox
from orgs.tenancy.membership_models import Membership


@dataclass(frozen=True)
class Recipient:
    member_id: int
    email: str


def followers(issue: Issue, *, besides: Membership) -> list[Recipient]:
    """The followers who are current members, without the one who acted."""
    rows = Follower.objects.filter(org_id=issue.org_id, issue=issue, member__ended_at=None, member__blocked_at=None)
    rows = rows.filter(member__user__is_active=True).exclude(member=besides)
    return [Recipient(*row) for row in rows.values_list("member_id", "member__user__email")]


def recipient(member: Membership) -> Recipient:
    return Recipient(member.pk, member.user.email)


def send(
    template: str,
    change: Change,
    *,
    issue: Issue,
    to: list[Recipient],
    actor: Membership,
    now: dt.datetime,
    context: dict[str, Any] | None = None,
) -> None:
    """Posts one letter to everybody; it is the same for all, so it is drawn once."""
    if not to:
        return
    org = actor.org
    about = {"issue": issue, "actor": actor, "company": org, **(context or {})}
    letter = outbox.render(f"mail/issues/issue/{template}", about)
    key = f"issue:{issue.pk}:change:{change.pk}"
    outbox.post_all(
        [outbox.new_mail(org=org, key=f"{key}:{r.member_id}", to=r.email, letter=letter, now=now) for r in to]
    )


def send_changes(
    change: Change, *, names: change_texts.Names, issue: Issue, actor: Membership, now: dt.datetime
) -> None:
    """Tells the followers which fields a change moved."""
    to = followers(issue, besides=actor)
    lines = change_texts.lines(change.fields, names)
    send("issue_updated", change, issue=issue, to=to, actor=actor, now=now, context={"lines": lines})
