"""Closing a company while its people work and its owners change their minds: what PostgreSQL lets through, and what
it would without the locks.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from access.members import roles
from issues.issue.models import Issue
from orgs.lifecycle import closing, data_deletion
from orgs.people.models import Team
from orgs.tenancy.clock import database_now
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.races.writes import comments, re_read_only, stream_of_writes, write, written
from tests.access.wall import urls
from tests.access.wall.conftest import wall_urls
from tests.concurrency import Meeting, at_once, in_thread, is_locked, wait_for
from tests.factories import add_member
from tests.guards.rows import make_row
from tests.locks import waiting
from tests.orgs.lifecycle.companies import rows_left

__all__ = ["is_locked", "wall_urls"]

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4  # of the stream


@pytest.fixture
def second(org: Organization, owner: Membership) -> Membership:
    """Another owner."""
    second = add_member(org)
    return roles.change(member=second, role=Role.OWNER, actor=owner, now=timezone.now())


@pytest.fixture
def due(org: Organization, owner: Membership) -> Organization:
    """An owner asked 24 h ago."""
    return closing.ask(name=org.name, actor=owner, now=database_now() - closing.WAITS)


def close(org: Organization) -> bool:
    return closing.close(org.pk, now=database_now())


def is_closed(org: Organization) -> bool:
    return Organization.objects.filter(pk=org.pk, closed_at__isnull=False).exists()


# --- a product write in flight -------------------------------------------------------------------------
def test_closing_waits_for_the_write_in_flight_and_none_follows(due: Organization, member: Membership) -> None:
    with ThreadPoolExecutor(2) as pool:
        late = in_thread(pool, lambda: write(member, "slow"))
        assert urls.gate.reached.wait(10)
        sweep = in_thread(pool, lambda: close(due))
        wait_for(lambda: waiting() == 1)
        assert not is_closed(due)
        urls.gate.opened.set()
        assert sweep.result(10)
        assert late.result(10) == 200
    assert write(member) == 404
    with platform_scope():  # what was in flight was written, and lost its name with the closing
        assert Team.objects.filter(org=due).count() == 1


def test_control_without_the_locks_somebody_writes_into_a_closed_company(
    due: Organization, member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.wall.middleware.lock", re_read_only)
    with ThreadPoolExecutor(1) as pool:
        late = in_thread(pool, lambda: write(member, "slow"))
        assert urls.gate.reached.wait(10)
        assert close(due)  # waits for nobody
        assert (is_closed(due), written(due)) == (True, 0)
        urls.gate.opened.set()
        assert late.result(10) == 200
    assert written(due) == 1


def test_write_that_waited_for_the_closing_is_refused(due: Organization, member: Membership) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Organization.objects.lock(due.pk)
            late = in_thread(pool, lambda: write(member))
            wait_for(lambda: waiting() == 1)
            assert close(due)
        assert late.result(10) == 410
    assert written(due) == 0


def test_under_steady_commenting_nothing_is_left_after_the_certificate(due: Organization, member: Membership) -> None:
    with company_scope(due.pk):
        issue = make_row(Issue, due, key="ROB-1")
    with stream_of_writes(member, f"issues/{issue.key}/comments/") as statuses:
        wait_for(lambda: len(statuses) >= 2 * WRITERS)
        assert comments(due) > 0
        assert close(due)
        for deletion_id, org_id in data_deletion.unfinished():
            data_deletion.purge_all(deletion_id, org_id=org_id, clock=database_now)
        answered = len(statuses)
        wait_for(lambda: len(statuses) >= answered + 3 * WRITERS)
    assert set(statuses) <= {302, 410, 404}
    assert set(statuses[answered + WRITERS :]) == {404}
    assert rows_left(due) == 0


# --- two owners ----------------------------------------------------------------------------------------
def outcome(act: Callable[[], Any]) -> str:
    """What an act came to: `done`, `not due`, the refusal, or the name of PostgreSQL's error."""
    try:
        return "done" if act() else "not due"
    except Refused as refused:
        return str(refused)
    except DatabaseError as error:
        return type(error).__name__


def test_of_an_owner_who_keeps_and_the_sweep_that_closes_one_wins(
    due: Organization, second: Membership, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """Without the lock both find that they may; then only a constraint is left, and a person sees an error page."""
    meeting = Meeting(2, 0.5 if is_locked else 20)
    monkeypatch.setattr(closing, "is_due", meeting.after(closing.is_due))
    monkeypatch.setattr(closing, "_require_open", meeting.after(closing._require_open))
    told: dict[str, str] = {}

    def keep() -> None:
        told["keep"] = outcome(lambda: closing.keep(actor=second, now=timezone.now()))

    def sweep() -> None:
        told["sweep"] = outcome(lambda: close(due))

    at_once([keep, sweep])
    if is_locked:
        only_owners = "Only an owner can delete the company."
        wanted = {"keep": only_owners, "sweep": "done"} if is_closed(due) else {"keep": "done", "sweep": "not due"}
        assert told == wanted
    else:
        assert {"IntegrityError", "OperationalError"} & set(told.values())


def test_owner_whose_click_waited_for_the_sweep_finds_no_company(due: Organization, second: Membership) -> None:
    client = Client()
    client.force_login(second.user)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Organization.objects.lock(due.pk)
            late = in_thread(pool, lambda: client.post(f"/o/{due.slug}/company/data/keep/"))
            wait_for(lambda: waiting() == 1)
            assert close(due)
        answer = late.result(10)
    assert answer.status_code == 302
    assert client.get(answer.headers["Location"]).status_code == 404
    assert is_closed(due)


def test_sweep_that_waited_for_an_owner_who_keeps_closes_nothing(due: Organization, second: Membership) -> None:
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Organization.objects.lock(due.pk)
            sweep = in_thread(pool, lambda: close(due))
            wait_for(lambda: waiting() == 1)
            closing.keep(actor=second, now=timezone.now())
        assert sweep.result(10) is False
    assert not is_closed(due)
    assert write(second, "own") == 200
