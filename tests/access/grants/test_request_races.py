"""Two at once: one person asks in two tabs, or asks while an administrator gives it. Without the lock it would go wrong."""

from __future__ import annotations

from contextlib import suppress
from threading import BrokenBarrierError, Event

import pytest
from django.db import IntegrityError
from django.utils import timezone

from access.changes import save as grants
from access.grants.request_models import AccessRequest
from access.requests import access_requests
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.concurrency import Meeting, at_once, is_locked
from tests.factories import add_member

__all__ = ["is_locked"]
pytestmark = pytest.mark.django_db(transaction=True)

SHORT, LONG = 0.5, 20  # seconds: who holds the lock does not wait long for who cannot come


def states(member: Membership) -> list[str]:
    with company_scope(member.org_id):
        return list(AccessRequest.objects.filter(member=member).values_list("state", flat=True))


def test_two_tabs_that_ask_at_once_make_one_request(
    org: Organization, member: Membership, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool
) -> None:
    viewer = add_member(org)
    check = Meeting(2, SHORT if is_locked else LONG).after(access_requests._require_use)
    monkeypatch.setattr(access_requests, "_require_use", check)
    acts = [lambda: access_requests.ask(member=viewer, note="", now=timezone.now())] * 2
    if is_locked:
        assert at_once(acts) == ["done", "done"]
    else:
        with pytest.raises(IntegrityError):
            at_once(acts)
    assert states(viewer) == ["open"]


def test_nobody_waits_for_what_they_were_given_meanwhile(
    org: Organization, owner: Membership, member: Membership, monkeypatch: pytest.MonkeyPatch, *, is_locked: bool
) -> None:
    viewer, checked, meeting = add_member(org), Event(), Meeting(2, SHORT if is_locked else LONG)
    check = access_requests._require_use

    def looked(person: Membership) -> None:
        check(person)
        checked.set()

    def give() -> None:
        checked.wait(LONG)
        grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=timezone.now())
        with suppress(BrokenBarrierError):
            meeting.barrier.wait(meeting.patience)

    monkeypatch.setattr(access_requests, "_require_use", meeting.after(looked))
    at_once([lambda: access_requests.ask(member=viewer, note="", now=timezone.now()), give])
    assert Membership.objects.get(pk=viewer.pk).level == Level.FULL
    assert states(viewer) == ["granted" if is_locked else "open"]
