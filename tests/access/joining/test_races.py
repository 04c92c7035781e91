"""Many at once at one door, on the real server; each with the control that fails without the lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.utils import timezone

from access.invitations import invitations, invite_links
from access.invitations.invite_links import Limits
from access.joining import acceptance
from access.joining.acceptance import Person
from access.members import members
from access.members.members import Terms
from orgs.people.joining_models import Invitation, InviteLink
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, OrganizationQuerySet
from orgs.tenancy.scopes import company_scope
from tests.access.invitations import mailed
from tests.access.invitations.copied import token as link_token
from tests.concurrency import at_once
from tests.factories import UserFactory
from users.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

PARALLEL = 15
PRIYA = "priya@example.net"


@contextmanager
def without_locks(monkeypatch: pytest.MonkeyPatch, waiting: int) -> Iterator[None]:
    """The rows are read without a lock, and everybody has looked before anybody writes."""
    everybody_looked = Barrier(waiting)
    original = members.add_member

    def enter_late(*args: Any, **kwargs: Any) -> Membership:
        everybody_looked.wait(20)
        return original(*args, **kwargs)

    monkeypatch.setattr(OrganizationQuerySet, "lock", lambda self, org_id: self.get(pk=org_id))
    for model in (Invitation, InviteLink):
        monkeypatch.setattr(type(model.objects.all()), "select_for_update", lambda self: self)
    monkeypatch.setattr("orgs.audit.audit.record", lambda *_, **__: None)
    monkeypatch.setattr(members, "add_member", enter_late)
    yield


@pytest.fixture
def invited(org: Organization, owner: Membership, terms: Terms, now: dt.datetime) -> str:
    invitations.invite(org=org, emails=[PRIYA], terms=terms, actor=owner, now=now)
    return mailed.token(PRIYA)


def test_one_invitation_in_fifteen_sessions_makes_one_account_and_one_member(org: Organization, invited: str) -> None:
    def accept(number: int) -> None:
        person = Person("Priya", str(number), "a-long-enough-password")
        acceptance.accept_as_new(token=invited, person=person, now=timezone.now())

    assert at_once(partial(accept, number) for number in range(PARALLEL)).count("done") == 1
    assert User.objects.filter(email=PRIYA).count() == 1
    assert Membership.objects.filter(org=org, user__email=PRIYA).count() == 1


def switch_on(org: Organization, owner: Membership, terms: Terms, *, max_uses: int | None) -> str:
    limits = Limits(None, max_uses=max_uses)
    return link_token(invite_links.switch_on(org=org, terms=terms, limits=limits, actor=owner, now=timezone.now()))


def join_with(token: str, people: list[User]) -> list[str]:
    return at_once(partial(invite_links.join, token=token, user=person, now=timezone.now()) for person in people)


def test_link_for_three_lets_in_three_of_fifteen(org: Organization, owner: Membership, terms: Terms) -> None:
    token = switch_on(org, owner, terms, max_uses=3)
    assert join_with(token, UserFactory.create_batch(PARALLEL)).count("done") == 3
    assert org.memberships.count() == 4


def test_control_without_locks_more_come_in_than_the_link_is_for(
    org: Organization, owner: Membership, terms: Terms, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, people = switch_on(org, owner, terms, max_uses=3), UserFactory.create_batch(5)
    with without_locks(monkeypatch, waiting=5):
        assert join_with(token, people).count("done") == 5


def test_link_switched_off_while_people_join_lets_nobody_in_after_the_answer(
    org: Organization, owner: Membership, terms: Terms
) -> None:
    token, people = switch_on(org, owner, terms, max_uses=None), UserFactory.create_batch(PARALLEL)
    switched_off: list[dt.datetime] = []

    def act(number: int) -> None:
        if number == 5:
            invite_links.switch_off(org=org, actor=owner, now=timezone.now())
            switched_off.append(timezone.now())
        else:
            invite_links.join(token=token, user=people[number], now=timezone.now())

    told = at_once(partial(act, number) for number in range(PARALLEL))
    with company_scope(org.pk):
        link = InviteLink.objects.get(org=org)
    assert link.uses == org.memberships.filter(invite_link=link).count() == told.count("done") - 1
    assert set(told) <= {"done", "This link no longer works."}
    assert join_with(token, UserFactory.create_batch(3)).count("done") == 0


def test_limit_holds_for_every_door_at_once(org: Organization, owner: Membership, terms: Terms) -> None:
    """Ten by the link, five by invitations, fifteen added: four places."""
    Organization.objects.filter(pk=org.pk).update(account_limit=5)
    token, people = switch_on(org, owner, terms, max_uses=None), UserFactory.create_batch(30)
    emails = [person.email for person in people[10:15]]
    invitations.invite(org=org, emails=emails, terms=terms, actor=owner, now=timezone.now())
    tokens = {number: mailed.token(people[number].email) for number in range(10, 15)}

    def act(number: int) -> None:
        now, person = timezone.now(), people[number]
        if number < 10:
            invite_links.join(token=token, user=person, now=now)
        elif number < 15:
            acceptance.accept(token=tokens[number], user=person, now=now)
        else:
            members.join(org=org, user=person, now=now)

    assert at_once(partial(act, number) for number in range(30)).count("done") == 4
    assert Membership.objects.current().filter(org=org).count() == 5
