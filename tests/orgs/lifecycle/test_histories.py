"""Any history of activations, seats, payments, debts, time and jobs ends as product.md §2 says (`model.py`)."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from orgs.audit.audit import Entry
from orgs.lifecycle import emails as letters
from orgs.lifecycle import notices, sweep
from orgs.lifecycle import rules as lifecycle
from orgs.mail.outbox import Letter
from orgs.tenancy.organization_models import Organization, State
from tests.orgs.lifecycle import model
from tests.orgs.lifecycle.machine import BEGINNINGS, SECOND, STARTS, Histories, going_on
from tests.orgs.lifecycle.model import Tracker

pytestmark = pytest.mark.django_db
SAMPLE, ALL = 20, 10_000  # histories
EACH = math.ceil(ALL / len(BEGINNINGS))
NOTHING = dt.timedelta(0)
COMMON: dict[str, Any] = {
    "stateful_step_count": 30,
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture
def short_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the mails say is another test's."""
    monkeypatch.setattr(letters, "_render", lambda *_, **__: Letter("A notice", "A notice", "A notice"))


@pytest.mark.usefixtures("short_letters")
def test_sample_of_histories_agrees_with_the_model() -> None:
    run_state_machine_as_test(Histories, settings=settings(max_examples=SAMPLE, **COMMON))


@pytest.mark.soak
@pytest.mark.usefixtures("short_letters")
def test_ten_thousand_histories_agree_with_the_model() -> None:
    """As many of each beginning. Prints how far it has come."""
    for done, beginning in enumerate(BEGINNINGS, 1):
        begun = Histories()
        begun.found(*beginning)
        try:
            run_state_machine_as_test(going_on(begun), settings=settings(max_examples=EACH, **COMMON))
        finally:
            begun.teardown()
        print(f"{done * EACH} histories")
    assert done * EACH >= ALL


def test_model_is_short_enough_to_be_read_beside_the_text() -> None:
    assert len(Path(model.__file__).read_text().splitlines()) < 150


def tour() -> Tracker:
    """One history that meets everything, step by step; each control goes wrong somewhere on it."""
    history = Histories()
    try:
        for step in steps(history):
            step()
            history.agree()
        return history.model
    finally:
        history.teardown()


def steps(h: Histories) -> Iterator[Callable[[], None]]:
    yield lambda: h.found(start=STARTS[1], quiet=0, seats=0)
    yield lambda: h.switch("activate")
    yield from over_boundaries(h)  # 7, 3, 1 days before, and the trial's end
    yield lambda: h.change_seats(1)
    yield lambda: h.change_debt(20, NOTHING)
    yield from over_boundaries(h)  # 14, 7, 1 days before, and the debt's instant
    yield from (partial(h.change_debt, days, NOTHING) for days in (None, 1))
    yield lambda: h.wait(48)  # nobody looks while the debt falls due
    yield from (partial(h.change_debt, days, NOTHING) for days in (None, -3, None))
    yield from (partial(h.switch, verb) for verb in ("deactivate", "activate"))
    yield lambda: h.change_seats(6)
    yield lambda: h.wait(17 * 24)
    yield lambda: h.beat(3)
    yield lambda: h.wait(12 * 24 + 12)  # the mail server is down, and beat too
    yield h.deliver
    yield lambda: h.beat(1)
    yield lambda: h.wait(13)
    yield h.deliver
    yield lambda: h.beat(1)
    yield h.deliver
    yield from over_boundaries(h)  # 72 hours after the warning that was late
    yield h.purge
    yield lambda: h.switch("activate")
    yield lambda: h.change_payer(True)
    yield lambda: h.switch("activate")


def over_boundaries(h: Histories) -> Iterator[Callable[[], None]]:
    """A second before each deadline, at it, and a second after it, until the phase ends; beat runs each time."""
    phase = h.model.phase
    while h.model.phase == phase:
        for off in (-SECOND, NOTHING, SECOND):
            yield partial(h.wait_for_boundary, 0, off)
            yield partial(h.beat, 1)
        yield h.deliver


def test_tour_agrees_with_the_model_and_ends_where_it_should() -> None:
    lived = tour()
    assert [event for event, _, _ in lived.events[-3:]] == ["deletion_claim", "deletion_finish", "activate"]
    assert lived.phase == "active"
    assert {(kind, days) for kind, _, days in lived.accepted} >= {
        *(("trial_end", days) for days in (7, 3, 1)),
        *(("debt", days) for days in (14, 7, 1)),
        ("deletion", 0),
    }


# --- controls: lifecycles with one mistake each ------------------------------------------------------------
def take_into_the_past(org: Organization, *, now: dt.datetime, **facts: Any) -> list[Entry]:
    """What new facts stop is counted from their deadline, though people wrote until now."""
    moved = lifecycle._follow(org, now=now)
    vars(org).update(facts)
    return moved + lifecycle._follow(org, now=now)


def take_unsettled(org: Organization, *, now: dt.datetime, **facts: Any) -> list[Entry]:
    """Facts are taken before what has passed was settled."""
    vars(org).update(facts)
    return lifecycle._follow(org, now=now, stops_at=now)


def switch_on_late(org: Organization, now: dt.datetime) -> State:
    """At the very instant of its end the trial goes on."""
    return switched_on_state(org, now - dt.timedelta(microseconds=1))


def due_all(org: Organization, now: dt.datetime) -> Iterator[notices.Due]:
    """A late round posts every notice that it missed."""
    for kind, deadline in notices.deadlines(org, now):
        for days in notices.DAYS_BEFORE[kind]:
            if deadline > now >= deadline - days * notices.DAY:
                yield notices.Due(org.pk, kind, deadline, days)


def due_unwarned(now: dt.datetime) -> list[int]:
    return list(Organization.objects.due_for_deletion(now).values_list("pk", flat=True))


switched_on_state = lifecycle.switched_on_state
MISTAKES: dict[str, dict[tuple[object, str], object]] = {
    "a debt written down late stops in the past": {(lifecycle, "_apply_facts"): take_into_the_past},
    "facts are written before the past is settled": {(lifecycle, "_apply_facts"): take_unsettled},
    "the trial's interval is closed": {(lifecycle, "switched_on_state"): switch_on_late},
    "the 30 days are a second short": {(lifecycle, "RETENTION"): dt.timedelta(days=30, seconds=-1)},
    "a debt counts a moment after it is due": {
        (lifecycle, "has_debt_due"): lambda org, now: org.debt_due_at is not None and now > org.debt_due_at
    },
    "a late round posts all notices": {(notices, "due"): due_all},
    "mails that are no longer true are sent": {(notices, "refresh"): lambda *_, **__: True},
    "72 hours are a second short": {(notices, "WARNED_BEFORE"): dt.timedelta(hours=72, seconds=-1)},
    "deletion asks for no warning": {
        (notices, "is_warned"): lambda *_: True,
        (sweep, "due_for_deletion"): due_unwarned,
    },
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_control_the_tour_finds_the_mistake(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), wrong in MISTAKES[mistake].items():
        monkeypatch.setattr(module, name, wrong)
    with pytest.raises(AssertionError):
        tour()
