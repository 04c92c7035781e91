"""Which dates count: those on which Tracker was ACTIVE after its trial, from the audit trail (product.md §5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from billing.money.billing_days import FOREVER, Span, dates_of, span_of
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State


@dataclass(frozen=True)
class Move:
    """A move of the company's state, as the audit trail keeps it (`orgs/lifecycle/rules.py`)."""

    event: str
    at: dt.datetime
    came_from: str
    to: str
    until: dt.datetime | None

    @classmethod
    def from_event(cls, action: str, at: dt.datetime, data: dict[str, str]) -> Move:
        """`as_of` says when a move took effect that was noticed later."""
        as_of, until = data.get("as_of"), data.get("until")
        since = dt.datetime.fromisoformat(as_of) if as_of else at
        end = dt.datetime.fromisoformat(until) if until else None
        return cls(action.removeprefix("tracker."), since, data.get("from", ""), data["to"], end)

    @property
    def trial_end(self) -> dt.datetime | None:
        """When the trial ends that begins with this move, or that it makes longer; None for the others."""
        if self.event == "activate" and self.came_from == State.INACTIVE:
            return self.at + lifecycle.TRIAL
        return self.until if self.event == "trial_extend" else None


def active_spans(org: Organization, moves: Sequence[Move], now: dt.datetime) -> list[Span]:
    """When Tracker was ACTIVE, in order; the last one goes on for ever if it is at `now`."""
    spans: list[Span] = []
    since: dt.datetime | None = None
    for at, to in [*_recorded(moves), *_unrecorded(org, now)]:
        if to == State.ACTIVE:
            since = since or at
        elif since:
            spans.append(Span(since, max(since, at)))
            since = None
    return [*spans, Span(since, FOREVER)] if since else spans


def _recorded(moves: Iterable[Move]) -> Iterator[tuple[dt.datetime, str]]:
    """(instant, state from then on). A trial that ended in a stop later than its end was ACTIVE between the two."""
    trial_end = FOREVER
    for move in moves:
        if move.event == "trial_end" and trial_end < move.at:
            yield trial_end, State.ACTIVE
        yield move.at, move.to
        trial_end = move.trial_end or trial_end


def _unrecorded(org: Organization, now: dt.datetime) -> Iterator[tuple[dt.datetime, str]]:
    """The same up to `now`: no job may have moved the stored state yet."""
    state = lifecycle.state_at(org, now)
    if org.state == State.TRIAL and org.trial_ends_at and now >= org.trial_ends_at:
        yield org.trial_ends_at, State.ACTIVE  # for no time, if that is when writing stopped
    yield (lifecycle.stopped_at(org, now) or now) if state == State.READ_ONLY else now, state


def trial_spans(org: Organization, moves: Iterable[Move]) -> list[Span]:
    """When the trial ran, whether or not Tracker was on; an operator may have made it longer, or begin again."""
    spans = [Span(move.at, move.trial_end) for move in moves if move.trial_end]
    if spans and org.trial_ends_at:
        spans[-1] = Span(spans[-1].start, org.trial_ends_at)
    return spans


def chargeable_dates(month: dt.date, *, active: Sequence[Span], trials: Sequence[Span]) -> list[dt.date]:
    """The month's dates (UTC) on which Tracker was ACTIVE at some instant and the trial had ended before they began.

    Dates to come are among them while Tracker is ACTIVE: if nothing changes, they will be.
    """
    return [
        date
        for date in dates_of(month)
        if any(span.meets(span_of(date)) for span in active) and not any(trial.meets(span_of(date)) for trial in trials)
    ]


def chargeable_spans(dates: Iterable[dt.date], active: Sequence[Span]) -> list[Span]:
    """When Tracker was ACTIVE on these dates, in order."""
    days = [span_of(date) for date in dates]
    return [
        Span(max(day.start, span.start), min(day.end, span.end)) for day in days for span in active if span.meets(day)
    ]
