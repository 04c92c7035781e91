"""What is about to happen to a company's Tracker: administrators see it on every page, as its mails say it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orgs.lifecycle import phrases
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import NoticeKind
from orgs.lifecycle.notices import DAY, DAYS_BEFORE
from orgs.tenancy.organization_models import STOPPED, Organization, State


@dataclass(frozen=True)
class UpcomingDeadline:
    """`at` (UTC) is the deadline; `is_past`: the deletion is due and waits. `way_back` says what to do about it."""

    kind: NoticeKind
    at: dt.datetime
    state: State
    is_past: bool
    way_back: str

    @property
    def is_loss(self) -> bool:
        """Data is lost, not only the right to write."""
        return self.kind == NoticeKind.DELETION


def build(org: Organization, now: dt.datetime) -> UpcomingDeadline | None:
    """The deadline that is near: from the first notice on that mails give of it. None when there is none."""
    found = _deadline(org, now)
    if found is None:
        return None
    kind, at = found
    if now < at - max(DAYS_BEFORE[kind]) * DAY:
        return None
    state = lifecycle.state_at(org, now)
    missing = "debt" if kind == NoticeKind.DEBT else lifecycle.subscription_blocker(org, max(at, now))
    return UpcomingDeadline(kind, at, state, now >= at, phrases.way_back(missing, is_off=state == State.DEACTIVATED))


def _deadline(org: Organization, now: dt.datetime) -> tuple[NoticeKind, dt.datetime] | None:
    """The one that comes next. The end of a trial is none for who is subscribed by then."""
    state, deletion_at = lifecycle.state_at(org, now), lifecycle.deletion_at(org, now)
    if state == State.TRIAL and org.trial_ends_at and lifecycle.subscription_blocker(org, org.trial_ends_at):
        return NoticeKind.TRIAL_END, org.trial_ends_at
    if state == State.ACTIVE and org.debt_due_at:
        return NoticeKind.DEBT, org.debt_due_at
    return (NoticeKind.DELETION, deletion_at) if state in STOPPED and deletion_at else None
