"""product.md §2 once more, as a clock that is wound forward: what a company's Tracker is, says and does at any instant.

Written from the product's text, not from the code: deadlines are met in their order while time passes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
THIRTY_DAYS, FREE = 30 * DAY, 5  # a team of five costs nothing
DAYS_BEFORE = {"trial_end": (7, 3, 1), "debt": (14, 7, 1), "deletion": (14, 7, 1)}

Notice = tuple[str, dt.datetime, int]  # kind, deadline, days before it (0: past it)


class Refuse(Exception): ...


@dataclass
class Tracker:
    """`phase` is what counts; `noted` what jobs and acts have noticed of it, an event each time."""

    now: dt.datetime
    phase: str = "inactive"
    noted: str = "inactive"
    trial_end: dt.datetime | None = None
    stopped: dt.datetime | None = None  # the instant at which writing stopped for the company
    seats: int = 0
    payer: bool = False
    debt_due: dt.datetime | None = None
    held: bool = False
    events: list[tuple[str, str, str]] = field(default_factory=list)
    told: set[Notice] = field(default_factory=set)
    waiting: set[Notice] = field(default_factory=set)  # their mails are in the outbox
    accepted: dict[Notice, dt.datetime] = field(default_factory=dict)

    # --- time ------------------------------------------------------------------------------------------
    def wind(self, to: dt.datetime) -> None:
        """Time passes, and deadlines with it."""
        if self.phase == "trial" and self.trial_end <= to:
            self.phase = "active" if self.subscribed(self.trial_end) else "read_only"
            self.stopped = None if self.phase == "active" else self.trial_end
        if self.phase == "active" and self.debt_due is not None and self.debt_due <= to:
            self.phase, self.stopped = "read_only", max(self.debt_due, self.trial_end)
        self.now = to

    def subscribed(self, at: dt.datetime) -> bool:
        in_debt = self.debt_due is not None and self.debt_due <= at
        return self.seats >= 1 and not in_debt and (self.payer or self.seats <= FREE)

    def may_write(self, *, full_access: bool) -> bool:
        return self.phase == "trial" or (self.phase == "active" and full_access)

    @property
    def deletion(self) -> dt.datetime | None:
        """When the data is deleted if nothing changes, as far as a company without a subscription is concerned."""
        if self.stopped:
            return self.stopped + THIRTY_DAYS
        ends_unsubscribed = self.phase == "trial" and not self.subscribed(self.trial_end)
        return self.trial_end + THIRTY_DAYS if ends_unsubscribed else None

    # --- acts ------------------------------------------------------------------------------------------
    def note(self) -> None:
        """The stored state follows."""
        if self.noted != self.phase:
            event = {"trial": "trial_end", "active": "stop", "read_only": "resume"}[self.noted]
            self.move(event, self.phase)

    def move(self, event: str, to: str) -> None:
        self.events.append((event, self.noted, to))
        self.phase = self.noted = to

    def activate(self) -> None:
        if self.phase == "inactive":
            self.trial_end = self.now + THIRTY_DAYS
            self.move("activate", "trial")
        elif self.phase == "deactivated" and self.now < self.trial_end:
            self.stopped = None
            self.move("activate", "trial")
        elif self.phase in ("deactivated", "deleted") and self.subscribed(self.now):
            self.stopped = None
            self.move("activate", "active")
        elif self.phase == "deactivated":
            self.move("activate", "read_only")
        else:
            raise Refuse

    def deactivate(self) -> None:
        if self.phase not in ("trial", "active", "read_only"):
            raise Refuse
        self.note()
        self.stopped = self.stopped or self.now
        self.move("deactivate", "deactivated")

    def write(self, **facts: object) -> None:
        """Seats, payer or debt change: writing stops or resumes at this instant."""
        if self.phase in ("trial", "active", "read_only"):
            self.note()
        for name, value in facts.items():
            setattr(self, name, value)
        if self.phase == "active" and not self.subscribed(self.now):
            self.phase, self.stopped = "read_only", self.now
        elif self.phase == "read_only" and self.subscribed(self.now):
            self.phase, self.stopped = "active", None
        if self.phase in ("active", "read_only"):
            self.note()

    # --- beat ------------------------------------------------------------------------------------------
    def due(self) -> Notice | None:
        """The most urgent notice of the deadline ahead."""
        kind, deadline = {
            "trial": ("trial_end", self.trial_end),
            "active": ("debt", self.debt_due),
            "read_only": ("deletion", self.deletion),
            "deactivated": ("deletion", self.deletion),
        }.get(self.phase, ("", None))
        if deadline is None or (kind == "deletion" and self.held):
            return None
        if self.now >= deadline:
            return (kind, deadline, 0)
        reached = [days for days in DAYS_BEFORE[kind] if self.now >= deadline - days * DAY]
        return (kind, deadline, min(reached)) if reached else None

    def post(self) -> None:
        """Past the deadline a warning is due only when none was accepted before."""
        due = self.due()
        same = [told for told in self.accepted if due and told[:2] == due[:2]]
        if due and due not in self.accepted and not (due[2] == 0 and same):
            self.told.add(due)
            self.waiting.add(due)

    def deliver(self) -> None:
        """The mail server takes what is still true; the rest is withdrawn."""
        if (due := self.due()) in self.waiting:
            self.accepted[due] = self.now
        self.waiting.clear()

    def claim(self) -> None:
        warned = [at for told, at in self.accepted.items() if told[:2] == ("deletion", self.deletion)]
        stopped = self.phase in ("read_only", "deactivated") and not self.held
        if stopped and self.now >= self.deletion and any(self.now - at >= 72 * HOUR for at in warned):
            self.move("deletion_claim", "deleting")

    def purge(self) -> None:
        if self.phase == "deleting":
            self.stopped = None
            self.move("deletion_finish", "deleted")
