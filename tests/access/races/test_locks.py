"""A right that was taken away is gone: once the verb has returned, no write of that member is committed any more.

A product write holds the company's and its own row FOR SHARE; the verbs take them FOR UPDATE. So a write is either
finished before the verb, or decided after it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.utils import timezone

from access.changes import save as grants
from access.members import members
from access.structure import teams
from issues.issue.models import Issue
from orgs.lifecycle import rules as lifecycle
from orgs.people.models import Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope, platform_scope
from tests.access.races.writes import WRITERS, block, comments, re_read_only, stream_of_writes, write, written
from tests.access.wall import urls
from tests.concurrency import in_thread, wait_for
from tests.factories import make_team, set_team_level
from tests.guards.rows import make_row
from tests.locks import waiting

pytestmark = pytest.mark.django_db(transaction=True)
Verb = Callable[[Membership, Membership], Any]


def demote(member: Membership, owner: Membership) -> None:
    grants.set_level(member=member, level=Level.READ_ONLY, actor=owner, now=timezone.now())


def deactivate(member: Membership, owner: Membership) -> None:
    lifecycle.deactivate(org=member.org, actor=owner, now=timezone.now())


def leave_team(member: Membership, owner: Membership) -> None:
    """The member's access comes through the team alone."""
    teams.take_out(team=platform(member), member=member, actor=owner, now=timezone.now())


def lower_team(member: Membership, owner: Membership) -> None:
    set_team_level(platform(member), Level.READ_ONLY)


def platform(member: Membership) -> Team:
    with platform_scope():
        return Team.objects.select_related("org").get(org=member.org, name="Platform")


every_verb = pytest.mark.parametrize("take_away", [block, demote, deactivate, leave_team, lower_team], indirect=True)


@pytest.fixture
def take_away(request: pytest.FixtureRequest, member: Membership, owner: Membership, colleague: Membership) -> Verb:
    """One of the verbs; before those about a team, the member's access is made to come through it alone."""
    if request.param in (leave_team, lower_team):
        demote(member, owner)
        make_team(member.org, member, level=Level.FULL)
        member.refresh_from_db()
        assert member.level == Level.FULL
    found: Verb = request.param
    return found


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch, colleague: Membership) -> None:
    monkeypatch.setattr("access.wall.middleware.lock", re_read_only)


@every_verb
def test_under_steady_writing_nothing_is_committed_after_the_verb_returned(
    take_away: Verb, org: Organization, owner: Membership, member: Membership, colleague: Membership
) -> None:
    with stream_of_writes(member) as statuses:
        wait_for(lambda: len(statuses) >= 2 * WRITERS)
        take_away(member, owner)
        count, answered = written(org), len(statuses)
        wait_for(lambda: len(statuses) >= answered + 3 * WRITERS)
    assert count > 0
    assert set(statuses[answered + WRITERS :]) == {403}
    assert written(org) == count


def test_under_steady_commenting_no_comment_is_committed_after_the_block(
    org: Organization, owner: Membership, member: Membership, colleague: Membership
) -> None:
    with company_scope(org.pk):
        issue = make_row(Issue, org, key="ROB-1")
    with stream_of_writes(member, f"issues/{issue.key}/comments/") as statuses:
        wait_for(lambda: len(statuses) >= 2 * WRITERS)
        block(member, owner)
        count, answered = comments(org), len(statuses)
        wait_for(lambda: len(statuses) >= answered + 3 * WRITERS)
    assert count > 0
    assert set(statuses) == {302, 403}
    assert set(statuses[answered + WRITERS :]) == {403}
    assert comments(org) == count


@every_verb
def test_verb_waits_for_the_write_that_was_allowed_before_it(
    take_away: Verb, org: Organization, owner: Membership, member: Membership, colleague: Membership
) -> None:
    with ThreadPoolExecutor(2) as pool:
        late = in_thread(pool, lambda: write(member, "slow"))
        assert urls.gate.reached.wait(10)
        verb = in_thread(pool, lambda: take_away(member, owner))
        wait_for(lambda: waiting() == 1)
        assert not verb.done()
        urls.gate.opened.set()
        verb.result(10)
        assert written(org) == 1
        assert late.result(10) == 200
    assert write(member) == 403
    assert written(org) == 1


@every_verb
def test_control_without_the_locks_a_late_write_gets_through(
    take_away: Verb, org: Organization, owner: Membership, member: Membership, without_locks: None
) -> None:
    with ThreadPoolExecutor(1) as pool:
        late = in_thread(pool, lambda: write(member, "slow"))
        assert urls.gate.reached.wait(10)
        take_away(member, owner)  # waits for nobody
        assert written(org) == 0
        urls.gate.opened.set()
        assert late.result(10) == 200
    assert written(org) == 1


def test_write_that_waited_for_the_verb_is_decided_after_it(
    org: Organization, owner: Membership, member: Membership, colleague: Membership
) -> None:
    """The request has found its membership; then the verb takes the row first. What counts is read under the lock."""
    with ThreadPoolExecutor(1) as pool:
        with company_scope(org.pk):
            Organization.objects.lock(org.pk)
            late = in_thread(pool, lambda: write(member))
            wait_for(lambda: waiting() == 1)
            assert not late.done()
            members.block(member=member, actor=owner, now=timezone.now())
        assert late.result(10) == 403
    assert written(org) == 0


def test_control_without_the_second_reading_the_waiting_write_would_go_by_what_it_knew(
    org: Organization, owner: Membership, member: Membership, colleague: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_read = threading.Event()

    def lock_and_keep(org: Organization, member: Membership) -> tuple[Organization, Membership]:
        has_read.set()
        Organization.objects.lock_shared(org.pk)
        Membership.objects.lock_shared(member.pk)
        return org, member

    monkeypatch.setattr("access.wall.middleware.lock", lock_and_keep)
    with ThreadPoolExecutor(1) as pool:
        with company_scope(org.pk):
            Organization.objects.lock(org.pk)
            late = in_thread(pool, lambda: write(member))
            assert has_read.wait(10)
            members.block(member=member, actor=owner, now=timezone.now())
        assert late.result(10) == 200
    assert written(org) == 1


def test_writers_of_one_company_do_not_wait_for_each_other(
    org: Organization, member: Membership, colleague: Membership
) -> None:
    with ThreadPoolExecutor(1) as pool:
        slow = in_thread(pool, lambda: write(member, "slow"))
        assert urls.gate.reached.wait(10)
        assert write(colleague) == 200
        assert not slow.done()
        urls.gate.opened.set()
        assert slow.result(10) == 200
