"""A machine whose clock is wrong deletes nothing early, posts nothing early, and backdates no warning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orgs.lifecycle import data_deletion, notices, tasks
from orgs.lifecycle.models import Deletion
from orgs.mail import mail_sender
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import State
from orgs.tenancy.scopes import company_scope
from tests.factories import make_company
from tests.orgs.lifecycle.companies import DAY, due_company, fill, let_pass, mails, read_only, run_jobs, warn
from tests.orgs.mail.sink import Sink

pytestmark = pytest.mark.django_db
MONTH = 31 * DAY


@contextmanager
def clock_off_by(time: dt.timedelta) -> Iterator[None]:
    with time_machine.travel(dt.datetime.now(dt.UTC) + time):
        yield


def assert_nothing_happens_early() -> None:
    trial = make_company("In its trial", age_days=10)
    stopped = read_only(days_left=20, name="Stopped")
    warn(stopped)
    with clock_off_by(MONTH):
        run_jobs()
    trial.refresh_from_db()
    stopped.refresh_from_db()
    assert (trial.state, stopped.state) == (State.TRIAL, State.READ_ONLY)
    for org in (trial, stopped):
        assert mails(org, "notice:") == []


def test_worker_whose_clock_is_a_month_ahead_does_nothing_early(eager: None) -> None:
    assert_nothing_happens_early()


def test_control_jobs_that_trust_their_own_clock_would(eager: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "database_now", timezone.now)
    with pytest.raises(AssertionError):
        assert_nothing_happens_early()


def test_jobs_do_in_time_what_is_due(eager: None) -> None:
    """The counterpart: the same jobs act when the time has come, also when their own clock is a month behind."""
    trial, due = make_company("Its trial is over"), due_company(name="Due")
    counts = fill(due)
    with clock_off_by(-MONTH):
        run_jobs()
    trial.refresh_from_db()
    due.refresh_from_db()
    assert (trial.state, due.state) == (State.READ_ONLY, State.DELETED)
    with company_scope(due.pk):
        assert Deletion.objects.get().counts == counts


def assert_warning_is_not_backdated(sink: Sink) -> None:
    org = read_only(days_left=-1)
    notices.post_due(org.pk, now=database_now())
    let_pass(org, 0 * DAY)  # the outbox's mails are due
    with clock_off_by(-MONTH):
        [mail] = mails(org, "notice:")
        assert mail_sender.deliver(mail)
    assert len(sink.accepted) == 1
    assert data_deletion.claim(org.pk, now=database_now()) is None


def test_worker_whose_clock_is_behind_does_not_backdate_a_warning(smtp_sink: Sink) -> None:
    """The 72 hours begin when the server has accepted it, by the database's clock."""
    assert_warning_is_not_backdated(smtp_sink)


def test_control_acceptance_by_the_workers_clock_would_be_backdated(
    smtp_sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_refresh = notices.refresh
    monkeypatch.setattr(notices, "refresh", lambda mail, **_: true_refresh(mail, now=database_now()))
    monkeypatch.setattr(mail_sender, "database_now", timezone.now)
    with pytest.raises(AssertionError):
        assert_warning_is_not_backdated(smtp_sink)


def test_clocks_that_differ_are_an_alert(client: Client) -> None:
    assert not any("clocks" in alert for alert in client.get("/readyz").json()["alerts"])
    with clock_off_by(dt.timedelta(seconds=10)):
        assert any("clocks" in alert for alert in client.get("/readyz").json()["alerts"])
