"""Many at once: one event, one notice, one claim; and a way back that commits first wins."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Model

from orgs.companies import operations
from orgs.lifecycle import data_deletion, notices
from orgs.lifecycle import rules as lifecycle
from orgs.lifecycle import sweep as sweeping
from orgs.lifecycle.models import Brake, Deletion, Notice
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.database import as_owner
from tests.factories import UserFactory, make_company
from tests.locks import waiting
from tests.orgs.lifecycle.companies import DAY, due_company, events, fill, let_pass, mails, read_only, rows_left
from tests.orgs.mail.processes import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(act: Callable[[], Any]) -> list[Any]:
    """What eight threads answer that begin together; an exception counts as an answer."""
    barrier = threading.Barrier(THREADS)

    def run() -> Any:
        try:
            connection.ensure_connection()
            barrier.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(THREADS) as pool:
        return [future.result() for future in [pool.submit(run) for _ in range(THREADS)]]


# --- eight at once -------------------------------------------------------------------------------------------
def assert_moved_once(org: Organization, answers: list[Any]) -> None:
    assert sorted(map(repr, answers)) == ["False"] * (THREADS - 1) + ["True"]
    assert events(org).count("tracker.trial_end") == 1


def test_eight_sweeps_move_a_company_once() -> None:
    org = make_company()
    answers = at_once(lambda: sweeping.move(org.pk, now=database_now()))
    assert_moved_once(org, answers)


def test_control_sweeps_without_the_lock_trip_over_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    org = make_company()
    barrier = threading.Barrier(THREADS)
    true_move = lifecycle.move

    def look_and_then_move(*args: Any, **kwargs: Any) -> Any:
        barrier.wait(5)
        return true_move(*args, **kwargs)

    monkeypatch.setattr(type(Organization.objects), "lock", lambda self, pk: self.get(pk=pk))
    monkeypatch.setattr(lifecycle, "move", look_and_then_move)
    answers = at_once(lambda: sweeping.move(org.pk, now=database_now()))
    with pytest.raises(AssertionError):
        assert_moved_once(org, answers)


def assert_told_once(org: Organization, answers: list[Any]) -> None:
    assert sorted(map(repr, answers)) == ["0"] * (THREADS - 1) + ["1"]
    with company_scope(org.pk):
        assert Notice.objects.count() == 1
    assert len(mails(org, "notice:")) == 1


def test_eight_rounds_post_a_notice_once() -> None:
    org = read_only(days_left=6)
    assert_told_once(org, at_once(lambda: notices.post_due(org.pk, now=database_now())))


def test_control_rounds_without_the_lock_and_the_unique_key_post_it_often(monkeypatch: pytest.MonkeyPatch) -> None:
    org = read_only(days_left=6)
    barrier = threading.Barrier(THREADS)
    true_post = notices._post

    def look_and_then_post(*args: Any, **kwargs: Any) -> bool:
        barrier.wait(5)
        return true_post(*args, **kwargs)

    monkeypatch.setattr(type(Organization.objects), "lock", lambda self, pk: self.get(pk=pk))
    monkeypatch.setattr(notices, "_post", look_and_then_post)
    with without_constraint(Notice, "orgs_notice_once"):
        answers = at_once(lambda: notices.post_due(org.pk, now=database_now()))
        with pytest.raises(AssertionError):
            assert_told_once(org, answers)
        with company_scope(org.pk):
            Notice.objects.all().delete()


@contextmanager
def without_constraint(model: type[Model], name: str) -> Iterator[None]:
    """The table without one of its constraints; the caller leaves no rows that break it."""
    [constraint] = [found for found in model._meta.constraints if found.name == name]
    with as_owner(), connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        with as_owner(), connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def claim_at_once(org: Organization) -> Deletion:
    """The one claim of eight."""
    [claimed] = [answer for answer in at_once(lambda: data_deletion.claim(org.pk, now=database_now())) if answer]
    return claimed


def test_control_claims_without_locks_trip_over_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    org = due_company()
    look_together(monkeypatch)
    monkeypatch.setattr(type(Organization.objects), "lock", lambda self, pk: self.get(pk=pk))
    with pytest.raises(ValueError, match="too many values"):
        claim_at_once(org)


def test_eight_claims_and_eight_purges_delete_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "BATCH", 3)
    monkeypatch.setattr(data_deletion, "PAUSE", 0)
    org = due_company()
    counts = fill(org, issues=20)
    claimed = claim_at_once(org)
    at_once(lambda: data_deletion.purge_all(claimed.pk, org_id=org.pk, clock=database_now))
    with company_scope(org.pk):
        assert Deletion.objects.get().counts == counts
    assert rows_left(org) == 0
    assert events(org).count("tracker.deletion_finish") == 1
    assert len(mails(org, "deletion:")) == 1


def look_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """No claim waits for another one's: all look at the brakes, and only then they go on."""
    barrier = threading.Barrier(THREADS)
    true_look = data_deletion.is_braked

    def look(now: dt.datetime) -> bool:
        is_braked = true_look(now)
        barrier.wait(5)
        return is_braked

    monkeypatch.setattr(data_deletion, "lock_brake", lambda: None)
    monkeypatch.setattr(data_deletion, "is_braked", look)


