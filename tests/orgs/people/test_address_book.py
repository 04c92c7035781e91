"""The address book: search, filters, pages by key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from orgs.people.models import Department, Team, TeamMember
from orgs.tenancy.membership_models import Membership, Role
from orgs.tenancy.organization_models import Organization
from orgs.tenancy.scopes import company_scope
from tests.factories import UserFactory, add_member
from tests.tracker_portal.pages import text
from tests.tracker_portal.queries import queries_of
from users.accounts.models import User

Login = Callable[[Membership | User], Client]


@pytest.fixture
def book(org: Organization) -> str:
    """The address book's address, with three people more in two departments and a team."""
    people = [("Maya", "Chen"), ("Anna", "Petrova"), ("Elif", "Yılmaz")]
    members = [add_member(org, user=UserFactory(first_name=first, last_name=last)) for first, last in people]
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        software = Department.objects.create(org=org, name="Software", parent=root, public_id="software")
        Membership.objects.filter(pk=members[0].pk).update(department=software)
        for name in ("Vision", "Platform"):
            team = Team.objects.create(org=org, name=name, public_id=name.lower())
            TeamMember.objects.create(org=org, team=team, member=members[0])
    return reverse("orgs:people", args=[org.slug])


def names(response: object) -> list[str]:
    return re.findall(
        r'<span class="people-table__name">\s*<a href="[^"]+"><b>([^<]+)</b></a>', response.content.decode()
    )


def test_address_book_shows_everybody_by_name(book: str, viewer: Membership, login: Login) -> None:
    response = login(viewer).get(book)
    shown = names(response)
    assert shown == sorted(shown, key=str.lower)
    assert {"Maya Chen", "Anna Petrova", "Elif Yılmaz"} <= set(shown)
    assert "Software Platform, Vision" in text(response)
    assert "6 people in Northwind Robotics" in text(response)
    assert "$" not in text(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=maya", ["Maya Chen"]),
        ("q=CHEN+may", ["Maya Chen"]),
        ("q=y%C4%B1lmaz", ["Elif Yılmaz"]),
        ("q=100%25", []),
        ("q=_aya", []),
        ("department=software", ["Maya Chen"]),
        ("team=vision", ["Maya Chen"]),
        ("team=vision&q=anna", []),
        ("department=nope", []),
    ],
)
def test_address_book_is_searched_and_filtered(
    book: str, viewer: Membership, login: Login, query: str, found: list[str]
) -> None:
    response = login(viewer).get(f"{book}?{query}")
    assert names(response) == found
    if not found:
        assert "No people match" in text(response)
        assert "Clear search" in text(response)


def test_department_is_chosen_in_the_tree_and_meant_with_all_below_it(
    book: str, org: Organization, viewer: Membership, login: Login
) -> None:
    with company_scope(org.pk):
        software = Department.objects.select_related("parent").get(org=org, public_id="software")
        robots = Department.objects.create(org=org, name="Robots", parent=software, public_id="robots")
        Department.objects.create(org=org, name="Sales", parent=software.parent, public_id="sales")
        Membership.objects.filter(org=org, user__first_name="Anna").update(department=robots)
    html = login(viewer).get(f"{book}?department=software").content.decode()
    shown = re.findall(r'<option value="(software|robots|sales)"[^>]*>([^<]+)</option>', html)
    assert shown == [("sales", "\u2003Sales"), ("software", "\u2003Software"), ("robots", "\u2003\u2003Robots")]
    assert names(login(viewer).get(f"{book}?department=software")) == ["Anna Petrova", "Maya Chen"]
    assert names(login(viewer).get(f"{book}?department=robots")) == ["Anna Petrova"]
    everybody = f"{book}?department={software.parent.public_id}"
    assert len(names(login(viewer).get(everybody))) == 6


def test_what_was_searched_is_shown_and_escaped(book: str, viewer: Membership, login: Login) -> None:
    html = login(viewer).get(f"{book}?q=%3Cscript%3Ealert").content.decode()
    assert "<script>alert" not in html
    assert "No people match “&lt;script&gt;alert”" in " ".join(html.split())


def test_blocked_and_former_people_are_not_in_the_address_book(
    book: str, org: Organization, viewer: Membership, login: Login, now: dt.datetime
) -> None:
    org.memberships.filter(user__first_name="Maya").update(blocked_at=now)
    org.memberships.filter(user__first_name="Anna").update(ended_at=now)
    assert {"Maya Chen", "Anna Petrova"}.isdisjoint(names(login(viewer).get(book)))


def test_address_book_of_another_company_does_not_exist(book: str, outsider: Membership, login: Login) -> None:
    assert login(outsider).get(book).status_code == 404


def test_teams_and_departments_of_another_company_do_not_filter(book: str, outsider: Membership, login: Login) -> None:
    """Ids are random, but a known one of another company finds nobody."""
    own = reverse("orgs:people", args=[outsider.org.slug])
    assert names(login(outsider).get(f"{own}?team=vision")) == []


def test_first_person_is_told_to_invite_others(outsider: Membership, login: Login) -> None:
    page = text(login(outsider).get(reverse("orgs:people", args=[outsider.org.slug])))
    assert "You are the first. Invite the people who work with you." in page


@pytest.mark.parametrize("cursor", ["garbage", "WzFd", "%00", "eyJhIjoxfQ", "WyJhIiwgImIiLCAiYyJd"])
def test_cursor_that_is_none_of_ours_is_a_bad_request(book: str, viewer: Membership, login: Login, cursor: str) -> None:
    assert login(viewer).get(f"{book}?after={cursor}").status_code == 400


def crowd(org: Organization, size: int, now: dt.datetime) -> None:
    """People in teams, inserted at once."""
    people = [
        User(email=f"crowd{number}@example.com", first_name=f"Crowd {number:04}", password="!")
        for number in range(size)
    ]
    users = User.objects.bulk_create(people)
    with company_scope(org.pk):
        root = Department.objects.get(org=org, parent=None)
        team = Team.objects.create(org=org, name="Crowd")
        members = Membership.objects.bulk_create(
            [Membership(org=org, user=user, department=root, role=Role.EMPLOYEE, joined_at=now) for user in users]
        )
        TeamMember.objects.bulk_create([TeamMember(org=org, team=team, member=member) for member in members])
        Department.objects.bulk_create([Department(org=org, name=f"D{i}", parent=root) for i in range(20)])


def test_address_book_needs_as_many_queries_for_many_people(
    book: str, org: Organization, viewer: Membership, login: Login, now: dt.datetime
) -> None:
    client = login(viewer)
    few = queries_of(client, book)
    crowd(org, 120, now)
    assert queries_of(client, book) == few == 8
    assert queries_of(client, f"{book}?q=crowd&team=nope") <= few


def test_every_person_is_on_exactly_one_page(
    book: str, org: Organization, viewer: Membership, login: Login, now: dt.datetime
) -> None:
    crowd(org, 120, now)
    client, seen, url = login(viewer), [], book
    while url:
        html = (response := client.get(url)).content.decode()
        seen += names(response)
        following = re.findall(r'rel="next"\s+href="([^"]+)"', html)
        url = book + following[0].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == org.memberships.current().count()


def test_rows_keep_the_meaning_of_a_table(book: str, viewer: Membership, login: Login) -> None:
    """They become cards on a phone, which takes the table's own meaning away."""
    html = login(viewer).get(book).content.decode()
    rows = html.count('role="row"')
    assert html.count('role="rowheader"') == rows - 1
    assert html.count('role="cell"') == 3 * (rows - 1)
    assert html.count('role="columnheader"') == 4
