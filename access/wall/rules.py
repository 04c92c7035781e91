"""Who may do what, now: the wall's decision as pure functions of mark, company, membership and clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization, State
from users.permissions import Kind, Mark, Who

TRACKER_IS_OFF = {State.INACTIVE: "inactive", State.DEACTIVATED: "deactivated"}
TRACKER_IS_GONE = frozenset({State.DELETING, State.DELETED})


@dataclass(frozen=True)
class Refusal:
    """Why the wall says no: a status and a reason that the page turns into sentences.

    Reasons: blocked, administrators, owner, inactive, deactivated, deleted, trial_over, not_subscribed, personal,
    second_factor.
    """

    status: int
    reason: str


def may_write(org: Organization, member: Membership, now: dt.datetime) -> bool:
    """Whether the member may change issues at `now` (product.md §2, §4)."""
    full = member.level == Level.FULL
    return member.is_current and lifecycle.accepts_writes(org, now, full_access=full)


def write_refusal(org: Organization, member: Membership, now: dt.datetime) -> Refusal | None:
    """Why the member may not change issues at `now`; None when they may."""
    if may_write(org, member, now):
        return None
    if lifecycle.state_at(org, now) == State.ACTIVE:
        return Refusal(403, "personal")
    return Refusal(403, "trial_over" if org.full_seats == 0 else "not_subscribed")


def refusal(mark: Mark, org: Organization, member: Membership, now: dt.datetime) -> Refusal | None:
    """Why this member may not open this page at `now`; None when they may. The wall's whole table."""
    if member.blocked_at is not None:
        return Refusal(403, "blocked")
    if shut := _role_refusal(mark, org, member):
        return shut
    if mark.tracker and (closed := _tracker_refusal(org, now)):
        return closed
    if mark.kind == Kind.PRODUCT_WRITE:
        return write_refusal(org, member, now)
    return None


def _role_refusal(mark: Mark, org: Organization, member: Membership) -> Refusal | None:
    if mark.who == Who.ADMINISTRATOR and not member.is_administrator:
        return Refusal(403, "administrators")
    if mark.who == Who.OWNER and not member.is_owner:
        return Refusal(403, "owner")
    if mark.is_administration and lacks_second_factor(org, member):
        return Refusal(403, "second_factor")
    return None


def lacks_second_factor(org: Organization, member: Membership) -> bool:
    """Whether the company demands a second step at login from this member, who has none."""
    return org.requires_two_factor and member.is_administrator and not member.has_second_factor


def _tracker_refusal(org: Organization, now: dt.datetime) -> Refusal | None:
    state = lifecycle.state_at(org, now)
    if state in TRACKER_IS_GONE:
        return Refusal(410, "deleted")
    return Refusal(403, TRACKER_IS_OFF[state]) if state in TRACKER_IS_OFF else None


def tracker_is_open(org: Organization, now: dt.datetime) -> bool:
    """Whether members can look at issues at `now`."""
    return _tracker_refusal(org, now) is None
