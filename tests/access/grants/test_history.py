"""A person's history: when Full access came and went, through what, and what the act came to."""

from __future__ import annotations

import datetime as dt

import pytest

from access.structure import teams
from orgs.audit import audit
from orgs.audit.models import AuditEvent
from orgs.people.models import Team
from orgs.tenancy.membership_models import Level, Membership
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.access.grants.conftest import Browser
from tests.factories import add_member
from tests.tracker_portal.pages import words
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def six(org: Organization, paying: Organization, member: Membership) -> None:
    """Seats, the member's among them."""
    for _ in range(5):
        add_member(org, level=Level.FULL)


def history(page: Browser, person: Membership) -> list[str]:
    """Its lines, the newest first."""
    html = page.client.get(page.url(f"users/{person.public_id}/")).content.decode()
    lines = html.partition('class="timeline"')[2].partition("</ol>")[0].split("<li>")[1:]
    return [words(line) for line in lines]


def test_gain_and_loss_say_through_what_and_what_the_act_came_to(
    page: Browser, six: None, team: Team, viewer: Membership
) -> None:
    page.give(team)
    page.give(team, level=Level.READ_ONLY)
    lost, gained = history(page, viewer)[:2]
    assert f"{page.member.name} let this person write: Full access through Platform" in gained
    assert gained.endswith("Seats: from 6 to 7, monthly total: from $19.86 to $23.17")
    assert f"{page.member.name} ended the Full access of this person that came through Platform" in lost
    assert lost.endswith("Seats: from 7 to 6, monthly total: from $23.17 to $19.86")


def test_act_on_many_says_what_all_of_it_came_to(
    page: Browser, six: None, viewer: Membership, org: Organization
) -> None:
    page.stage(viewer, add_member(org))
    page.save()
    assert history(page, viewer)[0].endswith("Seats: from 6 to 8, monthly total: from $19.86 to $26.48")


def test_what_follows_from_an_act_stands_after_it_and_has_no_actor(
    page: Browser, org: Organization, paying: Organization
) -> None:
    page.give(add_member(org))  # the first seat: Tracker goes on
    with company_scope(org.pk):
        found = AuditEvent.objects.filter(org=org).order_by("-number").values_list("action", "actor")[:4]
        assert list(found) == [
            ("tracker.resume", None),
            *((action, page.member.pk) for action in ("access.gain", "access.set", "access.save")),
        ]
        assert audit.broken_at(org) is None


def test_act_that_costs_nothing_says_so(page: Browser, viewer: Membership) -> None:
    page.give(viewer)
    assert history(page, viewer)[0].endswith("Seats: from 1 to 2, monthly total: still $0.00")


def test_other_doors_than_a_saving_say_it_too(
    page: Browser, six: None, team: Team, viewer: Membership, org: Organization, now: dt.datetime
) -> None:
    page.give(team)
    with company_scope(org.pk):
        teams.take_out(team=team, member=viewer, actor=page.member, now=now)
    lost, taken = history(page, viewer)[:2]
    assert "took this person out of the team Platform" in taken
    assert "ended the Full access of this person ·" in lost
    assert lost.endswith("Seats: from 7 to 6, monthly total: from $23.17 to $19.86")


def test_old_events_say_what_they_know(page: Browser, viewer: Membership, org: Organization, now: dt.datetime) -> None:
    with company_scope(org.pk):
        because = {"because": "person"}
        audit.record(org, "access.gain", actor=page.member, now=now, target=viewer.public_id, data=because)
        audit.record(org, "access.lose", actor=page.member, now=now, target=viewer.public_id)
    lost, gained = history(page, viewer)[:2]
    assert "through the person’s own level" in gained
    assert "ended the Full access of this person ·" in lost
    assert "Seats" not in lost + gained


def test_events_hold_numbers_and_ids_and_no_names(page: Browser, viewer: Membership, org: Organization) -> None:
    page.give(viewer)
    with company_scope(org.pk):
        data = AuditEvent.objects.get(action="access.gain", target=viewer.public_id).data
        assert audit.broken_at(org) is None
    numbers = {"seats_from": 1, "seats_to": 2, "total_from": 0, "total_to": 0, "currency": "USD"}
    assert data == {"because": "person", **numbers}


def test_page_takes_as_many_statements_for_a_long_history(page: Browser, viewer: Membership) -> None:
    page.give(viewer)
    few = queries_of(page.client, page.url(f"users/{viewer.public_id}/"))
    for _ in range(3):
        page.give(viewer, level=Level.READ_ONLY)
        page.give(viewer)
    assert queries_of(page.client, page.url(f"users/{viewer.public_id}/")) == few
