"""The limit of seats that a company sets itself: it stops raises, and takes nothing away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from access.changes import save as grants
from access.seat_limit import seat_limit
from access.seats import seats
from orgs.audit.models import AuditEvent
from orgs.tenancy.errors import Refused
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Enter
from tests.tracker_portal.pages import text

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]


@pytest.fixture
def url(org: Organization) -> str:
    return reverse("access:seat_cap", args=[org.slug])


def events(org: Organization) -> list[dict[str, object]]:
    with company_scope(org.pk):
        return list(AuditEvent.objects.filter(org=org, action="access.cap").values_list("data", flat=True))


def stored(org: Organization) -> int | None:
    return Organization.objects.values_list("seat_cap", flat=True).get(pk=org.pk)


def test_limit_below_the_seats_of_now_takes_nobodys_access_and_stops_the_next(
    org: Organization, owner: Membership, member: Membership, viewer: Membership, now: dt.datetime
) -> None:
    seat_limit.change(org=org, cap=0, actor=owner, now=now)
    member.refresh_from_db()
    assert member.level == Level.FULL
    with pytest.raises(seats.NoSeat):
        grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now)
    seat_limit.change(org=org, cap=2, actor=owner, now=now)
    assert grants.set_level(member=viewer, level=Level.FULL, actor=owner, now=now).level == Level.FULL


def test_whoever_joins_at_the_limit_waits_and_control_without_it_does_not(
    org: Organization, owner: Membership, member: Membership, enter: Enter, now: dt.datetime
) -> None:
    seat_limit.change(org=org, cap=1, actor=owner, now=now)
    assert enter().held_at
    seat_limit.change(org=org, cap=None, actor=owner, now=now)
    assert enter().level == Level.FULL


def test_each_change_is_audited_once(org: Organization, owner: Membership, now: dt.datetime) -> None:
    for number in (7, 7, None, None):
        seat_limit.change(org=org, cap=number, actor=owner, now=now)
    assert events(org) == [{"from": "", "to": 7}, {"from": 7, "to": ""}]


def test_only_administrators_change_it(org: Organization, member: Membership, now: dt.datetime) -> None:
    with pytest.raises(Refused):
        seat_limit.change(org=org, cap=1, actor=member, now=now)
    assert stored(org) is None


def test_page_sets_the_limit_and_takes_it_away(
    login: Login, url: str, org: Organization, admin: Membership, member: Membership
) -> None:
    client = login(admin)
    assert "1 person has Full access now." in text(client.get(url))
    assert "The limit of seats is 10." in text(client.post(url, {"cap": "10"}, follow=True))
    assert stored(org) == 10
    detailed = reverse("billing:detailed", args=[org.slug])
    assert "Limit of seats: 10" in text(client.get(detailed))
    assert "Limit of seats: 10" in text(client.get(reverse("access:user_list", args=[org.slug])))
    assert 'value="10"' in client.get(url).content.decode()
    assert "There is no limit of seats." in text(client.post(url, {"cap": ""}, follow=True))
    assert stored(org) is None
    assert "Limit of seats: none" in text(client.get(detailed))


@pytest.mark.parametrize("wrong", ["-1", "many", "1.5", "9" * 30, "\0"])
def test_wrong_number_is_said_at_the_field(login: Login, url: str, org: Organization, admin: Membership, wrong) -> None:
    response = login(admin).post(url, {"cap": wrong})
    assert response.status_code == 400
    assert 'aria-invalid="true"' in response.content.decode()
    assert stored(org) is None


def test_page_is_for_administrators_of_the_company(
    login: Login, url: str, member: Membership, outsider: Membership, org: Organization
) -> None:
    assert [login(who).get(url).status_code for who in (member, outsider)] == [403, 404]
    assert [login(who).post(url, {"cap": "3"}).status_code for who in (member, outsider)] == [403, 404]
    assert stored(org) is None
