"""The page of a colleague and of oneself: for every member, without prices and without an administrator's controls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.membership_models import Membership
from orgs.tenancy.organization_models import Organization, State
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.tracker_portal.pages import main
from tests.tracker_portal.queries import queries_of

pytestmark = pytest.mark.django_db

Login = Callable[[Membership], Client]
MOST_QUERIES = 8


@pytest.fixture
def maya(org: Organization) -> Membership:
    """In Software, and in two teams."""
    maya = add_member(org, user=UserFactory(first_name="Maya", last_name="Chen"))
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        maya.department = Department.objects.create(org=org, name="Software", parent=root, public_id="software")
        maya.save(update_fields=["department"])
        for name in ("Vision", "Platform"):
            team = Team.objects.create(org=org, name=name, public_id=name.lower())
            TeamMember.objects.create(org=org, team=team, member=maya)
    return maya


def url(person: Membership) -> str:
    return reverse("orgs:colleague", args=[person.org.slug, person.public_id])


def test_names_in_the_address_book_lead_to_the_page(viewer: Membership, maya: Membership, login: Login) -> None:
    book = login(viewer).get(reverse("orgs:people", args=[viewer.org.slug])).content.decode()
    assert f'<a href="{url(maya)}"><b>Maya Chen</b></a>' in book


def test_account_menu_leads_to_the_own_page(viewer: Membership, login: Login) -> None:
    html = login(viewer).get(reverse("tracker_portal:company", args=[viewer.org.slug])).content.decode()
    assert f'<a class="menu__item" href="{url(viewer)}">' in " ".join(html.split())


def test_colleague_is_shown_with_department_and_teams_and_nothing_to_administer(
    viewer: Membership, maya: Membership, login: Login
) -> None:
    response = login(viewer).get(url(maya))
    page, html = main(response), response.content.decode()
    for text in ("Maya Chen", "Employee", maya.user.email, "Software", "Platform, Vision"):
        assert text in page
    assert "?department=software" in html
    assert "?team=vision" in html
    for word in ("Access", "Read only", "Full access", "Block", "Remove", "Change role", "My settings", "$"):
        assert word not in page
    assert "/access/users/" not in html


def test_administrator_finds_the_way_to_the_page_that_administers(
    admin: Membership, maya: Membership, login: Login
) -> None:
    html = login(admin).get(url(maya)).content.decode()
    assert f'href="{reverse("access:user", args=[maya.org.slug, maya.public_id])}"' in html


def test_own_page_says_what_one_may_do_and_whom_to_ask(
    viewer: Membership, member: Membership, owner: Membership, login: Login
) -> None:
    page = main(login(viewer).get(url(viewer)))
    assert "Your access in Northwind Robotics is Read only." in page
    assert owner.name in page[page.index("These people can give you Full access") :]
    assert "My settings" in page
    assert "$" not in page
    assert "You can create and change issues" in main(login(member).get(url(member)))


def test_own_page_in_the_trial_tells_what_comes_after_it(outsider: Membership, login: Login, now: dt.datetime) -> None:
    ends_at = now + dt.timedelta(days=5)
    Organization.objects.filter(pk=outsider.org_id).update(state=State.TRIAL, trial_ends_at=ends_at)
    page = main(login(outsider).get(url(outsider)))
    assert "In the free trial everybody can create and change issues, until" in page
    assert "Afterwards your access is Read only." in page


def test_own_page_of_a_company_whose_tracker_is_off(owner: Membership, login: Login) -> None:
    Organization.objects.filter(pk=owner.org_id).update(state=State.INACTIVE)
    assert "Tracker is not active in this company." in main(login(owner).get(url(owner)))


@pytest.mark.parametrize("facts", ["blocked_at", "ended_at"])
def test_who_is_not_in_the_address_book_has_no_page(
    facts: str, viewer: Membership, maya: Membership, login: Login, now: dt.datetime
) -> None:
    Membership.objects.filter(pk=maya.pk).update(**{facts: now})
    assert login(viewer).get(url(maya)).status_code == 404


def test_foreign_and_absent_people_are_the_same_404(
    viewer: Membership, maya: Membership, outsider: Membership, login: Login
) -> None:
    for person in (outsider.public_id, "zzzzzzzz"):
        assert login(viewer).get(reverse("orgs:colleague", args=[viewer.org.slug, person])).status_code == 404
    assert login(outsider).get(url(maya)).status_code == 404


def test_page_needs_as_many_queries_for_many_teams(viewer: Membership, maya: Membership, login: Login) -> None:
    client = login(viewer)
    few = queries_of(client, url(maya))
    with company_scope(maya.org_id):
        teams = Team.objects.bulk_create(Team(org=maya.org, name=f"Team {number}") for number in range(40))
        TeamMember.objects.bulk_create(TeamMember(org=maya.org, team=team, member=maya) for team in teams)
    assert queries_of(client, url(maya)) == few <= MOST_QUERIES
