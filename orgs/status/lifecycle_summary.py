"""What a company's state means for a reader: badge, banner, ruler, calendar and pages draw this one value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orgs.lifecycle import phrases
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle.models import NoticeKind
from orgs.lifecycle.notices import DAY, DAYS_BEFORE
from orgs.mail.wording import days_left
from orgs.tenancy.organization_models import STOPPED, Organization, State


@dataclass(frozen=True)
class LifecycleSummary:
    """How Tracker stands at `now`; instants are UTC.

    `deletion_at` is None when nothing is going to be deleted. `debt_due_at`: when a Tracker that is active becomes
    Read only, because the balance is negative. `days_left` runs to the next of these dates, and is 0 from it on.

    `blocker` says what keeps the company from being subscribed (in a trial: at its end): debt, payer (seats cost
    something and nobody pays) or nobody (has full access); empty when nothing does.
    """

    now: dt.datetime
    state: State
    trial_starts_at: dt.datetime | None
    trial_ends_at: dt.datetime | None
    debt_due_at: dt.datetime | None
    stopped_at: dt.datetime | None
    deletion_at: dt.datetime | None
    blocker: str

    @property
    def kind(self) -> NoticeKind | None:
        """What comes next."""
        if self.state == State.TRIAL:
            return NoticeKind.TRIAL_END
        if self.debt_due_at:
            return NoticeKind.DEBT
        return NoticeKind.DELETION if self.state in STOPPED and self.deletion_at else None

    @property
    def next_at(self) -> dt.datetime | None:
        dates = {
            NoticeKind.TRIAL_END: self.trial_ends_at,
            NoticeKind.DEBT: self.debt_due_at,
            NoticeKind.DELETION: self.deletion_at,
            None: None,
        }
        return dates[self.kind]

    @property
    def days_left(self) -> int:
        return days_left(self.next_at, self.now) if self.next_at else 0

    @property
    def is_near(self) -> bool:
        """Whether mails have begun to tell what comes next; a trial's end is no news to who is subscribed by then."""
        if self.kind is None or self.next_at is None or not (self.debt_due_at or self.deletion_at):
            return False
        return self.now >= self.next_at - max(DAYS_BEFORE[self.kind]) * DAY

    @property
    def is_overdue(self) -> bool:
        """Whether the deletion is due and waits."""
        return self.kind == NoticeKind.DELETION and not self.days_left

    @property
    def reason(self) -> str:
        """Why Tracker is Read only."""
        return self.blocker if self.state == State.READ_ONLY else ""

    @property
    def way_back(self) -> str:
        """What to do about what comes next."""
        return phrases.way_back(self.blocker, is_off=self.state == State.DEACTIVATED)

    @property
    def is_open(self) -> bool:
        """Whether members can look at issues."""
        return self.state in (State.TRIAL, State.ACTIVE, State.READ_ONLY)

    @property
    def has_data(self) -> bool:
        """Whether there is something to export or to delete."""
        return self.is_open or self.state == State.DEACTIVATED

    @property
    def deletion_after_debt(self) -> dt.datetime | None:
        """When the data is deleted if the balance stays negative."""
        return self.debt_due_at + lifecycle.RETENTION if self.debt_due_at else None

    @property
    def stopped_with_trial(self) -> bool:
        """Writing stopped because the trial ended, not later."""
        return self.stopped_at == self.trial_ends_at


def summarize(org: Organization, now: dt.datetime) -> LifecycleSummary:
    state, trial_ends_at = lifecycle.state_at(org, now), org.trial_ends_at
    debt_due_at = org.debt_due_at if state == State.ACTIVE else None
    blocked_at = trial_ends_at if state == State.TRIAL else debt_due_at
    return LifecycleSummary(
        now=now,
        state=state,
        trial_starts_at=org.activated_at or (trial_ends_at - lifecycle.TRIAL if trial_ends_at else None),
        trial_ends_at=trial_ends_at,
        debt_due_at=debt_due_at,
        stopped_at=lifecycle.stopped_at(org, now),
        deletion_at=lifecycle.deletion_at(org, now),
        blocker=lifecycle.subscription_blocker(org, blocked_at or now),
    )
