"""The state that counts is computed: a deadline counts at its very instant, before any job has run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from orgs.lifecycle import rules as lifecycle
from orgs.tenancy.organization_models import Organization, State

SECOND = dt.timedelta(seconds=1)
TRIAL_ENDS_AT = dt.datetime(2026, 12, 5, 9, 12, 0, tzinfo=dt.UTC)
DEBT_DUE_AT = dt.datetime(2027, 2, 1, tzinfo=dt.UTC)
LONG_AFTER = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)

FREE_TEAM = {"full_seats": 5, "free_seats": 5}
PAYING = {"full_seats": 6, "free_seats": 5, "payer_ready": True}
NOT_PAYING = {"full_seats": 6, "free_seats": 5, "payer_ready": False}
NOBODY = {"full_seats": 0}


def company(state: str = State.TRIAL, **facts: Any) -> Organization:
    """A company that is nowhere in the database: these rules need none."""
    ends_at = None if state == State.INACTIVE else TRIAL_ENDS_AT
    return Organization(**{"state": state, "trial_ends_at": ends_at, **facts})


@pytest.mark.parametrize("stored", [State.TRIAL, State.ACTIVE, State.READ_ONLY])
@pytest.mark.parametrize(
    ("offset", "facts", "expected"),
    [
        (-SECOND, NOBODY, State.TRIAL),
        (-SECOND, PAYING, State.TRIAL),
        (dt.timedelta(0), NOBODY, State.READ_ONLY),
        (dt.timedelta(0), NOT_PAYING, State.READ_ONLY),
        (dt.timedelta(0), FREE_TEAM, State.ACTIVE),
        (dt.timedelta(0), PAYING, State.ACTIVE),
        (SECOND, NOBODY, State.READ_ONLY),
        (SECOND, PAYING, State.ACTIVE),
    ],
)
def test_trial_ends_at_its_very_instant_whatever_is_stored(
    stored: str, offset: dt.timedelta, facts: dict[str, Any], expected: State
) -> None:
    assert lifecycle.state_at(company(stored, **facts), TRIAL_ENDS_AT + offset) == expected


@pytest.mark.parametrize("stored", [State.TRIAL, State.ACTIVE, State.READ_ONLY])
@pytest.mark.parametrize("facts", [PAYING, FREE_TEAM])
@pytest.mark.parametrize(
    ("offset", "expected"), [(-SECOND, State.ACTIVE), (dt.timedelta(0), State.READ_ONLY), (SECOND, State.READ_ONLY)]
)
def test_debt_counts_from_the_very_instant_it_is_due(
    stored: str, facts: dict[str, Any], offset: dt.timedelta, expected: State
) -> None:
    org = company(stored, debt_due_at=DEBT_DUE_AT, **facts)
    assert lifecycle.state_at(org, DEBT_DUE_AT + offset) == expected


def test_paid_debt_ends_the_clock_before_any_job_has_noticed() -> None:
    stopped = {"retention_ends_at": DEBT_DUE_AT + lifecycle.RETENTION, "debt_due_at": DEBT_DUE_AT}
    unpaid, paid = company(State.READ_ONLY, **stopped, **PAYING), company(State.READ_ONLY, **stopped, **PAYING)
    paid.debt_due_at = None
    assert lifecycle.stopped_at(unpaid, LONG_AFTER) == DEBT_DUE_AT
    assert lifecycle.stopped_at(paid, LONG_AFTER) is None
    assert lifecycle.deletion_at(paid, LONG_AFTER) is None


def test_debt_does_not_end_a_trial() -> None:
    org = company(debt_due_at=TRIAL_ENDS_AT - 10 * SECOND, **PAYING)
    assert lifecycle.state_at(org, TRIAL_ENDS_AT - SECOND) == State.TRIAL
    assert lifecycle.state_at(org, TRIAL_ENDS_AT) == State.READ_ONLY


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"full_seats": 0, "payer_ready": True}, False),
        ({"full_seats": 1}, True),
        ({"full_seats": 5}, True),
        ({"full_seats": 6}, False),
        ({"full_seats": 6, "payer_ready": True}, True),
        ({"full_seats": 6, "free_seats": 6}, True),
    ],
)
def test_subscribed_is_a_seat_and_a_payer_when_seats_cost(facts: dict[str, Any], expected: bool) -> None:
    assert lifecycle.is_subscribed(company(**{"free_seats": 5, **facts}), LONG_AFTER) is expected


@pytest.mark.parametrize("held", [State.INACTIVE, State.DEACTIVATED, State.DELETING, State.DELETED])
@pytest.mark.parametrize("now", [TRIAL_ENDS_AT - SECOND, TRIAL_ENDS_AT, LONG_AFTER])
def test_held_state_is_left_by_a_verb_only(held: State, now: dt.datetime) -> None:
    org = company(held, **PAYING)
    assert lifecycle.state_at(org, now) == held
    assert not lifecycle.accepts_writes(org, now, full_access=True)


WRITES = {
    # state: (with full access, without)
    State.TRIAL: (True, True),
    State.ACTIVE: (True, False),
    State.READ_ONLY: (False, False),
    State.INACTIVE: (False, False),
    State.DEACTIVATED: (False, False),
    State.DELETING: (False, False),
    State.DELETED: (False, False),
}
IN_STATE: dict[State, Callable[[], tuple[Organization, dt.datetime]]] = {
    State.TRIAL: lambda: (company(), TRIAL_ENDS_AT - SECOND),
    State.ACTIVE: lambda: (company(State.TRIAL, **PAYING), TRIAL_ENDS_AT),
    State.READ_ONLY: lambda: (company(State.ACTIVE, **NOBODY), TRIAL_ENDS_AT),
}


@pytest.mark.parametrize("state", list(State))
def test_who_writes_in_which_state(state: State) -> None:
    org, now = IN_STATE[state]() if state in IN_STATE else (company(state, **PAYING), LONG_AFTER)
    assert lifecycle.state_at(org, now) == state
    writes = tuple(lifecycle.accepts_writes(org, now, full_access=full) for full in (True, False))
    assert writes == WRITES[state]


def test_control_a_stored_state_taken_at_its_word_would_let_a_late_write_in() -> None:
    """Why the computed state counts: the stored one is still the trial when no job has run."""
    org = company(State.TRIAL, **NOBODY)
    assert State(org.state) == State.TRIAL
    assert not lifecycle.accepts_writes(org, TRIAL_ENDS_AT, full_access=True)
