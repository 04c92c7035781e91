"""`manage.py lifecycle`: a round by hand, and what one would do at an instant."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from orgs.lifecycle.models import Brake
from orgs.tenancy.clock import database_now
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.factories import make_company
from tests.orgs.lifecycle.companies import DAY, due_company, events, fill, mails, read_only, warn

pytestmark = pytest.mark.django_db


def lifecycle(*args: Any) -> list[str]:
    output = StringIO()
    call_command("lifecycle", *args, stdout=output)
    return output.getvalue().splitlines()


def at(org: Organization, off: dt.timedelta) -> str:
    return (org.trial_ends_at + off).isoformat()


def test_round_by_hand_does_what_beat_does() -> None:
    overdue, soon, due = make_company("Over"), read_only(days_left=6, name="Soon"), due_company(name="Due")
    fill(due)
    assert lifecycle("--yes") == [
        f"company {overdue.pk}: moved",
        f"company {soon.pk}: told",
        f"company {due.pk}: claimed",
        f"company {due.pk}: data deleted",
    ]
    due.refresh_from_db()
    assert due.state == State.DELETED
    assert lifecycle("--yes") == ["Nothing is due."]


def test_dry_run_says_what_would_move_when_and_why_and_changes_nothing() -> None:
    org = make_company(age_days=10)
    instant = org.trial_ends_at.isoformat(timespec="seconds")
    before = events(org)
    assert lifecycle("--dry-run") == ["Nothing is due."]
    assert lifecycle("--dry-run", "--at", at(org, dt.timedelta(seconds=-1))) == [
        f"northwind-robotics: notice trial_end, 1 days before {instant}"
    ]
    assert lifecycle("--dry-run", "--at", at(org, dt.timedelta(0))) == [
        f"northwind-robotics: trial -> read_only as of {instant}, because nobody has full access"
    ]
    [moved, told, deleted] = lifecycle("--dry-run", "--at", at(org, 30 * DAY))
    assert "trial -> read_only" in moved
    assert "notice deletion, 0 days before" in told
    assert "waits, no warning was accepted" in deleted
    org.refresh_from_db()
    assert (org.state, events(org), mails(org, "notice:")) == (State.TRIAL, before, [])


def test_dry_run_names_what_a_deletion_waits_for() -> None:
    org = due_company()

    assert lifecycle("--dry-run")[0].endswith("would be claimed")
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=database_now())
    assert lifecycle("--dry-run")[0].endswith("waits, an operator holds it")
    Organization.objects.filter(pk=org.pk).update(deletion_held_at=None)
    with platform_scope():
        Brake.objects.create(reason="Something is wrong", pulled_at=database_now())
    assert lifecycle("--dry-run")[0].endswith("waits, an operator has switched deletions off")


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"full_seats": 6}, "no payer details are saved"),
        ({"full_seats": 1, "debt_due_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "a debt is due"),
        ({"full_seats": 2}, "2 people have full access"),
    ],
)
def test_dry_run_gives_the_reason(columns: dict[str, Any], why: str) -> None:
    org = make_company()
    Organization.objects.filter(pk=org.pk).update(**columns)
    assert lifecycle("--dry-run")[0].endswith(f"because {why}")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--at", "2026-12-31T12:00:00Z"], "--at needs --dry-run"),
        (["--dry-run", "--at", "tomorrow"], "is no instant"),
        (["--dry-run", "--at", "2026-12-31T12:00:00"], "is no instant"),
        (["--dry-run", "--at", "2026-13-31T12:00:00Z"], "is no instant"),
    ],
)
def test_nothing_is_done_as_of_another_instant(args: list[str], message: str) -> None:
    org = due_company()
    with pytest.raises(CommandError, match=message):
        lifecycle(*args)
    org.refresh_from_db()
    assert org.state == State.READ_ONLY


def test_warning_of_another_company_or_deadline_does_not_count() -> None:
    org, other = read_only(days_left=-1), due_company(name="Other")
    with company_scope(org.pk):
        org.retention_ends_at += DAY
        warn(org)
    assert lifecycle("--yes") == [
        f"company {org.pk}: told",
        f"company {other.pk}: claimed",
        f"company {other.pk}: data deleted",
    ]
