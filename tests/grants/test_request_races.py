"""Two at once: one person asks in two tabs, or asks while an administrator gives it. Without the lock it would go wrong."""

from __future__ import annotations

from contextlib import suppress
from threading import BrokenBarrierError, Event

import pytest
from django.db import IntegrityError
from django.utils import timezone

from access import grants, requests
from access.models.requests import AccessRequest
from orgs.models.membership import Level, Membership
from orgs.models.organization import Organization
from orgs.scopes import company_scope
from tests.factories import add_member
from tests.people.test_races import Meeting, at_once, is_locked

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
    check = Meeting(2, SHORT if is_locked else LONG).after(requests._require_use)
    monkeypatch.setattr(requests, "_require_use", check)
    acts = [lambda: requests.ask(member=viewer, note="", now=timezone.now())] * 2
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
    check = requests._require_use

    def looked(person: Membership) -> None:
        check(person)
        checked.set()

    def give() -> None:
        checked.wait(LONG)
        grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=timezone.now())
        with suppress(BrokenBarrierError):
            meeting.barrier.wait(meeting.patience)

    monkeypatch.setattr(requests, "_require_use", meeting.after(looked))
    at_once([lambda: requests.ask(member=viewer, note="", now=timezone.now()), give])
    assert Membership.objects.get(pk=viewer.pk).level == Level.FULL
    assert states(viewer) == ["granted" if is_locked else "open"]
