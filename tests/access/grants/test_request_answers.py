"""Requests for full access are answered: staged and saved, or declined with a reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from access.changes import save as grants
from access.requests import access_requests, request_list
from orgs.audit.models import AuditEvent
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.waiting import decline_url, open_requests, staged
from tests.factories import UserFactory, add_member
from tests.tracker_portal.pages import main, text
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]


def test_one_some_or_all_are_staged_and_the_bar_shows_the_cost(
    login: Login, list_url: str, give_url: str, org: Organization, admin: Membership, member: Membership, now
) -> None:
    people = [add_member(org) for _ in range(3)]
    made = [access_requests.ask(member=person, note="", now=now) for person in people]
    names = [f"member:{person.public_id}" for person in people]
    client = login(admin)
    response = client.post(give_url, {"only": made[0].public_id, "request": [made[1].public_id]}, follow=True)
    assert staged(org, admin, now) == {names[0]}
    seen = text(response)
    assert "1 unsaved change" in seen
    assert "Not saved yet" in seen
    client.post(give_url, {"request": [made[1].public_id]})
    assert staged(org, admin, now) == set(names[:2])
    client.post(give_url, {"all": "1", "next": list_url})
    assert staged(org, admin, now) == set(names)
    assert open_requests(org) == 3


def test_nothing_ticked_is_said_and_nothing_staged(
    login: Login, give_url: str, org: Organization, admin: Membership, now: dt.datetime
) -> None:
    for body in ({}, {"only": "\0"}, {"request": ["nope", ""]}, {"all": "1"}):
        response = login(admin).post(give_url, body, follow=True)
        assert "Select whom you want to give Full access." in text(response)
    assert staged(org, admin, now) == set()


def test_request_that_was_answered_is_not_staged(
    login: Login, give_url: str, org: Organization, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    request = access_requests.ask(member=viewer, note="", now=now)
    access_requests.withdraw(member=viewer, now=now)
    login(admin).post(give_url, {"request": [request.public_id]})
    assert staged(org, admin, now) == set()


def test_saving_answers_the_request_and_the_person_writes(
    login: Login, give_url: str, org: Organization, admin: Membership, viewer: Membership, issues: str, now
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    client = login(admin)
    page = client.post(give_url, {"all": "1"}, follow=True).content.decode()
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("token", "shown")}
    client.post(reverse("access:levels_save", args=[org.slug]), fields)
    assert open_requests(org) == 0
    assert "readonly-strip" not in login(viewer).get(issues).content.decode()


def test_decline_asks_for_a_reason_and_says_what_was_done(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now: dt.datetime
) -> None:
    url = decline_url(org, access_requests.ask(member=viewer, note="", now=now))
    client = login(admin)
    assert f"Decline the request of {viewer.name}" in text(client.get(url))
    for reason in ("", "x" * 301):
        assert client.post(url, {"reason": reason}).status_code == 400
    assert open_requests(org) == 1
    assert f"Declined. {viewer.name} stays Read only" in text(client.post(url, {"reason": "No seat"}, follow=True))
    late = client.post(url, {"reason": "No seat"})
    assert late.status_code == 400
    assert "answered or withdrawn meanwhile" in text(late)


def test_foreign_request_is_the_same_as_an_absent_one(
    login: Login, give_url: str, org: Organization, admin: Membership, outsider: Membership, now: dt.datetime
) -> None:
    foreign = access_requests.ask(member=add_member(outsider.org), note="", now=now)
    for public_id in (foreign.public_id, "zzzzzzzzzzzzzzzz"):
        url = reverse("access:request_decline", args=[org.slug, public_id])
        assert login(admin).get(url).status_code == 404
        assert login(admin).post(url, {"reason": "No"}).status_code == 404
        login(admin).post(give_url, {"only": public_id})
    assert staged(org, admin, now) == set()
    assert open_requests(outsider.org) == 1


def test_all_means_those_on_other_pages_too(
    login: Login, give_url: str, org: Organization, admin: Membership, now, monkeypatch
) -> None:
    monkeypatch.setattr(request_list, "TICKED", 1)
    made = [access_requests.ask(member=add_member(org), note="", now=now) for _ in range(3)]
    login(admin).post(give_url, {"request": [request.public_id for request in made]})
    assert len(staged(org, admin, now)) == 1
    login(admin).post(give_url, {"all": "1"})
    assert len(staged(org, admin, now)) == 3


def test_blocked_person_is_shown_and_not_staged(
    login: Login, list_url: str, give_url: str, org: Organization, admin: Membership, viewer: Membership, now
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    Membership.objects.filter(pk=viewer.pk).update(blocked_at=now)
    assert "Blocked" in main(login(admin).get(list_url))
    login(admin).post(give_url, {"all": "1"})
    assert staged(org, admin, now) == set()


def test_trail_of_asking_giving_and_declining_is_in_words(
    login: Login, org: Organization, owner: Membership, viewer: Membership, now: dt.datetime
) -> None:
    other = add_member(org, user=UserFactory(first_name="Maya", last_name="Chen"))
    access_requests.ask(member=viewer, note="", now=now)
    access_requests.withdraw(member=viewer, now=now)
    access_requests.decline(
        request=access_requests.ask(member=other, note="", now=now), reason="No", actor=owner, now=now
    )
    access_requests.ask(member=viewer, note="", now=now)
    grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    seen = text(login(owner).get(reverse("access:activity", args=[org.slug])))
    assert f"{viewer.name} asked for Full access" in seen
    assert f"{viewer.name} withdrew the request for Full access" in seen
    assert f"{owner.name} declined the request of Maya Chen for Full access" in seen
    assert f"{owner.name} set the access of {viewer.name} to Full access" in seen
    with company_scope(org.pk):
        kept = "".join(str(row.data) for row in AuditEvent.objects.filter(org=org, action__startswith="access."))
    assert "No" not in kept