def assert_three_of_eight_are_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data_deletion, "CLAIMS_AN_HOUR", 3)
    orgs = iter([due_company(name=f"Company {number}") for number in range(THREADS)])
    at_once(lambda: data_deletion.claim(next(orgs).pk, now=database_now()))
    with platform_scope():
        assert Deletion.objects.count() == 3


def test_claims_of_many_workers_stay_under_the_hourly_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert_three_of_eight_are_claimed(monkeypatch)


def test_control_claims_that_are_counted_without_the_lock_exceed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    look_together(monkeypatch)
    with pytest.raises(AssertionError):
        assert_three_of_eight_are_claimed(monkeypatch)


# --- somebody holds the lock -----------------------------------------------------------------------------------
def subscribe(org: Organization) -> None:
    with company_scope(org.pk):
        lifecycle.write_facts(Organization.objects.lock(org.pk), now=database_now(), full_seats=1)


@contextmanager
def after(first: Callable[[], Any], then: Callable[[], Any]) -> Iterator[Future[Any]]:
    """`first` has run and is not committed when `then` comes and waits for its lock; gives what becomes of `then`."""

    def run() -> Any:
        try:
            return then()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            future = pool.submit(run)
            wait_until(waiting)
        future.exception()
        yield future


def test_way_back_that_commits_while_the_claim_waits_wins() -> None:
    org = due_company()
    fill(org)
    with after(lambda: subscribe(org), lambda: data_deletion.claim(org.pk, now=database_now())) as claim:
        assert claim.result() is None
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.ACTIVE, None)
    assert rows_left(org) > 0


@contextmanager
def looking_before_the_lock(org: Organization) -> Iterator[None]:
    """A job that waits for the lock, and then decides by what it saw before it."""
    stale = Organization.objects.get(pk=org.pk)

    def lock_and_remember(self: Any, pk: int) -> Organization:
        self.select_for_update().get(pk=pk)
        return stale

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(Organization.objects), "lock", lock_and_remember)
        yield


def test_control_claim_that_looks_before_the_lock_deletes_a_subscribed_company() -> None:
    org = due_company()
    fill(org)

    def claim() -> Any:
        with looking_before_the_lock(org):
            return data_deletion.claim(org.pk, now=database_now())

    with after(lambda: subscribe(org), claim):
        org.refresh_from_db()
    with pytest.raises(AssertionError):
        assert org.state == State.ACTIVE


@pytest.mark.parametrize("act", ["hold", "activate"])
def test_other_ways_out_win_over_a_waiting_claim(act: str) -> None:
    org = due_company()
    owner = org.memberships.get()
    operator = UserFactory(is_staff=True)
    if act == "activate":
        Organization.objects.filter(pk=org.pk).update(state=State.DEACTIVATED, full_seats=1)
    acts = {
        "hold": lambda: operations.hold_deletion(
            org=org, hold=True, operator=operator, reason="Asked to", now=database_now()
        ),
        "activate": lambda: lifecycle.activate(org=org, actor=owner, now=database_now()),
    }
    with after(acts[act], lambda: data_deletion.claim(org.pk, now=database_now())) as claim:
        assert claim.result() is None
    org.refresh_from_db()
    assert org.state == (State.READ_ONLY if act == "hold" else State.ACTIVE)


def test_off_switch_that_is_being_pulled_stops_a_claim_that_comes() -> None:
    org = due_company()

    def pull() -> None:
        Brake.objects.create(reason="Something is wrong", pulled_at=database_now())

    with after(pull, lambda: data_deletion.claim(org.pk, now=database_now())) as claim:
        assert claim.result() is None


def assert_payment_wins_over_the_sweep(move: Callable[[Organization], bool]) -> None:
    org = make_company(age_days=0)
    let_pass(org, 31 * DAY)
    with after(lambda: subscribe(org), lambda: move(org)) as sweep:
        assert sweep.result() is False
    org.refresh_from_db()
    assert (org.state, org.retention_ends_at) == (State.ACTIVE, None)
    assert events(org)[-2:] == ["tracker.trial_end", "tracker.resume"]


def test_payment_that_commits_while_the_sweep_waits_wins() -> None:
    assert_payment_wins_over_the_sweep(lambda org: sweeping.move(org.pk, now=database_now()))


def test_control_sweep_that_looks_before_the_lock_stops_a_subscribed_company() -> None:
    def move(org: Organization) -> bool:
        with looking_before_the_lock(org):
            return sweeping.move(org.pk, now=database_now())

    with pytest.raises(AssertionError):
        assert_payment_wins_over_the_sweep(move)
