"""The outlook of a company's Tracker: what its pages say about its state, the next date and the days left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from orgs.lifecycle import rules as lifecycle
from orgs.mail.wording import days_left
from orgs.status import phases, ruler
from orgs.status.phases import Phase
from orgs.status.ruler import Ruler
from orgs.tenancy.organization_models import Organization, State


@dataclass(frozen=True)
class LifecycleSummary:
    """Instants are UTC. `deletion_at` is None when nothing is going to be deleted; `days_left` runs to the next date.

    `debt_due_at`: when a Tracker that is active becomes Read only, because the balance is negative.

    `reason` says why Tracker is Read only: debt, payer (seats cost something and nobody pays) or nobody (has full
    access); empty in every other state.
    """

    state: State
    trial_ends_at: dt.datetime | None
    stopped_at: dt.datetime | None
    deletion_at: dt.datetime | None
    debt_due_at: dt.datetime | None
    days_left: int
    reason: str
    ruler: Ruler | None
    phases: list[Phase]

    @property
    def is_open(self) -> bool:
        """Whether members can look at issues."""
        return self.state in (State.TRIAL, State.ACTIVE, State.READ_ONLY)

    @property
    def deletion_after_debt(self) -> dt.datetime | None:
        """When the data is deleted if the balance stays negative."""
        return self.debt_due_at + lifecycle.RETENTION if self.debt_due_at else None

    @property
    def has_data(self) -> bool:
        """Whether there is something to export or to delete."""
        return self.is_open or self.state == State.DEACTIVATED

    @property
    def stopped_with_trial(self) -> bool:
        """Writing stopped because the trial ended, not later."""
        return self.stopped_at == self.trial_ends_at


def build(org: Organization, now: dt.datetime, *, people: int | None = None) -> LifecycleSummary:
    """The outlook at `now`; `people` is how many could work if the trial began."""
    state, deletion_at = lifecycle.state_at(org, now), lifecycle.deletion_at(org, now)
    debt_due_at = org.debt_due_at if state == State.ACTIVE else None
    next_date = org.trial_ends_at if state == State.TRIAL else debt_due_at or deletion_at
    drawn = ruler.build(org, now)
    return LifecycleSummary(
        state=state,
        trial_ends_at=org.trial_ends_at,
        stopped_at=lifecycle.stopped_at(org, now),
        deletion_at=deletion_at,
        debt_due_at=debt_due_at,
        days_left=days_left(next_date, now) if next_date else 0,
        reason=lifecycle.subscription_blocker(org, now) if state == State.READ_ONLY else "",
        ruler=drawn,
        phases=phases.build(drawn, now, people=people if drawn.is_preview else None) if drawn else [],
    )
