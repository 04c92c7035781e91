"""The administrators' list of requests for full access: who waits, since when, what it costs, and who may look."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client

from access.requests import access_requests
from orgs.lists import paging
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from tests.access.grants.waiting import decline_url, open_requests
from tests.factories import add_member
from tests.tracker_portal.pages import main, text
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

pytestmark = pytest.mark.django_db

Login = Callable[[Membership | User], Client]
MINUTE = dt.timedelta(minutes=1)


def test_list_shows_who_waits_why_since_when_and_what_it_costs(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, held: Membership, now
) -> None:
    access_requests.ask(member=viewer, note="Closing issues", now=now - 5 * MINUTE)
    Organization.objects.filter(pk=org.pk).update(seat_cap=None)
    seen = text(login(admin).get(list_url))
    assert "Access requests 2 Invite link" in seen
    assert f"{viewer.name} {viewer.user.email} Asked Closing issues 5 min ago Never +$0.00 a month" in seen
    assert f"{held.name} {held.user.email} Joined without a free seat" in seen
    assert seen.index(viewer.user.email) < seen.index(held.user.email)


def test_sixth_seat_is_announced_with_its_price(
    login: Login, list_url: str, org: Organization, admin: Membership, owner: Membership, viewer: Membership, now
) -> None:
    for _ in range(4):
        add_member(org, level=Level.FULL)
    Organization.objects.filter(pk=org.pk).update(payer_ready=True)
    access_requests.ask(member=viewer, note="", now=now)
    seen = text(login(admin).get(list_url))
    assert "One person more with Full access is the 6th: from then on all are paid, $19.86 a month." in seen
    assert "+$19.86 a month" in seen


def test_nobody_is_waiting(login: Login, list_url: str, admin: Membership) -> None:
    assert "Nobody is waiting" in text(login(admin).get(list_url))


@pytest.mark.parametrize(
    ("facts", "said"),
    [({"free_seats": 1}, "Payment details come first"), ({"seat_cap": 1}, "Your company’s limit of seats is 1.")],
    ids=["payer", "cap"],
)
def test_page_says_what_keeps_seats_from_being_added(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now, facts, said: str
) -> None:
    access_requests.ask(member=viewer, note="", now=now)
    Organization.objects.filter(pk=org.pk).update(**facts)
    seen = main(login(admin).get(list_url))
    assert "No seat can be added now" in seen
    assert said in seen
    assert "a month" not in seen.partition("No seat can be added now")[2]


def test_list_is_for_administrators(
    login: Login, list_url: str, give_url: str, org: Organization, member: Membership, outsider: Membership, now
) -> None:
    url = decline_url(org, access_requests.ask(member=add_member(org), note="", now=now))
    assert [login(member).get(page).status_code for page in (list_url, url)] == [403, 403]
    assert [login(member).post(page).status_code for page in (give_url, url)] == [403, 403]
    assert [login(outsider).get(page).status_code for page in (list_url, url)] == [404, 404]
    assert open_requests(org) == 1


def test_list_is_paged_and_asks_no_more_for_more_rows(
    login: Login, list_url: str, org: Organization, admin: Membership, viewer: Membership, now, monkeypatch
) -> None:
    monkeypatch.setitem(paging.paginate.__kwdefaults__, "size", 4)
    access_requests.ask(member=viewer, note="", now=now)
    client = login(admin)
    few = queries_of(client, list_url)
    people = [viewer, *(add_member(org) for _ in range(5))]
    for number, person in enumerate(people):
        access_requests.ask(member=person, note="", now=now + number * MINUTE)
    assert queries_of(client, list_url) == few
    assert few <= 10
    first = client.get(list_url)
    shown = [person.user.email in first.content.decode() for person in people]
    assert shown == [True] * 4 + [False] * 2
    following = re.search(r'rel="next"\s+href="([^"]+)"', first.content.decode())[1]
    rest = client.get(list_url + following.replace("&amp;", "&")).content.decode()
    assert [person.user.email in rest for person in people] == [False] * 4 + [True] * 2
