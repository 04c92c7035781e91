"""Which dates count: ACTIVE at some instant of it, and the trial had ended before it began (product.md §5)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money.billing_days import FOREVER, Span, dates_of, midnight
from billing.seats.chargeable_days import Move, active_spans, chargeable_dates, chargeable_spans, trial_spans
from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State

DAY = dt.timedelta(days=1)
NOVEMBER = dt.date(2026, 11, 1)
START = midnight(NOVEMBER)


def company(state: State = State.ACTIVE, *, trial_ends_at: dt.datetime = START, **facts: object) -> Organization:
    given = {"full_seats": 1, "free_seats": 5, **facts}
    return Organization(state=state, trial_ends_at=trial_ends_at, currency="USD", **given)


def move(event: str, at: dt.datetime, came_from: State, to: State, **data: str) -> Move:
    return Move.from_event(f"tracker.{event}", at, {"from": came_from, "to": to, **data})


def began(trial_ends_at: dt.datetime) -> list[Move]:
    """A trial that ends in an active Tracker, noticed an hour later."""
    started = trial_ends_at - lifecycle.TRIAL
    as_of = trial_ends_at.isoformat()
    return [
        move("activate", started, State.INACTIVE, State.TRIAL),
        move("trial_end", trial_ends_at + DAY / 24, State.TRIAL, State.ACTIVE, as_of=as_of),
    ]


def days(org: Organization, moves: list[Move], now: dt.datetime) -> list[int]:
    """The days of November that count."""
    active, trials = active_spans(org, moves, now), trial_spans(org, moves)
    return [date.day for date in chargeable_dates(NOVEMBER, active=active, trials=trials)]


# --- the trial --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ends_at", "first"),
    [
        (START + 4 * DAY, 5),  # at midnight: the 5th began when it had ended
        (START + 4 * DAY + dt.timedelta(microseconds=1), 6),
        (START + 4 * DAY - dt.timedelta(microseconds=1), 5),
        (START + 4.4 * DAY, 6),
        (START - 90 * DAY, 1),
    ],
    ids=["midnight", "just after", "just before", "morning", "long ago"],
)
def test_first_day_that_counts_begins_after_the_trial(ends_at: dt.datetime, first: int) -> None:
    org = company(trial_ends_at=ends_at)
    assert days(org, began(ends_at), START + 20 * DAY) == list(range(first, 31))


def test_nothing_counts_while_the_trial_runs() -> None:
    ends_at = START + 20 * DAY
    org = company(State.TRIAL, trial_ends_at=ends_at)
    assert days(org, began(ends_at)[:1], START + 10 * DAY) == []


def test_trial_that_was_over_before_any_job_noticed_counts_at_once() -> None:
    ends_at = START + 4.4 * DAY
    org = company(State.TRIAL, trial_ends_at=ends_at)
    assert days(org, began(ends_at)[:1], START + 10 * DAY) == list(range(6, 31))


def test_trial_runs_on_while_tracker_is_off() -> None:
    """Switched off on the 2nd, on again on the 5th at noon, the day on which the trial has ended: it counts from the 6th."""
    ends_at, noon = START + 4.4 * DAY, START + 4.5 * DAY
    moves = [
        began(ends_at)[0],
        move("deactivate", START + DAY, State.TRIAL, State.DEACTIVATED),
        move("activate", noon, State.DEACTIVATED, State.ACTIVE),
    ]
    assert days(company(trial_ends_at=ends_at), moves, START + 10 * DAY) == list(range(6, 31))


def test_trial_that_an_operator_made_longer_does_not_count() -> None:
    first, second = START + 2.5 * DAY, START + 15.5 * DAY
    moves = [
        began(first)[0],
        move("trial_end", first, State.TRIAL, State.READ_ONLY, as_of=first.isoformat()),
        move("trial_extend", START + 6 * DAY, State.READ_ONLY, State.TRIAL, until=second.isoformat()),
        move("trial_end", second, State.TRIAL, State.ACTIVE, as_of=second.isoformat()),
    ]
    org = company(trial_ends_at=second)
    assert days(org, moves, START + 20 * DAY) == list(range(17, 31))


# --- active -----------------------------------------------------------------------------------------------
def test_day_counts_on_which_tracker_was_active_for_a_moment() -> None:
    moves = [
        *began(START - 40 * DAY),
        move("deactivate", START + 2 * DAY + dt.timedelta(seconds=1), State.ACTIVE, State.DEACTIVATED),
        move("activate", START + 10 * DAY - dt.timedelta(seconds=1), State.DEACTIVATED, State.ACTIVE),
    ]
    assert days(company(), moves, START + 20 * DAY) == [1, 2, 3, *range(10, 31)]


def test_day_does_not_count_that_begins_when_tracker_stops() -> None:
    stop = move("deactivate", START + 2 * DAY, State.ACTIVE, State.DEACTIVATED)
    org = company(State.DEACTIVATED)
    assert days(org, [*began(START - 40 * DAY), stop], START + 20 * DAY) == [1, 2]


def test_debt_that_no_job_has_noticed_ends_it_when_it_was_due() -> None:
    due = START + 9 * DAY
    org = company(trial_ends_at=START - 40 * DAY, debt_due_at=due)
    assert active_spans(org, began(START - 40 * DAY), START + 12 * DAY) == [Span(START - 40 * DAY, due)]


def test_debt_that_fell_due_before_any_job_noticed_the_trials_end_leaves_the_days_between() -> None:
    trial_end, due = START + 2 * DAY, START + 9 * DAY
    org = company(State.TRIAL, trial_ends_at=trial_end, debt_due_at=due)
    assert active_spans(org, began(trial_end)[:1], START + 12 * DAY) == [Span(trial_end, due)]
    told = move("trial_end", due, State.TRIAL, State.READ_ONLY, as_of=due.isoformat())
    org = company(State.READ_ONLY, trial_ends_at=trial_end, debt_due_at=due, retention_ends_at=due + 30 * DAY)
    assert active_spans(org, [began(trial_end)[0], told], START + 12 * DAY) == [Span(trial_end, due)]


def test_active_goes_on_until_something_changes() -> None:
    assert active_spans(company(), began(START - 40 * DAY), START) == [Span(START - 40 * DAY, FOREVER)]


def test_spans_are_what_was_active_of_the_days() -> None:
    active = [Span(START + DAY / 2, START + 1.5 * DAY), Span(START + 2.25 * DAY, FOREVER)]
    dates = [NOVEMBER, NOVEMBER + 2 * DAY]
    assert chargeable_spans(dates, active) == [
        Span(START + DAY / 2, START + DAY),
        Span(START + 2.25 * DAY, START + 3 * DAY),
    ]


# --- against a model that looks at every hour -------------------------------------------------------------
HOUR = dt.timedelta(hours=1)
STATES = st.sampled_from([State.ACTIVE, State.READ_ONLY, State.DEACTIVATED])


@given(st.lists(st.tuples(st.integers(0, 30 * 24), STATES), max_size=8), st.integers(-24, 30 * 24))
def test_dates_are_those_of_the_naive_model(changes: list[tuple[int, State]], trial_hours: int) -> None:
    trial_end = START + trial_hours * HOUR
    at = [max(trial_end, START + hour * HOUR) for hour, _ in sorted(changes)]
    states = [State.ACTIVE, *(state for _, state in sorted(changes, key=lambda change: change[0]))]
    moves, last = began(trial_end), State.ACTIVE
    for instant, state in zip(at, states[1:], strict=True):
        moves.append(move("stop" if state != State.ACTIVE else "resume", instant, last, state))
        last = state
    org = company(last, trial_ends_at=trial_end, full_seats=0 if last == State.READ_ONLY else 1)
    found = chargeable_dates(
        NOVEMBER, active=active_spans(org, moves, START + 40 * DAY), trials=trial_spans(org, moves)
    )
    edges = [trial_end, *at, FOREVER]
    expected = []
    for date in dates_of(NOVEMBER):
        hours = [midnight(date) + hour * HOUR for hour in range(24)]
        was_active = any(
            begin <= hour < end
            for hour in hours
            for (begin, end), state in zip(pairwise(edges), states, strict=True)
            if state == State.ACTIVE
        )
        if was_active and trial_end <= midnight(date):
            expected.append(date)
    assert found == expected
