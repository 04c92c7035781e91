"""Whatever happens to a company's Tracker, billing says later of each instant what was true at that instant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from billing.money.billing_days import Span
from billing.seats import chargeable_days
from billing.seats.chargeable_days import Move
from orgs.audit.models import AuditEvent
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.orgs.lifecycle.machine import STARTS, Histories

pytestmark = pytest.mark.django_db


class BilledHistories(Histories):
    """Notes at every step whether Tracker is ACTIVE, by the model of product.md §2."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[dt.datetime, bool] = {}

    @invariant()
    def billing_remembers_when_it_was_active(self) -> None:
        org = Organization.objects.get(pk=self.org.pk)
        self.known[self.now] = self.model.phase == "active"
        spans = chargeable_days.active_spans(org, moves_of(org), self.now)
        assert {at: covers(spans, at) for at in self.known} == self.known

    @invariant()
    def trial_is_known(self) -> None:
        org = Organization.objects.get(pk=self.org.pk)
        if self.model.phase == "trial":
            assert covers(chargeable_days.trial_spans(org, moves_of(org)), self.now)


def moves_of(org: Organization) -> list[Move]:
    with company_scope(org.pk):
        events = AuditEvent.objects.filter(org=org, action__startswith="tracker.").order_by("number")
        return [Move.from_event(*event) for event in events.values_list("action", "at", "data")]


def covers(spans: list[Span], at: dt.datetime) -> bool:
    return any(start <= at < end for start, end in spans)


def run(histories: int) -> None:
    run_state_machine_as_test(
        BilledHistories,
        settings=settings(
            max_examples=histories,
            stateful_step_count=30,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_sample_of_histories_is_remembered() -> None:
    run(10)


@pytest.mark.soak
def test_two_thousand_histories_are_remembered() -> None:
    run(2_000)


def live() -> None:
    """A trial that ends well and a debt that falls due, both noticed hours later."""
    history = BilledHistories()
    try:
        for step in steps(history):
            step()
            history.billing_remembers_when_it_was_active()
            history.trial_is_known()
        assert set(history.known.values()) == {True, False}
    finally:
        history.teardown()


def steps(h: BilledHistories) -> Iterator[Callable[[], None]]:
    yield lambda: h.found(start=STARTS[0], quiet=0, seats=0)
    yield lambda: h.switch("activate")
    yield lambda: h.change_seats(1)
    yield lambda: h.wait(30 * 24 + 5)
    yield lambda: h.wait(1)
    yield lambda: h.sweep(1)
    yield lambda: h.change_debt(1, dt.timedelta(0))
    yield lambda: h.wait(25)
    yield lambda: h.wait(1)
    yield lambda: h.sweep(1)
    yield lambda: h.wait(1)
    yield lambda: h.change_debt(None, dt.timedelta(0))
    yield lambda: h.wait(1)
    yield lambda: h.switch("deactivate")
    yield lambda: h.wait(1)
    yield lambda: h.switch("activate")


def test_late_jobs_rewrite_no_history() -> None:
    live()


def taken_when_noticed(action: str, at: dt.datetime, data: dict[str, str]) -> Move:
    return move_of_event(action, at, data | {"as_of": ""})


def kept_on(org: Organization, now: dt.datetime) -> Iterator[tuple[dt.datetime, str]]:
    """Nothing but the stored state counts."""
    yield now, org.state


move_of_event = Move.from_event
MISTAKES: dict[str, tuple[object, str, object]] = {
    "moves count from when a job noticed them": (Move, "from_event", taken_when_noticed),
    "a passed deadline counts when a job has run": (chargeable_days, "_unrecorded", kept_on),
    "the trial is forgotten": (Move, "trial_end", None),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_control_a_mistake_is_noticed(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*MISTAKES[mistake])
    with pytest.raises(AssertionError):
        live()
