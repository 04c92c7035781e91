"""Who follows an issue. Following is the person's own setting: it is no change of the issue and sends no mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issues.following.models import Follower
from orgs.tenancy.membership_models import Membership

if TYPE_CHECKING:  # following lies below the issue
    from issues.issue.models import Issue


def subscribe(*, issue: Issue, actor: Membership) -> None:
    """The actor follows the issue from now on; once is enough."""
    follow(issue, [actor])


def unsubscribe(*, issue: Issue, actor: Membership) -> None:
    """The actor gets no more mail about the issue."""
    Follower.objects.filter(org_id=issue.org_id, issue=issue, member=actor).delete()


def follow(issue: Issue, members: list[Membership]) -> None:
    """Makes people followers, with one statement."""
    rows = [Follower(org_id=issue.org_id, issue=issue, member=member) for member in dict.fromkeys(members)]
    Follower.objects.bulk_create(rows, ignore_conflicts=True)
